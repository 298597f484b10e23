package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAFaultWithoutAStateIsGoneThroughAtOnce(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		arguments []string
		want      []string
	}{
		"a failure": {
			[]string{"up", "--fail", "fake.Thing::thing:create"},
			[]string{
				"InternalFailure",
				"a fault has struck, and no state is kept to continue from later: up again",
				"thing.example.org",
			},
		},
		"a kill": {
			[]string{"up", "--kill-after", "1"},
			[]string{
				"repair, then up again",
				"imported into the state, because AWS created them but the response was lost:\n  urn:pulumi:staging::toy::",
				"thing.example.org",
			},
		},
		"throttling that ends, and a wrong name": {
			[]string{"up", "--throttle", "50", "--seed", "7", "--fail", "fake.Thing::stone"},
			[]string{
				"--fail fake.Thing::stone matched no operation",
				"--seed 7 repeats this throttling",
				"repeated attempts of throttled calls: ",
				"thing.example.org",
			},
		},
		"a failure on the way down": {
			[]string{"destroy", "--fail", "*::*:delete"}, []string{"InternalFailure", "destroy again", "nothing is left"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, out, log := rehearseToy(row.arguments...)
			assert.Equal(t, exitOk, status)
			for _, want := range row.want {
				assert.Contains(t, out+log, want)
			}
		})
	}
}

func TestThrottlingWithoutEndFails(t *testing.T) {
	t.Parallel()
	status, out, log := rehearseToy("up", "--throttle", "100")
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, out+log,
		"ThrottlingException: Rate exceeded (fake.Thing 'thing'): exceeded maximum number of attempts, 25")
}

func TestAKeptStateIsRepairedByHand(t *testing.T) {
	state := t.TempDir()
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
	status, _, log := rehearseToy("up", "--state", state, "--kill-after", "1")
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, log, "to continue, repair, then `rehearse up` without faults and with the same --state")

	status, _, log = rehearseToy("up", "--state", state)
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, log, "lock")

	status, _, log = rehearseToy("repair", "--state", state)
	require.Equal(t, exitOk, status, log)
	assert.Contains(t, log, "fake:index:Thing::thing")
	status, out, log := rehearseToy("up", "--state", state)
	require.Equal(t, exitOk, status, log)
	assert.NotContains(t, out, "created", "all that the killed run made is in the state")
}

func TestFaultsThatCannotStrikeAreRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		arguments []string
		want      string
	}{
		"preview":       {[]string{"preview", "--throttle", "5"}, "are not allowed with preview, which changes nothing"},
		"no percentage": {[]string{"up", "--throttle", "101"}, "--throttle 101 is not a percentage"},
		"no number":     {[]string{"up", "--kill-after", "-1"}, "--kill-after -1: must be 1 or more"},
		"no name":       {[]string{"up", "--fail", "ecs.Service"}, "is not TYPE::NAME"},
		"no verb":       {[]string{"up", "--fail", "ecs.Service::redis:crate"}, `"crate" is not create, update or delete`},
		"no state":      {[]string{"repair"}, "repair needs the --state of the run that was killed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, _, log := rehearseToy(row.arguments...)
			assert.NotEqual(t, exitOk, status)
			assert.Contains(t, log, row.want)
		})
	}
}
