package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
)

// happened lists the changes of the tasks: + for one that started, - for one that stopped.
func (d *deployed) happened() string {
	var text strings.Builder
	for _, e := range d.world.Events() {
		text.WriteString(map[string]string{live.TaskStarted: "+", live.TaskStopped: "-"}[e.What])
	}
	return text.String()
}

func TestTasksAreReplacedInTheOrderThatThePercentagesLeave(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		count, least, most int
		first, deployed    string
	}{
		"one after the other":      {1, 0, 100, "+", "-+"},
		"one beside the other":     {1, 100, 200, "+", "+-"},
		"all beside the others":    {2, 100, 200, "++", "++--"},
		"one more at a time":       {2, 100, 150, "++", "+-+-"},
		"half of them at a time":   {2, 50, 100, "++", "-+-+"},
		"beside, though none must": {1, 0, 200, "+", "+-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeployed(t)
			task := d.register("web", nil, app())
			service := d.up("ecs/service:Service", "web", d.serviceOf(task, in{
				"desiredCount": row.count, "availabilityZoneRebalancing": "DISABLED", "forceNewDeployment": false,
				"deploymentMinimumHealthyPercent": row.least, "deploymentMaximumPercent": row.most,
			}))
			assert.Equal(t, row.first, d.happened())
			next := d.register("next", nil, app())
			require.NoError(t, d.update(service, in{"taskDefinition": next.out("arn")}))
			assert.Equal(t, row.first+row.deployed, d.happened())
			require.NoError(t, d.update(service, in{"desiredCount": row.count + 1}))
			require.NoError(t, d.update(service, in{"desiredCount": row.count}))
			assert.Equal(t, row.first+row.deployed+"+-", d.happened(), "a count alone deploys nothing")
		})
	}
}

func TestAStoppedTaskHasASuccessorOfTheSameRevision(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	task := d.register("web", nil, app())
	service := d.up("ecs/service:Service", "web", d.serviceOf(task, in{"desiredCount": 1}))
	require.NoError(t, live.StopTask(d.world, service.id))
	events := d.world.Events()
	assert.Equal(t, "+-+", d.happened())
	assert.Equal(t, events[0].Part, events[1].Part)
	assert.NotEqual(t, events[0].Part, events[2].Part)
	assert.Equal(t, events[0].Version, events[2].Version)

	require.NoError(t, d.remove(service))
	assert.Equal(t, "+-+-", d.happened())
	require.ErrorContains(t, live.StopTask(d.world, service.id), "no task of")
}
