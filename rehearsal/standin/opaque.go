package standin

import (
	"fmt"
	"maps"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// opaque makes a kind of a type that no catalogue describes: it has the properties of the program's SDK, an
// invented identifier and invented outputs, and no rules.
func (s *Server) opaque(token string) (*compiled, error) {
	kind := Kind{Token: token}
	if s.types != nil {
		if args, state, found := s.types.Resource(token); found {
			kind.Args, kind.State = args, state
		}
	}
	args, err := schemaOf(kind.Args)
	if err != nil {
		return nil, err
	}
	state, err := schemaOf(kind.State)
	if err != nil {
		return nil, err
	}
	if name := args.shapes["name"]; name != nil && name.kind == stringShape {
		kind.Name = Naming{Property: "name"}
	}
	kind.Id = func(*Op) string { return inventedId(token) }
	kind.Outputs = func(o *Op) Props {
		i := inventor{pkg: &s.pkg, scope: o.Scope, token: token, name: o.Name}
		return i.outputs(o, args, state)
	}
	c, err := compile(kind)
	if err == nil {
		c.opaque = true
	}
	return c, err
}

func inventedId(token string) string {
	const digits = 17
	return strings.ToLower(lastName(token)) + "-" + Draw("0123456789abcdef", digits)
}

// inventor makes up outputs that look like those of a cloud.
type inventor struct {
	pkg   *Package
	scope Scope
	token string
	name  string
}

// placed are inputs that a cloud often chooses itself if they are not given, and that a program then reads.
var placed = regexp.MustCompile(`(?i)(endpoint|address|ip|dnsName|port)$`)

// outputs returns invented values for the properties that are not inputs.
func (i inventor) outputs(o *Op, args, state *fields) Props {
	made := Props{}
	for name, s := range state.shapes {
		if name == "id" {
			continue
		}
		if _, input := args.shapes[name]; !input || o.In(name).Missing() && placed.MatchString(name) {
			made[name] = i.value(name, s)
		}
	}
	return made
}

func (i inventor) object(f *fields) Props {
	made := Props{}
	for name, s := range f.shapes {
		made[name] = i.value(name, s)
	}
	return made
}

func singular(name string) string { return strings.TrimSuffix(name, "s") }

// value makes up a property. A list has an element, and one of texts has two, so that a program can take some.
func (i inventor) value(name string, s *shape) any {
	switch s.kind {
	case stringShape:
		return i.text(name)
	case numberShape:
		return 1
	case boolShape:
		return false
	case listShape:
		one, other := i, i
		other.name += "-2"
		if s.elem.kind != stringShape {
			return []any{property(one.value(singular(name), s.elem))}
		}
		return []any{property(one.value(singular(name), s.elem)), property(other.value(singular(name), s.elem))}
	case mapShape:
		return Props{}
	case objectShape:
		return i.object(s.fields)
	case anyShape:
	}
	return nil
}

func (i inventor) text(name string) string {
	if i.pkg.Invent != nil {
		if text := i.pkg.Invent(i.scope, i.token, i.name, name); text != "" {
			return text
		}
	}
	return fmt.Sprintf("%s-%s", i.name, name)
}

// made reports whether a live resource of an unknown type came with a text: as its identifier or as an output.
func (r *Resource) made(text string) bool {
	if r.Id == text {
		return true
	}
	found := false
	outputs := maps.Clone(r.Outputs)
	for key := range r.Inputs {
		if key != "name" {
			delete(outputs, key)
		}
	}
	textsWithin(resource.NewProperty(outputs), func(other string, _ bool) { found = found || other == text })
	return found
}
