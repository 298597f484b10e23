package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const token = "a-token-of-the-cache-1"

// client is how a container is configured to use something, with the refusal that is wanted; without one it becomes
// steady.
type client struct {
	server    in
	variables map[string]any
	want      string
}

// with puts the graph's value in the place of HOST, in each variable.
func (c client) with(host string) map[string]any {
	filled := map[string]any{}
	for name, value := range c.variables {
		if text, ok := value.(string); ok {
			value = strings.ReplaceAll(text, "HOST", host)
		}
		filled[name] = value
	}
	return filled
}

func (c client) judge(t *testing.T, err error) {
	t.Helper()
	if c.want == "" {
		require.NoError(t, err)
		return
	}
	require.ErrorContains(t, err, c.want)
	require.ErrorContains(t, err, "; fix: ")
	assert.NotContains(t, err.Error(), token)
}

func TestACacheTakesAClientWithItsProtocolOnly(t *testing.T) {
	t.Parallel()
	encrypted := in{"transitEncryptionEnabled": true}
	guarded := in{"transitEncryptionEnabled": true, "authToken": token}
	sharded := in{
		"parameterGroupName": "default.redis7.cluster.on", "numNodeGroups": 2, "replicasPerNodeGroup": 1,
		"automaticFailoverEnabled": true,
	}
	url := func(value string) map[string]any { return map[string]any{"CELERY_BROKER_URL": value} }
	for name, row := range map[string]client{
		"plain":                   {nil, url("redis://HOST:6379/0"), ""},
		"plain, without a port":   {nil, url("redis://HOST"), ""},
		"TLS where there is none": {nil, url("rediss://HOST:6379/0"), "SSL: WRONG_VERSION_NUMBER"},
		"TLS":                     {encrypted, url("rediss://HOST:6379/0"), ""},
		"TLS, with an option":     {encrypted, url("rediss://HOST:6379/0?ssl_cert_reqs=required"), ""},
		"no TLS":                  {encrypted, url("redis://HOST:6379/0"), "takes connections with TLS only"},
		"no TLS, Valkey's scheme": {encrypted, url("valkey://HOST:6379/0"), "takes connections with TLS only"},
		"TLS by a variable":       {encrypted, map[string]any{"REDIS_HOST": "HOST", "REDIS_SSL": "true"}, ""},
		"no TLS by a variable": {
			encrypted, map[string]any{"REDIS_HOST": "HOST", "REDIS_SSL": "false"}, "takes connections with TLS only",
		},
		"TLS not decided": {encrypted, map[string]any{"REDIS_HOST": "HOST"}, ""},
		"preferred, plain": {
			in{"transitEncryptionEnabled": true, "transitEncryptionMode": "preferred"}, url("redis://HOST"), "",
		},
		"preferred, TLS": {
			in{"transitEncryptionEnabled": true, "transitEncryptionMode": "preferred"}, url("rediss://HOST"), "",
		},
		"password":             {guarded, url("rediss://:" + token + "@HOST:6379/0"), ""},
		"password of the user": {guarded, url("rediss://default:" + token + "@HOST:6379/0"), ""},
		"password, encoded": {
			in{"transitEncryptionEnabled": true, "authToken": "a-token#of-the-cache"},
			url("rediss://:a-token%23of-the-cache@HOST:6379/0"), "",
		},
		"password in the query":    {guarded, url("rediss://HOST:6379/0?password=" + token), ""},
		"no password":              {guarded, url("rediss://HOST:6379/0"), "NOAUTH Authentication required"},
		"wrong password":           {guarded, url("rediss://:another@HOST:6379/0"), "WRONGPASS"},
		"wrong user":               {guarded, url("rediss://care:" + token + "@HOST:6379/0"), "WRONGPASS"},
		"password to be filled in": {guarded, url("rediss://:${REDIS_PASSWORD}@HOST:6379/0"), ""},
		"password beside the URL": {
			guarded, map[string]any{"REDIS_URL": "rediss://HOST:6379", "REDIS_PASSWORD": token}, "",
		},
		"wrong password beside": {guarded, map[string]any{"REDIS_HOST": "HOST", "REDIS_PASSWORD": "another"}, "WRONGPASS"},
		"password for nothing":  {encrypted, url("rediss://:" + token + "@HOST:6379/0"), "ERR AUTH"},
		"users, no password": {
			in{"transitEncryptionEnabled": true, "userGroupIds": []any{"care-users"}}, url("rediss://HOST"), "NOAUTH",
		},
		"users": {
			in{"transitEncryptionEnabled": true, "userGroupIds": []any{"care-users"}}, url("rediss://care:x@HOST"), "",
		},
		"database 15":           {nil, url("redis://HOST:6379/15"), ""},
		"database 16":           {nil, url("redis://HOST:6379/16"), "ERR DB index is out of range"},
		"database with a name":  {nil, url("redis://HOST:6379/care"), "invalid database number"},
		"database of a cluster": {sharded, url("redis://HOST:6379/1"), "ERR SELECT is not allowed in cluster mode"},
		"database of a cluster apart": {
			sharded, map[string]any{"REDIS_HOST": "HOST", "REDIS_DB": "1"}, "ERR SELECT is not allowed in cluster mode",
		},
		"the database of a cluster": {sharded, url("redis://HOST:6379/0"), ""},
		"AMQP":                      {nil, url("amqp://HOST:6379//"), "speaks redis, and the address has the scheme amqp://"},
		"PostgreSQL":                {nil, map[string]any{"APP_DSN": "postgres://HOST:6379/care"}, "speaks redis"},
		"HTTP":                      {nil, map[string]any{"CACHE_URL": "http://HOST:6379"}, "speaks redis"},
		"a replica as broker":       {nil, url("redis://READER:6379/0"), "READONLY"},
		"a replica to read":         {nil, map[string]any{"CACHE_URL": "redis://READER:6379/0"}, ""},
		"another port":              {nil, url("redis://HOST:6380/0"), "listens on port 6379, not on 6380"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, map[string]in{"cache": row.server})
			require.NoError(t, g.build())
			g.cache()
			g.edge("web", "cache", 6379)
			host := g.of("cache", "primaryEndpointAddress")
			if host == "" {
				host = g.of("cache", "configurationEndpointAddress")
			}
			for variable, value := range row.variables {
				if text, ok := value.(string); ok {
					row.variables[variable] = strings.ReplaceAll(text, "READER", g.of("cache", "readerEndpointAddress"))
				}
			}
			g.changes["web-container"] = environment(row.with(host))
			row.judge(t, g.redeploy())
		})
	}
}

func TestADatabaseTakesAClientWithItsProtocolOnly(t *testing.T) {
	t.Parallel()
	optional := in{"engineVersion": "14.22"}
	url := func(value string) map[string]any { return map[string]any{"APP_DATABASE_URL": value} }
	for name, row := range map[string]client{
		"sound":         {nil, url("postgres://care:hunter22hunter22@HOST:5432/care"), ""},
		"with a driver": {nil, url("postgresql+psycopg://care:hunter22hunter22@HOST/care?sslmode=require"), ""},
		"another password": {
			nil, url("postgres://care:another@HOST:5432/care"), `password authentication failed for user "care"`,
		},
		"another user": {nil, url("postgres://app:another@HOST:5432/care"), ""},
		"another password too": {
			nil,
			map[string]any{"APP_DB_HOST": "HOST", "APP_DB_USER": "care", "APP_DB_PASSWORD": "another"},
			"password authentication failed",
		},
		"no encryption": {
			nil, url("postgres://care:hunter22hunter22@HOST:5432/care?sslmode=disable"), "rds.force_ssl is 1",
		},
		"no encryption apart":  {nil, map[string]any{"PGHOST": "HOST", "PGSSLMODE": "disable"}, "rds.force_ssl is 1"},
		"no encryption needed": {optional, url("postgres://care:hunter22hunter22@HOST:5432/care?sslmode=disable"), ""},
		"a mode of its own": {
			nil, url("postgres://care:hunter22hunter22@HOST:5432/care?sslmode=true"), "invalid sslmode value",
		},
		"MySQL": {
			nil, url("mysql://care:hunter22hunter22@HOST:5432/care"),
			"speaks postgres, and the address has the scheme mysql://",
		},
		"Redis": {nil, map[string]any{"REDIS_URL": "redis://HOST:5432/0"}, "speaks postgres"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, map[string]in{"db": with(in{"username": "care", "password": "hunter22hunter22", "dbName": "care"},
				row.server)})
			require.NoError(t, g.build())
			g.changes["web-container"] = environment(row.with(g.of("db", "address")))
			row.judge(t, g.redeploy())
		})
	}
}

func TestADatabaseThatNothingCreatesIsTakenToExist(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"db": {"dbName": "care"}})
	require.NoError(t, g.build())
	g.changes["web-container"] = environment(
		map[string]any{"OTHER_URL": "postgres://" + g.of("db", "address") + "/reports"},
	)
	require.NoError(t, g.redeploy())
	assert.Contains(t, g.assumed(),
		`the database "reports" exists in rds.Instance 'db', which this program does not create`)
}

func TestAServerInAContainerTakesAClientWithItsProtocolOnly(t *testing.T) {
	t.Parallel()
	redis := func(more in) in { return with(in{"image": "docker.io/library/redis:7.2-alpine"}, more) }
	guarded := redis(in{"command": []any{"redis-server", "--requirepass", token}})
	byArgs := in{
		"image":       "docker.io/redis/redis-stack-server:7.2.0-v10",
		"environment": []any{in{"name": "REDIS_ARGS", "value": "--maxmemory 64mb --requirepass " + token}},
	}
	byShell := redis(in{
		"command":     []any{"sh", "-c", `exec redis-server --requirepass "$PASS"`},
		"environment": []any{in{"name": "PASS", "value": token}},
	})
	bitnami := in{
		"image": "docker.io/bitnami/redis:7.2", "environment": []any{in{"name": "REDIS_PASSWORD", "value": token}},
	}
	postgres := in{
		"image": "docker.io/library/postgres:16", "environment": []any{in{"name": "POSTGRES_PASSWORD", "value": token}},
	}
	broker := in{"image": "docker.io/library/rabbitmq:3.13", "environment": []any{
		in{"name": "RABBITMQ_DEFAULT_USER", "value": "care"}, in{"name": "RABBITMQ_DEFAULT_PASS", "value": token},
	}}
	url := func(value string) map[string]any { return map[string]any{"STORE_URL": value} }
	for name, row := range map[string]client{
		"Redis":          {redis(nil), url("redis://HOST/1"), ""},
		"Redis with TLS": {redis(nil), url("rediss://HOST/1"), "has no TLS, and the client begins with it"},
		"Redis, its TLS port": {
			redis(in{"command": []any{"redis-server", "--tls-port", "6379", "--port", "0"}}), url("rediss://HOST"), "",
		},
		"Redis, its TLS port in clear": {
			redis(in{"command": []any{"redis-server", "--tls-port", "6379", "--port", "0"}}), url("redis://HOST"),
			"takes connections with TLS only",
		},
		"Redis, a password for nothing": {redis(nil), url("redis://:" + token + "@HOST"), "ERR AUTH"},
		"Redis, no password":            {guarded, url("redis://HOST"), "NOAUTH"},
		"Redis, its password":           {guarded, url("redis://:" + token + "@HOST"), ""},
		"Redis, another password":       {byArgs, url("redis://:another@HOST"), "WRONGPASS"},
		"Redis, by its arguments":       {byArgs, url("redis://HOST"), "NOAUTH"},
		"Redis, by a shell":             {byShell, url("redis://:another@HOST"), "WRONGPASS"},
		"Redis, by a shell, right":      {byShell, url("redis://:" + token + "@HOST"), ""},
		"Redis, Bitnami's":              {bitnami, url("redis://HOST"), "NOAUTH"},
		"Redis, a file of its own": {
			redis(in{"command": []any{"redis-server", "/etc/redis.conf"}}), url("rediss://:" + token + "@HOST/20"), "",
		},
		"Redis, database 16": {redis(nil), url("redis://HOST/16"), "ERR DB index is out of range"},
		"Redis, more databases": {
			redis(in{"command": []any{"redis-server", "--databases", "32"}}), url("redis://HOST/16"), "",
		},
		"Redis, a cluster": {
			redis(in{"command": []any{"redis-server", "--cluster-enabled", "yes"}}), url("redis://HOST/1"), "ERR SELECT",
		},
		"Redis for AMQP": {redis(nil), url("amqp://guest:guest@HOST:6379"), "speaks redis"},
		"PostgreSQL":     {postgres, url("postgres://postgres:" + token + "@HOST:6379/postgres"), ""},
		"PostgreSQL with TLS": {
			postgres, url("postgres://postgres:" + token + "@HOST:6379/postgres?sslmode=require"),
			"server does not support SSL",
		},
		"PostgreSQL, another password": {
			postgres, url("postgres://postgres:another@HOST:6379/postgres"), "password authentication failed",
		},
		"RabbitMQ":                   {broker, url("amqp://care:" + token + "@HOST:6379//"), ""},
		"RabbitMQ by its default":    {broker, url("pyamqp://HOST:6379//"), ""},
		"RabbitMQ, another password": {broker, url("amqp://care:guest@HOST:6379//"), `failed for user "care"`},
		"RabbitMQ with TLS":          {broker, url("amqps://care:" + token + "@HOST:6379//"), "has no TLS"},
		"an image of its own":        {in{"image": "docker.io/example/store:1"}, url("rediss://:" + token + "@HOST/20"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, map[string]in{
				"store-container": with(in{"name": "store"}, row.server), "web-container": environment(row.with("store.demo-ns")),
			})
			row.judge(t, g.build())
		})
	}
}
