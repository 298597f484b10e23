package fault

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// attempts is how often the AWS provider makes a call that is throttled before it gives up: its max_retries, which is
// 25 unless configured (https://registry.terraform.io/providers/hashicorp/aws/latest/docs#max_retries-1), is what it
// gives the SDK for a limit.
const attempts = 25

// throttle has the cloud refuse some of the calls for coming too fast. Each operation stands for one call. The real
// provider waits between attempts, longer each time; here no time passes.
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
	luck := t.luck(op)
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

// luck is the same for the same operation under the same seed, in whatever order operations come.
func (t *throttle) luck(op standin.Operation) *rand.Rand {
	key := occurrence{urn: op.Urn, verb: op.Verb}
	t.mutex.Lock()
	t.asked[key]++
	time := t.asked[key]
	t.mutex.Unlock()
	name := fnv.New64a()
	fmt.Fprint(name, op.Urn, op.Verb, time)
	return rand.New(rand.NewPCG(t.seed, name.Sum64()))
}
