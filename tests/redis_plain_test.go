package tests

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
)

func TestPlainImagesOfRedisGetTheirSettingsByTheCommand(t *testing.T) {
	t.Parallel()
	for image, server := range map[string]string{
		"docker.io/library/redis:8-alpine":                        "redis-server",
		"docker.io/valkey/valkey:8.1":                             "valkey-server",
		"localhost:5000/redis@sha256:" + strings.Repeat("0a", 32): "redis-server",
		"docker.io/redis/redis-stack-server:7.4.0-v3":             "",
		"docker.io/redis/redis-stack:7.4.0-v3":                    "",
	} {
		args := redisArgs("redis")
		args.Image = pulumi.String(image)
		args.Password, args.SecretsPath = secret(redisPassword), "/care/test"
		result, _ := makeRedis(t, args)
		container := result.Only(t, taskDefinitionType).Container(t, "redis-stack")
		if server == "" {
			assert.Empty(t, container.Command, image)
			continue
		}
		assert.Equal(t, server, container.Command[len(container.Command)-1], image)
		assert.Contains(t, container.References(), "REDIS_ARGS")
		assert.NotContains(t, result.Only(t, taskDefinitionType).Text("containerDefinitions"), redisPassword)

		args.Persistence = richRedisArgs("redis").Persistence
		kept, _ := makeRedis(t, args)
		command := kept.Only(t, taskDefinitionType).Container(t, "redis-stack").Command
		assert.Equal(t, container.Command, command[4:], "the script that saves runs the same command")
	}
}

// The command runs a real Redis as a plain image would: an entry point in the path, and REDIS_ARGS in the environment.
func TestAPlainRedisAsksForItsPasswordAndKeepsItsLimit(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("no redis-server here: apt-get install redis-server")
	}
	for _, entrypoint := range []bool{true, false} {
		args := redisArgs("redis")
		args.Image, args.Meter = pulumi.String("docker.io/library/redis:8-alpine"), &components.RedisMeter{
			MetricNamespace: "care/test",
		}
		args.Password, args.SecretsPath = secret(redisPassword), "/care/test"
		result, _ := makeRedis(t, args)
		definition := result.Only(t, taskDefinitionType)
		redis, meter := definition.Container(t, "redis-stack"), definition.Container(t, "redis-meter")
		settings := result.Holder(t, parameterType, "arn", redis.References()["REDIS_ARGS"]).Text("value")

		bin, port := t.TempDir(), freePort(t)
		if entrypoint {
			script := "#!/bin/sh\ntouch " + filepath.Join(bin, "used") + "\nexec \"$@\"\n"
			require.NoError(t, os.WriteFile(filepath.Join(bin, "docker-entrypoint.sh"), []byte(script), 0o700))
		}
		process := exec.Command(redis.Command[0], redis.Command[1:]...)
		process.Dir = t.TempDir()
		process.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "REDIS_ARGS="+settings+" --port "+port)
		require.NoError(t, process.Start())
		t.Cleanup(func() { _ = process.Process.Kill(); _ = process.Wait() })
		ask := func(password string, words ...string) string {
			client := exec.Command("redis-cli", append([]string{"-p", port}, words...)...)
			client.Env = append(os.Environ(), "REDISCLI_AUTH="+password)
			answer, _ := client.CombinedOutput()
			return string(answer)
		}
		require.Eventually(t, func() bool { return strings.Contains(ask(redisPassword, "ping"), "PONG") },
			10*time.Second, 50*time.Millisecond)
		assert.Contains(t, ask("", "ping"), "NOAUTH")
		assert.Contains(t, ask(redisPassword, "config", "get", "maxmemory"), strconv.Itoa(1440<<20))
		assert.Contains(t, ask(redisPassword, "config", "get", "maxmemory-policy"), "noeviction")
		_, err := os.Stat(filepath.Join(bin, "used"))
		assert.Equal(t, entrypoint, err == nil, "the image's script is used where there is one")
		assert.Equal(t, redis.References()["REDISCLI_AUTH"], meter.References()["REDISCLI_AUTH"])
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return port
}
