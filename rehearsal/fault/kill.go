package fault

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Kill ends the command line at once, as a power cut or an impatient operator does. The cloud keeps what it has made,
// and finishes what it has begun beside; the state has what was written by then, a lock, and a list of pending
// operations.
type Kill struct {
	// After is the operation, counted as they begin, that the kill hits; 0 means none.
	After int
	// Unsent says that the request of this operation never reaches the cloud. Otherwise the cloud does what it was
	// asked, and the answer is lost, which is the harder case: then nobody but the cloud knows of a new resource.
	Unsent bool
	// Strike kills the command line. It must be set before the first operation.
	Strike func()
}

// deafness is how long an answer is kept back that nobody may hear. A killed process closes its connections at once.
const deafness = 10 * time.Second

var errKilled = errors.New("the command line was killed")

type killer struct {
	Kill

	injector *Injector
	begun    atomic.Int64
	killed   atomic.Bool
	mutex    sync.Mutex
}

// OnKill sets what kills the command line, for when it is known only after the providers are made.
func (i *Injector) OnKill(strike func()) {
	i.killer.mutex.Lock()
	defer i.killer.mutex.Unlock()
	i.killer.Strike = strike
}

// Killed reports that the kill has struck.
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
	case <-time.After(deafness):
	}
	return errors.Join(err, errKilled)
}
