package tests

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
	"github.com/ohcnetwork/care-ecs/rehearsal/logfilter"
)

// counted returns the sum that a metric gets from a line in a log group, as CloudWatch computes it, and whether it gets
// a value at all.
func counted(t *testing.T, result *pulumitest.Result, metric, logGroup, line string) (sum float64, has bool) {
	t.Helper()
	for _, filter := range result.OfType(metricFilterType) {
		if filter.Text("logGroupName") != logGroup || filter.Text("metricTransformation.name") != metric {
			continue
		}
		pattern, err := logfilter.Parse(filter.Text("pattern"))
		require.NoError(t, err)
		text := filter.Text("metricTransformation.value")
		if !pattern.Matches(line) {
			text = filter.Text("metricTransformation.defaultValue")
		}
		switch text {
		case "0":
			has = true
		case "1":
			sum, has = sum+1, true
		default:
			assert.Empty(t, text)
		}
	}
	return sum, has
}

func TestAScheduledTaskIsCountedInTheLogsOfAllWorkers(t *testing.T) {
	t.Parallel()
	result := alarmsOf(t, richAlarmsArgs("one"))
	assert.Equal(t, []string{"one-beat-more", "one-beat-none", "one-beat-worker"}, result.Names(metricFilterType))
	for _, filter := range result.OfType(metricFilterType) {
		assert.Equal(t, "care/one", filter.Text("metricTransformation.namespace"))
		assert.Equal(t, "Count", filter.Text("metricTransformation.unit"))
	}
	type value struct {
		sum float64
		has bool
	}
	const tick, id = "[2026-01-31 10:30:00,008: INFO/MainProcess] Task " +
		"care.tasks.tick", "[23067afc-dc82-4e71-99fc-e4cbdb23bde0]"
	for _, c := range []struct {
		logGroup, line string
		want           value
	}{
		{"/ecs/worker", tick + id + " received", value{1, true}},
		{"/ecs/more", tick + id + " received", value{1, true}},
		{"/ecs/more", "[2026-01-31 10:30:00,008: INFO/MainProcess] Task care.tasks.tock" + id + " received", value{1, true}},
		{"/ecs/more", tick + "ets" + id + " received", value{0, true}},
		{"/ecs/worker", "[2026-01-31 10:30:00,008: INFO/MainProcess] mingle: all alone", value{0, true}},
		{"/ecs/redis-meter", `{"queueLength":3,"memoryPercent":11}`, value{0, true}},
		{"/ecs/redis-meter", `{"error":"Could not connect to Redis"}`, value{0, false}},
	} {
		sum, has := counted(t, result, components.MetricScheduledTasks, c.logGroup, c.line)
		assert.Equal(t, c.want, value{sum, has}, "%s: %s", c.logGroup, c.line)
	}
}

func TestAStackWithoutMeterCountsTheWorkersLinesOnly(t *testing.T) {
	t.Parallel()
	args := richAlarmsArgs("one")
	args.Redis, args.Beat.MeterLogGroupName = nil, nil
	assert.Equal(t, []string{"one-beat-more", "one-beat-worker"}, alarmsOf(t, args).Names(metricFilterType))
}

func TestAGenerationKnowsATaskThatShowsThatBeatWorks(t *testing.T) {
	t.Parallel()
	const setting = "TASK_SUMMARIZE_FACILITY_CAPACITY"
	for _, value := range []string{"True", "1", "yes", " on "} {
		assert.Len(t, components.Care2024.ScheduledTask(map[string]string{setting: value}), 2, value)
	}
	for _, value := range []string{"False", "0", "no", ""} {
		assert.Empty(t, components.Care2024.ScheduledTask(map[string]string{setting: value}), value)
	}
	assert.Len(t, components.Care2024.ScheduledTask(map[string]string{"TASK_SUMMARIZE_TRIAGE": "False"}), 2)
	assert.Empty(t, components.Care3.ScheduledTask(nil), "3.x has none that is sent every few minutes")
}
