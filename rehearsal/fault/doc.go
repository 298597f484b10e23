// Package fault breaks a rehearsal on purpose, in the ways in which deployments break: a call that fails, a cloud that
// asks to slow down, a command line that is killed. What is made of it afterwards is up to Pulumi and the program.
//
// Faults stand around the operations of the providers, as interceptors. They touch neither the engine nor the
// program, and previews meet none.
package fault

import (
	"slices"
	"sync/atomic"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Faults are what goes wrong in a rehearsal.
type Faults struct {
	// Failures are the operations that fail.
	Failures []Failure
	// Throttle is the share of calls, in percent, that the cloud refuses for coming too fast.
	Throttle int
	// Seed decides which calls are throttled.
	Seed uint64
	// Kill ends the command line in the midst of its work.
	Kill Kill
}

// Injector puts faults into the providers that are made with its Options.
type Injector struct {
	struck   atomic.Bool
	failing  *failing
	throttle *throttle
	killer   *killer
}

// New makes an injector. It counts operations and failures over its whole life, however many runs there are.
func New(faults Faults) *Injector {
	i := &Injector{}
	i.failing = &failing{injector: i, failures: faults.Failures, times: map[occurrence]int{}}
	i.throttle = &throttle{injector: i, percent: faults.Throttle, seed: faults.Seed, asked: map[occurrence]uint64{}}
	i.killer = &killer{injector: i, Kill: faults.Kill}
	return i
}

// Options are for every provider of the rehearsal.
func (i *Injector) Options() []standin.Option {
	return []standin.Option{
		standin.Intercept(i.killer.intercept), standin.Intercept(i.throttle.intercept), standin.Intercept(i.failing.intercept),
	}
}

// Struck reports that some fault has reached the engine: an operation failed, or the command line was killed. A call
// that was throttled until it succeeded is none.
func (i *Injector) Struck() bool { return i.struck.Load() }

// Unmet are the failures that no operation has met so far, which may be slips of the pen.
func (i *Injector) Unmet() []Failure {
	i.failing.mutex.Lock()
	defer i.failing.mutex.Unlock()
	return slices.DeleteFunc(slices.Clone(i.failing.failures), i.failing.met)
}

// occurrence tells the operations on one resource apart by what they do.
type occurrence struct {
	urn  string
	verb standin.Verb
	// rule is the failure's place in the list; 0 for what concerns all operations.
	rule int
}
