//go:build unix

package components

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWrapperPassesArgumentsOnAsTheyAre(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"bash", "-c", forwardScript, "bash", "/app/start.sh", "two words", "$HOME"},
		forwarding("/app/start.sh", "two words", "$HOME"))
	bash := requireBash(t)
	output, err := exec.Command(bash, forwarding("printf", "%s|", "two words", "$HOME", "*")[1:]...).Output()
	require.NoError(t, err)
	assert.Equal(t, "two words|$HOME|*|", string(output))
}

func TestWrapperExitsWithTheStatusOfItsCommand(t *testing.T) {
	t.Parallel()
	for _, want := range []int{0, 7, 143} {
		t.Run(strconv.Itoa(want), func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want, startWrapped(t, fmt.Sprintf("exit %d", want)).status(t))
		})
	}
}

// The scripts run the main process in the ways that start scripts do. $main is its command, inner.sh runs it without
// exec.
var startScripts = map[string]string{
	"exec":                 `exec $main`,
	"no exec":              `$main; echo ran > after`,
	"the last command":     `$main`,
	"errexit":              `set -eo pipefail; $main; echo ran > after`,
	"two scripts":          `./inner.sh; echo ran > after`,
	"exec of a script":     `exec ./inner.sh`,
	"a subshell":           `( $main; echo ran > after )`,
	"POSIX shell":          `sh -c '$main; echo ran > after'; echo ran > after`,
	"a function":           `run() { $main; }; run; echo ran > after`,
	"a wait":               `$main & wait $!`,
	"a helper beside it":   `sleep 600 & $main; echo ran > after`,
	"a trap that forwards": `trap 'kill $!; wait $!; exit' TERM; $main & wait $!`,
}

func TestWrapperTerminatesTheMainProcessAlone(t *testing.T) {
	t.Parallel()
	for name, script := range startScripts {
		for _, want := range []int{0, 7} {
			t.Run(fmt.Sprintf("%s, status %d", name, want), func(t *testing.T) {
				t.Parallel()
				w := startWrapped(t, script, "MAIN_STATUS="+strconv.Itoa(want))
				w.await(t, "ready")
				begin := time.Now()
				w.terminate(t)
				assert.Equal(t, want, w.status(t))
				assert.GreaterOrEqual(t, time.Since(begin), mainTakes, "the end of the main process is awaited")
				assert.Equal(t, "ended", w.await(t, "main"))
				assert.NoFileExists(t, w.path("child"), "a child of the main process has got the signal")
				assert.NoFileExists(t, w.path("after"), "the script has gone on")
				w.assertNothingLeft(t)
			})
		}
	}
}

// A shell with a trap on EXIT catches SIGTERM and dies of it at once, before the process that it runs.
func TestWrapperTerminatesWhatAShellLeavesBehind(t *testing.T) {
	t.Parallel()
	w := startWrapped(t, `trap 'echo ran > trap' EXIT; $main`)
	w.await(t, "ready")
	w.terminate(t)
	assert.Equal(t, 143, w.status(t))
	assert.Equal(t, "ended", w.await(t, "main"))
	assert.Equal(t, "ran", w.await(t, "trap"))
	assert.NoFileExists(t, w.path("child"))
	w.assertNothingLeft(t)
}

// bash runs a trap only when its foreground process has ended.
func TestWrapperTerminatesTheForegroundProcessOfATrap(t *testing.T) {
	t.Parallel()
	w := startWrapped(t, `trap 'echo ran > trap' TERM; $main`, "MAIN_STATUS=7")
	w.await(t, "ready")
	w.terminate(t)
	assert.Equal(t, 7, w.status(t))
	assert.Equal(t, "ended", w.await(t, "main"))
	assert.Equal(t, "ran", w.await(t, "trap"))
	assert.NoFileExists(t, w.path("child"))
	w.assertNothingLeft(t)
}

func TestWrapperLeavesAScriptItsTrap(t *testing.T) {
	t.Parallel()
	w := startWrapped(
		t,
		"n=0; trap 'n=$((n+1)); echo $n > count; [ $n -lt 3 ] || exit 9' TERM; echo ready > ready; while :; do "+
			"sleep 0.02; done",
	)
	w.await(t, "ready")
	for n := 1; n <= 3; n++ {
		w.terminate(t)
		w.awaitText(t, "count", strconv.Itoa(n))
	}
	assert.Equal(t, 9, w.status(t), "each signal is sent on")
	w.assertNothingLeft(t)
}

func TestWrapperSendsASecondSignalOn(t *testing.T) {
	t.Parallel()
	for _, script := range []string{`exec $main`, `./inner.sh`} {
		w := startWrapped(t, script, "MAIN_SIGNALS=2")
		w.await(t, "ready")
		w.terminate(t)
		w.awaitText(t, "signals", "1")
		w.terminate(t)
		assert.Equal(t, 0, w.status(t))
		w.assertNothingLeft(t)
	}
}

// ECS kills the container after its stop timeout. Until then a main process that does not end must not lose the
// wrapper.
func TestWrapperWaitsForAMainProcessThatIgnoresSIGTERM(t *testing.T) {
	t.Parallel()
	w := startWrapped(t, `./inner.sh`, "MAIN_IGNORES=yes")
	w.await(t, "ready")
	w.terminate(t)
	w.assertRunsFor(t, time.Second)
	w.kill(t, "ready")
	assert.Equal(t, 128+9, w.status(t))
	w.assertNothingLeft(t)
}

func TestWrapperStopsAScriptThatHasNotComeToItsMainProcess(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"in a command before it":     `echo ready > ready; sleep 600; $main`,
		"in a command of a function": `wait_for() { echo ready > ready; sleep 600; }; wait_for; $main`,
		"in a loop of commands":      `until false; do echo ready > ready; sleep 0.02; done; $main`,
		"in a loop without commands": `echo ready > ready; while :; do :; done; $main`,
		"in a script of its own":     "bash -c 'echo ready > ready; until sleep 600; do :; done'; $main",
		"in a substitution":          `value=$(echo ready > ready; sleep 600); $main`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := startWrapped(t, script)
			w.await(t, "ready")
			begin := time.Now()
			w.terminate(t)
			assert.Contains(t, []int{0, 143}, w.status(t)) // 0: a command had ended well, and the script did not know it yet
			assert.Less(t, time.Since(begin), 10*time.Second)
			assert.NoFileExists(t, w.path("main"), "the main process has started after the stop")
			w.assertNothingLeft(t)
		})
	}
}

// The signal comes at every moment of the start: before the trap, the script, the script within it and the main
// process.
func TestWrapperStopsInTheFirstSecond(t *testing.T) {
	t.Parallel()
	for _, script := range []string{`exec $main`, `./inner.sh; echo ran > after`} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			for delay := 0; delay < 60; delay += 3 {
				w := startWrapped(t, script)
				time.Sleep(time.Duration(delay) * time.Millisecond)
				w.terminate(t)
				assert.Contains(t, []int{-1, 0, 143}, w.status(t), "after %d ms", delay) // -1: the signal came before the trap
				assert.NoFileExists(t, w.path("after"))
				w.assertNothingLeft(t)
			}
		})
	}
}

// The process that bash forks has bash's trap, and would lose a signal, until it runs its command. Here it takes its
// time.
func TestWrapperStopsACommandThatIsBeingStarted(t *testing.T) {
	t.Parallel()
	bash := requireBash(t)
	const start, slow = `"$@" &`, `{ trap : TERM; sleep 0.3; trap - TERM; exec "$@"; } & sleep 0.1; kill -TERM $$`
	require.Equal(t, 1, strings.Count(forwardScript, start))
	ended := filepath.Join(t.TempDir(), "ended")
	output, err := exec.Command(bash, "-c", strings.Replace(forwardScript, start, slow, 1),
		"bash", bash, "-c", "sleep 2; echo >"+ended).CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	require.True(t, ok, "%v: %s", err, output)
	assert.Equal(t, 143, exit.ExitCode(), string(output))
	assert.NoFileExists(t, ended, "the command has run to its end")
}

// A shell may become another program between the moment in which the wrapper looks at it and the one in which it is
// suspended. The next signal must end it all the same.
func TestWrapperSendsASecondSignalToASuspendedProcess(t *testing.T) {
	t.Parallel()
	w := startWrapped(t, `exec $main`)
	pid, err := strconv.Atoi(w.await(t, "ready"))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	w.terminate(t)
	assert.Equal(t, 0, w.status(t))
	w.assertNothingLeft(t)
}

func TestMigrationScriptIsSoundBash(t *testing.T) {
	t.Parallel()
	bash := requireBash(t)
	output, err := exec.Command(bash, "-n", "-c", migrateScript).CombinedOutput()
	require.NoError(t, err, string(output))
	stops := exec.Command(bash, "-c", strings.ReplaceAll(migrateScript, "python", "false"))
	assert.Error(t, stops.Run(), "a failure of the first command stops it")
}
