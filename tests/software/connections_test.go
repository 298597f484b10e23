//go:build linux

package software

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// counted is the maximum number of connections that were open at once.
type counted struct{ database, redis int }

// counterScript counts the connections to the database and to Redis, without its own, until its input ends.
const counterScript = `
import sys, threading, psycopg, redis
database = psycopg.connect(sys.argv[1], host="127.0.0.1", autocommit=True)
clients = redis.Redis(host="127.0.0.1", password=sys.argv[2] or None)
done = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
most = [0, 0]
print("counts", flush=True)
while not done.wait(0.02):
    open = database.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = current_user "
        "AND pid <> pg_backend_pid()").fetchone()[0]
    most = [max(most[0], open), max(most[1], len(clients.client_list()) - 1)]
print(*most)
`

// count returns the maximum number of connections while during runs, without those that are open before.
func count(t *testing.T, s *stack, password string, during func()) counted {
	t.Helper()
	address := s.secret(t, "care-backend", "DATABASE_URL")
	counter := exec.Command(software("python", "bin", "python"), "-c", counterScript, address,
		password) //nolint:gosec // the test's own
	input, err := counter.StdinPipe()
	require.NoError(t, err)
	output, err := counter.StdoutPipe()
	require.NoError(t, err)
	problems := &log{}
	counter.Stderr = problems
	require.NoError(t, counter.Start())
	t.Cleanup(func() { _ = counter.Process.Kill() })
	lines := bufio.NewReader(output)
	_, err = lines.ReadString('\n')
	require.NoError(t, err, "%s", problems)
	during()
	require.NoError(t, input.Close())
	line, err := lines.ReadString('\n')
	require.NoError(t, err, "%s", problems)
	var most counted
	_, err = fmt.Sscan(line, &most.database, &most.redis)
	require.NoError(t, err)
	require.NoError(t, counter.Wait(), "%s", problems)
	return most
}

// stated returns the connections that a container's labels state.
func stated(t *testing.T, s *stack, name string) counted {
	t.Helper()
	var c counted
	labels := s.definition(t, name).DockerLabels
	for port, number := range map[string]*int{"5432": &c.database, "6379": &c.redis} {
		_, err := fmt.Sscan(labels["rehearsal.connections."+port], number)
		require.NoError(t, err, "%s %v", name, labels)
	}
	return c
}

func assertWithin(t *testing.T, s *stack, name string, most counted) {
	t.Helper()
	limit := stated(t, s, name)
	t.Logf("%s: %d connections to the database of %d stated, %d to Redis of %d", name, most.database, limit.database,
		most.redis, limit.redis)
	assert.LessOrEqual(t, most.database, limit.database, "%s: the database", name)
	assert.LessOrEqual(t, most.redis, limit.redis, "%s: Redis", name)
}

// The containers run one after the other, so that the server's connections are those of one.
func TestContainersOpenNoMoreConnectionsThanTheyState(t *testing.T) {
	eachGeneration(t, func(t *testing.T, s *stack, password string) {
		startPostgres(t)
		s.startRedis(t, t.TempDir())
		client := connectRedis(t, password)

		most := count(t, s, password, func() {
			migrate := s.startCare(t, "care-celery-migrate")
			require.Equal(t, 0, migrate.status(t, time.Minute), "%s", migrate.output)
		})
		most.redis-- // the client of this test
		assertWithin(t, s, "care-celery-migrate", most)

		most = count(t, s, password, func() {
			beat := s.startCare(t, "care-celery-beat")
			beat.awaitHealthy(t)
			require.Eventually(t, func() bool { return client.ask(t, "LLEN", "celery") != ":0" }, time.Minute,
				100*time.Millisecond)
			beat.stop(t)
		})
		most.redis--
		assertWithin(t, s, "care-celery-beat", most)

		const requests = 60
		most = count(t, s, password, func() {
			api := s.startCare(t, "care-backend")
			api.awaitHealthy(t)
			demand(t, requests)
			api.stop(t)
		})
		most.redis--
		assertWithin(t, s, "care-backend", most)
		assert.Equal(t, stated(t, s, "care-backend").database, most.database, "each process of gunicorn has one")

		most = count(t, s, password, func() {
			worker := s.startCare(t, "care-celery-worker")
			worker.awaitHealthy(t)
			require.Eventually(t, func() bool { return client.ask(t, "GET", "queries") == strconv.Itoa(requests) },
				time.Minute, 100*time.Millisecond)
			worker.stop(t)
		})
		most.redis--
		assertWithin(t, s, "care-celery-worker", most)
		assert.GreaterOrEqual(t, most.database, stated(t, s, "care-celery-worker").database-1,
			"each process of the pool has one")
	})
}

// demand sends requests that query the database, many at once.
func demand(t *testing.T, requests int) {
	t.Helper()
	const atOnce = 20
	work := make(chan struct{})
	var group sync.WaitGroup
	for range atOnce {
		group.Go(func() {
			for range work {
				response, err := http.Get("http://127.0.0.1:9000/busy/") //nolint:noctx // the test's own
				if !assert.NoError(t, err) {                             //nolint:testifylint // another goroutine
					continue
				}
				body, err := io.ReadAll(response.Body)
				assert.NoError(t, err)
				assert.NoError(t, response.Body.Close())
				assert.Equal(t, "answered", strings.TrimSpace(string(body)))
			}
		})
	}
	for range requests {
		work <- struct{}{}
	}
	close(work)
	group.Wait()
}
