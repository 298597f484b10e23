package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
)

func TestAStackOverALimitEndsWithStatus1(t *testing.T) {
	t.Parallel()
	limit := func(now, most float64) limits.Limit {
		return limits.Limit{
			Kind:   limits.Kinds[0],
			Of:     "rds.Instance 'db'",
			Used:   limits.Amounts{Now: now, Max: now, Deploying: now, MaxDeploying: most},
			Max:    10,
			Remedy: "app:class",
		}
	}
	require.NoError(t, overLimits("dev", limits.Result{Limits: []limits.Limit{limit(10, 10), limit(10, 11)}}))
	err := overLimits("dev", limits.Result{Limits: []limits.Limit{limit(11, 11), limit(10, 11)}})
	require.EqualError(
		t, err,
		"stack dev: a limit of AWS is exceeded: rds.Instance 'db': database connections: 11 with the desired number "+
			"of tasks, and the limit is 10; it is changed by app:class",
	)
	assert.Equal(t, exitFailed, statusOf(err))
	assert.Equal(t, exitFailed, statusOf(errors.Join(errOverMonthly, err)))
}
