package components

import (
	_ "embed"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The defaults of a RedisStack.
const (
	// DefaultRedisImage is the one that Care's own compose files pin, built for X86_64 and ARM64
	// (https://github.com/redis-stack/redis-stack/issues/187). Care's index needs RediSearch and RedisJSON, which
	// ElastiCache cannot load.
	DefaultRedisImage = "docker.io/redis/redis-stack-server:6.2.6-v10"
	// DefaultRedisCpu and DefaultRedisMemory are one vCPU and 3 GB for the task, in CPU units and MiB.
	DefaultRedisCpu    = 1024
	DefaultRedisMemory = 3072
)

const (
	redisPort = 6379
	// redisPortName is the name of the port mapping and the discovery name of the endpoint.
	redisPortName = "redis"
	// redisContainer is the container's name, which operators use to open a shell.
	redisContainer = "redis-stack"
	redisVolume    = "data"
	// redisImageScript is the image's own command
	// (https://github.com/redis-stack/redis-stack/blob/v7.4.0-v3/envs/dockers/dockerfile.tmpl).
	redisImageScript = "/entrypoint.sh"
	// redisDirectory is the directory to which the image's script has Redis write.
	redisDirectory = "/data"
	// maxMemoryShare is the percentage of the container's memory for data. A snapshot copies the data that changes
	// while it is written, in the worst case all of it, and Fargate cannot overcommit memory.
	maxMemoryShare = 50
	// redisCliPassword is the variable by which redis-cli signs in.
	redisCliPassword = "REDISCLI_AUTH"
	// redisStopTimeout is the longest that Fargate allows, in seconds: Redis saves its data before it ends.
	redisStopTimeout = 120
)

//go:embed redis_save.sh
var redisSaveScript string

// RedisStack is one Redis with RediSearch and RedisJSON on Fargate. Services of the namespace reach it by a name of
// Service Connect, and no other clients can. It is a singleton, because two tasks behind one name would split the
// clients between two different databases.
type RedisStack struct {
	pulumi.ResourceState

	// Url is the address for clients, redis://<dnsName>:6379; with a password it holds that too, and is secret.
	Url pulumi.StringOutput `pulumi:"url"`
	// Endpoint is <dnsName>:6379.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// SecurityGroupId is the security group of the task.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// ServiceArn is the ARN of the ECS service, known once the service is steady.
	ServiceArn pulumi.StringOutput `pulumi:"serviceArn"`
	// ServiceName is the service's name within its cluster.
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// LogGroupName is the log group of Redis.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// LogGroupNames are the log groups by container name: redis-stack and redis-meter.
	LogGroupNames pulumi.StringMapOutput `pulumi:"logGroupNames"`
	// Deployed has the settings of the deployed service, as in FargateService.
	Deployed pulumi.MapOutput `pulumi:"deployed"`

	base          *component
	connection    Connection
	fileSystemArn pulumi.StringInput
	hasPassword   bool
}

// RedisStackArgs are the inputs of NewRedisStack.
type RedisStackArgs struct {
	// Placement is the cluster and network of the service. Required.
	Placement Placement `pulumi:"placement"`
	// NamespaceArn is the Cloud Map namespace. Required.
	NamespaceArn pulumi.StringInput `pulumi:"namespaceArn"`
	// DnsName is the name for clients; by convention redis.<namespace>. Required.
	DnsName string `pulumi:"dnsName"`
	// Image is a redis-stack-server image with a tag or digest, or a plain image of Redis or Valkey, whose repository's
	// name ends in /redis or /valkey and which has no modules. Default: redis/redis-stack-server:6.2.6-v10.
	Image string `pulumi:"image,optional"`
	// Cpu is the task's CPU units. Default: 1024; if only Memory is set, the smallest value that Fargate offers with
	// it.
	Cpu int `pulumi:"cpu,optional"`
	// Memory is the task's memory in MiB. Redis may use half of its share for data. Default: 3072; if only Cpu is set,
	// the smallest value that Fargate offers with it.
	Memory int `pulumi:"memory,optional"`
	// Persistence keeps the queue and the search index when the task is replaced. Default: none, a new task starts
	// empty.
	Persistence *RedisPersistence `pulumi:"persistence,optional"`
	// Password is the password for clients: letters, digits, underscores and hyphens only. Default: none, only the
	// security group restricts access.
	Password pulumi.StringInput `pulumi:"password,optional"`
	// SecretsPath is the prefix of the SSM parameter names for the password. Required with Password.
	SecretsPath string `pulumi:"secretsPath,optional"`
	// Meter measures Celery's queue and Redis's memory. Default: none.
	Meter *RedisMeter `pulumi:"meter,optional"`
	// Schedule stops and starts the task with the counts 0 and 1. Without Persistence a stop deletes the data. Default:
	// none, it always runs.
	Schedule []ScheduledCount `pulumi:"schedule,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// RedisPersistence keeps Redis's data on an EFS file system of its own.
type RedisPersistence struct {
	// SubnetIds are the subnets for the mount targets, one for each zone of the placement, by the zone. Required.
	SubnetIds map[string]pulumi.StringInput `pulumi:"subnetIds"`
	// ProtectData has Pulumi refuse to delete the file system, and AWS Backup copy it every day. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
}

func (args *RedisStackArgs) withDefaults() RedisStackArgs {
	var a RedisStackArgs
	if args != nil {
		a = *args
	}
	a.Image = or(a.Image, DefaultRedisImage)
	if a.Cpu == 0 && a.Memory == 0 {
		a.Cpu, a.Memory = DefaultRedisCpu, DefaultRedisMemory
	}
	a.Meter = a.Meter.withDefaults()
	meterCpu, meterMemory := a.Meter.size()
	a.Cpu, a.Memory = rule.CompleteFargateSize(a.Cpu, a.Memory, rule.ProxyCpu+meterCpu+1, rule.ProxyMemory+meterMemory+1)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *RedisStackArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *RedisStackArgs")
	}
	a := args.withDefaults()
	meterCpu, _ := a.Meter.size()
	problems := []error{
		a.Placement.validate(),
		rule.Given("namespaceArn", a.NamespaceArn != nil, "take it from the Namespace"),
		rule.DnsName("dnsName", a.DnsName),
		rule.Image("image", a.Image, true),
		rule.FargateSize("cpu", a.Cpu, "memory", a.Memory),
		rule.ProxyRoom("cpu", a.Cpu, meterCpu+1),
		a.Meter.validate(),
	}
	problems = append(problems, validateSingletonSchedule(a.Schedule))
	if a.Persistence != nil {
		problems = append(problems, validateSubnets("persistence.subnetIds", a.Persistence.SubnetIds))
	}
	if a.Password != nil {
		problems = append(problems, rule.SecretsPath("secretsPath", a.SecretsPath))
	}
	if plain, ok := a.Password.(pulumi.String); ok {
		problems = append(problems,
			rule.RedisPassword("password", string(plain), "leave it out for a Redis without a password"))
	}
	return rule.All(problems...)
}

// NewRedisStack checks args and creates the service. It returns an error and registers nothing if args is nil or
// invalid.
func NewRedisStack(ctx *pulumi.Context, name string, args *RedisStackArgs,
	opts ...pulumi.ResourceOption,
) (*RedisStack, error) {
	a := args.withDefaults()
	redis := &RedisStack{}
	c, err := register(ctx, "RedisStack", name, redis, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	redis.base = c
	return redis, c.build(func() error { return redis.create(a) })
}

// Connection returns the Connection of Redis.
func (r *RedisStack) Connection() Connection { return r.connection }

// FileSystemArn returns the ARN of the file system with the data; nil without persistence.
func (r *RedisStack) FileSystemArn() pulumi.StringInput { return r.fileSystemArn }

// Redis returns the way in which Care reaches this Redis.
func (r *RedisStack) Redis() CareRedis { return CareRedis{Url: r.Url, UrlIsSecret: r.hasPassword} }

// AllowFrom adds a rule that admits a client which is no FargateService, by its security group. The client's own group
// needs a rule for outgoing traffic.
func (r *RedisStack) AllowFrom(name string, securityGroupId pulumi.StringInput) error {
	_, err := vpc.NewSecurityGroupIngressRule(r.base.ctx, r.base.child("from-"+name), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           r.SecurityGroupId,
		Description:               r.base.ruleText("from-"+name, redisPort),
		ReferencedSecurityGroupId: securityGroupId,
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(redisPort),
		ToPort:                    pulumi.Int(redisPort),
		Tags:                      r.base.named("from-" + name),
	}, r.base.options()...)
	if err != nil {
		return fmt.Errorf("allow %s to connect to Redis: %w", name, err)
	}
	return nil
}

func (r *RedisStack) create(a RedisStackArgs) error {
	container, err := r.container(a)
	if err != nil {
		return err
	}
	args := a.Placement.service(a.Tags)
	args.Containers = []ContainerArgs{container}
	if a.Meter != nil {
		args.Containers = append(args.Containers, a.Meter.container(a.Image, container))
	}
	args.Cpu, args.Memory = a.Cpu, a.Memory
	args.Singleton, args.Scaling = true, singletonScaling(a.Schedule)
	args.ServiceConnect = &ServiceConnectArgs{
		Mode:         ServiceConnectClientServer,
		NamespaceArn: a.NamespaceArn,
		Endpoints: []ServiceConnectEndpoint{{
			PortName: redisPortName, DiscoveryName: redisPortName, DnsName: a.DnsName, Port: redisPort,
		}},
	}
	if a.Persistence != nil {
		if err := r.persist(a, args); err != nil {
			return err
		}
	}
	service, err := NewFargateService(r.base.ctx, r.base.name, args, pulumi.Parent(r))
	if err != nil {
		return err
	}
	r.connection, err = service.Connection(redisPortName)
	if err != nil {
		return err
	}
	if a.Meter != nil {
		if err := a.Meter.createMetrics(r.base, service.LogGroupNames.MapIndex(pulumi.String(meterContainer))); err != nil {
			return err
		}
	}
	r.setOutputs(a, service)
	return nil
}

// persist mounts a file system at the directory to which Redis writes. The next task mounts the same one only after ECS
// has stopped the current one, because RedisStack is a singleton. At SHUTDOWN Redis refuses new commands and completes
// its append-only file before it writes a snapshot.
func (r *RedisStack) persist(a RedisStackArgs, args *FargateServiceArgs) error {
	fileSystem, err := NewFileSystem(r.base.ctx, r.base.name, &FileSystemArgs{
		VpcId: a.Placement.VpcId, SubnetIds: a.Persistence.SubnetIds, ProtectData: a.Persistence.ProtectData,
		KmsKeyArn: a.Placement.KmsKeyArn, Tags: a.Tags,
	}, pulumi.Parent(r))
	if err != nil {
		return err
	}
	r.fileSystemArn = fileSystem.FileSystemArn
	args.Volumes = []Volume{fileSystem.Volume(redisVolume)}
	args.Connects = []Connection{fileSystem.Connection()}
	args.TaskRoleStatements = []PolicyStatement{fileSystem.MountStatement()}
	args.Containers[0].MountPoints = []MountPoint{{SourceVolume: redisVolume, ContainerPath: redisDirectory}}
	return nil
}

// share returns Redis's share of the task, without those of the proxy and the meter.
func (args RedisStackArgs) share() (cpu, memory int) {
	meterCpu, meterMemory := args.Meter.size()
	return args.Cpu - rule.ProxyCpu - meterCpu, args.Memory - rule.ProxyMemory - meterMemory
}

// settings returns the settings of Redis. The image's script splits them at spaces and has no quotes. With persistence
// the append-only file has every second's writes, so a snapshot that fails on the network file system must not stop the
// queue.
func (args RedisStackArgs) settings() string {
	_, memory := args.share()
	settings := fmt.Sprintf("--maxmemory %dmb --maxmemory-policy noeviction", memory*maxMemoryShare/100)
	if args.Persistence == nil {
		return settings
	}
	return settings + " --appendonly yes --appendfsync everysec --stop-writes-on-bgsave-error no"
}

// container returns the container of Redis. It does not change the command of Redis Stack's image, a script that loads
// the modules. With persistence another script runs that one and saves the data at a stop.
func (r *RedisStack) container(a RedisStackArgs) (ContainerArgs, error) {
	cpu, memory := a.share()
	container := ContainerArgs{
		Name:         redisContainer,
		Image:        a.Image,
		Cpu:          cpu,
		Memory:       memory,
		PortMappings: []PortMapping{{Name: redisPortName, ContainerPort: redisPort}},
		HealthCheck: &HealthCheck{
			Command: []string{
				"CMD-SHELL",
				"redis-cli ping | grep -q PONG",
			}, Interval: 10, Timeout: 5, Retries: 3, StartPeriod: 30,
		},
		StopTimeout: redisStopTimeout,
	}
	container.Command = a.command()
	// The script that saves is no init process, and the dumb-init of Redis Stack's image is one as the first process only.
	container.InitProcess = a.Persistence != nil
	if a.Password == nil {
		container.Environment = map[string]pulumi.StringInput{"REDIS_ARGS": pulumi.String(a.settings())}
		return container, nil
	}
	// ECS does not put one variable into another: the password needs the whole of REDIS_ARGS to be secret.
	secrets, err := NewSecrets(r.base.ctx, r.base.name, &SecretsArgs{
		Path: a.SecretsPath, KmsKeyArn: a.Placement.KmsKeyArn,
		Values: map[string]pulumi.StringInput{
			"REDIS_ARGS":     pulumi.Sprintf("%s --requirepass %s", a.settings(), a.Password),
			redisCliPassword: pulumi.ToSecret(a.Password).(pulumi.StringOutput),
		},
		Tags: a.Tags,
	}, pulumi.Parent(r))
	if err != nil {
		return container, err
	}
	container.Secrets = secrets.References()
	return container, nil
}

func (r *RedisStack) setOutputs(a RedisStackArgs, service *FargateService) {
	r.Endpoint = pulumi.Sprintf("%s:%d", a.DnsName, redisPort)
	r.Url = pulumi.Sprintf("redis://%s", r.Endpoint)
	r.hasPassword = a.Password != nil
	if r.hasPassword {
		r.Url = pulumi.ToSecret(pulumi.Sprintf("redis://:%s@%s", a.Password, r.Endpoint)).(pulumi.StringOutput)
	}
	r.SecurityGroupId = service.SecurityGroupId
	r.ServiceArn, r.ServiceName = service.Arn, service.Name
	r.LogGroupNames = service.LogGroupNames
	r.LogGroupName = service.LogGroupNames.MapIndex(pulumi.String(redisContainer))
	r.Deployed = service.Deployed
}
