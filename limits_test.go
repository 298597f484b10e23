package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// limits returns what a variant uses of AWS's limits, with the keys of this project.
func (v variant) limits(t *testing.T) limits.Result {
	t.Helper()
	var result limits.Result
	v.world(t).Look(func(view *standin.View) { result = limits.Of(view, live.Paths(view)) })
	project, err := report.ReadProject(".")
	require.NoError(t, err)
	result.Apply(project.Quotas, project.Limits)
	return result
}

// limitOf returns the limit of a kind that is met first.
func limitOf(t *testing.T, result limits.Result, kind string) limits.Limit {
	t.Helper()
	at := slices.IndexFunc(result.Limits, func(l limits.Limit) bool { return l.Kind.Key == kind })
	require.GreaterOrEqual(t, at, 0, kind)
	return result.Limits[at]
}

func TestNoSoundStackExceedsALimit(t *testing.T) {
	t.Parallel()
	for _, v := range soundVariants() {
		result := v.limits(t)
		assert.Empty(t, result.Exceeded(limits.Refused), v.name)
		for _, l := range result.Exceeded(limits.Warned) {
			assert.Contains(t, []string{"fargate-on-demand-vcpus", "fargate-spot-vcpus"}, l.Kind.Key, "%s: %s", v.name, l)
		}
		for _, note := range result.Notes {
			assert.NotContains(t, note, "do not state", v.name)
		}
	}
	assert.Empty(t, variant{stack: staging}.limits(t).Exceeded(limits.Warned))
}

// A new account runs production's tasks only after AWS has raised its quota, which docs/deploy.md describes.
func TestProductionUsesWhatItsSettingsSay(t *testing.T) {
	t.Parallel()
	result := variant{stack: production}.limits(t)
	vcpus := limitOf(t, result, "fargate-on-demand-vcpus")
	assert.Equal(t, limits.Amounts{Now: 7, Deploying: 11, Max: 15, MaxDeploying: 27}, vcpus.Used)
	assert.Equal(t, limits.Warned, vcpus.Severity())
	assert.Contains(t, vcpus.String(), "AWS's default for a new account is 6")
	vcpus = limitOf(t, withQuota(result, "fargate-on-demand-vcpus", 26), "fargate-on-demand-vcpus")
	assert.Equal(t, limits.Warned, vcpus.Severity())
	assert.Contains(t, vcpus.String(), "27 during a deployment at the maximum that scaling allows")
	vcpus = limitOf(t, withQuota(result, "fargate-on-demand-vcpus", 6), "fargate-on-demand-vcpus")
	assert.Equal(t, limits.Refused, vcpus.Severity(), "the user states it")

	// Two API tasks with two processes each; a worker in Celery's task with beat and the migration, and another one.
	database := limitOf(t, result, "database-connections")
	assert.Equal(t, limits.Amounts{Now: 12, Deploying: 19, Max: 26, MaxDeploying: 47}, database.Used)
	assert.InDelta(t, 445, database.Max, 0)
	assert.Equal(t, "rds.Instance 'care-db'", database.Of)
}

func withQuota(result limits.Result, kind string, value float64) limits.Result {
	result.Limits = slices.Clone(result.Limits)
	result.Apply(limits.Quotas{kind: value}, nil)
	return result
}

func TestMoreTasksThanFitAreWarnedOfWithTheNumberThatFits(t *testing.T) {
	t.Parallel()
	for name, each := range map[string]struct {
		config map[string]string
		kind   string
		words  []string
	}{
		"API tasks": {
			map[string]string{"care:careMaxCount": "120"}, "database-connections",
			[]string{"database connections: 503 during a deployment at the maximum", "the limit is 445", "with a maxCapacity of 105 for care-backend it would fit"},
		},
		"workers": {
			map[string]string{"care:celeryMaxWorkers": "80"}, "database-connections",
			[]string{"503 during a deployment at the maximum", "with a maxCapacity of 69 for care-celery-worker it would fit"},
		},
		"a smaller class": {
			map[string]string{"care:careMaxCount": "30", "care:databaseInstanceClass": "db.t4g.micro"}, "database-connections",
			[]string{"143 during a deployment at the maximum", "the limit is 107", "with a maxCapacity of 21 for care-backend it would fit"},
		},
		"calls of Parameter Store": {
			map[string]string{"care:careMaxCount": "7"}, "parameter-store-rate",
			[]string{"GetParameters per second: 43 during a deployment at the maximum", "with a maxCapacity of 6 for care-backend it would fit"},
		},
	} {
		result := variant{stack: production, config: each.config}.limits(t)
		assert.Empty(t, result.Exceeded(limits.Refused), name)
		l := limitOf(t, result, each.kind)
		assert.Equal(t, limits.Warned, l.Severity(), name)
		for _, words := range append(each.words, "it is changed by "+l.Remedy) {
			assert.Contains(t, l.String(), words, name)
		}
		assert.Contains(t, l.Remedy, "care:careMaxCount", name)
	}
}

func TestTheKeysOfLimitsAreDeclared(t *testing.T) {
	t.Parallel()
	project, err := report.ReadProject(".")
	require.NoError(t, err)
	declared, err := workspace.LoadProject("Pulumi.yaml")
	require.NoError(t, err)
	for kind, remedy := range project.Limits {
		for _, key := range ownKey.FindAllString(remedy, -1) {
			assert.Contains(t, declared.Config, key, kind)
		}
	}
	for _, kind := range limits.Kinds {
		assert.True(t, strings.HasPrefix(kind.Source, "https://"), kind.Key)
	}
}
