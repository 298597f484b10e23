// Package fault injects faults into a rehearsal to imitate the ways in which deployments fail: a call returns an error,
// AWS throttles calls, the command line is killed. Pulumi and the program have to cope with them.
//
// Faults are interceptors of the provider operations. They change neither the engine nor the program, and previews are
// never affected.
package fault

import (
	"slices"
	"sync/atomic"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Faults are the faults of one rehearsal.
type Faults struct {
	// Failures are the operations that fail.
	Failures []Failure
	// Throttle is the percentage of calls that the cloud throttles.
	Throttle int
	// Seed selects the calls that are throttled. The same seed selects the same calls.
	Seed uint64
	// Kill ends the command line in the middle of an operation.
	Kill Kill
}

// Injector injects faults into the providers that are created with its Options.
type Injector struct {
	struck   atomic.Bool
	failing  *failing
	throttle *throttle
	killer   *killer
}

// New returns an injector. It counts operations and failures over its lifetime, across all runs.
func New(faults Faults) *Injector {
	i := &Injector{}
	i.failing = &failing{injector: i, failures: faults.Failures, times: map[occurrence]int{}}
	i.throttle = &throttle{injector: i, percent: faults.Throttle, seed: faults.Seed, asked: map[occurrence]uint64{}}
	i.killer = &killer{injector: i, Kill: faults.Kill}
	return i
}

// Options returns the options to pass to every provider of the rehearsal.
func (i *Injector) Options() []standin.Option {
	return []standin.Option{
		standin.Intercept(i.killer.intercept),
		standin.Intercept(i.throttle.intercept), standin.Intercept(i.failing.intercept),
	}
}

// Struck reports whether a fault has reached the engine: an operation failed, or the command line was killed. A
// throttled call that succeeded on a later attempt does not count.
func (i *Injector) Struck() bool { return i.struck.Load() }

// Unmet returns the failures that have not matched any operation yet. They may be typing errors.
func (i *Injector) Unmet() []Failure {
	i.failing.mutex.Lock()
	defer i.failing.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(i.failing.failures), i.failing.met)
}

// occurrence identifies a kind of operation on one resource.
type occurrence struct {
	urn  string
	verb standin.Verb
	// rule is the index of the failure in the list, or 0 for faults that may hit every operation.
	rule int
}
