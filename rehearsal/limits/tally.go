package limits

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// tally adds up how much of one limit is used.
type tally struct {
	// fixed is used whatever the number of tasks is.
	fixed float64
	// shares depend on the number of tasks.
	shares []share
}

// share is what each task of a service uses.
type share struct {
	service *service
	each    float64
	// spread is the number of places that the tasks are spread over; the limit is that of one place.
	spread int
}

func (t *tally) add(s *service, each float64) {
	if each != 0 {
		t.shares = append(t.shares, share{s, each, 1})
	}
}

func (h share) in(s scenario) float64 {
	return h.each * math.Ceil(float64(h.service.tasks(s))/float64(h.spread))
}

func (t *tally) in(s scenario) float64 {
	sum := t.fixed
	for _, share := range t.shares {
		sum += share.in(s)
	}
	return sum
}

func (t *tally) amounts() Amounts {
	return Amounts{t.in(desired), t.in(deploying), t.in(scaled), t.in(deployingScaled)}
}

// limit returns the limit with what is used of it.
func (t *tally) limit(kind Kind, of string, most float64) Limit {
	l := Limit{Kind: kind, Of: of, Used: t.amounts(), Remedy: kind.Remedy, tally: t}
	l.set(most, false)
	return l
}

// set changes the limit.
func (l *Limit) set(most float64, given bool) {
	l.Max, l.Given, l.Fits = most, given, ""
	if s, over := l.exceeded(); over {
		l.Fits = l.tally.fits(s.deployed(), most)
	}
}

// fits describes how many tasks of one service may run if the others keep their numbers: of the service that uses most,
// or of the next one if not even one task of it fits. It is empty if there is no such service. The scenario is that of
// a deployment: a number that fits only until the next deployment does not fit.
func (t *tally) fits(s scenario, most float64) string {
	used := t.in(s)
	ordered := slices.SortedFunc(slices.Values(t.shares), func(a, b share) int {
		return cmp.Or(cmp.Compare(b.in(s), a.in(s)), cmp.Compare(a.service.Name, b.service.Name))
	})
	for _, share := range ordered {
		left := most - (used - share.in(s))
		if tasks := share.fits(left); tasks > 0 {
			return fmt.Sprintf("with a %s of %d for %s it would fit", share.service.numbered(s), tasks, share.service.Name)
		}
	}
	return ""
}

// fits returns the number of tasks that use no more than what is left during a deployment, when AWS rounds the
// percentage of them down.
func (h share) fits(left float64) int {
	tasks := int(max(0, math.Floor(left/h.each)) * float64(h.spread))
	return ((tasks+1)*wholePercent - 1) / h.service.percent
}
