package standin

import (
	"maps"
	"slices"
)

// Property is one input of a kind, or one property within it.
type Property struct {
	// Path is dotted and passes through lists.
	Path string
	// Kind is object, string, number, bool, any, map, or "list of" one of them.
	Kind string
	// Required is set if the SDK or the catalogue requires it.
	Required bool
}

// Properties returns the inputs of the kind and all that is within them, each object before its properties.
func (k Kind) Properties() ([]Property, error) {
	args, err := schemaOf(k.Args)
	if err != nil {
		return nil, err
	}
	return args.properties("", setOf(k.Required)), nil
}

func (f *fields) properties(prefix string, demanded map[string]bool) []Property {
	required := setOf(f.required)
	var all []Property
	for _, name := range slices.Sorted(maps.Keys(f.shapes)) {
		s, path := f.shapes[name], prefix+name
		all = append(all, Property{Path: path, Kind: s.kindName(), Required: required[name] || demanded[path]})
		for s.kind == listShape {
			s = s.elem
		}
		if s.kind == objectShape {
			all = append(all, s.fields.properties(path+".", demanded)...)
		}
	}
	return all
}

func (s *shape) kindName() string {
	if s.kind == listShape {
		return "list of " + s.elem.kindName()
	}
	return string(s.kind)
}
