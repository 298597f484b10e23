package live

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Verdict counts the ECS services by the outcome of their last deployment.
type Verdict struct {
	// Services are all, Steady those whose tasks were seen to run.
	Services, Steady int
	// Unwatched are the names of those that nothing waits for, so that whether their tasks run was not judged.
	Unwatched []string
}

// VerdictOf counts the services of the world.
func VerdictOf(world *standin.View) Verdict {
	var v Verdict
	for _, service := range world.Live(token.EcsService) {
		v.Services++
		switch {
		case service.Marks[markSteady] != 0:
			v.Steady++
		case !service.Out("waitForSteadyState").Bool():
			v.Unwatched = append(v.Unwatched, service.Name)
		}
	}
	v.Unwatched = distinct(v.Unwatched)
	return v
}
