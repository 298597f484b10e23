//go:build unix

package engine_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
)

// compareVariable names a command of another tool that does the same work. It is run by turns with ours, by sh, in the
// present directory.
const compareVariable = "REHEARSE_COMPARE"

// usage is the cost of a process and its children: elapsed time, processor time, and the memory of the largest of them.
type usage struct {
	elapsed, processor time.Duration
	mebibytes          float64
}

func runWhole(b *testing.B, command *exec.Cmd) usage {
	b.Helper()
	begin := time.Now()
	output, err := command.CombinedOutput()
	elapsed := time.Since(begin)
	require.NoError(b, err, "%s", output)
	rusage, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	require.True(b, ok)
	kibibytes := float64(rusage.Maxrss)
	if runtime.GOOS == "darwin" {
		kibibytes /= 1024 // it counts bytes
	}
	return usage{elapsed, command.ProcessState.UserTime() + command.ProcessState.SystemTime(), kibibytes / 1024}
}

func medianUsage(usages []usage) usage {
	var elapsed, processor []time.Duration
	var largest float64
	for _, u := range usages {
		elapsed, processor = append(elapsed, u.elapsed), append(processor, u.processor)
		largest = max(largest, u.mebibytes)
	}
	return usage{median(elapsed), median(processor), largest}
}

func buildCommand(b *testing.B) string {
	b.Helper()
	target := filepath.Join(shared.dir, "rehearse")
	build := exec.CommandContext(b.Context(), "go", "build", "-buildvcs=false", "-o", target, "./cmd/rehearse")
	build.Dir = projectDir
	runWhole(b, build)
	return target
}

func rehearse(b *testing.B, executable string, arguments ...string) usage {
	b.Helper()
	command := exec.CommandContext(b.Context(), executable, arguments...)
	command.Env = append(os.Environ(), rehearsal.CliVariable+"="+shared.cli.Path)
	return runWhole(b, command)
}

// BenchmarkCommand measures rehearse as a whole process, with an unchanged program. By turns with it run the command
// line alone, which previews a program of one resource, and the command in REHEARSE_COMPARE, if there is one. The times
// are medians, and the memory is that of the largest process in any run. Run it with -benchtime=9x.
func BenchmarkCommand(b *testing.B) {
	executable := buildCommand(b)
	for _, name := range []string{"preview", "up"} {
		b.Run(name, func(b *testing.B) {
			rehearse(b, executable, name, "--dir", projectDir) // so that the program is built
			var ours, others []usage
			var bare []time.Duration
			for b.Loop() {
				ours = append(ours, rehearse(b, executable, name, "--dir", projectDir))
				bare = append(bare, previewOneResource(b))
				if other := os.Getenv(compareVariable); other != "" {
					others = append(others, runWhole(b, exec.CommandContext(b.Context(), "sh", "-c", other)))
				}
			}
			took := medianUsage(ours)
			b.ReportMetric(took.elapsed.Seconds(), "s")
			b.ReportMetric(took.mebibytes, "MiB")
			b.ReportMetric(took.elapsed.Seconds()/median(bare).Seconds(), "ratio-to-bare")
			if len(others) > 0 {
				other := medianUsage(others)
				b.ReportMetric(other.elapsed.Seconds(), "other-s")
				b.ReportMetric(other.mebibytes, "other-MiB")
				b.ReportMetric(took.elapsed.Seconds()/other.elapsed.Seconds(), "time-ratio")
				b.ReportMetric(took.mebibytes/other.mebibytes, "memory-ratio")
			}
			b.ReportMetric(0, "ns/op") // of all commands together, which means nothing
		})
	}
}

// previewOneResource is how long the command line takes by itself for a program that makes one bucket.
func previewOneResource(b *testing.B) time.Duration {
	b.Helper()
	made, err := cloud.New()
	require.NoError(b, err)
	opened, err := rehearsal.New(b.Context(), rehearsal.Options{
		Dir: filepath.Join("testdata", "one"), Cli: &shared.cli, World: made,
		Providers: map[string]pulumirpc.ResourceProviderServer{"aws": made.Providers["aws"]},
	})
	require.NoError(b, err)
	defer func() { require.NoError(b, opened.Close()) }()
	result, err := opened.Preview(b.Context())
	require.NoError(b, err)
	require.Equal(b, map[rehearsal.Op]int{rehearsal.OpCreate: 2}, result.Changes, "the stack and the bucket")
	return result.Duration
}

// BenchmarkServices rehearses 10, 100 and 1,000 services that connect to one Redis Stack, with the engine and the
// report. It reports how long each number takes, and how the time that a service adds grows from the first hundred to
// the thousand: by the clock and by the processors. Run it with -benchtime=1x or more.
func BenchmarkServices(b *testing.B) {
	executable := buildCommand(b)
	numbers := []int{10, 100, 1000}
	taken := map[int][]usage{}
	run := func(number int) usage {
		return rehearse(b, executable, "up", "--dir", filepath.Join("testdata", "clients"), "--stack", "bench",
			"--config", fmt.Sprintf("count=%d", number))
	}
	run(1) // so that the program is built
	for b.Loop() {
		for _, number := range numbers {
			taken[number] = append(taken[number], run(number))
		}
	}
	var at []usage
	for _, number := range numbers {
		u := medianUsage(taken[number])
		at = append(at, u)
		b.ReportMetric(u.elapsed.Seconds(), "s/"+strconv.Itoa(number))
		b.ReportMetric(u.processor.Seconds(), "cpu-s/"+strconv.Itoa(number))
		b.ReportMetric(u.mebibytes, "MiB/"+strconv.Itoa(number))
	}
	growth := func(of func(usage) time.Duration) float64 {
		few := float64(of(at[1])-of(at[0])) / float64(numbers[1]-numbers[0])
		return float64(of(at[2])-of(at[1])) / float64(numbers[2]-numbers[1]) / few
	}
	b.ReportMetric(growth(func(u usage) time.Duration { return u.elapsed }), "growth")
	b.ReportMetric(growth(func(u usage) time.Duration { return u.processor }), "cpu-growth")
	b.ReportMetric(0, "ns/op") // of all numbers together, which means nothing
}
