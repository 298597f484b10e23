package standin

import (
	"maps"
	"slices"
)

// Event is something that happened in the cloud without being asked for, such as a task that a service started.
type Event struct {
	// At is a tick of the world's clock.
	At int64
	// Owner is the identifier of the live resource that it happened to.
	Owner string
	// What happened, to which part of the owner, and the version of that part. The rules of the owner's type define What
	// and Version.
	What, Part, Version string
}

// Happen lets something happen in the cloud that no engine asks for.
func (w *World) Happen(happen func(*View)) { w.change(happen) }

// Alter changes outputs of a live resource and returns the changed resource.
func (v *View) Alter(live *Resource, outputs Props) *Resource {
	now := *live
	now.Outputs = live.Outputs.Copy()
	maps.Copy(now.Outputs, outputs.properties())
	v.swap(live, &now)
	return &now
}

// Events returns all events since the world was made, in their order.
func (w *World) Events() []Event {
	var events []Event
	w.Look(func(v *View) { events = slices.Clone(v.events) })
	return events
}

// Note records an event at the next tick.
func (v *View) Note(e Event) {
	e.At = v.Tick()
	v.events = append(v.events, e)
}

// Events returns the events of one resource, in their order.
func (v *View) Events(owner string) []Event {
	var events []Event
	for _, e := range v.events {
		if e.Owner == owner {
			events = append(events, e)
		}
	}
	return events
}
