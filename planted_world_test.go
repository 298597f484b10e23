package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// world has the program's registrations judged by the stand-in AWS, without an engine: the SDK itself waits for inputs
// and dependencies, so that the order is the real one.
type world struct {
	cloud  *cloud.Cloud
	plants []plant
	stack  string

	mutex sync.Mutex
	made  map[string]made
	met   map[string]bool
	// grown is told of each resource that is made.
	grown sync.Cond
}

// made is a resource that is in the world.
type made struct {
	token, urn, id string
	inputs         *structpb.Struct
}

// plant is one wrong thing in the program's graph.
type plant struct {
	// at is the resource as refusals name it, such as ecs.Service 'redis'.
	at string
	// edit changes its inputs.
	edit func(w *world, in resource.PropertyMap)
	// absent lets the program believe that it was made, as if it came too late or not at all.
	absent bool
	// removed makes it and deletes it at once, as by hand.
	removed bool
	// again makes it a second time beside the first one, as a replacement does that is not deleted first.
	again bool
	// unawaited has nobody wait for it, so that what needs it comes later by luck alone.
	unawaited bool
	// destroyed deletes it again in the end.
	destroyed bool
}

func newWorld(tb testing.TB, plants ...plant) *world {
	tb.Helper()
	account, err := cloud.New()
	require.NoError(tb, err)
	w := &world{cloud: account, plants: plants, made: map[string]made{}, met: map[string]bool{}}
	w.grown.L = &w.mutex
	return w
}

// up deploys the program into the world.
func (w *world) up(stack string, config map[string]string, secretKeys ...string) error {
	w.stack = stack
	if err := w.configure(config["aws:region"]); err != nil {
		return err
	}
	w.cloud.Begin()
	root := &pulumirpc.RegisterResourceRequest{Type: string(resource.RootStackType), Name: project + "-" + stack}
	w.cloud.Declare(rehearsal.UrnOf(stack, project, root), nil) // the mocks keep it to themselves
	err := pulumi.RunErr(deploy, pulumi.WithMocks(project, stack, w), func(info *pulumi.RunInfo) {
		info.Config, info.ConfigSecretKeys = config, secretKeys
	})
	for _, p := range w.plants {
		if err == nil && p.destroyed {
			err = w.remove(p.at)
		}
	}
	return err
}

// warnings returns what the stand-in warns of.
func (w *world) warnings() []aws.Warning {
	var all []aws.Warning
	w.cloud.Look(func(view *standin.View) { all = aws.Warnings(view) })
	return all
}

func (w *world) configure(region string) error {
	config, err := structpb.NewStruct(map[string]any{"region": region})
	if err != nil {
		return err
	}
	for _, provider := range w.cloud.Providers {
		if _, err := provider.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: config, AcceptSecrets: true}); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) remove(label string) error {
	w.mutex.Lock()
	m := w.made[label]
	w.mutex.Unlock()
	_, err := w.provider(m.token).Delete(context.Background(), &pulumirpc.DeleteRequest{Id: m.id, Urn: m.urn, Properties: m.inputs})
	return err
}

func (w *world) provider(token string) pulumirpc.ResourceProviderServer {
	name, _, _ := strings.Cut(token, ":")
	return w.cloud.Providers[name]
}

// labelOf names a resource as refusals do.
func labelOf(token, name string) string { return standin.ShortType(token) + " '" + name + "'" }

// NewResource implements pulumi.MockResourceMonitor.
func (w *world) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	urn := w.declare(args)
	if !args.Custom {
		return "", args.Inputs, nil
	}
	label := labelOf(args.TypeToken, args.Name)
	again, removed := false, false
	for _, p := range w.plants {
		if p.at != label {
			continue
		}
		w.meet(label)
		again, removed = again || p.again, removed || p.removed
		if p.edit != nil {
			p.edit(w, args.Inputs)
		}
		if p.absent {
			return pretended(label), withArn(args.Inputs, label), nil
		}
	}
	id, state, err := w.create(args.TypeToken, urn, args.Inputs)
	if err == nil && again {
		_, _, err = w.create(args.TypeToken, urn, args.Inputs)
	}
	if err == nil && removed {
		err = w.remove(label)
	}
	return id, state, err
}

// meet remembers that a plant was planted: one that never is would prove nothing.
func (w *world) meet(label string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.met[label] = true
}

// declare tells the cloud what the resource waits for, as a rehearsal does, and gives its URN.
func (w *world) declare(args pulumi.MockResourceArgs) string {
	var registration rehearsal.Registration = args.RegisterRPC
	if args.RegisterRPC == nil {
		registration = args.ReadRPC
	}
	urn := rehearsal.UrnOf(w.stack, project, registration)
	w.cloud.Declare(urn, slices.DeleteFunc(rehearsal.WaitsFor(registration), w.unawaited))
	return urn
}

func (w *world) unawaited(urn string) bool {
	label := labelOf(string(resource.URN(urn).Type()), resource.URN(urn).Name())
	return slices.ContainsFunc(w.plants, func(p plant) bool { return p.unawaited && p.at == label })
}

// pretended is the identifier of what is not there.
func pretended(label string) string {
	return strings.Trim(strings.NewReplacer(" ", "-", "'", "", ".", "-").Replace(label), "-")
}

func withArn(inputs resource.PropertyMap, label string) resource.PropertyMap {
	state := inputs.Copy()
	state["arn"] = resource.NewProperty("arn:aws:ecs:ap-south-1:123456789012:service/" + pretended(label))
	return state
}

func (w *world) create(token, urn string, inputs resource.PropertyMap) (string, resource.PropertyMap, error) {
	if strings.HasPrefix(token, "tls:") {
		return keptKey(token, urn, inputs, w.judge)
	}
	return w.judge(token, urn, inputs)
}

// another makes a resource that the program does not have, for a plant that needs it, and returns its identifier.
func (w *world) another(token string, inputs resource.PropertyMap) (string, error) {
	urn := "urn:pulumi:" + w.stack + "::" + project + "::" + token + "::another"
	id, _, err := w.judge(token, urn, inputs)
	return id, err
}

var keys sync.Map

// keptKey makes a private key once for all worlds: an RSA key takes longer than everything else.
func keptKey(
	token, urn string, inputs resource.PropertyMap, judge func(token, urn string, inputs resource.PropertyMap) (string, resource.PropertyMap, error),
) (string, resource.PropertyMap, error) {
	type key struct {
		id    string
		state resource.PropertyMap
		err   error
	}
	name := urn[strings.LastIndex(urn, "::"):]
	once, _ := keys.LoadOrStore(name, sync.OnceValue(func() key {
		id, state, err := judge(token, urn, inputs)
		return key{id, state, err}
	}))
	get, ok := once.(func() key)
	if !ok {
		return "", nil, errors.New("the kept keys are of another type")
	}
	kept := get()
	return kept.id, kept.state.Copy(), kept.err
}

// judge has the provider check the inputs and create the resource, as the engine does.
func (w *world) judge(token, urn string, inputs resource.PropertyMap) (string, resource.PropertyMap, error) {
	provider := w.provider(token)
	if provider == nil {
		return "", nil, fmt.Errorf("nothing stands in for %s", token)
	}
	news, err := plugin.MarshalProperties(inputs, wire)
	if err != nil {
		return "", nil, err
	}
	checked, err := provider.Check(context.Background(), &pulumirpc.CheckRequest{Urn: urn, News: news, RandomSeed: []byte(urn)})
	if err != nil {
		return "", nil, err
	}
	if err := failed(checked); err != nil {
		return "", nil, err
	}
	created, err := provider.Create(context.Background(), &pulumirpc.CreateRequest{Urn: urn, Properties: checked.GetInputs()})
	if err != nil {
		return "", nil, err
	}
	state, err := plugin.UnmarshalProperties(created.GetProperties(), wire)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.made[labelOf(token, resource.URN(urn).Name())] = made{token, urn, created.GetId(), checked.GetInputs()}
	w.grown.Broadcast()
	return created.GetId(), state, err
}

var wire = plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true, KeepResources: true}

func failed(checked *pulumirpc.CheckResponse) error {
	var errs []error
	for _, failure := range checked.GetFailures() {
		errs = append(errs, errors.New(failure.GetReason()))
	}
	return errors.Join(errs...)
}

// Call implements pulumi.MockResourceMonitor: it answers the functions that look something up.
func (w *world) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	asked, err := plugin.MarshalProperties(args.Args, wire)
	if err != nil {
		return nil, err
	}
	answer, err := w.provider(args.Token).Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: args.Token, Args: asked})
	if err != nil {
		return nil, err
	}
	return plugin.UnmarshalProperties(answer.GetReturn(), wire)
}

// idOf is the identifier of a resource, which it waits for: the program makes many at the same time.
func (w *world) idOf(label string) resource.PropertyValue {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for w.made[label].id == "" {
		w.grown.Wait()
	}
	return resource.NewProperty(w.made[label].id)
}

func with(config, more map[string]string) map[string]string {
	all := maps.Clone(config)
	maps.Copy(all, more)
	return all
}
