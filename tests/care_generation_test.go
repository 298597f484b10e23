package tests

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
)

func TestEachGenerationHasItsOwnStartScriptsAndTimes(t *testing.T) {
	t.Parallel()
	for generation, want := range map[components.CareGeneration]struct {
		beat, worker         string
		seconds, beatMemory, workerMemory int
	}{
		"":                  {"/app/celery_beat-ecs.sh", "/app/celery_worker-ecs.sh", 600, 512, 2496},
		components.Care2024: {"/app/celery_beat-ecs.sh", "/app/celery_worker-ecs.sh", 600, 512, 2496},
		components.Care3:    {"/app/celery_beat.sh", "/app/celery_worker.sh", 1200, 1024, 1984},
	} {
		args := celeryArgs("jobs")
		args.Image.Generation = generation
		result, _ := run(t, func(ctx *pulumi.Context) (*components.Celery, error) { return components.NewCelery(ctx, "jobs", args) })
		definition := result.Only(t, taskDefinitionType)
		beat, worker := definition.Container(t, "jobs-beat"), definition.Container(t, "jobs-worker")
		assert.Equal(t, want.beat, beat.Command[len(beat.Command)-1], generation)
		assert.Equal(t, want.worker, worker.Command[len(worker.Command)-1], generation)
		assert.Equal(t, want.seconds, beat.HealthCheck.StartPeriod+beat.HealthCheck.Retries*beat.HealthCheck.Interval, generation)
		assert.Equal(t, []int{want.beatMemory, want.workerMemory}, []int{beat.Memory, worker.Memory}, generation)
	}
}

func TestBeatsMemoryIsTakenFromTheWorkers(t *testing.T) {
	t.Parallel()
	args := celeryArgs("jobs")
	args.BeatMemory = 1408
	result, _ := run(t, func(ctx *pulumi.Context) (*components.Celery, error) { return components.NewCelery(ctx, "jobs", args) })
	definition := result.Only(t, taskDefinitionType)
	assert.Equal(t, []int{1408, 1600}, []int{definition.Container(t, "jobs-beat").Memory, definition.Container(t, "jobs-worker").Memory})
	args.BeatMemory = 2048
	require.ErrorContains(t, args.Validate(), `memory = 3072: must be at least 3648`)
	args.BeatMemory = 64
	require.ErrorContains(t, args.Validate(), "beatMemory = 64")
}
