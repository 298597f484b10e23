//go:build unix

package components

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mainTakes is the time that the main process takes to end after its last signal.
const mainTakes = 200 * time.Millisecond

// TestMain also makes this binary the main process, and the child of one, in tests of the wrapper.
func TestMain(m *testing.M) {
	switch os.Getenv("WRAPPED_PROCESS") {
	case "main":
		os.Exit(mainProcess())
	case "child":
		childProcess()
	default:
		os.Exit(m.Run())
	}
}

// mainProcess starts a child that must not get a signal, and ends as gunicorn and Celery do: a while after SIGTERM,
// when its child has ended by its command.
func mainProcess() int {
	signals := make(chan os.Signal, 10)
	signal.Notify(signals, syscall.SIGTERM)
	if os.Getenv("MAIN_IGNORES") != "" {
		signal.Ignore(syscall.SIGTERM)
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "WRAPPED_PROCESS=child")
	command, _ := child.StdinPipe()
	answer, _ := child.StdoutPipe()
	_ = child.Start()
	_, _ = answer.Read(make([]byte, 1))
	write("ready", os.Getpid())
	expected, _ := strconv.Atoi(os.Getenv("MAIN_SIGNALS"))
	for n := range max(expected, 1) {
		<-signals
		write("signals", n+1)
	}
	time.Sleep(mainTakes)
	_ = command.Close()
	_ = child.Wait()
	write("main", "ended")
	status, _ := strconv.Atoi(os.Getenv("MAIN_STATUS"))
	return status
}

// childProcess runs until its parent closes its input, and records a signal.
func childProcess() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go func() {
		<-signals
		write("child", "got SIGTERM")
	}()
	fmt.Print(".")
	_, _ = os.Stdin.Read(make([]byte, 1))
}

// write leaves a file in the working directory.
func write(name string, value any) {
	_ = os.WriteFile(name, fmt.Appendln(nil, value), 0o600)
}

// wrapped is a script under the wrapper, run by a real bash in a directory of its own.
type wrapped struct {
	*exec.Cmd
	directory string
	done      chan struct{}
	err       error
}

func requireBash(t *testing.T) string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash here")
	}
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("there is no /proc here")
	}
	return bash
}

// startWrapped starts a bash script, kept in a file as Care's start scripts are, under the wrapper. The script finds a
// main process in $main, and a second script that runs it in inner.sh.
func startWrapped(t *testing.T, script string, environment ...string) *wrapped {
	t.Helper()
	bash := requireBash(t)
	w := &wrapped{directory: t.TempDir(), done: make(chan struct{})}
	binary, err := os.Executable()
	require.NoError(t, err)
	for name, text := range map[string]string{"start.sh": script, "inner.sh": "$main\necho ran > after"} {
		content := "#!" + bash + "\n" + text + "\n"
		require.NoError(t, os.WriteFile(w.path(name), []byte(content), 0o700))
	}
	w.Cmd = exec.Command(bash, forwarding("./start.sh")[1:]...)
	w.Dir = w.directory
	w.Env = append(os.Environ(), append(environment, "WRAPPED_PROCESS=main", "main="+binary)...)
	w.Stderr = os.Stderr
	require.NoError(t, w.Start())
	go func() {
		w.err = w.Wait()
		close(w.done)
	}()
	t.Cleanup(func() {
		_ = w.Process.Kill()
		<-w.done
		for _, pid := range w.left() {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	return w
}

func (w *wrapped) path(name string) string { return filepath.Join(w.directory, name) }

// status waits for the wrapper's end and returns its exit status, -1 if a signal killed it.
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

// kill kills the process whose number is in the file.
func (w *wrapped) kill(t *testing.T, name string) {
	t.Helper()
	pid, err := strconv.Atoi(w.await(t, name))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
}

// await waits for a file that the script or the main process writes, and returns its text.
func (w *wrapped) await(t *testing.T, name string) string {
	t.Helper()
	var content []byte
	require.Eventually(t, func() bool {
		read, err := os.ReadFile(w.path(name))
		content = read
		return err == nil && strings.HasSuffix(string(read), "\n")
	}, 20*time.Second, 5*time.Millisecond, name)
	return strings.TrimSpace(string(content))
}

func (w *wrapped) awaitText(t *testing.T, name, want string) {
	t.Helper()
	require.Eventually(t, func() bool { return w.await(t, name) == want }, 20*time.Second, 5*time.Millisecond, "%s: %s",
		name, want)
}

func (w *wrapped) assertRunsFor(t *testing.T, duration time.Duration) {
	t.Helper()
	select {
	case <-w.done:
		t.Error("the wrapper has ended before the main process")
	case <-time.After(duration):
	}
}

// left lists the processes that still run in the wrapper's directory.
func (w *wrapped) left() []int {
	var pids []int
	directories, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range directories {
		if directory, err := os.Readlink(link); err == nil && directory == w.directory {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// assertNothingLeft checks that no process of the test runs on. One that is being killed may take a moment to be gone.
func (w *wrapped) assertNothingLeft(t *testing.T) {
	t.Helper()
	assert.Eventually(t, func() bool { return len(w.left()) == 0 }, time.Second, 10*time.Millisecond,
		"processes are left running")
}
