package standin

import (
	"slices"
	"strings"
)

// Survey has everything that is refused done all the same, and remembered by the world: a run that failed is repeated
// in this way to find the other refusals that it did not come to.
func Survey() Option { return func(s *Server) { s.survey = true } }

// Survey reports whether refused operations are performed nevertheless. A rule that would stop at its first refusal
// then goes on.
func (d *Draft) Survey() bool { return d.survey }

// Forgiven is a refusal that a survey has let pass.
type Forgiven struct{ Urn, Text string }

// Forgiven returns the refusals of a survey in their order, each once.
func (w *World) Forgiven() []Forgiven {
	var all []Forgiven
	w.Look(func(v *View) { all = slices.Clone(v.forgiven) })
	return all
}

// forgive moves the refusals of a survey to the world.
func (v *View) forgive(d *Draft) {
	if !d.survey {
		return
	}
	for _, refusal := range d.refusals {
		text := refusal.Error()
		known := slices.ContainsFunc(v.forgiven, func(f Forgiven) bool { return f.Text == text })
		if !known && !v.follows(d, refusal) {
			v.forgiven = append(v.forgiven, Forgiven{d.Urn, text})
		}
		v.refused[d.Urn] = d.label()
	}
	d.refusals = nil
}

// follows reports whether a refusal is about a conflict with a resource of the same type that was refused itself and so
// would not be there.
func (v *View) follows(d *Draft, refusal *Refusal) bool {
	for urn, label := range v.refused {
		if urn != d.Urn && sameType(label, d.label()) && strings.Contains(refusal.Rule, label) {
			return true
		}
	}
	return false
}

func sameType(label, other string) bool {
	one, _, _ := strings.Cut(label, " ")
	two, _, _ := strings.Cut(other, " ")
	return one == two
}

// Waits reports whether the program has one resource wait for another, directly or through others. It is true if what a
// resource on the way waits for is not known.
func (v *View) Waits(later, earlier string) bool { return v.waits(later, earlier) }
