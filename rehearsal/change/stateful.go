package change

import "github.com/ohcnetwork/care-ecs/rehearsal/aws"

// Stateful returns the resources that are lost together with their data or with an address that others have configured.
func (c Change) Stateful() []Resource {
	var lost []Resource
	for _, r := range c.Resources {
		if r.loss() != "" {
			lost = append(lost, r)
		}
	}
	return lost
}

// Gone returns the resources that no longer exist after the change, at least not under their old identifiers. It leaves
// out task definition revisions: each deployment registers another one, and the old one stays.
func (c Change) Gone() []Resource {
	var gone []Resource
	for _, r := range c.Resources {
		if (r.Kind == Replaced || r.Kind == Deleted) && !r.revision() {
			gone = append(gone, r)
		}
	}
	return gone
}

// loss describes the loss that comes with the resource. It is empty for a resource that stays and for one that can be
// restored without loss, such as a copy.
func (r Resource) loss() string {
	if r.copied || r.Kind != Replaced && r.Kind != Deleted {
		return ""
	}
	return aws.FactsOf(r.Type).Loss(func(property string) any { return r.old[property] })
}
