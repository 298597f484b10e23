//go:build linux

package software

import (
	"os"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const (
	image            = "ghcr.io/ohcnetwork/care:24.43.0"
	databasePassword = "PasswordOfTheDatabase"
	redisPassword    = "a-long-password-of-Redis"
	namespaceArn     = "arn:aws:servicediscovery:ap-south-1:123456789012:namespace/ns-0123456789abcdef"

	taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition"
	parameterType      = "aws:ssm/parameter:Parameter"
)

// stack has the registered resources of the components, with the values of its parameters by their ARNs.
type stack struct {
	definitions []*pulumitest.Resource
	values      map[string]string
}

// options choose the parts of a stack.
type options struct {
	generation  components.CareGeneration
	password    bool
	persistence bool
	redisImage  string
}

func newStack(t *testing.T, o options) *stack {
	t.Helper()
	result := pulumitest.MustRun(t, func(ctx *pulumi.Context) error {
		redis, err := components.NewRedisStack(ctx, "redis", o.redis())
		if err != nil {
			return err
		}
		environment, err := components.NewCareEnvironment(ctx, "environment", o.environment(redis))
		if err != nil {
			return err
		}
		return o.care(ctx, environment, redis)
	})
	s := &stack{definitions: result.OfType(taskDefinitionType), values: map[string]string{}}
	for _, parameter := range result.OfType(parameterType) {
		s.values[parameter.State["arn"].StringValue()] = parameter.Text("value")
	}
	return s
}

func (o options) redis() *components.RedisStackArgs {
	args := &components.RedisStackArgs{
		Placement: placement("redis"), NamespaceArn: pulumi.String(namespaceArn), DnsName: pulumi.String("redis.care-ns"),
		Meter: &components.RedisMeter{MetricNamespace: "care/test"},
	}
	if o.redisImage != "" {
		args.Image = pulumi.String(o.redisImage)
	}
	if o.password {
		args.Password, args.SecretsPath = pulumi.String(redisPassword), "/care/redis"
	}
	if o.persistence {
		args.Persistence = &components.RedisPersistence{SubnetIds: map[string]pulumi.StringInput{
			"ap-south-1a": pulumi.String("subnet-0aaaaaaaaaaaaaaaa"), "ap-south-1b": pulumi.String("subnet-0bbbbbbbbbbbbbbbb"),
		}}
	}
	return args
}

func (o options) environment(redis *components.RedisStack) *components.CareEnvironmentArgs {
	args := &components.CareEnvironmentArgs{
		Generation: o.generation, HostName: pulumi.String("api.care.example.org"), Redis: redis.Redis(),
		SecretsPath: "/care/environment",
		Database: components.NewCareDatabase(pulumi.String("db.example.org"), pulumi.String("care"), pulumi.String("care"),
			pulumi.String(databasePassword)),
		Storage: components.CareStorage{
			PatientBucket: pulumi.String("patient-1"), FacilityBucket: pulumi.String("facility-1"),
			Region: pulumi.String("ap-south-1"), Endpoint: pulumi.String("https://s3.ap-south-1.amazonaws.com"),
		},
	}
	if o.generation != components.Care3 {
		args.Storage.AccessKeyId = pulumi.String("AKIAEXAMPLE")
		args.Storage.SecretAccessKey = pulumi.String("the-secret-half-of-the-key")
	}
	return args
}

func (o options) care(ctx *pulumi.Context, environment *components.CareEnvironment,
	redis *components.RedisStack,
) error {
	careImage := components.CareImage{
		Image: image, Generation: o.generation, Variables: environment.Variables(), Secrets: environment.Secrets(),
	}
	connects := map[string]components.ConnectionInput{"redis": redis.Connection}
	if _, err := components.NewCelery(ctx, "care-celery",
		&components.CeleryArgs{Placement: placement("care-celery"), Image: careImage, Connects: connects}); err != nil {
		return err
	}
	_, err := components.NewCare(ctx, "care-backend", &components.CareArgs{
		Placement: placement("care-backend"), Image: careImage, Connects: connects,
		Entrance: components.Entrance{
			ListenerArn: pulumi.String(
				"arn:aws:elasticloadbalancing:ap-south-1:123456789012:listener/app/care/0123456789abcdef/0123456789abcdef",
			),
			HostName: pulumi.String("api.care.example.org"), SecurityGroupId: pulumi.String("sg-0123456789abcdef0"),
		},
	})
	return err
}

func placement(name string) components.Placement {
	return components.Placement{
		ClusterArn:     pulumi.String("arn:aws:ecs:ap-south-1:123456789012:cluster/care"),
		VpcId:          pulumi.String("vpc-0123456789abcdef0"),
		SubnetIds:      pulumi.ToStringArray([]string{"subnet-0cccccccccccccccc", "subnet-0dddddddddddddddd"}),
		LogGroupPrefix: "/ecs/" + name,
	}
}

// definition is the container definition with the name.
func (s *stack) definition(t *testing.T, name string) pulumitest.Container {
	t.Helper()
	for _, task := range s.definitions {
		for _, container := range task.Containers(t) {
			if container.Name == name {
				return container
			}
		}
	}
	require.Failf(t, "no such container", "%s", name)
	return pulumitest.Container{}
}

// secret is the value of a secret of the container with the name.
func (s *stack) secret(t *testing.T, name, variable string) string {
	t.Helper()
	reference := s.definition(t, name).References()[variable]
	require.Contains(t, s.values, reference)
	return s.values[reference]
}

// startCare starts a container of Care with the application of image/app.
func (s *stack) startCare(t *testing.T, name string, settings ...setting) *container {
	t.Helper()
	app := t.TempDir()
	require.NoError(t, os.CopyFS(app, os.DirFS("image/app")))
	return start(t, s.definition(t, name), s.values, []string{"--bind", app, "/app"}, settings...)
}

// redisFiles are those of a Redis Stack image, with the directory as its volume.
func redisFiles(t *testing.T, data string) []string {
	t.Helper()
	path, err := redisStackPath()
	require.NoError(t, err)
	return []string{
		"--ro-bind", path, "/opt/redis-stack", "--ro-bind", "image/entrypoint.sh", "/entrypoint.sh", "--bind", data, "/data",
		"--chdir", "/data",
	}
}

// startRedis starts Redis with its data in the directory, and waits until it is healthy.
func (s *stack) startRedis(t *testing.T, data string) *container {
	t.Helper()
	redis := start(t, s.definition(t, "redis-stack"), s.values, redisFiles(t, data))
	redis.awaitHealthy(t)
	return redis
}
