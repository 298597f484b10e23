//go:build linux

package software

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// hosts is /etc/hosts of each container: the names that Service Connect and RDS have, all in this sandbox.
const hosts = "127.0.0.1 localhost redis.care-ns db.example.org\n"

// container is a started container definition: command, environment, user, working directory, init process, health
// check and stop timeout are the definition's, the file system is that of this machine with the image's files in it.
type container struct {
	pulumitest.Container
	command     *exec.Cmd
	environment []string
	pid         int // of the container's first process
	shared      bool
	marker      string // a variable that all processes of this container have
	output      *log
	done        chan struct{}
	err         error
}

// log collects the output of a container.
type log struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (l *log) Write(data []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.Write(data)
}

func (l *log) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.String()
}

// setting changes how a container is started.
type setting func(*container)

// with adds a variable to the environment.
func with(name, value string) setting {
	return func(c *container) { c.environment = append(c.environment, name+"="+value) }
}

// withoutNamespace starts the container's processes among those of the test. In a namespace of their own, as in ECS,
// the kernel kills the other processes when the first one ends; a test that looks for it needs another way.
func withoutNamespace(c *container) { c.shared = true }

// start starts a container. files are the image's own files, as options of bubblewrap.
func start(t *testing.T, definition pulumitest.Container, values map[string]string, files []string,
	settings ...setting,
) *container {
	t.Helper()
	c := &container{Container: definition, output: &log{}, done: make(chan struct{})}
	c.marker = fmt.Sprintf("CARE_ECS_CONTAINER=%s-%d", definition.Name, time.Now().UnixNano())
	c.environment = append(c.variables(t, values), c.marker)
	for _, set := range settings {
		set(c)
	}
	options := append(rootFiles(t), files...)
	options = append(options, "--unshare-uts", "--hostname", "ip-10-0-0-1", "--die-with-parent", "--cap-add", "ALL",
		"--info-fd", "3")
	if !c.shared {
		options = append(options, "--unshare-pid", "--as-pid-1")
	}
	if definition.WorkingDirectory != "" {
		options = append(options, "--chdir", definition.WorkingDirectory)
	}
	c.command = exec.Command("bwrap", append(append(options, "--"), c.processes()...)...)
	c.command.Env = c.environment
	c.command.Stdout, c.command.Stderr = c.output, c.output
	c.run(t)
	return c
}

// processes is the command line of the first process. The init process of ECS is Docker's, which is tini. An image of
// Redis Stack has a command for definitions that have none.
func (c *container) processes() []string {
	command := append(append([]string{}, c.EntryPoint...), c.Command...)
	if len(command) == 0 {
		command = []string{"/entrypoint.sh"}
	}
	if c.LinuxParameters != nil && c.LinuxParameters.InitProcessEnabled && !c.shared {
		command = append([]string{"tini", "--"}, command...)
	}
	return command
}

// run starts bubblewrap, which writes the number of the container's first process to its file 3.
func (c *container) run(t *testing.T) {
	t.Helper()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	c.command.ExtraFiles = []*os.File{writer}
	require.NoError(t, c.command.Start())
	require.NoError(t, writer.Close())
	var info struct {
		Pid int `json:"child-pid"`
	}
	require.NoError(t, json.NewDecoder(reader).Decode(&info), "bubblewrap: %s", c.output)
	c.pid = info.Pid
	go func() {
		c.err = c.command.Wait()
		close(c.done)
	}()
	require.Eventually(t, c.begun, 10*time.Second, time.Millisecond, "bubblewrap: %s", c.output)
	t.Cleanup(func() {
		_ = syscall.Kill(c.pid, syscall.SIGKILL)
		<-c.done
		_ = reader.Close()
		if t.Failed() {
			t.Logf("%s wrote:\n%s", c.Name, c.output)
		}
	})
}

// begun reports whether the first process is the definition's own, and not bubblewrap any more, or has ended. An init
// process must have started its command: before that it has not blocked SIGTERM, which the kernel drops for the first
// process of a namespace that does not handle it (https://man7.org/linux/man-pages/man7/pid_namespaces.7.html).
func (c *container) begun() bool {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", c.pid))
	if err != nil {
		return true
	}
	switch strings.TrimSpace(string(name)) {
	case "bwrap":
		return false
	case "tini":
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", c.pid, c.pid))
		return err != nil || len(children) > 0
	}
	return true
}

// variables is the environment: the image's own, and that of the definition with the values of its secrets.
func (c *container) variables(t *testing.T, values map[string]string) []string {
	t.Helper()
	environment := []string{
		"PATH=" + software("python",
			"bin") + ":/opt/redis-stack/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"LD_LIBRARY_PATH=/opt/libssl", "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1", "HOME=/tmp",
	}
	for name, value := range c.Variables() {
		environment = append(environment, name+"="+value)
	}
	for name, reference := range c.References() {
		require.Contains(t, values, reference, "no parameter was registered for %s", name)
		environment = append(environment, name+"="+values[reference])
	}
	return environment
}

// rootFiles is a root directory with this machine's programs, the test's software, and writable /tmp.
func rootFiles(t *testing.T) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "hosts")
	require.NoError(t, os.WriteFile(file, []byte(hosts), 0o600))
	options := []string{
		"--tmpfs", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--ro-bind",
		software(),
		software(),
	}
	for _, directory := range []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc"} {
		options = append(options, "--ro-bind-try", directory, directory)
	}
	base, err := exec.Command(software("python", "bin", "python"), "-c", "import sys; print(sys.base_prefix)").Output()
	require.NoError(t, err)
	if prefix := strings.TrimSpace(string(base)); prefix != "/usr" {
		options = append(options, "--ro-bind", prefix, prefix)
	}
	for _, library := range []string{"libssl.so.1.1", "libcrypto.so.1.1"} {
		options = append(options, "--ro-bind", postgresPath("lib", library), "/opt/libssl/"+library)
	}
	return append(options, "--ro-bind", file, "/etc/hosts")
}

// status waits for the container's end, for no longer than the time, and returns its exit status.
func (c *container) status(t *testing.T, within time.Duration) int {
	t.Helper()
	select {
	case <-c.done:
	case <-time.After(within):
		require.Failf(t, "it does not end", "%s, within %s", c.Name, within)
	}
	if exit, ok := errors.AsType[*exec.ExitError](c.err); ok {
		return exit.ExitCode()
	}
	require.NoError(t, c.err)
	return 0
}

// stop sends SIGTERM, as ECS does, and returns the exit status and the duration. It fails if ECS would kill the
// container.
func (c *container) stop(t *testing.T) (int, time.Duration) {
	t.Helper()
	begin := time.Now()
	c.terminate(t)
	status := c.status(t, time.Duration(c.StopTimeout)*time.Second)
	return status, time.Since(begin)
}

// kill ends the container as a lost machine does.
func (c *container) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, syscall.Kill(c.pid, syscall.SIGKILL))
	<-c.done
}

func (c *container) terminate(t *testing.T) {
	t.Helper()
	require.NoError(t, syscall.Kill(c.pid, syscall.SIGTERM))
}

// execute runs a command in the container, as ECS does for health checks and ECS Exec.
func (c *container) execute(within time.Duration, command ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	options := []string{"--target", strconv.Itoa(c.pid), "--mount", "--pid", "--uts"}
	if c.WorkingDirectory != "" {
		options = append(options, fmt.Sprintf("--wd=/proc/%d/root%s", c.pid, c.WorkingDirectory))
	}
	inside := exec.CommandContext(ctx, "nsenter", append(append(options, "--"), command...)...)
	inside.Env = c.environment
	inside.WaitDelay = time.Second
	output, err := inside.CombinedOutput()
	return string(output), err
}

// check runs the definition's health check once.
func (c *container) check() (string, error) {
	command := c.HealthCheck.Command[1:]
	if c.HealthCheck.Command[0] == "CMD-SHELL" {
		command = append([]string{"/bin/sh", "-c"}, command...)
	}
	return c.execute(time.Duration(c.HealthCheck.Timeout)*time.Second, command...)
}

// awaitHealthy waits until the health check succeeds, for two minutes, which is less than ECS would.
func (c *container) awaitHealthy(t *testing.T) {
	t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for {
		output, err := c.check()
		if err == nil {
			return
		}
		select {
		case <-c.done:
			require.Failf(t, "it ended", "%s: %v", c.Name, c.err)
		case <-time.After(200 * time.Millisecond):
		}
		require.Truef(t, time.Now().Before(deadline), "%s is not healthy: %s", c.Name, output)
	}
}

// awaitText waits for a text in a container's output.
func (c *container) awaitText(t *testing.T, text string) {
	t.Helper()
	require.Eventuallyf(t, func() bool { return strings.Contains(c.output.String(), text) }, time.Minute,
		20*time.Millisecond, "%s does not write %q", c.Name, text)
}

// assertNoErrors checks that the container wrote no line that is an error, and nothing of a lost worker.
func (c *container) assertNoErrors(t *testing.T) {
	t.Helper()
	for line := range strings.Lines(c.output.String()) {
		for _, word := range []string{"ERROR", "CRITICAL", "Traceback", "WorkerLostError"} {
			assert.NotContains(t, line, word, c.Name)
		}
	}
}
