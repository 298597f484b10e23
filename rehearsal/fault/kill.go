package fault

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Kill ends the command line at once, like a power failure or an impatient operator. The cloud keeps the resources it
// has created and completes the operations in progress. The state contains everything that was written until then, a
// lock, and a list of pending operations.
type Kill struct {
	// After is the number of the operation that is interrupted, in the order in which operations begin; 0 means none.
	After int
	// Unsent means that the request for this operation never reaches the cloud. Otherwise the cloud carries out the
	// operation and the response is lost. This is the harder case, because nobody but the cloud knows about a new
	// resource.
	Unsent bool
	// Strike kills the command line. It must be set before the first operation.
	Strike func()
}

// holdResponse is the maximum time for which the response to a killed client is held back. A killed process closes its
// connections at once, which ends the wait.
const holdResponse = 10 * time.Second

var errKilled = errors.New("the command line was killed")

type killer struct {
	Kill

	injector *Injector
	begun    atomic.Int64
	killed   atomic.Bool
	mutex    sync.Mutex
}

// OnKill sets the function that kills the command line, for callers that have it only after the providers exist.
func (i *Injector) OnKill(strike func()) {
	i.killer.mutex.Lock()
	defer i.killer.mutex.Unlock()
	i.killer.Strike = strike
}

// Killed reports whether the command line has been killed.
func (i *Injector) Killed() bool { return i.killer.killed.Load() }

func (k *killer) intercept(ctx context.Context, _ standin.Operation, next func() error) error {
	if k.begun.Add(1) != int64(k.After) {
		return next()
	}
	var err error
	if !k.Unsent {
		err = next()
	}
	k.killed.Store(true)
	k.injector.struck.Store(true)
	k.mutex.Lock()
	strike := k.Strike
	k.mutex.Unlock()
	if strike != nil {
		strike()
	}
	select {
	case <-ctx.Done():
	case <-time.After(holdResponse):
	}
	return errors.Join(err, errKilled)
}
