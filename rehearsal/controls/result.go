package controls

import (
	"cmp"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Result has a finding for each control that judges a resource of the stack.
type Result struct {
	Findings []Finding
	// Idle are the reasons of the project that excuse nothing in this stack, in a sentence each.
	Idle []string
}

// Finding is whether a control holds.
type Finding struct {
	Control
	// Judged are the resources that the control judges.
	Judged []Resource
	// Breaches are those for which it does not hold.
	Breaches []Breach
	// Key names what changes it in the project: a key, if the project names one, or an argument of AWS's resources.
	Key string
}

// Resource is a resource that a control judges.
type Resource struct {
	// Label describes it as reports do, and Name is its name in the program.
	Label, Name string
}

// Breach is a resource for which a control does not hold.
type Breach struct {
	Resource
	// Why is the value that does not satisfy the control.
	Why string
	// Reason is why the project accepts this, or "" if it does not.
	Reason string
}

// Of judges what lives in the world.
func Of(world *standin.View) Result {
	var result Result
	for _, c := range All {
		finding := Finding{Control: c, Key: c.Remedy}
		resources := world.Live(c.token)
		slices.SortFunc(resources, func(a, b *standin.Resource) int { return cmp.Compare(a.Label(), b.Label()) })
		for _, r := range resources {
			if c.applies != nil && !c.applies(r) {
				continue
			}
			judged := Resource{r.Label(), r.Name}
			finding.Judged = append(finding.Judged, judged)
			if why := c.breach(world, r); why != "" {
				finding.Breaches = append(finding.Breaches, Breach{Resource: judged, Why: why})
			}
		}
		if len(finding.Judged) > 0 {
			result.Findings = append(result.Findings, finding)
		}
	}
	return result
}

// Holds reports whether the control holds for every resource that it judges.
func (f Finding) Holds() bool { return len(f.Breaches) == 0 }

// Unexplained returns the breaches for which the project has no reason.
func (f Finding) Unexplained() []Breach {
	var found []Breach
	for _, breach := range f.Breaches {
		if breach.Reason == "" {
			found = append(found, breach)
		}
	}
	return found
}

// Count returns how many controls hold, and how many do not and have no reason for each of their breaches.
func (r Result) Count() (holding, unexplained int) {
	for _, f := range r.Findings {
		switch {
		case f.Holds():
			holding++
		case len(f.Unexplained()) > 0:
			unexplained++
		}
	}
	return holding, unexplained
}
