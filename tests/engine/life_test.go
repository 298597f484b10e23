package engine_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

const (
	serviceToken = "aws:ecs/service:Service"
	taskToken    = "aws:ecs/taskDefinition:TaskDefinition"
	newImage     = "ghcr.io/ohcnetwork/care:24.44.0"
)

func TestBothStacksComeUpStayAsTheyAreAndGo(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]rehearsal.Options{
		"staging": {Stack: "staging"},
		// Data that is protected cannot go; that has its own test.
		"production": {Stack: "production", Config: map[string]string{"protectData": "false"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, options)
			first := s.up()
			assert.Equal(t, []rehearsal.Op{rehearsal.OpCreate}, slices.Collect(maps.Keys(first.Changes)))
			preview, err := s.Preview(t.Context())
			require.NoError(t, err)
			assert.Empty(t, preview.Changed())
			assert.Empty(t, s.up().Changed())
			s.destroy()
		})
	}
}

func TestAPreviewOfAnEmptyAccountForeseesWhatUpDoes(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{})
	preview, err := s.Preview(t.Context())
	require.NoError(t, err)
	assert.Empty(t, s.cloud.Live())
	assert.Equal(t, preview.Changes, s.up().Changes)
}

// changes lists the resources that a run changed, one a line with its operation.
func changes(result *rehearsal.Result) []string {
	var lines []string
	for _, step := range result.Changed() {
		lines = append(lines, fmt.Sprintf("%s %s %s", step.Op, step.Type, step.Name()))
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// replaced is the engine's report of a task definition's replacement, whose old revision stays.
func replaced(name string) []string {
	return []string{
		"create-replacement " + taskToken + " " + name, "delete-replaced " + taskToken + " " + name,
		"replace " + taskToken + " " + name,
	}
}

func TestAChangedImageIsDeployedToItsTwoServicesAlone(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{})
	s.up()
	s.set(map[string]string{"image": newImage})
	want := slices.Concat(replaced("care-backend"), replaced("care-celery"),
		[]string{"update " + serviceToken + " care-backend", "update " + serviceToken + " care-celery"})
	slices.Sort(want)
	assert.Equal(t, want, changes(s.up()))
	for _, service := range []string{"care-backend", "care-celery"} {
		revision := s.live(serviceToken, service).Out("taskDefinition").Text()
		task := s.live(taskToken, service)
		assert.Equal(t, task.Out("arn").Text(), revision)
		assert.Contains(t, task.Out("containerDefinitions").Text(), newImage)
	}
	assert.Empty(t, s.up().Changed())
}

func TestAChangedRedisEndpointIsDeployedToItsClients(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{})
	s.up()
	s.set(map[string]string{"namespace": "care-two"})
	done := changes(s.up())
	for _, client := range []string{"care-backend", "care-celery"} {
		assert.Contains(t, done, "update "+serviceToken+" "+client)
		assert.Contains(t, s.live(taskToken, client).Out("containerDefinitions").Text(), "care-two")
	}
	outputs, err := s.Outputs(t.Context(), false)
	require.NoError(t, err)
	assert.Equal(t, "redis.care-two:6379", outputs["redisEndpoint"])
	assert.Empty(t, s.up().Changed())
	s.destroy()
}

func TestAnotherZoneReplacesNothing(t *testing.T) {
	t.Parallel()
	for _, stack := range []string{"staging", "production"} {
		t.Run(stack, func(t *testing.T) {
			t.Parallel()
			skipUnlessFull(t, stack == "production")
			s := open(t, rehearsal.Options{Stack: stack})
			s.up()
			s.set(map[string]string{"availabilityZones[2]": "ap-south-1c"})
			for _, step := range s.up().Changed() {
				assert.Contains(t, []rehearsal.Op{rehearsal.OpCreate, rehearsal.OpUpdate}, step.Op, "%s: %v",
					step.Name(), step.ReplaceKeys)
			}
			assert.Empty(t, s.up().Changed())
		})
	}
}

func TestVariantsComeUpAndGo(t *testing.T) {
	t.Parallel()
	for name, values := range map[string]map[string]string{
		"one NAT gateway":        {"natGateways": "single"},
		"a NAT gateway per zone": {"natGateways": "onePerZone", "availabilityZones[2]": "ap-south-1c"},
		"HTTPS and a password for Redis": {
			"domain": "api.care.example.org", "hostedZoneId": "Z0123456789EXAMPLE", "redisRequirePassword": "true",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			skipUnlessFull(t, values["domain"] != "")
			s := open(t, rehearsal.Options{Config: values})
			s.up()
			outputs, err := s.Outputs(t.Context(), false)
			require.NoError(t, err)
			url, ok := outputs["url"].(string)
			require.True(t, ok)
			assert.Equal(t, values["domain"] != "", strings.HasPrefix(url, "https://"), url)
			s.destroy()
		})
	}
}
