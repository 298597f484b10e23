//go:build linux

package software

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
)

// eachGeneration runs a test with the definitions and start scripts of each generation, once with a password of Redis.
func eachGeneration(t *testing.T, test func(t *testing.T, s *stack, password string)) {
	t.Helper()
	for _, generation := range []components.CareGeneration{components.Care2024, components.Care3} {
		t.Run(string(generation), func(t *testing.T) {
			o := options{generation: generation, password: generation == components.Care3}
			password := ""
			if o.password {
				password = redisPassword
			}
			test(t, newStack(t, o), password)
		})
	}
}

// call sends a task of some seconds for each key, and waits until the first has begun.
func call(t *testing.T, worker *container, client *redisClient, seconds int, keys ...string) {
	t.Helper()
	const script = `import sys; from config.celery_app import app
for key in sys.argv[2:]: app.send_task("ward.tasks.slow", [key, int(sys.argv[1])])`
	output, err := worker.execute(time.Minute, append([]string{"python", "-c", script, strconv.Itoa(seconds)}, keys...)...)
	require.NoError(t, err, output)
	require.Eventually(t, func() bool { return client.ask(t, "GET", keys[0]) == "begun" }, 30*time.Second,
		50*time.Millisecond)
}

func TestCareStartsAndAStopLosesNothing(t *testing.T) {
	eachGeneration(t, func(t *testing.T, s *stack, password string) {
		startPostgres(t)
		s.startRedis(t, t.TempDir())
		client := connectRedis(t, password)

		migrate := s.startCare(t, "care-celery-migrate")
		require.Equal(t, 0, migrate.status(t, time.Minute), "%s", migrate.output)
		assert.Equal(t, "pg_trgm", query(t, s, "SELECT extname FROM pg_extension WHERE extname = 'pg_trgm'"))
		assert.Equal(t, "False True", query(t, s, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user"))
		assert.Equal(t, "True", query(t, s, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))

		beat, worker, api := s.startCare(t, "care-celery-beat"), s.startCare(t, "care-celery-worker"), s.startCare(t,
			"care-backend")
		for _, c := range []*container{beat, worker, api} {
			c.awaitHealthy(t)
		}
		require.Eventually(t, func() bool { return client.ask(t, "GET", "ticks") != "$-1" }, 30*time.Second,
			100*time.Millisecond, "beat sends a task, and the worker runs it")

		call(t, worker, client, 20, "task")
		assertBeatStops(t, beat)
		assertApiAnswersBeforeItStops(t, api)
		assertWorkerEndsItsTask(t, worker, client)
	})
}

func assertBeatStops(t *testing.T, beat *container) {
	t.Helper()
	status, took := beat.stop(t)
	assert.Equal(t, 0, status)
	t.Logf("beat stopped in %s", took)
	beat.assertNoErrors(t)
}

// assertApiAnswersBeforeItStops stops gunicorn while it has a request.
func assertApiAnswersBeforeItStops(t *testing.T, api *container) {
	t.Helper()
	answer := make(chan string, 1)
	go func() {
		response, err := http.Get("http://127.0.0.1:9000/slow/?seconds=5")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer response.Body.Close() //nolint:errcheck // read only
		body, _ := io.ReadAll(response.Body)
		answer <- string(body)
	}()
	api.awaitText(t, "a request takes 5 seconds")
	status, took := api.stop(t)
	t.Logf("the API stopped in %s", took)
	assert.Equal(t, 0, status)
	assert.Equal(t, "answered", <-answer)
	api.assertNoErrors(t)
}

// assertWorkerEndsItsTask stops a worker in the middle of its task.
func assertWorkerEndsItsTask(t *testing.T, worker *container, client *redisClient) {
	t.Helper()
	require.Equal(t, "begun", client.ask(t, "GET", "task"))
	status, took := worker.stop(t)
	t.Logf("the worker stopped in %s", took)
	assert.Equal(t, 0, status, "Celery's warm shutdown")
	assert.Equal(t, "ended", client.ask(t, "GET", "task"))
	assert.Contains(t, worker.output.String(), "Warm shutdown")
	assert.Contains(t, worker.output.String(), "succeeded in")
	worker.assertNoErrors(t)
}

func TestAStopLeavesNoProcess(t *testing.T) {
	s := newStack(t, options{})
	startPostgres(t)
	s.startRedis(t, t.TempDir())
	client := connectRedis(t, "")
	worker, api := s.startCare(t, "care-celery-worker", withoutNamespace), s.startCare(t, "care-backend", withoutNamespace)
	worker.awaitHealthy(t)
	api.awaitHealthy(t)
	call(t, worker, client, 3, "task")
	for _, c := range []*container{worker, api} {
		assert.NotEmpty(t, c.left(), "the test sees the processes of %s", c.Name)
		status, _ := c.stop(t)
		assert.Equal(t, 0, status)
		assert.Empty(t, c.left(), c.Name)
	}
}

// docs/operations.md says what happens to the tasks of a worker that is stopped and of one that is lost. This worker
// runs one task at a time, and takes four in advance.
func TestTasksTakenInAdvanceAreNotLost(t *testing.T) {
	s := newStack(t, options{generation: components.Care3})
	startPostgres(t)
	s.startRedis(t, t.TempDir())
	client := connectRedis(t, "")

	worker := s.startCare(t, "care-celery-worker")
	worker.awaitHealthy(t)
	call(t, worker, client, 4, "stopped", "second", "third")
	status, _ := worker.stop(t)
	assert.Equal(t, 0, status)
	assert.Equal(t, "ended", client.ask(t, "GET", "stopped"))
	assert.Equal(t, ":2", client.ask(t, "LLEN", "celery"), "a stop returns the others to the queue")
	require.Equal(t, "+OK", client.ask(t, "FLUSHALL"))

	worker = s.startCare(t, "care-celery-worker")
	worker.awaitHealthy(t)
	call(t, worker, client, 60, "lost", "second", "third")
	worker.kill(t)
	assert.Equal(t, "begun", client.ask(t, "GET", "lost"), "it is acknowledged before it runs, and is lost")
	assert.Equal(t, ":0", client.ask(t, "LLEN", "celery"))
	assert.Equal(t, ":2", client.ask(t, "HLEN", "unacked"), "the others wait for the visibility timeout")
}

// left lists the command lines of the processes of the container, which all have a variable of it.
func (c *container) left() []string {
	var commands []string
	links, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, link := range links {
		environment, err := os.ReadFile(link)
		if err != nil || !strings.Contains(string(environment), c.marker+"\x00") {
			continue
		}
		command, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "cmdline"))
		if name, _, _ := strings.Cut(string(command), "\x00"); filepath.Base(name) != "bwrap" {
			commands = append(commands, strings.ReplaceAll(string(command), "\x00", " "))
		}
	}
	return commands
}

// ECS starts beat only if the container that migrates ended with 0.
func TestAFailingMigrationStopsTheDeployment(t *testing.T) {
	eachGeneration(t, func(t *testing.T, s *stack, _ string) {
		startPostgres(t)
		migrate := s.startCare(t, "care-celery-migrate", with("FAIL_MIGRATION", "yes"))
		assert.NotEqual(t, 0, migrate.status(t, time.Minute))
		assert.Contains(t, migrate.output.String(), "this migration fails, as the test asked")
		assert.Equal(t, "None", query(t, s, "SELECT to_regclass('ward_patient')"), "it was rolled back")
		order := s.definition(t, "care-celery-beat").DependsOn
		require.Len(t, order, 1)
		assert.Equal(t, "SUCCESS", order[0].Condition)
		assert.Equal(t, "care-celery-migrate", order[0].ContainerName)
	})
}

// There is no database and no Redis: the start scripts wait, or Celery tries to connect.
func TestAStopBeforeTheMainProcessEndsAtOnce(t *testing.T) {
	eachGeneration(t, func(t *testing.T, s *stack, _ string) {
		for _, name := range []string{"care-backend", "care-celery-beat"} {
			c := s.startCare(t, name)
			c.awaitText(t, "waiting for the database")
			status, took := c.stop(t)
			assert.Equal(t, 143, status, name)
			assert.Less(t, took, 5*time.Second, name)
			assert.NotContains(t, c.output.String(), "gunicorn")
			assert.NotContains(t, c.output.String(), "celery beat")
		}
	})
}
