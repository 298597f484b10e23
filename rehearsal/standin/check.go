package standin

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Check judges the inputs alone and fills in defaults and the automatic name. All that is wrong is said
// at once.
func (s *Server) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	if s.accept != nil {
		return &pulumirpc.CheckResponse{Inputs: req.GetNews()}, nil
	}
	kind, err := s.kind(typeOf(req.GetType(), req.GetUrn()))
	if err != nil {
		return nil, err
	}
	olds, err := read(req.GetOlds(), "old inputs")
	if err != nil {
		return nil, err
	}
	news, err := read(req.GetNews(), "inputs")
	if err != nil {
		return nil, err
	}
	draft := s.draft(ctx, kind, req.GetUrn(), news)
	if kind.opaque {
		s.world.change(func(v *View) { v.noteType(kind, draft.Name) })
	}
	kind.fill(draft, news, olds, namer{
		naming: kind.Name, urn: req.GetUrn(), name: draft.Name, seed: req.GetRandomSeed(), config: req.GetAutonaming(),
	})
	draft.before = NewValue("", property(olds))
	kind.check(draft)
	if s.pkg.Check != nil {
		draft.try(func() { s.pkg.Check(draft) })
	}
	if s.survey {
		s.world.change(func(v *View) { v.forgive(draft) })
	}
	inputs, err := write(news, "inputs")
	return &pulumirpc.CheckResponse{Inputs: inputs, Failures: failures(draft.refusals)}, err
}

func (s *Server) draft(ctx context.Context, kind *compiled, urn string, inputs resource.PropertyMap) *Draft {
	return &Draft{
		Kind: &kind.Kind, Urn: urn, Name: urnName(urn), Scope: s.scope(ctx),
		inputs: NewValue("", resource.NewProperty(inputs)), survey: s.survey, lenient: s.lenient, accepted: s.accepted,
		permission: s.permission,
	}
}

// fill adds the defaults of the bridge to the inputs and records which it has added.
func (c *compiled) fill(d *Draft, news, olds resource.PropertyMap, n namer) {
	var added []resource.PropertyValue
	add := func(key string, value resource.PropertyValue) {
		news[resource.PropertyKey(key)] = value
		added = append(added, resource.NewProperty(key))
	}
	for _, key := range sortedKeys(c.Defaults) {
		if d.In(key).Missing() {
			add(key, property(c.Defaults[key]))
		}
	}
	for _, key := range c.Json {
		if in := d.In(key); in.Known() && in.raw.IsObject() {
			news[resource.PropertyKey(key)] = document(in)
		}
	}
	name := c.Name.Property
	if name != "" && d.In(name).Missing() && (c.Name.Unless == "" || d.In(c.Name.Unless).Missing()) {
		if old, ok := olds[resource.PropertyKey(name)]; ok && filled(olds)[name] {
			add(name, old)
		} else if given, err := n.propose(); err != nil {
			d.RefuseBy(automaticName, d.In(name), codeNaming, err.Error(), "give "+name+" yourself, or a shorter resource name")
		} else {
			add(name, resource.NewProperty(given))
		}
	}
	if len(added) > 0 {
		news[defaultsKey] = resource.NewProperty(added)
	}
}

// check runs the rules for inputs. A property of the wrong type is kept from the rules, which could
// only mislead.
func (c *compiled) check(d *Draft) {
	d.conform(c.args, c.Required)
	whole := d.inputs
	fit := whole.raw.ObjectValue().Copy()
	for _, refusal := range d.refusals {
		if refusal.Code == codeMistyped {
			delete(fit, resource.PropertyKey(topKey(refusal.Property)))
		}
	}
	d.inputs = NewValue("", resource.NewProperty(fit))
	for _, rule := range c.Checks {
		d.try(func() { rule.Apply(d) })
	}
	d.inputs = whole
}
