package limits

import (
	"cmp"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Result is what a stack uses of AWS's limits.
type Result struct {
	// Limits begins with the one that a stack meets first.
	Limits []Limit
	// Notes are what could not be computed, in a sentence each.
	Notes []string
}

// Of computes the limits of what lives in the world. The paths are who reaches whom there.
func Of(world *standin.View, paths []live.Path) Result {
	s := &survey{world: world, services: servicesOf(world), byLabel: map[string]*service{}, from: map[string][]string{}}
	for _, each := range s.services {
		s.byLabel[each.Label()] = each
	}
	for _, path := range paths {
		if s.byLabel[path.From] != nil && !slices.Contains(tail(s.from[path.To]), path.From) {
			s.from[path.To] = append(s.from[path.To], path.From)
		}
	}
	for _, each := range []func(*survey){
		(*survey).databases, (*survey).redis, (*survey).caches, (*survey).subnets, (*survey).balancers, (*survey).fargate,
		(*survey).parameters, (*survey).tasks, (*survey).connect, (*survey).groups, (*survey).account,
	} {
		each(s)
	}
	s.result.sort()
	return s.result
}

func (r *Result) sort() {
	slices.Sort(r.Notes)
	slices.SortFunc(r.Limits, func(a, b Limit) int {
		return cmp.Or(cmp.Compare(b.Severity(), a.Severity()), cmp.Compare(b.Share(), a.Share()),
			cmp.Compare(a.Kind.Key, b.Kind.Key), cmp.Compare(a.Of, b.Of))
	})
}

// Apply replaces AWS's defaults by the quotas, and remedies by those of the project, by the keys of their kinds.
func (r *Result) Apply(quotas Quotas, remedies map[string]string) {
	for i := range r.Limits {
		l := &r.Limits[i]
		if quota, given := quotas[l.Kind.Key]; given {
			l.set(quota, true)
		}
		l.Remedy = cmp.Or(remedies[l.Kind.Key], l.Remedy)
	}
	r.sort()
}

// tail returns the last element: the paths of one service to one place follow each other.
func tail(labels []string) []string { return labels[max(0, len(labels)-1):] }

// Exceeded returns the limits that are at least so bad.
func (r Result) Exceeded(least Severity) []Limit {
	var found []Limit
	for _, limit := range r.Limits {
		if limit.Severity() >= least {
			found = append(found, limit)
		}
	}
	return found
}

// First returns of each kind that is used the limit that is met first, and all limits that are exceeded.
func (r Result) First() []Limit {
	var found []Limit
	seen := map[string]bool{}
	for _, limit := range r.Limits {
		if limit.Used.Worst() == 0 {
			continue
		}
		if !seen[limit.Kind.Key] || limit.Severity() > Fine {
			found = append(found, limit)
		}
		seen[limit.Kind.Key] = true
	}
	return found
}

type survey struct {
	world    *standin.View
	services []*service
	byLabel  map[string]*service
	// from are the labels of the services that reach a place, by its label.
	from   map[string][]string
	result Result
}

// has adds a limit of a resource's own.
func (s *survey) has(kind Kind, of *standin.Resource, most float64, used *tally) {
	s.result.Limits = append(s.result.Limits, used.limit(kind, of.Label(), most))
}

// quota adds a limit with a default. A limit of the account is of no resource.
func (s *survey) quota(kind Kind, of *standin.Resource, used *tally) {
	label := ""
	if of != nil {
		label = of.Label()
	}
	s.result.Limits = append(s.result.Limits, used.limit(kind, label, kind.Default))
}

func (s *survey) note(text string) { s.result.Notes = append(s.result.Notes, text) }
