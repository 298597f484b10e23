package tests

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

func makeRedis(t *testing.T, args *components.RedisStackArgs) (*pulumitest.Result, *components.RedisStack) {
	t.Helper()
	return create(t, components.NewRedisStack, "redis", args)
}

func TestRedisIsPublishedUnderItsDnsName(t *testing.T) {
	t.Parallel()
	result, redis := makeRedis(t, redisArgs("redis"))
	assert.Equal(t, map[string]any{"enabled": true, "namespace": namespaceArn, "services": []any{map[string]any{
		"portName":      "redis",
		"discoveryName": "redis",
		"clientAlias":   []any{map[string]any{"dnsName": "redis.care-ns", "port": 6379.0}},
	}}}, result.Only(t, serviceType).In("serviceConnectConfiguration"))
	for output, want := range map[pulumi.StringOutput]string{
		redis.Url: "redis://redis.care-ns:6379", redis.Endpoint: "redis.care-ns:6379",
		redis.LogGroupName: "/ecs/redis/redis-stack", redis.ServiceArn: result.Only(t, serviceType).Id,
		redis.SecurityGroupId: result.Only(t, securityGroupType).Id,
	} {
		value, secret := pulumitest.Output(t, output)
		assert.Equal(t, want, value)
		assert.False(t, secret)
	}
	connection := redis.Connection
	assert.Equal(t, pulumi.Int(6379), connection.Port)
	namespace, _ := pulumitest.Output(t, pulumi.ToOutput(connection.NamespaceArn))
	assert.Equal(t, namespaceArn, namespace)
}

func TestRedisIsASingletonThatKeepsItsModulesAndItsQueue(t *testing.T) {
	t.Parallel()
	result, _ := makeRedis(t, redisArgs("redis"))
	service, definition := result.Only(t, serviceType), result.Only(t, taskDefinitionType)
	assert.Equal(t, []any{1, 0, 100, "DISABLED", "FARGATE"}, []any{
		service.Number("desiredCount"),
		service.Number("deploymentMinimumHealthyPercent"), service.Number("deploymentMaximumPercent"),
		service.Text("availabilityZoneRebalancing"), service.Text("capacityProviderStrategies[0].capacityProvider"),
	})
	assert.Equal(t, []string{"1024", "3072", "X86_64"},
		[]string{definition.Text("cpu"), definition.Text("memory"), definition.Text("runtimePlatform.cpuArchitecture")})
	container := definition.Container(t, "redis-stack")
	assert.Equal(t, "docker.io/redis/redis-stack-server:6.2.6-v10", container.Image)
	assert.Empty(t, container.Command, "a command would keep the modules from being loaded")
	assert.Equal(t, []int{768, 3008}, []int{container.Cpu, container.Memory}, "the proxy gets 256 units and 64 MiB")
	assert.Equal(t, map[string]string{"REDIS_ARGS": "--maxmemory 1504mb --maxmemory-policy noeviction"},
		container.Variables())
	assert.Empty(t, container.Secrets)
	assert.Equal(t, []pulumitest.PortMapping{{Name: "redis", ContainerPort: 6379, HostPort: 6379, Protocol: "tcp"}},
		container.PortMappings)
	assert.Equal(t, 120, container.StopTimeout)
	assert.Equal(t, &pulumitest.HealthCheck{
		Command: []string{"CMD-SHELL", "redis-cli ping | grep -q PONG"}, Interval: 10, Timeout: 5, Retries: 3,
		StartPeriod: 30,
	}, container.HealthCheck)
	assert.Empty(t, result.Names(ingressType), "nobody is let in who does not connect")
}

func TestRedisWithAPasswordHidesItEverywhere(t *testing.T) {
	t.Parallel()
	args := redisArgs("redis")
	args.Password, args.SecretsPath = pulumi.String(redisPassword), "/care/test"
	result, redis := makeRedis(t, args)
	url, secret := pulumitest.Output(t, redis.Url)
	assert.Equal(t, "redis://:"+redisPassword+"@redis.care-ns:6379", url)
	assert.True(t, secret, "though the password was given in clear")
	container := result.Only(t, taskDefinitionType).Container(t, "redis-stack")
	assert.Empty(t, container.Environment)
	values := map[string]string{}
	for name, from := range container.References() {
		values[name] = result.Holder(t, parameterType, "arn", from).Text("value")
	}
	assert.Equal(t, map[string]string{
		"REDIS_ARGS":    "--maxmemory 1504mb --maxmemory-policy noeviction --requirepass " + redisPassword,
		"REDISCLI_AUTH": redisPassword,
	}, values)
	assert.Equal(t, "REDISCLI_AUTH=1 REDIS_ARGS=1", result.Only(t, serviceType).Text("triggers.secrets"))
	assert.NotContains(t, result.Only(t, taskDefinitionType).Text("containerDefinitions"), redisPassword)
	for _, parameter := range result.OfType(parameterType) {
		assert.True(t, parameter.IsSecret("value"))
		assert.Contains(t, parameter.Text("name"), "/care/test/")
	}
}

func TestTheMeterTakesLittleAndNothingDependsOnIt(t *testing.T) {
	t.Parallel()
	args := redisArgs("redis")
	args.Password, args.SecretsPath = secret(redisPassword), "/care/test"
	args.Meter = &components.RedisMeter{MetricNamespace: "care/test"}
	result, _ := makeRedis(t, args)
	definition := result.Only(t, taskDefinitionType)
	redis, meter := definition.Container(t, "redis-stack"), definition.Container(t, "redis-meter")
	assert.Equal(t, []int{736, 2880}, []int{redis.Cpu, redis.Memory}, "the meter takes 32 units and 128 MiB")
	assert.Equal(t, []int{32, 128}, []int{meter.Cpu, meter.Memory})
	settings := result.Holder(t, parameterType, "arn", redis.References()["REDIS_ARGS"]).Text("value")
	assert.Contains(t, settings, "--maxmemory 1440mb ")
	assert.True(t, redis.Essential)
	assert.False(t, meter.Essential, "Redis goes on without it")
	assert.Empty(t, append(redis.DependsOn, meter.DependsOn...))
	assert.Nil(t, meter.HealthCheck)
	assert.Equal(t, redis.Image, meter.Image)
	assert.Equal(t, []string{"sh", "-c"}, meter.EntryPoint[:2], "the image's own would start a second Redis")
	assert.Equal(t, []string{"30", "celery"}, meter.Command)
	assert.Equal(t, redis.References()["REDISCLI_AUTH"], meter.References()["REDISCLI_AUTH"])
	assert.Len(t, meter.References(), 1)
	assert.Equal(t, "/ecs/redis/redis-meter", meter.LogConfiguration.Options["awslogs-group"])
}

func TestTheMetersLogBecomesMetrics(t *testing.T) {
	t.Parallel()
	result, _ := makeRedis(t, richRedisArgs("redis"))
	assert.Equal(t, []string{"redis-memory-percent", "redis-queue-length"}, result.Names(metricFilterType))
	assert.Equal(t, map[string]any{
		"logGroupName": "/ecs/redis/redis-meter", "pattern": "{ $.queueLength >= 0 }",
		"metricTransformation": map[string]any{
			"namespace": "care/redis", "name": components.MetricQueueLength, "value": "$.queueLength", "unit": "Count",
		},
	}, result.Named(t, metricFilterType, "redis-queue-length").Plain)
	assert.Equal(t, map[string]any{
		"namespace": "care/redis", "name": components.MetricMemoryPercent, "value": "$.memoryPercent", "unit": "Percent",
	}, result.Named(t, metricFilterType, "redis-memory-percent").In("metricTransformation"))
}

func TestWithoutAMeterRedisHasItsTaskForItself(t *testing.T) {
	t.Parallel()
	result, _ := makeRedis(t, redisArgs("redis"))
	assert.Len(t, result.Only(t, taskDefinitionType).Containers(t), 1)
	assert.Empty(t, result.OfType(metricFilterType))
}

func TestRedisKeepsItsDataOnEfsWhereAskedFor(t *testing.T) {
	t.Parallel()
	args := richRedisArgs("redis")
	args.Persistence.ProtectData = true
	result, _ := makeRedis(t, args)
	service, definition := result.Only(t, serviceType), result.Only(t, taskDefinitionType)
	container := definition.Container(t, "redis-stack")
	assert.Equal(t, []map[string]any{{"sourceVolume": "data", "containerPath": "/data", "readOnly": false}},
		container.MountPoints)
	require.Len(t, container.Command, 5)
	assert.Equal(t, []string{"sh", "-c"}, container.Command[:2])
	assert.Equal(t, "/entrypoint.sh", container.Command[4], "the image's script loads the modules")
	assert.Equal(t, &pulumitest.LinuxParameters{InitProcessEnabled: true}, container.LinuxParameters)
	assert.NotContains(t, strings.Join(container.Command, " "), redisPassword)
	settings := result.Named(t, parameterType, "redis-REDIS_ARGS").Text("value")
	assert.Contains(t, settings, "--appendonly yes --appendfsync everysec --stop-writes-on-bgsave-error no")
	fileSystem, point := result.Only(t, "aws:efs/fileSystem:FileSystem"), result.Only(t, "aws:efs/accessPoint:AccessPoint")
	volume := "volumes[0].efsVolumeConfiguration."
	assert.Equal(t, []string{fileSystem.Id, point.Id},
		[]string{definition.Text(volume + "fileSystemId"), definition.Text(volume + "authorizationConfig.accessPointId")})
	assert.Equal(t, []string{"redis-ap-south-1a", "redis-ap-south-1b"}, result.Names("aws:efs/mountTarget:MountTarget"))
	for _, target := range result.OfType("aws:efs/mountTarget:MountTarget") {
		assert.True(t, service.DependsOn(target), "a task cannot start before it can mount")
	}
	own := result.Named(t, securityGroupType, "redis-sg")
	assert.Equal(t, 2049, result.Named(t, egressType, "redis-to-efs-egress").Number("fromPort"))
	assert.NotEmpty(t, own.Id)
	mount := result.Named(t, rolePolicyType, "redis-task").Policy(t, "policy").Statement
	assert.Equal(t, []pulumitest.Statement{{
		Sid:      "MountFileSystem",
		Effect:   "Allow",
		Action:   []string{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"},
		Resource: []string{fileSystem.State["arn"].StringValue()},
		Condition: map[string]any{
			"StringEquals": map[string]any{"elasticfilesystem:AccessPointArn": point.State["arn"].StringValue()},
		},
	}}, mount)
	assert.True(t, fileSystem.Options.GetProtect())
	assert.True(t, point.Options.GetProtect())
	assert.Equal(t, "ENABLED", result.Only(t, "aws:efs/backupPolicy:BackupPolicy").Text("backupPolicy.status"))
}

func TestFileSystemIsEncryptedAndOwnedByOneUser(t *testing.T) {
	t.Parallel()
	result, _ := create(t, components.NewFileSystem, "files", fileSystemArgs("files"))
	fileSystem := result.Only(t, "aws:efs/fileSystem:FileSystem")
	assert.Equal(t, true, fileSystem.In("encrypted"))
	assert.Equal(t, "elastic", fileSystem.Text("throughputMode"))
	point := result.Only(t, "aws:efs/accessPoint:AccessPoint")
	assert.Equal(t, map[string]any{"uid": 999.0, "gid": 999.0}, point.In("posixUser"))
	assert.Equal(t, map[string]any{
		"path": "/data", "creationInfo": map[string]any{"ownerUid": 999.0, "ownerGid": 999.0, "permissions": "0750"},
	}, point.In("rootDirectory"))
	statement := result.Only(t, "aws:efs/fileSystemPolicy:FileSystemPolicy").Policy(t, "policy").Statement[0]
	assert.Equal(t, "Deny", statement.Effect)
	assert.Equal(t, map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}}, statement.Condition)
	assert.Equal(t, "DISABLED", result.Only(t, "aws:efs/backupPolicy:BackupPolicy").Text("backupPolicy.status"))
	assert.Empty(t, result.OfType(ingressType))
}

func TestRedisLetsOtherClientsInByName(t *testing.T) {
	t.Parallel()
	args := redisArgs("redis")
	args.AllowFrom = map[string]pulumi.StringInput{"bastion": pulumi.String(bastionGroup)}
	result, _ := create(t, components.NewRedisStack, "redis", args)
	rule := result.Named(t, ingressType, "redis-from-bastion")
	assert.Equal(t, []any{result.Only(t, securityGroupType).Id, bastionGroup, 6379, 6379}, []any{
		rule.Text("securityGroupId"), rule.Text("referencedSecurityGroupId"), rule.Number("fromPort"), rule.Number("toPort"),
	})
}

func TestClientsOfRedisWaitForItAndAreLetIn(t *testing.T) {
	t.Parallel()
	result, _ := run(t, func(ctx *pulumi.Context) (*components.FargateService, error) {
		redis, err := components.NewRedisStack(ctx, "redis", redisArgs("redis"))
		if err != nil {
			return nil, err
		}
		args := serviceArgs("app")
		args.Connects = map[string]components.ConnectionInput{"redis": redis.Connection}
		return components.NewFargateService(ctx, "app", args)
	})
	client, server := result.Named(t, serviceType, "app"), result.Named(t, serviceType, "redis")
	assert.True(t, client.DependsOn(server), "a task resolves only the endpoints that were there before")
	assert.True(t, client.DependsThrough("triggers", server))
	rule := result.Named(t, ingressType, "app-to-redis-ingress")
	require.Equal(t, result.Named(t, securityGroupType, "redis-sg").Id, rule.Text("securityGroupId"))
	assert.Equal(t, result.Named(t, securityGroupType, "app-sg").Id, rule.Text("referencedSecurityGroupId"))
}
