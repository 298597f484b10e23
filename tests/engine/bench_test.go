package engine_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// BenchmarkUp measures the time that the stand-in AWS adds to an `up` of the staging stack, with everything built. It
// runs by turns with the stand-in and with an empty provider that accepts everything and has its answers ready. The
// ratio is that of the medians, and should stay below 1.2. Run it with -benchtime=9x.
func BenchmarkUp(b *testing.B) {
	var withRules, empty []time.Duration
	_, known := timeUp(b)
	for b.Loop() {
		took, _ := timeUp(b)
		withRules = append(withRules, took)
		took, _ = timeUp(b, standin.AcceptEverything(known...))
		empty = append(empty, took)
	}
	b.ReportMetric(median(withRules).Seconds(), "s/up")
	b.ReportMetric(median(empty).Seconds(), "s/empty-up")
	b.ReportMetric(median(withRules).Seconds()/median(empty).Seconds(), "ratio")
	b.ReportMetric(0, "ns/op") // a turn is two runs with their set-up, so its time means nothing
}

// timeUp returns the duration of the command line, and the resources that live afterwards. Random values and keys are
// real either way: the program computes with them.
func timeUp(b *testing.B, options ...standin.Option) (time.Duration, []*standin.Resource) {
	b.Helper()
	made, err := cloud.New()
	require.NoError(b, err)
	if made.Providers["aws"], err = aws.New(made.World, options...); err != nil {
		b.Fatal(err)
	}
	with := rehearsal.Options{Dir: projectDir, Cli: &shared.cli, Program: shared.program, Providers: made.Providers}
	if len(options) == 0 {
		with.World = made // who accepts everything needs none, and so no order
	}
	opened, err := rehearsal.New(b.Context(), with)
	require.NoError(b, err)
	defer func() { require.NoError(b, opened.Close()) }()
	result, err := opened.Up(b.Context())
	require.NoError(b, err)
	require.Greater(b, result.Changes[rehearsal.OpCreate], 100, "the whole stack")
	return result.Duration, made.World.Live()
}

func median(durations []time.Duration) time.Duration {
	slices.Sort(durations)
	return durations[len(durations)/2]
}
