//go:build unix

package tests

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
	"github.com/ohcnetwork/care-ecs/rehearsal/logfilter"
)

const metricFilterType = "aws:cloudwatch/logMetricFilter:LogMetricFilter"

// meteredRedis registers a Redis whose meter adds up the lists.
func meteredRedis(t *testing.T, queues ...string) *pulumitest.Result {
	t.Helper()
	args := richRedisArgs("redis")
	args.Meter = &components.RedisMeter{MetricNamespace: "care/test", Queues: queues}
	result, _ := create(t, components.NewRedisStack, "redis", args)
	return result
}

// realRedis is a Redis server of this machine, alone for a test.
type realRedis struct {
	*exec.Cmd
	port     int
	password string
}

func startRedis(t *testing.T, password string) *realRedis {
	t.Helper()
	server, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("there is no redis-server here; on Debian: apt-get install redis-server")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port //nolint:errcheck // a TCP listener has no other address
	require.NoError(t, listener.Close())
	arguments := []string{"--port", strconv.Itoa(port), "--save", "", "--maxmemory", "64mb", "--dir", t.TempDir()}
	if password != "" {
		arguments = append(arguments, "--requirepass", password)
	}
	r := &realRedis{exec.Command(server, arguments...), port, password}
	require.NoError(t, r.Start())
	t.Cleanup(r.stop)
	require.Eventually(t, func() bool { return r.ask("PING") == "PONG" }, 20*time.Second, 10*time.Millisecond)
	return r
}

func (r *realRedis) stop() {
	_ = r.Process.Kill()
	_ = r.Wait()
}

// ask returns the answer to a command, in raw form.
func (r *realRedis) ask(command ...string) string {
	cli := exec.Command("redis-cli", append([]string{"-p", strconv.Itoa(r.port)}, command...)...)
	cli.Env = append(os.Environ(), "REDISCLI_AUTH="+r.password)
	said, _ := cli.Output()
	return strings.TrimSpace(string(said))
}

// meter is the registered container's own command on this machine.
type meter struct {
	*exec.Cmd
	lines chan string
}

// startMeter runs it with a redis-cli that finds the test's server, and every second.
func startMeter(t *testing.T, container pulumitest.Container, port int, environment ...string) *meter {
	t.Helper()
	cli, err := exec.LookPath("redis-cli")
	require.NoError(t, err)
	directory := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nexec %s -p %d \"$@\"\n", cli, port)
	require.NoError(t, os.WriteFile(filepath.Join(directory, "redis-cli"), []byte(script), 0o700))
	require.Equal(t, "30", container.Command[0])
	command := slices.Concat(container.EntryPoint, []string{"1"}, container.Command[1:])
	m := &meter{exec.Command(command[0], command[1:]...), make(chan string, 100)}
	m.Env = append([]string{"PATH=" + directory + ":" + os.Getenv("PATH")}, environment...)
	output, err := m.StdoutPipe()
	require.NoError(t, err)
	m.Stderr = os.Stderr
	require.NoError(t, m.Start())
	go func() {
		for scanner := bufio.NewScanner(output); scanner.Scan(); {
			m.lines <- scanner.Text()
		}
		close(m.lines)
	}()
	t.Cleanup(func() { _ = m.Process.Kill() })
	return m
}

// next returns the meter's next line, which is always one JSON object.
func (m *meter) next(t *testing.T) string {
	t.Helper()
	select {
	case line := <-m.lines:
		var object map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &object), line)
		return line
	case <-time.After(20 * time.Second):
		t.Fatal("the meter says nothing")
		return ""
	}
}

// await returns the first of the next lines for which it holds.
func (m *meter) await(t *testing.T, holds func(line string) bool) string {
	t.Helper()
	for range 10 {
		if line := m.next(t); holds(line) {
			return line
		}
	}
	t.Fatal("the meter does not say it")
	return ""
}

// metrics returns the metrics that CloudWatch would read from a line by the registered filters.
func metrics(t *testing.T, result *pulumitest.Result, line string) map[string]float64 {
	t.Helper()
	found := map[string]float64{}
	for _, filter := range result.OfType(metricFilterType) {
		pattern, err := logfilter.Parse(filter.Text("pattern"))
		require.NoError(t, err)
		if pattern.Matches(line) {
			value, ok := logfilter.Value(filter.Text("metricTransformation.value"), line)
			require.True(t, ok, line)
			found[filter.Text("metricTransformation.name")] = value
		}
	}
	return found
}

func TestTheMeterCountsTheListsOfARealRedis(t *testing.T) {
	t.Parallel()
	for name, password := range map[string]string{"open": "", "with a password": redisPassword} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			redis, result := startRedis(t, password), meteredRedis(t, "celery", "other")
			container := result.Only(t, taskDefinitionType).Container(t, "redis-meter")
			m := startMeter(t, container, redis.port, "REDISCLI_AUTH="+password)
			assert.JSONEq(t, `{"queueLength":0,"memoryPercent":1}`, m.next(t))

			redis.ask("LPUSH", "celery", "a", "b", "c")
			redis.ask("LPUSH", "other", "a b\n{\"queueLength\":99}")
			redis.ask("LPUSH", "elsewhere", "a")
			redis.ask("SETRANGE", "ballast", strconv.Itoa(32<<20), "x")
			line := m.await(t, func(line string) bool { return strings.Contains(line, `"queueLength":4`) })
			assert.InDelta(t, 4, metrics(t, result, line)[components.MetricQueueLength], 0)
			line = m.await(t, func(line string) bool { return metrics(t, result, line)[components.MetricMemoryPercent] > 40 })
			assert.Less(t, metrics(t, result, line)[components.MetricMemoryPercent], 80.0)
			assert.Len(t, metrics(t, result, line), 2)
		})
	}
}

func TestTheMeterSaysWhatIsWrongWithoutMeasuring(t *testing.T) {
	t.Parallel()
	redis, result := startRedis(t, redisPassword), meteredRedis(t)
	container := result.Only(t, taskDefinitionType).Container(t, "redis-meter")

	line := startMeter(t, container, redis.port).next(t)
	assert.Contains(t, line, "NOAUTH")
	assert.Empty(t, metrics(t, result, line), "without the password")

	m := startMeter(t, container, redis.port, "REDISCLI_AUTH="+redisPassword)
	assert.Len(t, metrics(t, result, m.next(t)), 2)
	redis.ask("SET", "celery", `no "list" \`)
	line = m.await(t, func(line string) bool { return strings.Contains(line, "WRONGTYPE") })
	assert.Empty(t, metrics(t, result, line), "a key that is no list")

	redis.stop()
	line = m.await(t, func(line string) bool { return strings.Contains(line, "Could not connect to Redis") })
	assert.Empty(t, metrics(t, result, line), "a dead Redis")
}

// A Redis that is stopped holds connections open and answers nothing: neither may the meter hang, nor its end.
func TestTheMeterEndsAtOnceWhenItIsTold(t *testing.T) {
	t.Parallel()
	redis, result := startRedis(t, ""), meteredRedis(t)
	container := result.Only(t, taskDefinitionType).Container(t, "redis-meter")
	for _, state := range []string{"asleep", "waiting for Redis"} {
		m := startMeter(t, container, redis.port)
		m.next(t)
		if state == "waiting for Redis" {
			require.NoError(t, redis.Process.Signal(syscall.SIGSTOP))
			time.Sleep(1500 * time.Millisecond) // over the second that the meter sleeps
		}
		told := time.Now()
		require.NoError(t, m.Process.Signal(syscall.SIGTERM))
		require.NoError(t, m.Wait(), "it ends well, %s", state)
		assert.Less(t, time.Since(told), time.Second, state)
	}
	line := startMeter(t, container, redis.port).next(t)
	assert.JSONEq(t, `{"error":"Redis does not answer"}`, line)
	assert.Empty(t, metrics(t, result, line))
}
