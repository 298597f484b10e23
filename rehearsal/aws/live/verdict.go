package live

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Verdict counts the ECS services by the outcome of their last deployment.
type Verdict struct {
	// Services is the number of all services, Steady of those whose tasks were seen to run.
	Services, Steady int
	// Stopped are the names of services with a desired count of 0, which have no tasks to judge.
	Stopped []string
	// Unwatched are the names of services that nothing waits for, so that it was not judged whether their tasks run.
	Unwatched []string
}

// VerdictOf counts the services of the world.
func VerdictOf(world *standin.View) Verdict {
	var v Verdict
	for _, service := range world.Live(token.EcsService) {
		v.Services++
		switch {
		case stopped(service):
			v.Stopped = append(v.Stopped, service.Name)
		case service.Marks[markSteady] != 0:
			v.Steady++
		case !service.Out("waitForSteadyState").Bool():
			v.Unwatched = append(v.Unwatched, service.Name)
		}
	}
	v.Unwatched = distinct(v.Unwatched)
	return v
}

// stopped reports whether the service has a desired count of 0.
func stopped(service *standin.Resource) bool {
	count := service.Out("desiredCount")
	return !count.Unknown() && count.Int() == 0 && service.Out("schedulingStrategy").Text() != "DAEMON"
}
