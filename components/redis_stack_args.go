package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// RedisStackArgs are the inputs of NewRedisStack.
type RedisStackArgs struct {
	// Placement is the cluster and network of the service. Required.
	Placement Placement `pulumi:"placement"`
	// NamespaceArn is the Cloud Map namespace. Required.
	NamespaceArn pulumi.StringInput `pulumi:"namespaceArn"`
	// DnsName is the name for clients; by convention redis.<namespace>. Required.
	DnsName pulumi.StringInput `pulumi:"dnsName"`
	// Image is a redis-stack-server image with a tag or digest, or a plain image of Redis or Valkey, whose repository's
	// name ends in /redis or /valkey and which has no modules. Default: redis/redis-stack-server:6.2.6-v10.
	Image pulumi.StringInput `pulumi:"image,optional"`
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
	// AllowFrom are security groups that may connect besides those of services that connect, by a name for each, which
	// becomes part of the name of its rule. The group of the client needs a rule for outgoing traffic. Default: none.
	AllowFrom map[string]pulumi.StringInput `pulumi:"allowFrom,optional"`
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
	if a.Image == nil {
		a.Image = pulumi.String(DefaultRedisImage)
	}
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
		validateArguments(a.arguments()),
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
	for _, name := range sortedKeys(a.AllowFrom) {
		argument := fmt.Sprintf("allowFrom[%q]", name)
		problems = append(problems, rule.PortName(argument, name),
			rule.Given(argument, a.AllowFrom[name] != nil, "give the id of the security group, or remove the name"))
	}
	return rule.All(problems...)
}

func (args *RedisStackArgs) arguments() []argument {
	return append(args.Placement.arguments(),
		argument{"dnsName", &args.DnsName, rule.DnsName, true},
		argument{"image", &args.Image, allowedImage, true},
		argument{"password", &args.Password, redisPassword, false})
}

func redisPassword(name, value string) error {
	return rule.RedisPassword(name, value, "leave it out for a Redis without a password")
}
