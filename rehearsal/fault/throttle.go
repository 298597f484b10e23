package fault

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// attempts is the number of attempts that the AWS provider makes for a throttled call: it passes max_retries to the SDK
// as the maximum number of attempts. The default is 25
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs#max_retries-1).
const attempts = 25

// throttle makes the cloud reject some calls as too frequent. Each operation counts as one call. The real provider
// waits longer after each attempt; the rehearsal does not wait.
type throttle struct {
	injector *Injector
	percent  int
	seed     uint64

	mutex sync.Mutex
	asked map[occurrence]uint64
}

func (t *throttle) intercept(ctx context.Context, op standin.Operation, next func() error) error {
	if t.percent <= 0 || op.Local {
		return next()
	}
	luck := t.randomFor(op)
	for attempt := range attempts {
		if luck.IntN(100) >= t.percent {
			return next()
		}
		if attempt < attempts-1 {
			standin.Retry(ctx)
		}
	}
	t.injector.struck.Store(true)
	return fmt.Errorf("ThrottlingException: Rate exceeded (%s '%s'): exceeded maximum number of attempts, %d",
		standin.ShortType(op.Token), op.Name, attempts)
}

// randomFor returns a random source that depends only on the operation and the seed, not on the order of operations.
func (t *throttle) randomFor(op standin.Operation) *rand.Rand {
	key := occurrence{urn: op.Urn, verb: op.Verb}
	t.mutex.Lock()
	t.asked[key]++
	time := t.asked[key]
	t.mutex.Unlock()
	name := fnv.New64a()
	fmt.Fprint(name, op.Urn, op.Verb, time)
	return rand.New(rand.NewPCG(t.seed, name.Sum64()))
}
