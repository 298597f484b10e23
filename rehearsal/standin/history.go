package standin

import (
	"slices"
)

// Operation is one thing that was done, or tried, to a resource.
type Operation struct {
	// Start and End are ticks of the world's clock; End is 0 while it runs.
	Start, End int64
	Verb       Verb
	// Token, Urn, Name and Id identify the resource. Id is empty for a creation that failed.
	Token, Urn, Name, Id string
	// Preview reports whether it was part of a preview. Previews are not in the history.
	Preview bool `json:"-"`
	// Local reports whether its resource lives in the state alone, so that no call leaves the machine for it.
	Local bool `json:",omitempty"`
	// Retries counts how often the provider had to ask the cloud again.
	Retries int `json:",omitempty"`
	// Refs are the URNs of the live resources that its inputs name: the dependencies that can be known
	// from values. Dependencies declared by the program alone are not among them.
	Refs []string
	// Error is why it failed; empty when it succeeded.
	Error string
}

// Assumption is something outside the world that a live resource names and the rehearsal takes to exist.
type Assumption struct {
	Urn, Resource, Property, Value string
	// What is assumed, in words.
	What string
}

func (v *View) begin(op Operation) int64 {
	op.Start = v.Tick()
	v.history = append(v.history, op)
	return op.Start
}

func (v *View) end(start int64, id string, refs []string, retries int, err error) {
	at, found := slices.BinarySearchFunc(v.history, start, func(op Operation, start int64) int {
		return int(op.Start - start)
	})
	if !found {
		return
	}
	op := &v.history[at]
	op.End, op.Refs, op.Retries = v.Tick(), refs, retries
	if id != "" {
		op.Id = id
	}
	if err != nil {
		op.Error = err.Error()
	}
}

// Assume notes that a function named something outside this world, which is taken to exist.
func (q *Question) Assume(property, value, what string) {
	q.World.assume(Assumption{Resource: ShortType(q.Token), Property: property, Value: value, What: what})
}

func (v *View) assume(a Assumption) {
	if !slices.Contains(v.assumptions, a) {
		v.assumptions = append(v.assumptions, a)
	}
}

// assumed returns the assumptions without those of resources that are gone.
func (v *View) assumed() []Assumption {
	live := map[string]bool{}
	for _, r := range v.All() {
		live[r.Urn] = true
	}
	return slices.DeleteFunc(slices.Clone(v.assumptions), func(a Assumption) bool { return a.Urn != "" && !live[a.Urn] })
}
