package standin

import (
	"fmt"
	"slices"
	"strings"
)

// Acceptance is a value that constraints refuse and the user vouches for, such as one that the cloud has introduced
// since the constraints were published.
type Acceptance struct {
	// Property is the type and the property, such as rds.Instance.engineVersion.
	Property string
	// Value is the accepted value; if All is set, every value of the property is accepted.
	Value string
	All   bool
}

// ParseAcceptance reads TYPE.PROPERTY=VALUE, or TYPE.PROPERTY for every value of it.
func ParseAcceptance(text string) (Acceptance, error) {
	property, value, given := strings.Cut(text, "=")
	if strings.Count(property, ".") < 2 {
		return Acceptance{}, fmt.Errorf("%q is not TYPE.PROPERTY=VALUE, such as rds.Instance.engineVersion=18.1", text)
	}
	return Acceptance{Property: property, Value: value, All: !given}, nil
}

// String returns the acceptance as ParseAcceptance reads it.
func (a Acceptance) String() string {
	if a.All {
		return a.Property
	}
	return a.Property + "=" + a.Value
}

// Accept makes constraints pass the values that the user vouches for.
func Accept(accepted ...Acceptance) Option {
	return func(s *Server) { s.accepted = append(s.accepted, accepted...) }
}

// Acceptance returns the acceptance that would let the value pass. It never shows a secret.
func (d *Draft) Acceptance(v Value) Acceptance {
	a := Acceptance{Property: ShortType(d.Kind.Token) + "." + dotted(v.path)}
	if a.Value = v.Scalar(); v.Secret() || a.Value == "" {
		a.Value, a.All = "", true
	}
	return a
}

// Accepted reports whether the user vouches for the value.
func (d *Draft) Accepted(v Value) bool {
	if len(d.accepted) == 0 {
		return false
	}
	property, text := ShortType(d.Kind.Token)+"."+dotted(v.path), v.Scalar()
	for _, a := range d.accepted {
		if a.Property == property && (a.All || a.Value == text) {
			return true
		}
	}
	return false
}

// Unchanged reports whether the resource has the value already: it exists with it, whatever constraints say now.
func (d *Draft) Unchanged(v Value) bool {
	if v.Missing() || !d.before.raw.IsObject() {
		return false
	}
	for _, old := range d.before.everywhere(dotted(v.path)) {
		if open(old.raw).DeepEquals(open(v.raw)) {
			return true
		}
	}
	return false
}

// everywhere returns the values at a path through lists, those that are lists themselves included.
func (v Value) everywhere(path string) []Value {
	all := v.All(path)
	for _, parent := range parents(v, path) {
		all = append(all, parent.Key(lastKey(path)))
	}
	return all
}

// RefusedAt reports whether the property has been refused already.
func (d *Draft) RefusedAt(path string) bool {
	return slices.ContainsFunc(d.refusals, func(refusal *Refusal) bool { return refusal.Property == path })
}

// dotted removes the indexes from a path.
func dotted(path string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(path, "[")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, path, _ = strings.Cut(rest, "]")
	}
}
