package change

import "github.com/ohcnetwork/care-ecs/rehearsal/aws"

// Stateful are the resources whose data, or whose place in the configuration of others, is lost with them.
func (c Change) Stateful() []Resource {
	var lost []Resource
	for _, r := range c.Resources {
		if r.loss() != "" {
			lost = append(lost, r)
		}
	}
	return lost
}

// Gone are the resources that are no longer there afterwards, under their old identifier at least. Revisions of task
// definitions are not among them: each deployment makes another one, and the old one stays.
func (c Change) Gone() []Resource {
	var gone []Resource
	for _, r := range c.Resources {
		if (r.Kind == Replaced || r.Kind == Deleted) && !r.revision() {
			gone = append(gone, r)
		}
	}
	return gone
}

// loss returns what is lost with the resource. It is empty for a resource that stays, and for one whose loss costs nothing
// but time, as that of a copy.
func (r Resource) loss() string {
	if r.copied || r.Kind != Replaced && r.Kind != Deleted {
		return ""
	}
	return aws.FactsOf(r.Type).Loss(func(property string) any { return r.old[property] })
}
