package aws_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAHostThatNoTaskResolvesIsRefused(t *testing.T) {
	t.Parallel()
	const never = "is reserved and never resolves"
	short := "resolves in a task by Service Connect alone"
	for name, row := range map[string]client{
		"a short name":               {nil, map[string]any{"REDIS_URL": "redis://redis:6379/0"}, short},
		"a short name of PostgreSQL": {nil, map[string]any{"APP_DSN": "postgresql://app:x@db/app"}, short},
		"a short name of RabbitMQ":   {nil, map[string]any{"BROKER": "amqp://rabbitmq"}, short},
		"a short name of an API":     {nil, map[string]any{"API_URL": "http://api:9000/v1"}, short},
		"a short name with its port": {nil, map[string]any{"CACHE_SERVER": "cache:11211"}, short},
		"a short name, port apart":   {nil, map[string]any{"KAFKA_HOST": "kafka", "KAFKA_PORT": "9092"}, short},
		"a short name alone":         {nil, map[string]any{"REDIS_HOST": "redis"}, short},
		"a word": {
			nil, map[string]any{"APP_SERVER": "gunicorn", "MODE": "cache", "LEVEL": "db:debug", "IMAGE_NAME": "web"}, "",
		},
		"an origin": {
			nil, map[string]any{"CORS_ALLOWED_ORIGINS": "http://frontend:3000", "DJANGO_ALLOWED_HOSTS": "web,localhost"}, "",
		},
		"localhost": {
			in{"portMappings": []any{in{"containerPort": 8001}}},
			map[string]any{"REDIS_URL": "redis://localhost:6379/0"},
			"none of its containers has a port mapping for 6379",
		},
		"localhost by number": {
			in{"portMappings": []any{in{"containerPort": 8001}}},
			map[string]any{"REDIS_URL": "redis://127.0.0.1:6379/0"},
			"none of its containers",
		},
		"localhost, host and port": {
			in{"portMappings": []any{in{"containerPort": 8001}}},
			map[string]any{"REDIS_HOST": "localhost", "REDIS_PORT": "6379"},
			"none of its containers",
		},
		"a container on localhost": {
			in{"portMappings": []any{in{"containerPort": 6379}}}, map[string]any{"REDIS_URL": "redis://localhost:6379/0"}, "",
		},
		"a container on localhost, TLS": {
			in{"image": "docker.io/library/redis:7", "portMappings": []any{in{"containerPort": 6379}}},
			map[string]any{"REDIS_URL": "rediss://localhost:6379/0"},
			"has no TLS",
		},
		"a second container of its image": {
			nil, map[string]any{"REDIS_URL": "redis://localhost:6379/0"}, "none of its containers",
		},
		"a container without mappings": {
			in{"image": "docker.io/example/store:1"}, map[string]any{"REDIS_URL": "redis://localhost:6379/0"}, "",
		},
		"its own address": {
			in{"portMappings": []any{in{"containerPort": 8001}}}, map[string]any{"APP_URL": "http://localhost:3000"}, "",
		},
		"Docker's own name": {nil, map[string]any{"REDIS_URL": "redis://host.docker.internal:6379"}, "only Docker"},
		"a cache of elsewhere": {
			nil, map[string]any{"REDIS_URL": "redis://gone.abc123.ng.0001.aps1.cache.amazonaws.com"}, "",
		},
		"a host of AWS":                  {nil, map[string]any{"BUCKET_ENDPOINT": "https://s3.ap-south-1.amazonaws.com"}, ""},
		"an address to listen on":        {nil, map[string]any{"SERVER_HOST": "0.0.0.0", "SERVER_PORT": "8000"}, ""},
		"a placeholder":                  {nil, map[string]any{"KEY_URL": "https://keys.invalid/key.pem"}, ""},
		"a placeholder on the way":       {nil, map[string]any{"KEY_URL": "http://keys.example/key.pem"}, ""},
		"a placeholder for mail":         {nil, map[string]any{"EMAIL_HOST": "mail.invalid", "EMAIL_PORT": "587"}, ""},
		"a cache that never resolves":    {nil, map[string]any{"REDIS_URL": "redis://redis.invalid:6379"}, never},
		"a database that never resolves": {nil, map[string]any{"APP_DSN": "postgresql+psycopg://db.invalid/app"}, never},
		"a broker that never resolves":   {nil, map[string]any{"BROKER_URL": "amqps://mq.example"}, never},
		"a stream that never resolves":   {nil, map[string]any{"EVENTS": "kafka://one.kafka.invalid:9092"}, never},
		"a server that never resolves":   {nil, map[string]any{"POSTGRES_HOST": "db.invalid"}, never},
		"a name of localhost": {
			nil, map[string]any{"REDIS_URL": "redis://redis.localhost:6379"}, "localhost is the task itself",
		},
		"a port twice, and so a bad host": {nil, map[string]any{"DB_HOST": "HOST:5432"}, "holds a host with a port"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, map[string]in{"migrate-container": with(in{"environment": []any{}}, row.server)})
			require.NoError(t, g.build())
			g.changes["web-container"] = environment(row.with(g.of("db", "address")))
			row.judge(t, g.redeploy())
		})
	}
}

func TestAnUnknownHostIsTakenToExist(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"web-container": environment(map[string]any{
		"REDIS_URL": "rediss://cache.example.org:6380/0", "SENTRY_DSN": "https://key@sentry.example.org/1",
		"PUBLIC_URL": "https://care.example.org", "EMAIL_HOST": "mail.example.org",
		"SUPPORT_EMAIL_ADDRESS": "help@example.org", "SETTINGS": "config.settings.production",
		"AWS_ENDPOINT": "https://sns.ap-south-1.amazonaws.com",
	})})
	require.NoError(t, g.build())
	var hosts []string
	for _, what := range g.assumed() {
		if host, ok := strings.CutPrefix(what, "the host "); ok {
			hosts = append(hosts, strings.Fields(host)[0])
		}
	}
	assert.ElementsMatch(t, []string{"cache.example.org", "sentry.example.org", "mail.example.org"}, hosts)
}

// assumed returns the resources that are assumed to exist, each once.
func (g *graph) assumed() []string {
	var all []string
	for _, each := range g.world.Assumptions() {
		all = append(all, each.What)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func TestALoadBalancerTakesAClientOnItsListenersOnly(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]client{
		"its port": {nil, map[string]any{"API_URL": "http://HOST/v1"}, ""},
		"TLS":      {nil, map[string]any{"API_URL": "https://HOST:80/v1"}, "lb.Listener 'api' has no TLS"},
		"no such listener": {
			nil, map[string]any{"API_URL": "https://HOST/v1"}, "no listener of lb.LoadBalancer 'api' has the port 443",
		},
		"another protocol": {nil, map[string]any{"REDIS_URL": "redis://HOST:80"}, "speaks http"},
		"by a record": {
			nil,
			map[string]any{"API_URL": "https://api.example.org/v1"},
			"no listener of lb.LoadBalancer 'api' has the port 443",
		},
		"for a browser":     {nil, map[string]any{"CORS_ALLOWED_ORIGINS": "https://HOST"}, ""},
		"host and port":     {nil, map[string]any{"API_HOST": "HOST", "API_PORT": "81"}, "has the port 81"},
		"of the service":    {nil, map[string]any{"API_URL": "https://OWN/v1"}, ""},
		"closed by a group": {in{"closed": true}, map[string]any{"API_URL": "http://HOST/v1"}, "Connection timed out"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, map[string]in{})
			require.NoError(t, g.build())
			g.add("ec2/securityGroup:SecurityGroup", "api-sg", in{"vpcId": g.id("vpc")})
			api := g.up("lb/loadBalancer:LoadBalancer", "api",
				in{"internal": true, "subnets": g.ids("app-a", "app-b"), "securityGroups": g.ids("api-sg")})
			g.up("lb/listener:Listener", "api", in{
				"loadBalancerArn": api.id, "port": 80, "protocol": "HTTP",
				"defaultActions": []any{
					in{"type": "fixed-response", "fixedResponse": in{"contentType": "text/plain", "statusCode": "200"}},
				},
			})
			host := api.out("dnsName")
			zone := g.up("route53/zone:Zone", "zone", in{"name": "example.org"}).id
			g.up("route53/record:Record", "api",
				in{"zoneId": zone, "name": "api.example.org", "type": "CNAME", "ttl": 60, "records": []any{host}})
			if row.server == nil {
				g.edge("web", "api", 80)
			}
			for variable, value := range row.variables {
				if text, ok := value.(string); ok {
					row.variables[variable] = strings.ReplaceAll(text, "OWN", g.of("alb", "dnsName"))
				}
			}
			g.changes["web-container"] = environment(row.with(host))
			row.judge(t, g.redeploy())
		})
	}
}

func TestAHostThatWasDeletedIsNoHostElsewhere(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{})
	require.NoError(t, g.build())
	g.cache()
	host := g.of("cache", "primaryEndpointAddress")
	require.NoError(t, g.remove(g.things["cache"]))
	g.changes["web-container"] = environment(map[string]any{"REDIS_URL": "redis://" + host})
	require.ErrorContains(t, g.redeploy(), "that cache was deleted")
}
