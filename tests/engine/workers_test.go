package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	scalableTargetToken = "aws:appautoscaling/target:Target"
	scalingPolicyToken  = "aws:appautoscaling/policy:Policy"
)

// assertAddsOrRemoves checks that a run created or deleted the resources of the further workers alone, and updated
// those that watch the stack.
func assertAddsOrRemoves(t *testing.T, op rehearsal.Op, result *rehearsal.Result) {
	t.Helper()
	require.NotEmpty(t, result.Changed())
	for _, step := range result.Changed() {
		if strings.HasPrefix(step.Type, "aws:cloudwatch/") && step.Op == rehearsal.OpUpdate {
			continue
		}
		assert.Equal(t, op, step.Op, "%s %s", step.Type, step.Name())
		own := strings.HasPrefix(step.Name(), "care-celery-worker") ||
			strings.HasSuffix(step.Name(), "-care-celery-worker-more")
		assert.True(t, own, "%s %s", step.Type, step.Name())
	}
}

func TestWorkersAreSplitOffAndTakenBackWithoutTouchingBeatOrData(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{})
	s.up()
	s.set(map[string]string{"celeryWorkers": "2", "celeryMaxWorkers": "4", "celeryWorkersOnSpot": "true"})
	assertAddsOrRemoves(t, rehearsal.OpCreate, s.up())
	workers := s.live(serviceToken, "care-celery-worker")
	assert.Equal(t, 1, workers.Out("desiredCount").Int())
	assert.Equal(t, []int{1, 3}, []int{
		s.live(scalableTargetToken, "care-celery-worker").Out("minCapacity").Int(),
		s.live(scalableTargetToken, "care-celery-worker").Out("maxCapacity").Int(),
	})
	assert.Empty(t, s.up().Changed())

	// A deployment in the split layout, and one together with the way back.
	s.set(map[string]string{"image": newImage})
	assert.Empty(t, stateful(s.up()))
	s.set(map[string]string{
		"image":               "ghcr.io/ohcnetwork/care:24.45.0",
		"celeryWorkers":       "1",
		"celeryMaxWorkers":    "0",
		"celeryWorkersOnSpot": "false",
	})
	assert.Empty(t, stateful(s.up()))
	for _, resource := range s.cloud.World.Live() {
		assert.NotContains(t, resource.Name, "care-celery-worker-", resource.Token)
	}
	assert.Empty(t, s.up().Changed())

	celery := s.live(serviceToken, "care-celery")
	revisions, most := s.tasks(celery.Id)
	assert.Len(t, revisions, 3, "one task for each image")
	assert.Equal(t, 1, most, "never two beats")
	assert.Equal(t, []int{0, 100},
		[]int{celery.Out("deploymentMinimumHealthyPercent").Int(), celery.Out("deploymentMaximumPercent").Int()})
	s.destroy()
}

func TestTheSplitLayoutBeginsAndEndsWithOneWorkerAlone(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: map[string]string{"celeryWorkers": "3"}})
	s.up()
	assert.Equal(t, 2, s.live(serviceToken, "care-celery-worker").Out("desiredCount").Int())
	s.set(map[string]string{"celeryWorkers": "1"})
	assertAddsOrRemoves(t, rehearsal.OpDelete, s.up())
	s.set(map[string]string{"celeryWorkers": "3"})
	assertAddsOrRemoves(t, rehearsal.OpCreate, s.up())
	_, most := s.tasks(s.live(serviceToken, "care-celery").Id)
	assert.Equal(t, 1, most, "never two beats")
}

func TestTheScalersWorkIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := open(t,
		rehearsal.Options{Config: map[string]string{"careMaxCount": "6", "celeryWorkers": "2", "celeryMaxWorkers": "4"}})
	s.up()
	assert.Equal(t, 1, s.live(serviceToken, "care-backend").Out("desiredCount").Int())
	care := s.live(serviceToken, "care-backend")
	s.cloud.Happen(func(view *standin.View) { live.ScaleService(view, care, 5) })
	assert.Empty(t, s.up().Changed())
	refreshed, err := s.Up(t.Context(), "--refresh")
	require.NoError(t, err)
	for _, step := range refreshed.Changed() {
		assert.Equal(t, rehearsal.OpRefresh, step.Op, "%s %s", step.Type, step.Name())
	}
	s.set(map[string]string{"careDesiredCount": "2", "careMaxCount": "8"})
	done := changes(s.up())
	assert.Equal(t, []string{"update " + scalableTargetToken + " care-backend"}, done,
		"the count is the scaler's, its bounds are the program's")
	s.set(map[string]string{"image": newImage})
	s.up()
	assert.Equal(t, 5, s.live(serviceToken, "care-backend").Out("desiredCount").Int(),
		"a deployment keeps what the scaler has done")
	assert.Equal(t, 2, s.live(scalableTargetToken, "care-backend").Out("minCapacity").Int())

	s.set(map[string]string{"careMaxCount": "0"})
	done = changes(s.up())
	assert.Contains(t, done, "delete "+scalingPolicyToken+" care-backend-cpu")
	assert.Contains(t, done, "update "+serviceToken+" care-backend")
	assert.Equal(t, 2, s.live(serviceToken, "care-backend").Out("desiredCount").Int(),
		"without a scaler the count is the program's again")
	s.destroy()
}

func TestAScalerGoesBeforeItsService(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: map[string]string{"celeryWorkers": "2", "celeryMaxWorkers": "4"}})
	s.up()
	s.destroy()
	gone := []string{}
	for _, op := range s.cloud.History() {
		if op.Verb == standin.Delete && strings.HasPrefix(op.Name, "care-celery-worker") {
			gone = append(gone, op.Token)
		}
	}
	order := []int{
		slices.Index(gone, scalingPolicyToken), slices.Index(gone, scalableTargetToken), slices.Index(gone, serviceToken),
	}
	assert.True(t, slices.IsSorted(order), "%v", gone)
	assert.NotContains(t, order, -1)
}
