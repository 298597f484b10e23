package standin

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// create adds a resource to the world and returns the engine's view of it.
func (c *compiled) create(op *Op, inputs resource.PropertyMap) resource.PropertyMap {
	c.judge(op)
	if op.Preview {
		return c.foresee(op, visible(inputs))
	}
	if op.World.forgive(op.Draft); op.Refused() {
		return nil
	}
	c.name(op)
	op.Id = c.Id(op)
	if c.Outputs != nil {
		maps.Copy(op.computed, c.Outputs(op))
	}
	outputs := op.computed.properties()
	maps.Copy(outputs, visible(inputs))
	c.finish(op, outputs)
	c.untrue(op, outputs)
	made := &Resource{
		Token: c.lives(), Type: c.Token, Urn: op.Urn, Name: op.Name, Id: op.Id,
		Region: op.region(), Account: op.Scope.Account,
		Inputs: inputs, Outputs: outputs, Marks: map[string]int64{}, Opaque: c.opaque,
	}
	op.permitted(made)
	if op.World.forgive(op.Draft); op.Refused() {
		return nil
	}
	made.Seq = op.World.Tick()
	op.This = made
	if c.As == "" {
		op.This.Type = ""
	}
	if adopted := op.World.oldest(c.lives(), op.Id, op.Urn); c.Adopts && adopted != nil {
		op.This.Seq = adopted.Seq
		op.World.swap(adopted, op.This)
	} else if !c.local {
		op.World.put(op.This)
		op.World.mint(op.This, c.Name.Property)
	}
	c.settle(op)
	return outputs
}

// untrue refuses outputs that the SDK's type does not have: a slip in the catalogue that a program would
// see as a value gone missing.
func (c *compiled) untrue(op *Op, outputs resource.PropertyMap) {
	told := &Draft{Kind: op.Kind, Name: op.Name}
	for key, value := range outputs {
		name := string(key)
		s, ok := c.state.shapes[name]
		if !ok {
			if s, ok = c.args.shapes[name]; !ok && (c.state.open || op.lenient) {
				continue
			} else if !ok {
				told.Refuse(NewValue(name, value), codeInternal, "the stand-in computes an output that the type does not have",
					"correct the catalogue")
				continue
			}
		}
		told.shaped(NewValue(name, value), s)
	}
	op.refusals = append(op.refusals, told.refusals...)
}

// name makes the name of a resource for which the program gave a prefix.
func (c *compiled) name(op *Op) {
	op.computed = Props{}
	if c.Name.Unless == "" {
		return
	}
	if prefix := op.In(c.Name.Unless); prefix.Known() && op.In(c.Name.Property).Missing() {
		op.computed[c.Name.Property] = fromPrefix(prefix.Text())
	}
}

// update puts a changed resource in the place of the old one.
func (c *compiled) update(op *Op, inputs resource.PropertyMap) resource.PropertyMap {
	if !c.local {
		op.Old = op.World.newest(c.lives(), op.Id, op.Urn)
	}
	if op.Old == nil {
		op.RefuseBy(stillThere, Value{}, "ResourceNotFoundException",
			"no "+ShortType(c.Token)+" with the identifier "+op.Id+" exists any more",
			"run pulumi refresh, so that the state follows")
		return nil
	}
	c.judge(op)
	op.permitted(op.Old)
	if op.World.forgive(op.Draft); !op.Preview && op.Refused() {
		return nil
	}
	outputs := c.carry(op, inputs)
	if op.Preview {
		return outputs
	}
	now := *op.Old
	now.Urn, now.Name, now.Inputs, now.Outputs = op.Urn, op.Name, inputs, outputs
	now.Marks = maps.Clone(op.Old.Marks)
	op.This = &now
	if !c.local {
		op.World.swap(op.Old, op.This)
	}
	c.settle(op)
	return outputs
}

// settle runs the rules of a resource that exists. A refused resource stays.
func (c *compiled) settle(op *Op) {
	for _, rule := range c.Steady {
		op.try(func() { rule.Apply(op) })
	}
	op.World.forgive(op.Draft)
}

// judge runs the rules against the live world.
func (c *compiled) judge(op *Op) {
	for _, ref := range c.Refs {
		op.refer(ref)
	}
	for _, unique := range c.Unique {
		op.alone(unique)
	}
	for _, rule := range c.Rules {
		op.try(func() { rule.Apply(op) })
	}
}

// foresee is what a preview knows of a resource that does not exist yet: its inputs, and that the rest
// will be known later.
func (c *compiled) foresee(op *Op, outputs resource.PropertyMap) resource.PropertyMap {
	for name := range c.known {
		key := resource.PropertyKey(name)
		if _, given := outputs[key]; !given {
			outputs[key] = unknown()
		}
	}
	c.finish(op, outputs)
	return outputs
}

// carry returns the properties of an updated resource: the new inputs, the outputs that the cloud computed before, and
// new values for the outputs that this change affects.
func (c *compiled) carry(op *Op, inputs resource.PropertyMap) resource.PropertyMap {
	outputs := visible(inputs)
	for key, value := range op.Old.Outputs {
		if _, given := outputs[key]; !given && (c.known[string(key)] || c.keeps[string(key)]) {
			outputs[key] = value
		}
	}
	c.keepNested(outputs, op.Old.Outputs)
	c.putOff(op, outputs)
	moved := c.moved(op)
	if len(moved) > 0 && !op.Preview && c.Outputs != nil {
		op.computed = c.Outputs(op)
	}
	fresh := op.computed.properties()
	for _, name := range moved {
		key := resource.PropertyKey(name)
		if op.Preview {
			outputs[key] = unknown()
		} else if value, ok := fresh[key]; ok {
			outputs[key] = value
		}
	}
	c.finish(op, outputs)
	return outputs
}

func (c *compiled) moved(op *Op) []string {
	var moved []string
	for output, causes := range c.Moves {
		if slices.ContainsFunc(causes, func(cause string) bool {
			confirmed := op.Was(cause).Missing() && c.confirms(cause, op.Old.Out(cause), op.In(cause))
			return op.Changed(cause) && !c.waits(op, cause) && !confirmed
		}) {
			moved = append(moved, output)
		}
	}
	return moved
}

// finish adds tags and secrecy, which are the same for every type.
func (c *compiled) finish(op *Op, outputs resource.PropertyMap) {
	if _, ok := c.state.shapes["tagsAll"]; ok {
		outputs["tagsAll"] = op.allTags()
	}
	for _, name := range c.Secrets {
		key := resource.PropertyKey(name)
		if value, ok := outputs[key]; ok && !value.IsSecret() && !value.IsNull() {
			outputs[key] = resource.MakeSecret(value)
		}
	}
	op.taint(outputs)
}

func (o *Op) allTags() resource.PropertyValue {
	tags := o.In("tags")
	if tags.Unknown() {
		return unknown()
	}
	all := resource.PropertyMap{}
	for key, value := range o.Scope.DefaultTags {
		all[resource.PropertyKey(key)] = resource.NewProperty(value)
	}
	for _, key := range tags.Keys() {
		all[resource.PropertyKey(key)] = property(tags.Key(key))
	}
	return resource.NewProperty(all)
}

// taint makes an output secret in which a secret input shows, such as an ARN with a secret name.
func (o *Op) taint(outputs resource.PropertyMap) {
	secrets := map[string]bool{}
	textsWithin(o.inputs.raw, func(text string, secret bool) {
		const telling = 4 // shorter ones would make everything secret by chance
		if secret && len(text) >= telling {
			secrets[text] = true
		}
	})
	if len(secrets) == 0 {
		return
	}
	for key, value := range outputs {
		if !value.IsSecret() && shows(value, secrets) {
			outputs[key] = resource.MakeSecret(value)
		}
	}
}

func unknown() resource.PropertyValue { return resource.MakeComputed(resource.NewProperty("")) }
