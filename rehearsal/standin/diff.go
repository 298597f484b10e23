package standin

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// ChangeKind is how a property changes.
type ChangeKind string

// The kinds of changes.
const (
	Added   ChangeKind = "add"
	Removed ChangeKind = "delete"
	Edited  ChangeKind = "update"
)

// Change is one property that differs between two versions of the inputs.
type Change struct {
	Path resource.PropertyPath
	Kind ChangeKind
	// Replaces reports whether the change needs a replacement.
	Replaces bool
}

// Delta is the difference between the old and the new inputs of a resource.
type Delta struct {
	*Draft
	// Old are the old inputs.
	Old     Value
	Changes []Change

	kind *compiled
}

// Changed reports a change at the dotted path or below it.
func (d *Delta) Changed(path string) bool {
	for _, c := range d.Changes {
		if within(c.Path, path) {
			return true
		}
	}
	return false
}

// Ignore forgets the changes at the dotted path.
func (d *Delta) Ignore(path string) {
	var kept []Change
	for _, c := range d.Changes {
		if !within(c.Path, path) {
			kept = append(kept, c)
		}
	}
	d.Changes = kept
}

// Replace decides whether the changes at the dotted path replace the resource.
func (d *Delta) Replace(path string, replaces bool) {
	for i := range d.Changes {
		if within(d.Changes[i].Path, path) {
			d.Changes[i].Replaces = replaces
		}
	}
}

// Replaces reports that some change replaces the resource.
func (d *Delta) Replaces() bool {
	for _, c := range d.Changes {
		if c.Replaces {
			return true
		}
	}
	return false
}

func within(path resource.PropertyPath, dotted string) bool {
	d := dot(path)
	return d == dotted || strings.HasPrefix(d, dotted+".")
}

// dot writes a path without the indexes of lists, as the paths of a Kind are.
func dot(path resource.PropertyPath) string {
	var keys []string
	for _, step := range path {
		if key, ok := step.(string); ok {
			keys = append(keys, key)
		}
	}
	return strings.Join(keys, ".")
}

// compare returns the differences between two versions of the inputs of a kind. An input that was not given before and
// now has the value that the cloud computed, which is in state, is no difference.
func compare(kind *compiled, state, old, now resource.PropertyMap) []Change {
	c := &comparison{kind: kind, state: NewValue("", resource.NewProperty(state))}
	c.objects(nil, kind.filledIn(visible(old)), kind.filledIn(visible(now)))
	return c.changes
}

type comparison struct {
	kind    *compiled
	state   Value
	changes []Change
}

func (c *comparison) objects(path resource.PropertyPath, old, now resource.PropertyMap) {
	keys := resource.PropertyMap{}
	for key := range old {
		keys[key] = resource.PropertyValue{}
	}
	for key := range now {
		keys[key] = resource.PropertyValue{}
	}
	for _, key := range keys.StableKeys() {
		c.values(append(slices.Clip(path), string(key)), old[key], now[key])
	}
}

func (c *comparison) values(path resource.PropertyPath, old, now resource.PropertyValue) {
	old, now = open(old), open(now)
	switch {
	case c.same(dot(path), old, now):
	case old.IsNull():
		if !c.kind.confirms(dot(path), c.state.At(dot(path)), NewValue("", now)) {
			c.add(path, Added, now)
		}
	case now.IsNull():
		// The cloud fills in a list that is not given; what leaves a list that is given is gone.
		if _, item := path[len(path)-1].(int); item || !c.kind.stays(dot(path)) {
			c.add(path, Removed, old)
		}
	case old.IsObject() && now.IsObject():
		c.objects(path, old.ObjectValue(), now.ObjectValue())
	case old.IsArray() && now.IsArray():
		c.lists(path, old.ArrayValue(), now.ArrayValue())
	default:
		c.add(path, Edited, now)
	}
}

func (c *comparison) lists(path resource.PropertyPath, old, now []resource.PropertyValue) {
	if c.kind.sets[dot(path)] {
		old, now = c.withoutCommon(dot(path), old, now)
	}
	for i := range max(len(old), len(now)) {
		var before, after resource.PropertyValue
		if i < len(old) {
			before = old[i]
		}
		if i < len(now) {
			after = now[i]
		}
		c.values(append(slices.Clip(path), i), before, after)
	}
}

// withoutCommon returns two sets without their common elements.
func (c *comparison) withoutCommon(path string,
	old, now []resource.PropertyValue,
) (gone, added []resource.PropertyValue) {
	rest := append([]resource.PropertyValue(nil), now...)
	for _, o := range old {
		at := -1
		for i, n := range rest {
			if c.sorted(path, open(o)).DeepEquals(c.sorted(path, open(n))) {
				at = i
				break
			}
		}
		if at < 0 {
			gone = append(gone, o)
			continue
		}
		rest = append(rest[:at], rest[at+1:]...)
	}
	return gone, rest
}

// sorted puts the sets within an item of a set into one order.
func (c *comparison) sorted(path string, item resource.PropertyValue) resource.PropertyValue {
	switch {
	case item.IsArray():
		list := make([]resource.PropertyValue, 0, len(item.ArrayValue()))
		for _, inner := range item.ArrayValue() {
			list = append(list, c.sorted(path, inner))
		}
		if c.kind.sets[path] {
			slices.SortFunc(list, func(a, b resource.PropertyValue) int { return strings.Compare(a.String(), b.String()) })
		}
		return resource.NewProperty(list)
	case item.IsObject():
		object := make(resource.PropertyMap, len(item.ObjectValue()))
		for key, inner := range item.ObjectValue() {
			object[key] = c.sorted(path+"."+string(key), inner)
		}
		return resource.NewProperty(object)
	}
	return item
}

// same also takes empty lists and maps for absent ones, as the provider does.
func (c *comparison) same(path string, old, now resource.PropertyValue) bool {
	if old.DeepEquals(now) || hollow(old) && hollow(now) {
		return true
	}
	equal := c.kind.same[path]
	return equal != nil && old.IsString() && now.IsString() && equal(old.StringValue(), now.StringValue())
}

func hollow(v resource.PropertyValue) bool {
	return v.IsNull() || v.IsArray() && len(v.ArrayValue()) == 0 || v.IsObject() && len(v.ObjectValue()) == 0
}

func (c *comparison) add(path resource.PropertyPath, kind ChangeKind, value resource.PropertyValue) {
	c.changes = append(c.changes, Change{Path: path, Kind: kind, Replaces: c.forces(path, value)})
}

// forces reports whether the path, something above it, or something in the value that comes or goes as a
// whole is named in Replaces.
func (c *comparison) forces(path resource.PropertyPath, value resource.PropertyValue) bool {
	for i := range path {
		if c.kind.replaces[dot(path[:i+1])] {
			return true
		}
	}
	value = open(value)
	switch {
	case value.IsObject():
		for key, inner := range value.ObjectValue() {
			if c.forces(append(slices.Clip(path), string(key)), inner) {
				return true
			}
		}
	case value.IsArray():
		for i, inner := range value.ArrayValue() {
			if c.forces(append(slices.Clip(path), i), inner) {
				return true
			}
		}
	}
	return false
}

// open takes secrets off a value and everything in it: whether something is secret is no difference.
func open(v resource.PropertyValue) resource.PropertyValue {
	v = NewValue("", v).raw
	switch {
	case v.IsArray():
		list := make([]resource.PropertyValue, 0, len(v.ArrayValue()))
		for _, item := range v.ArrayValue() {
			list = append(list, open(item))
		}
		return resource.NewProperty(list)
	case v.IsObject():
		m := make(resource.PropertyMap, len(v.ObjectValue()))
		for key, item := range v.ObjectValue() {
			m[key] = open(item)
		}
		return resource.NewProperty(m)
	}
	return v
}
