package engine_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const cacheToken = "aws:elasticache/replicationGroup:ReplicationGroup"

// backend is a kind of Redis with its configuration, its resources and its clients' settings.
type backend struct {
	name   string
	config map[string]string
	secret map[string]string
	// token and resource name the resource that serves; they are empty if it is not of this stack.
	token, resource string
	// prefix begins the names of all that it is made of.
	prefix string
	// connection ends the names of its clients' rules.
	connection string
}

var (
	redisStack = backend{
		name: "redis-stack", config: map[string]string{"redisBackend": "redis-stack", "redisPersistence": "efs"},
		token: serviceToken, resource: "redis", prefix: "redis", connection: "redis",
	}
	elastiCache = backend{
		name: "elasticache",
		config: map[string]string{
			"redisBackend":           "elasticache",
			"redisPersistence":       "none",
			"imageWithoutRediSearch": "true",
		},
		token: cacheToken, resource: "care-cache", prefix: "care-cache", connection: "elasticache",
	}
	externalRedis = backend{
		name: "external", config: map[string]string{"redisBackend": "external", "redisPersistence": "none"},
		secret:     map[string]string{"redisUrl": "rediss://:a-password@redis.example.org:6380/0?ssl_cert_reqs=required"},
		connection: "internet-6380",
	}
)

func TestRedisMovesFromOneBackendToAnotherInOneUp(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]backend{
		{redisStack, elastiCache},
		{elastiCache, redisStack},
		{redisStack, externalRedis},
	} {
		from, to := pair[0], pair[1]
		t.Run(from.name+" to "+to.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, rehearsal.Options{Config: from.config, SecretConfig: from.secret})
			s.up()
			before := s.cloud.History()
			s.set(to.config)
			for key, value := range to.secret {
				require.NoError(t, s.SetSecretConfig(key, value))
			}
			s.up()
			done := s.cloud.History()[len(before):]
			s.assertClientsFollow(done, from, to)
			for _, op := range done {
				assert.True(t, belongs(op, from, to), "%s %s has nothing to do with Redis", op.Verb, op.Urn)
			}
			assert.Empty(t, s.up().Changed())
			s.destroy()
		})
	}
}

// assertClientsFollow checks that the new backend serves before its clients are deployed again, one after the other,
// and that the old one is deleted after both. Operations of the stand-in take no time, so the program must have
// declared that order.
func (s *stack) assertClientsFollow(done []standin.Operation, from, to backend) {
	s.t.Helper()
	celery := only(s.t, done, standin.Update, serviceToken, "care-celery")
	care := only(s.t, done, standin.Update, serviceToken, "care-backend")
	gone := only(s.t, done, standin.Delete, from.token, from.resource)
	assert.Less(s.t, celery.End, care.Start)
	assert.Less(s.t, care.End, gone.Start)
	state, err := s.Resources(false)
	require.NoError(s.t, err)
	order := report.Recorded(state)
	assert.True(s.t, order.Waits(care.Urn, celery.Urn))
	if to.token == "" {
		return
	}
	serves := only(s.t, done, standin.Create, to.token, to.resource)
	assert.Less(s.t, serves.End, celery.Start)
	assert.True(s.t, order.Waits(celery.Urn, serves.Urn))
}

// only returns the one operation of that kind.
func only(t *testing.T, done []standin.Operation, verb standin.Verb, token, name string) standin.Operation {
	t.Helper()
	var found []standin.Operation
	for _, op := range done {
		if op.Verb == verb && op.Token == token && op.Name == name {
			require.Empty(t, op.Error)
			found = append(found, op)
		}
	}
	require.Len(t, found, 1, "%s %s %s", verb, token, name)
	return found[0]
}

// belongs reports whether an operation creates or deletes one of the backends, or configures a client of it.
func belongs(op standin.Operation, from, to backend) bool {
	for _, each := range []backend{from, to} {
		if each.prefix != "" && strings.HasPrefix(op.Name, each.prefix) {
			return true
		}
	}
	client, what, _ := strings.Cut(strings.TrimPrefix(op.Name, "care-"), "-")
	shows := op.Token == "aws:cloudwatch/dashboard:Dashboard"
	if shows || op.Name == "care-REDIS_URL" || op.Name == "care-CELERY_BROKER_URL" {
		return true
	}
	if client != "backend" && client != "celery" {
		return false
	}
	switch op.Token {
	case serviceToken, taskToken:
		return what == ""
	case "aws:iam/rolePolicy:RolePolicy":
		return what == "execution"
	default:
		return strings.Contains(what, from.connection) || strings.Contains(what, to.connection)
	}
}
