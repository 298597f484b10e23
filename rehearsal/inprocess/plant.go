package inprocess

import (
	"context"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Plant is one deliberate mistake with one resource of a program. It shows that a rule refuses the mistake in a program
// that is otherwise sound.
type Plant struct {
	// At is the label of the resource as refusals write it, such as ecs.Service 'redis'.
	At string
	// Edit changes its inputs.
	Edit func(w *World, inputs resource.PropertyMap)
	// Absent has the resource not created although the program receives an ID for it, as if it came too late.
	Absent bool
	// Removed deletes it directly after its creation, as by hand.
	Removed bool
	// Again creates it a second time beside the first, as a replacement does that is not deleted first.
	Again bool
	// Unawaited removes it from the dependencies of all other resources, so only timing puts it before them.
	Unawaited bool
	// Destroyed deletes it after the program has ended.
	Destroyed bool
}

// Unplanted returns the labels of the plants whose resource no program has registered.
func (w *World) Unplanted() []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var labels []string
	for _, p := range w.plants {
		if !w.met[p.At] {
			labels = append(labels, p.At)
		}
	}
	return labels
}

// Another creates a resource that the program does not have, for a plant that needs it, and returns its ID.
func (w *World) Another(token string, inputs resource.PropertyMap) (string, error) {
	id, _, err := w.create(token, "urn:pulumi:"+w.stack+"::"+w.project+"::"+token+"::another", inputs)
	return id, err
}

// IdOf returns the ID of a resource. It waits for its creation: a program registers many resources at the same time.
func (w *World) IdOf(label string) resource.PropertyValue {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for w.created[label].id == "" {
		w.grown.Wait()
	}
	return resource.NewProperty(w.created[label].id)
}

// plant creates a resource with the plants for it.
func (w *World) plant(token, urn string, inputs resource.PropertyMap) (string, resource.PropertyMap, error) {
	name := label(urn)
	again, removed := false, false
	for _, p := range w.plants {
		if p.At != name {
			continue
		}
		w.meet(name)
		again, removed = again || p.Again, removed || p.Removed
		if p.Edit != nil {
			p.Edit(w, inputs)
		}
		if p.Absent {
			return absent(name, inputs)
		}
	}
	id, state, err := w.createOnce(token, urn, inputs)
	if err == nil && again {
		_, _, err = w.create(token, urn, inputs)
	}
	if err == nil && removed {
		err = w.remove(name)
	}
	return id, state, err
}

// meet notes that a plant was planted: one that never is would prove nothing.
func (w *World) meet(label string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.met[label] = true
}

func (w *World) unawaited(urn string) bool {
	for _, p := range w.plants {
		if p.Unawaited && p.At == label(urn) {
			return true
		}
	}
	return false
}

// absent returns the ID and properties of a resource that does not exist.
func absent(label string, inputs resource.PropertyMap) (string, resource.PropertyMap, error) {
	id := strings.Trim(strings.NewReplacer(" ", "-", "'", "", ".", "-").Replace(label), "-")
	state := inputs.Copy()
	state["arn"] = resource.NewProperty("arn:aws:ecs:ap-south-1:123456789012:service/" + id)
	return id, state, nil
}

func (w *World) remove(label string) error {
	w.mutex.Lock()
	m := w.created[label]
	w.mutex.Unlock()
	_, err := w.provider(m.token).Delete(context.Background(),
		&pulumirpc.DeleteRequest{Id: m.id, Urn: m.urn, Properties: m.inputs})
	return err
}

// answer is the result of a creation.
type answer struct {
	id    string
	state resource.PropertyMap
	err   error
}

// keys are the private keys of all worlds of this process, by their names and inputs.
var (
	keysMutex sync.Mutex
	keys      = map[string]func() answer{}
)

// createOnce creates a resource. A private key is generated once for all worlds of this process: an RSA key takes
// longer than all the rest of a program.
func (w *World) createOnce(token, urn string, inputs resource.PropertyMap) (string, resource.PropertyMap, error) {
	if w.preview || token != "tls:index/privateKey:PrivateKey" {
		return w.create(token, urn, inputs)
	}
	name := resource.URN(urn).Name() + resource.NewProperty(inputs).String()
	keysMutex.Lock()
	if keys[name] == nil {
		keys[name] = sync.OnceValue(func() answer {
			id, state, err := w.create(token, urn, inputs)
			return answer{id, state, err}
		})
	}
	generate := keys[name]
	keysMutex.Unlock()
	kept := generate()
	return kept.id, kept.state.Copy(), kept.err
}
