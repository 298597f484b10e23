package engine_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// taskCounts returns the desired number of tasks of each service that runs Care.
func (s *stack) taskCounts() map[string]int {
	s.t.Helper()
	counts := map[string]int{}
	for _, resource := range s.cloud.World.Live() {
		if resource.Token == serviceToken && resource.Name != "redis" {
			counts[resource.Name] = resource.Out("desiredCount").Int()
		}
	}
	return counts
}

func TestAStoppedStackHasNoTasksThatWriteAndNothingStartsThem(t *testing.T) {
	t.Parallel()
	scaled := map[string]string{
		"careDesiredCount": "2", "careMaxCount": "6", "celeryWorkers": "3", "celeryMaxWorkers": "5", "alarms": "true",
	}
	s := open(t, rehearsal.Options{Config: scaled})
	s.up()
	running := map[string]int{"care-backend": 2, "care-celery": 1, "care-celery-worker": 2}
	assert.Equal(t, running, s.taskCounts())

	s.set(map[string]string{"stopped": "true"})
	for _, step := range s.up().Changed() {
		if step.Op != rehearsal.OpUpdate {
			assert.Equal(t, "aws:appautoscaling/policy:Policy", step.Type, step.Urn)
		}
	}
	assert.Equal(t, map[string]int{"care-backend": 0, "care-celery": 0, "care-celery-worker": 0}, s.taskCounts())
	assert.Equal(t, 1, s.live(serviceToken, "redis").Out("desiredCount").Int(), "Redis keeps what waits in the queue")
	s.cloud.Look(func(view *standin.View) {
		want := live.Verdict{Services: 4, Steady: 1, Stopped: []string{"care-celery", "care-celery-worker", "care-backend"}}
		got := live.VerdictOf(view)
		assert.ElementsMatch(t, want.Stopped, got.Stopped)
		got.Stopped = want.Stopped
		assert.Equal(t, want, got)
	})
	assert.Equal(t, map[string][2]int{"care-backend": {0, 0}, "care-celery-worker": {0, 0}}, bounds(s))
	assert.Equal(t, []string{"care-backend-errors", "care-beat-silent", "care-queue"}, silentAlarms(s))
	assert.Empty(t, s.up().Changed())

	s.set(map[string]string{"stopped": "false"})
	s.up()
	assert.Equal(t, running, s.taskCounts())
	assert.Equal(t, map[string][2]int{"care-backend": {2, 6}, "care-celery-worker": {2, 4}}, bounds(s))
	assert.Empty(t, silentAlarms(s))
	assert.Empty(t, s.up().Changed())
	s.destroy()
}

// bounds returns the bounds of each scalable target.
func bounds(s *stack) map[string][2]int {
	found := map[string][2]int{}
	s.cloud.Look(func(view *standin.View) {
		for _, target := range view.Live(scalableTargetToken) {
			found[target.Name] = [2]int{target.Out("minCapacity").Int(), target.Out("maxCapacity").Int()}
		}
	})
	return found
}

// silentAlarms returns the alarms that notify nobody, in the order of their names.
func silentAlarms(s *stack) []string {
	var names []string
	s.cloud.Look(func(view *standin.View) {
		for _, alarm := range view.Live("aws:cloudwatch/metricAlarm:MetricAlarm") {
			if enabled := alarm.Out("actionsEnabled"); enabled.Known() && !enabled.Bool() {
				names = append(names, alarm.Name)
			}
		}
	})
	slices.Sort(names)
	return names
}

func TestAScheduleDoesNotStartAStoppedStack(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: officeHours})
	s.up()
	s.set(map[string]string{"stopped": "true"})
	s.up()
	s.clock("11:00")
	assert.Equal(t, map[string]int{"care-backend": 0, "care-celery": 0}, s.taskCounts())
	s.set(map[string]string{"stopped": "false"})
	s.up()
	s.clock("11:00")
	assert.Equal(t, map[string]int{"care-backend": 1, "care-celery": 1}, s.taskCounts(), "the schedule starts it again")
}
