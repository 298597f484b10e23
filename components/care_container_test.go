//go:build unix

package components

import (
	"errors"
	"fmt"
	"os"
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

// wrapped is a command under the wrapper that forwards SIGTERM, run by a real bash in a directory of its own.
type wrapped struct {
	*exec.Cmd
	directory string
	done      chan struct{}
	err       error
}

// startWrapped starts a bash script, kept in a file as Care's start scripts are, under the wrapper.
func startWrapped(t *testing.T, script string) *wrapped {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash here")
	}
	directory := t.TempDir()
	path := filepath.Join(directory, "start.sh")
	require.NoError(t, os.WriteFile(path, []byte("#!"+bash+"\n"+script+"\n"), 0o700)) //nolint:gosec // it has to be executable
	command := forwarding(path)
	w := &wrapped{Cmd: exec.Command(bash, command[1:]...), directory: directory, done: make(chan struct{})} //nolint:gosec // the test's own
	w.Dir = directory
	require.NoError(t, w.Start())
	go func() {
		w.err = w.Wait()
		close(w.done)
	}()
	t.Cleanup(func() {
		_ = w.Process.Kill()
		<-w.done
	})
	return w
}

// status waits for the wrapper's end and gives its exit status.
func (w *wrapped) status(t *testing.T) int {
	t.Helper()
	select {
	case <-w.done:
	case <-time.After(20 * time.Second):
		t.Fatal("the wrapper does not end")
	}
	if exit, ok := errors.AsType[*exec.ExitError](w.err); ok {
		return exit.ExitCode()
	}
	require.NoError(t, w.err)
	return 0
}

func (w *wrapped) terminate(t *testing.T) {
	t.Helper()
	require.NoError(t, w.Process.Signal(syscall.SIGTERM))
}

// await waits for a file that the script writes, and gives what is in it.
func (w *wrapped) await(t *testing.T, name string) string {
	t.Helper()
	var content []byte
	require.Eventually(t, func() bool {
		read, err := os.ReadFile(filepath.Join(w.directory, name))
		content = read
		return err == nil && strings.HasSuffix(string(read), "\n")
	}, 20*time.Second, 5*time.Millisecond, name)
	return strings.TrimSpace(string(content))
}

// assertGone sees to it that the process whose number the script wrote down has ended.
func (w *wrapped) assertGone(t *testing.T, name string) {
	t.Helper()
	pid, err := strconv.Atoi(w.await(t, name))
	require.NoError(t, err)
	err = syscall.Kill(pid, 0)
	if err == nil {
		// What nobody has waited for yet is still listed, but runs no more.
		state, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		assert.Contains(t, string(state), ") Z ", "process %d is left", pid)
		return
	}
	assert.ErrorIs(t, err, syscall.ESRCH, "process %d is left", pid)
}

func TestWrapperEndsWithTheStatusOfItsCommand(t *testing.T) {
	t.Parallel()
	for _, want := range []int{0, 7, 143} {
		t.Run(strconv.Itoa(want), func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want, startWrapped(t, fmt.Sprintf("exit %d", want)).status(t))
		})
	}
}

func TestWrapperPassesArgumentsOnAsTheyAre(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{"bash", "-c", forwardScript, "bash", "/app/start.sh", "two words", "$HOME"},
		forwarding("/app/start.sh", "two words", "$HOME"))
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash here")
	}
	output, err := exec.Command(bash, forwarding("printf", "%s|", "two words", "$HOME", "*")[1:]...).Output() //nolint:gosec // the test's own
	require.NoError(t, err)
	assert.Equal(t, "two words|$HOME|*|", string(output))
}

func TestWrapperForwardsTermAndKeepsTheStatusOfATrap(t *testing.T) {
	t.Parallel()
	for _, want := range []int{0, 7} {
		t.Run(strconv.Itoa(want), func(t *testing.T) {
			t.Parallel()
			w := startWrapped(t, fmt.Sprintf("trap 'echo seen > seen; exit %d' TERM; echo $$ > pid; while :; do sleep 0.05; done", want))
			w.await(t, "pid")
			w.terminate(t)
			assert.Equal(t, want, w.status(t))
			assert.Equal(t, "seen", w.await(t, "seen"))
			w.assertGone(t, "pid")
		})
	}
}

func TestWrapperEndsWith143WhereTheCommandDoesNotTrap(t *testing.T) {
	t.Parallel()
	w := startWrapped(t, "echo $$ > pid; exec sleep 60")
	w.await(t, "pid")
	w.terminate(t)
	assert.Equal(t, 143, w.status(t))
	w.assertGone(t, "pid")
}

// TestWrapperWaitsForTheGracefulEndOfAGrandchild has the form of Care's start scripts: they start gunicorn or Celery
// without exec, and die of SIGTERM before it has ended.
func TestWrapperWaitsForTheGracefulEndOfAGrandchild(t *testing.T) {
	t.Parallel()
	w := startWrapped(t, strings.Join([]string{
		`cat > worker.sh <<'END'`,
		`trap 'sleep 0.5; echo done > ended; exit 0' TERM`,
		`echo $$ > worker`,
		`while :; do sleep 0.05; done`,
		`END`,
		`echo $$ > script`,
		`bash worker.sh`,
		`echo "never reached" > after`,
	}, "\n"))
	w.await(t, "worker")
	begin := time.Now()
	w.terminate(t)
	assert.Equal(t, 143, w.status(t))
	assert.GreaterOrEqual(t, time.Since(begin), 450*time.Millisecond, "the grandchild's end is awaited")
	ended, err := os.ReadFile(filepath.Join(w.directory, "ended"))
	require.NoError(t, err, "the grandchild has ended before the wrapper did")
	assert.Equal(t, "done\n", string(ended))
	assert.NoFileExists(t, filepath.Join(w.directory, "after"))
	w.assertGone(t, "worker")
	w.assertGone(t, "script")
}

func TestWrapperHandsEverySignalOn(t *testing.T) {
	t.Parallel()
	w := startWrapped(t, "n=0; trap 'n=$((n+1)); echo $n > count; [ $n -lt 3 ] || exit 9' TERM; echo $$ > pid; while :; do sleep 0.02; done")
	w.await(t, "pid")
	for n := 1; n <= 3; n++ {
		w.terminate(t)
		require.Eventually(t, func() bool {
			content, err := os.ReadFile(filepath.Join(w.directory, "count"))
			return err == nil && strings.TrimSpace(string(content)) == strconv.Itoa(n)
		}, 10*time.Second, 5*time.Millisecond, "signal %d", n)
	}
	assert.Equal(t, 9, w.status(t))
	w.assertGone(t, "pid")
}

func TestMigrationScriptIsSoundBash(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash here")
	}
	output, err := exec.Command(bash, "-n", "-c", migrateScript).CombinedOutput() //nolint:gosec // the program's own
	require.NoError(t, err, string(output))
	stops := exec.Command(bash, "-c", strings.ReplaceAll(migrateScript, "python", "false")) //nolint:gosec // the program's own
	assert.Error(t, stops.Run(), "a failure of the first command stops it")
}
