package components

import (
	_ "embed"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
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

	// Connection is Redis as a destination of services.
	Connection Connection `pulumi:"connection"`

	base          *component
	fileSystemArn pulumi.StringInput
	hasPassword   bool
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
	c.checkLater(a.arguments())
	return redis, c.build(func() error { return redis.create(a) })
}

// FileSystemArn returns the ARN of the file system with the data; nil without persistence.
func (r *RedisStack) FileSystemArn() pulumi.StringInput { return r.fileSystemArn }

// Redis returns the way in which Care reaches this Redis.
func (r *RedisStack) Redis() CareRedis { return CareRedis{Url: r.Url, UrlIsSecret: r.hasPassword} }

// allow adds a rule that admits a security group.
func (r *RedisStack) allow(name string, securityGroupId pulumi.StringInput) error {
	_, err := vpc.NewSecurityGroupIngressRule(r.base.ctx, r.base.child("from-"+name), &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           r.SecurityGroupId,
		Description:               pointer(r.base.ruleText("from-"+name, pulumi.Int(redisPort))),
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
	args.Containers = []Container{container}
	if a.Meter != nil {
		args.Containers = append(args.Containers, a.Meter.container(a.Image, container))
	}
	args.Cpu, args.Memory = a.Cpu, a.Memory
	args.Singleton, args.Scaling = true, singletonScaling(a.Schedule)
	args.ServiceConnect = &ServiceConnect{
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
	if a.Meter != nil {
		if err := a.Meter.createMetrics(r.base, service.LogGroupNames.MapIndex(pulumi.String(meterContainer))); err != nil {
			return err
		}
	}
	r.setOutputs(a, service)
	for _, name := range sortedKeys(a.AllowFrom) {
		if err := r.allow(name, a.AllowFrom[name]); err != nil {
			return err
		}
	}
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
	args.Connects = map[string]ConnectionInput{"efs": fileSystem.Connection}
	args.TaskRoleStatements = PolicyStatementArray{fileSystem.MountStatement}
	args.Containers[0].MountPoints = []MountPoint{{SourceVolume: redisVolume, ContainerPath: redisDirectory}}
	return nil
}

func (r *RedisStack) setOutputs(a RedisStackArgs, service *FargateService) {
	r.Endpoint = pulumi.Sprintf("%s:%d", a.DnsName, redisPort)
	r.Url = pulumi.Sprintf("redis://%s", r.Endpoint)
	r.hasPassword = a.Password != nil
	if r.hasPassword {
		r.Url = pulumi.ToSecret(pulumi.Sprintf("redis://:%s@%s", a.Password, r.Endpoint)).(pulumi.StringOutput)
	}
	r.SecurityGroupId = service.SecurityGroupId
	r.Connection = service.endpoints[redisPortName]
	r.ServiceArn, r.ServiceName = service.Arn, service.Name
	r.LogGroupNames = service.LogGroupNames
	r.LogGroupName = service.LogGroupNames.MapIndex(pulumi.String(redisContainer))
	r.Deployed = service.Deployed
}
