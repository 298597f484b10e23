package standin

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// savedWorld is the form in which a world is kept between runs.
type savedWorld struct {
	Clock       int64
	Resources   []savedResource
	Minted      []string
	History     []Operation
	Events      []Event `json:",omitempty"`
	Assumptions []Assumption
}

type savedResource struct {
	Resource

	Inputs, Outputs json.RawMessage
}

// Save writes the whole world as JSON. The bytes hold every secret in clear: encrypt them before they
// touch a disk.
func (w *World) Save() ([]byte, error) {
	var saved savedWorld
	var err error
	w.Look(func(v *View) { saved, err = v.save() })
	if err != nil {
		return nil, err
	}
	return json.Marshal(saved)
}

func (v *View) save() (savedWorld, error) {
	saved := savedWorld{Clock: v.clock, History: v.history, Events: v.events, Assumptions: v.assumptions}
	for id := range v.minted {
		saved.Minted = append(saved.Minted, id)
	}
	slices.Sort(saved.Minted)
	for _, r := range v.All() {
		inputs, err := encode(r.Inputs)
		if err != nil {
			return savedWorld{}, fmt.Errorf("save %s: %w", r.Label(), err)
		}
		outputs, err := encode(r.Outputs)
		if err != nil {
			return savedWorld{}, fmt.Errorf("save %s: %w", r.Label(), err)
		}
		saved.Resources = append(saved.Resources, savedResource{Resource: *r, Inputs: inputs, Outputs: outputs})
	}
	return saved, nil
}

// Load replaces the world by one that was saved.
func (w *World) Load(data []byte) error {
	var saved savedWorld
	if err := json.Unmarshal(data, &saved); err != nil {
		return fmt.Errorf("read saved world: %w", err)
	}
	view := newView()
	view.clock, view.history, view.events, view.assumptions = saved.Clock, saved.History, saved.Events, saved.Assumptions
	for _, id := range saved.Minted {
		view.minted[id] = true
	}
	for _, s := range saved.Resources {
		r := s.Resource
		var err error
		if r.Inputs, err = decode(s.Inputs); err != nil {
			return fmt.Errorf("load %s: %w", r.Label(), err)
		}
		if r.Outputs, err = decode(s.Outputs); err != nil {
			return fmt.Errorf("load %s: %w", r.Label(), err)
		}
		view.put(&r)
	}
	w.change(func(v *View) {
		view.now = v.now
		*v = view
	})
	w.Begin()
	return nil
}

func encode(props resource.PropertyMap) (json.RawMessage, error) {
	s, err := write(props, "properties")
	if err != nil {
		return nil, err
	}
	return protojson.Marshal(s)
}

func decode(data json.RawMessage) (resource.PropertyMap, error) {
	s := &structpb.Struct{}
	if err := protojson.Unmarshal(data, s); err != nil {
		return nil, err
	}
	return read(s, "properties")
}
