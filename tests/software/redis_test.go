//go:build linux

package software

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const writes = 30_000

// eachPassword runs a test without and with a password. Tests run one after the other: they use the same ports.
func eachPassword(t *testing.T, test func(t *testing.T, withPassword bool, password string)) {
	t.Helper()
	for name, password := range map[string]string{"open": "", "with a password": redisPassword} {
		t.Run(name, func(t *testing.T) { test(t, password != "", password) })
	}
}

// write sends commands that write, and returns when Redis has acknowledged all.
func write(t *testing.T, client *redisClient) {
	t.Helper()
	const batch = 1000
	for first := 0; first < writes; first += batch {
		for n := range batch {
			client.send(t, "SET", fmt.Sprintf("key:%d", first+n), strconv.Itoa(first+n))
		}
		for range batch {
			require.Equal(t, "+OK", client.receive(t))
		}
	}
}

// assertWritten checks that all is there, with an index of the modules over it.
func assertWritten(t *testing.T, client *redisClient) {
	t.Helper()
	assert.Equal(t, ":"+strconv.Itoa(writes), client.ask(t, "DBSIZE"))
	assert.Equal(t, strconv.Itoa(writes-1), client.ask(t, "GET", fmt.Sprintf("key:%d", writes-1)))
	assert.Contains(t, client.ask(t, "FT._LIST"), "index", "the search index is part of the data")
}

func TestRedisWithPersistenceSavesWhenItIsStopped(t *testing.T) {
	eachPassword(t, func(t *testing.T, withPassword bool, password string) {
		s, data := newStack(t, options{persistence: true, password: withPassword}), t.TempDir()
		redis := s.startRedis(t, data)
		client := connectRedis(t, password)
		modules := client.ask(t, "MODULE", "LIST")
		assert.Contains(t, modules, "search")
		assert.Contains(t, modules, "ReJSON")
		require.Equal(t, "+OK", client.ask(t, "FT.CREATE", "index", "PREFIX", "1", "patient:", "SCHEMA", "name", "TEXT"))
		write(t, client)

		status, took := redis.stop(t)
		t.Logf("stopped in %s", took)
		assert.Equal(t, 0, status)
		assert.Less(t, took, 10*time.Second)
		assert.Contains(t, redis.output.String(), "DB saved on disk")
		assert.Contains(t, redis.output.String(), "Redis is now ready to exit")
		assert.NotContains(t, redis.output.String(), redisPassword)

		s.startRedis(t, data)
		assertWritten(t, connectRedis(t, password))
	})
}

// Without a stop, only writes of the last second can be lost.
func TestRedisWithPersistenceComesBackFromItsAppendOnlyFile(t *testing.T) {
	s, data := newStack(t, options{persistence: true}), t.TempDir()
	redis := s.startRedis(t, data)
	client := connectRedis(t, "")
	require.Equal(t, "+OK", client.ask(t, "FT.CREATE", "index", "PREFIX", "1", "patient:", "SCHEMA", "name", "TEXT"))
	write(t, client)
	time.Sleep(1500 * time.Millisecond)
	redis.kill(t)
	assert.NotContains(t, redis.output.String(), "DB saved on disk")

	again := s.startRedis(t, data)
	assertWritten(t, connectRedis(t, ""))
	assert.Contains(t, again.output.String(), "DB loaded from append only file")
}

func TestRedisWithPersistenceStopsBeforeItIsReady(t *testing.T) {
	s := newStack(t, options{persistence: true, password: true})
	for delay := time.Duration(0); delay < 500*time.Millisecond; delay += 50 * time.Millisecond {
		redis := start(t, s.definition(t, "redis-stack"), s.values, redisFiles(t, t.TempDir()))
		time.Sleep(delay)
		_, took := redis.stop(t)
		assert.Less(t, took, 10*time.Second, "after %s", delay)
	}
}

// A snapshot that cannot be written, here because a directory has its name, must not keep Redis until it is killed.
func TestRedisThatCannotWriteASnapshotEndsWithItsAppendOnlyFile(t *testing.T) {
	s, data := newStack(t, options{persistence: true}), t.TempDir()
	redis := s.startRedis(t, data)
	client := connectRedis(t, "")
	require.Equal(t, "+OK", client.ask(t, "FT.CREATE", "index", "PREFIX", "1", "patient:", "SCHEMA", "name", "TEXT"))
	write(t, client)
	_, err := redis.execute(time.Second, "mkdir", "/data/dump.rdb")
	require.NoError(t, err)

	status, took := redis.stop(t)
	assert.Equal(t, 0, status)
	assert.Less(t, took, 10*time.Second)
	assert.NotContains(t, redis.output.String(), "DB saved on disk")
	require.NoError(t, os.Remove(filepath.Join(data, "dump.rdb")))
	s.startRedis(t, data)
	assertWritten(t, connectRedis(t, ""))
}

func TestRedisWithoutPersistenceStopsAtOnce(t *testing.T) {
	eachPassword(t, func(t *testing.T, withPassword bool, password string) {
		s := newStack(t, options{password: withPassword})
		redis := s.startRedis(t, t.TempDir())
		write(t, connectRedis(t, password))
		_, took := redis.stop(t)
		assert.Less(t, took, 3*time.Second)
	})
}

// A plain image has the server and no script that reads REDIS_ARGS. This test uses the server of Redis Stack.
func TestAPlainRedisHasItsSettingsAndSavesWhenItIsStopped(t *testing.T) {
	eachPassword(t, func(t *testing.T, withPassword bool, password string) {
		s, data := newStack(t,
			options{persistence: true, password: withPassword, redisImage: "docker.io/library/redis:7.4.1"}),
			t.TempDir()
		redis := s.startRedis(t, data)
		client := connectRedis(t, password)
		assert.NotContains(t, client.ask(t, "MODULE", "LIST"), "search", "it is a plain one")
		assert.Equal(t, "maxmemory-policy noeviction", client.ask(t, "CONFIG", "GET", "maxmemory-policy"))
		assert.Equal(t, "appendonly yes", client.ask(t, "CONFIG", "GET", "appendonly"))
		assert.NotEqual(t, "maxmemory 0", client.ask(t, "CONFIG", "GET", "maxmemory"))
		write(t, client)
		status, took := redis.stop(t)
		assert.Equal(t, 0, status)
		assert.Less(t, took, 10*time.Second)
		assert.Contains(t, redis.output.String(), "DB saved on disk")

		s.startRedis(t, data)
		assert.Equal(t, ":"+strconv.Itoa(writes), connectRedis(t, password).ask(t, "DBSIZE"))
	})
}

func TestTheMeterMeasuresRedisStack(t *testing.T) {
	eachPassword(t, func(t *testing.T, withPassword bool, password string) {
		s := newStack(t, options{password: withPassword})
		redis := s.startRedis(t, t.TempDir())
		client := connectRedis(t, password)
		require.Equal(t, ":3", client.ask(t, "LPUSH", "celery", "a", "b", "c"))

		meter := start(t, s.definition(t, "redis-meter"), s.values, redisFiles(t, t.TempDir()))
		meter.awaitText(t, `{"queueLength":3,"memoryPercent":`)
		status, took := meter.stop(t)
		assert.Equal(t, 0, status)
		assert.Less(t, took, 2*time.Second)

		redis.kill(t)
		meter = start(t, s.definition(t, "redis-meter"), s.values, redisFiles(t, t.TempDir()))
		meter.awaitText(t, `{"error":"Could not connect to Redis`)
	})
}
