package live

import (
	"fmt"
	"math"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The events of a service's tasks, with the task as their part and its revision as the version.
const (
	// TaskStarted is a task that was placed.
	TaskStarted = "task started"
	// TaskStopped is a task that was signaled to stop. ECS then starts its successor without waiting for its containers to
	// end (https://github.com/aws/containers-roadmap/issues/959).
	TaskStopped = "task stopped"
)

// StopTask stops the oldest task of a service, as `aws ecs stop-task` does, or a host that is lost. The service starts
// a successor of the revision that it is deployed with.
func StopTask(world *standin.World, serviceArn string) error {
	err := fmt.Errorf("no task of %s runs", serviceArn)
	world.Happen(func(v *standin.View) {
		service := v.Get(token.EcsService, serviceArn)
		running := runningTasks(v, serviceArn)
		if service == nil || len(running) == 0 {
			return
		}
		tasks := serviceTasks{v, service, running}
		tasks.stop()
		tasks.start()
		err = nil
	})
	return err
}

// maxTasks is how many tasks of a service are kept: the quota of ECS. A larger number, which a user may have raised the
// quota for, would make the rehearsal slow and show nothing more
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html).
const maxTasks = 5000

// keptTasks returns how many tasks are kept for a desired count. A count that ECS refuses arrives here as well, when
// the rehearsal goes on after the refusal to find others, and a negative one has no tasks.
func keptTasks(count int) int { return min(max(count, 0), maxTasks) }

// ScaleService sets the number of tasks of a service, as a scaler does, or `aws ecs update-service`.
func ScaleService(world *standin.View, service *standin.Resource, count int) {
	tasks := serviceTasks{
		world,
		world.Alter(service, standin.Props{"desiredCount": count}),
		runningTasks(world, service.Id),
	}
	count = keptTasks(count)
	for len(tasks.running) > count {
		tasks.stop()
	}
	for len(tasks.running) < count {
		tasks.start()
	}
}

// runningTasks returns the tasks of a service as they were started, the oldest first.
func runningTasks(world *standin.View, serviceArn string) []standin.Event {
	var running []standin.Event
	for _, e := range world.Events(serviceArn) {
		switch e.What {
		case TaskStarted:
			running = append(running, e)
		case TaskStopped:
			running = slices.DeleteFunc(running, func(task standin.Event) bool { return task.Part == e.Part })
		}
	}
	return running
}

// serviceTasks are the tasks of a service while they change.
type serviceTasks struct {
	world   *standin.View
	service *standin.Resource
	running []standin.Event
}

func (t *serviceTasks) start() {
	task := standin.Event{
		Owner:   t.service.Id,
		What:    TaskStarted,
		Part:    standin.Draw(ident.HexDigits, 32),
		Version: t.service.Out("taskDefinition").Text(),
	}
	t.running = append(t.running, task)
	t.world.Note(task)
}

// stop stops the oldest.
func (t *serviceTasks) stop() {
	task := t.running[0]
	t.running = t.running[1:]
	task.What = TaskStopped
	t.world.Note(task)
}

// runTasks replaces all tasks in a deployment, in the order that its percentages leave: one is started where another
// may run, else one is stopped. The least is rounded up and the most down
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html). Without a deployment
// the number of tasks follows the desired count.
func (d *deployment) runTasks() {
	tasks := serviceTasks{d.World, d.This, runningTasks(d.World, d.This.Id)}
	desired := keptTasks(d.count())
	old := 0
	if d.startsDeployment() {
		old = len(tasks.running)
	}
	share := func(path string) float64 { return d.In(path).Number() * float64(desired) / 100 }
	least, most := int(math.Ceil(share("deploymentMinimumHealthyPercent"))), int(
		math.Floor(share("deploymentMaximumPercent")),
	)
	for old > 0 || len(tasks.running) != desired {
		switch running := len(tasks.running); {
		case running-old < desired && (running < most || running < desired):
			tasks.start()
		case running > least || running > desired:
			tasks.stop()
			old = max(0, old-1)
		default: // ecsDeploymentPercent refuses percentages between which nothing can move
			return
		}
	}
}

// StopTasks ends the tasks of a service that is deleted.
func StopTasks(o *standin.Op) {
	tasks := serviceTasks{o.World, o.Old, runningTasks(o.World, o.Id)}
	for !o.Refused() && len(tasks.running) > 0 {
		tasks.stop()
	}
}
