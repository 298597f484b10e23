package standin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/near"
)

// Codes of the refusals of the provider itself, in the words of the Pulumi bridge.
const (
	codeMissing  = "Missing required argument"
	codeUnknown  = "Invalid or unknown key"
	codeMistyped = "Invalid type"
)

// conform refuses inputs that the SDK's type does not allow.
func (d *Draft) conform(f *fields, required []string) {
	d.object(d.inputs, f)
	for _, path := range required {
		for _, at := range parents(d.inputs, path) {
			d.demand(at.Key(lastKey(path)))
		}
	}
}

func (d *Draft) object(v Value, f *fields) {
	for _, key := range v.Keys() {
		s, ok := f.shapes[key]
		if !ok && (f.open || d.lenient) {
			continue
		}
		if !ok {
			d.RefuseBy(knownArgument, v.Key(key), codeUnknown,
				"an unexpected argument "+strconv.Quote(key)+" was provided", suggestion(key, f))
			continue
		}
		d.shaped(v.Key(key), s)
	}
	for _, key := range f.required {
		d.demand(v.Key(key))
	}
}

func (d *Draft) demand(v Value) {
	if v.Missing() {
		d.RefuseBy(requiredArgument, v, codeMissing,
			fmt.Sprintf("the argument %q is required, but no definition was found", lastKey(v.path)), "set "+v.path)
	}
}

func (d *Draft) shaped(v Value, s *shape) {
	if !v.Known() || s.kind == anyShape {
		return
	}
	switch {
	case s.kind == listShape && v.raw.IsArray():
		for _, item := range v.Items() {
			d.shaped(item, s.elem)
		}
	case s.kind == mapShape && v.raw.IsObject():
		for _, key := range v.Keys() {
			d.shaped(v.Key(key), s.elem)
		}
	case s.kind == objectShape && v.raw.IsObject():
		d.object(v, s.fields)
	case !scalar(v, s.kind):
		got := v.raw.TypeString()
		d.RefuseBy(rightType, v, codeMistyped, fmt.Sprintf("expected %s type, got %s type", s.kind, got),
			"give a value of type "+string(s.kind))
	}
}

// scalar allows the conversions of the bridge: numbers and booleans written as strings, and scalars where a
// string is wanted.
func scalar(v Value, want shapeKind) bool {
	switch want {
	case stringShape:
		return v.raw.IsString() || v.raw.IsNumber() || v.raw.IsBool()
	case numberShape:
		_, err := strconv.ParseFloat(v.Text(), 64)
		return v.raw.IsNumber() || err == nil
	case boolShape:
		return v.raw.IsBool() || v.Text() == "true" || v.Text() == "false"
	case anyShape:
		return true
	case listShape, mapShape, objectShape:
	}
	return false
}

// parents returns the objects that should carry the last key of the path.
func parents(root Value, path string) []Value {
	cut := strings.LastIndex(path, ".")
	if cut < 0 {
		return []Value{root}
	}
	return root.All(path[:cut])
}

func lastKey(path string) string { return path[strings.LastIndex(path, ".")+1:] }

// suggestion names the closest legal property, or some of them.
func suggestion(key string, f *fields) string {
	names := make([]string, 0, len(f.shapes))
	for name := range f.shapes {
		names = append(names, name)
	}
	return Nearest(key, names)
}

// Nearest returns the advice for a name that is not legal: the one that was probably meant, or all that are.
func Nearest(name string, legal []string) string {
	if meant := near.Of(name, legal); meant != "" {
		return "did you mean " + strconv.Quote(meant) + "?"
	}
	return "remove it; legal are " + strings.Join(slices.Sorted(slices.Values(legal)), ", ")
}
