package standin

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// A provider keeps some values although the program has others: values that it fills in or does not compare, and
// changes that wait for a maintenance window.

// AtOnce is the input that has windowed changes made at once.
const AtOnce = "applyImmediately"

// stays reports whether an input keeps its value if the program stops giving it.
func (c *compiled) stays(path string) bool { return c.computed[path] || c.keeps[path] }

// confirms reports whether an input that was not given before has the value that the cloud computed.
func (c *compiled) confirms(path string, computed, now Value) bool {
	return c.computed[path] && open(computed.raw).DeepEquals(open(now.raw))
}

// keepNested puts the old values of nested inputs that stay back into blocks that are still given.
func (c *compiled) keepNested(outputs, old resource.PropertyMap) {
	for _, path := range slices.Concat(c.Computed, c.Keeps) {
		head, rest, nested := strings.Cut(path, ".")
		if !nested {
			continue
		}
		key := resource.PropertyKey(head)
		if now, given := outputs[key]; given {
			outputs[key] = withOld(now, open(old[key]), strings.Split(rest, "."))
		}
	}
}

// withOld returns the value with the old value at the path if it has none there.
func withOld(now, old resource.PropertyValue, path []string) resource.PropertyValue {
	switch {
	case now.IsSecret():
		return resource.MakeSecret(withOld(now.SecretValue().Element, old, path))
	case now.IsArray() && old.IsArray() && len(now.ArrayValue()) == len(old.ArrayValue()):
		list := slices.Clone(now.ArrayValue())
		for i := range list {
			list[i] = withOld(list[i], old.ArrayValue()[i], path)
		}
		return resource.NewProperty(list)
	case now.IsObject() && old.IsObject():
		key := resource.PropertyKey(path[0])
		before, had := old.ObjectValue()[key]
		value, given := now.ObjectValue()[key]
		if !had {
			return now
		}
		object := now.ObjectValue().Copy()
		switch {
		case len(path) > 1 && given:
			object[key] = withOld(value, before, path[1:])
		case len(path) == 1 && !given:
			object[key] = before
		}
		return resource.NewProperty(object)
	}
	return now
}

// waits reports whether a change of the input waits for a maintenance window.
func (c *compiled) waits(op *Op, input string) bool {
	return slices.Contains(c.Windowed, input) && !op.In(AtOnce).Bool()
}

// putOff keeps the old values of changes that wait for a window.
func (c *compiled) putOff(op *Op, outputs resource.PropertyMap) {
	if op.Preview || op.Verb != Update {
		return
	}
	for _, input := range c.Windowed {
		key := resource.PropertyKey(input)
		if old, had := op.Old.Outputs[key]; had && c.waits(op, input) {
			outputs[key] = old
		}
	}
}

// readBack puts the values that the cloud still has into the place of those that were asked for and wait.
func (c *compiled) readBack(inputs, outputs resource.PropertyMap) {
	for _, input := range c.Windowed {
		key := resource.PropertyKey(input)
		asked, given := inputs[key]
		if actual, known := outputs[key]; given && known && !open(actual).IsComputed() &&
			!open(actual).DeepEquals(open(asked)) {
			inputs[key] = actual
		}
	}
}

// filledIn returns the inputs with the values that are meant where none is given within a block.
func (c *compiled) filledIn(inputs resource.PropertyMap) resource.PropertyMap {
	for _, path := range sortedKeys(c.Absent) {
		head, rest, _ := strings.Cut(path, ".")
		key := resource.PropertyKey(head)
		if value, given := inputs[key]; given {
			inputs[key] = withDefault(value, strings.Split(rest, "."), property(c.Absent[path]))
		}
	}
	return inputs
}

// withDefault sets a value at a path, in every object there that has none.
func withDefault(value resource.PropertyValue, path []string, fallback resource.PropertyValue) resource.PropertyValue {
	value = open(value)
	switch {
	case value.IsArray():
		list := slices.Clone(value.ArrayValue())
		for i := range list {
			list[i] = withDefault(list[i], path, fallback)
		}
		return resource.NewProperty(list)
	case value.IsObject():
		key := resource.PropertyKey(path[0])
		inner, given := value.ObjectValue()[key]
		object := value.ObjectValue().Copy()
		switch {
		case len(path) > 1 && given:
			object[key] = withDefault(inner, path[1:], fallback)
		case len(path) == 1 && (!given || inner.IsNull()):
			object[key] = fallback
		}
		return resource.NewProperty(object)
	}
	return value
}
