package main

import (
	"net/url"
	"strconv"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
)

// redis is Redis as the services see it, for each backend.
type redis struct {
	access      components.CareRedis
	endpoint    pulumi.StringInput
	connections map[string]components.ConnectionInput
	// egressPorts are the ports of an external Redis.
	egressPorts []int
	// stack is nil unless Redis runs on ECS.
	stack *components.RedisStack
}

func deployRedis(ctx *pulumi.Context, c config.Config, s stack) (redis, error) {
	switch c.Redis.Backend {
	case config.ElastiCache:
		return deployElastiCache(ctx, c, s)
	case config.ExternalRedis:
		return externalRedis(c.Redis)
	default:
		return deployRedisStack(ctx, c, s.network)
	}
}

func deployRedisStack(ctx *pulumi.Context, c config.Config, n network) (redis, error) {
	password, err := redisPassword(ctx, c.Redis)
	if err != nil {
		return redis{}, err
	}
	args := &components.RedisStackArgs{
		Placement:    n.placement,
		NamespaceArn: n.namespace.Arn,
		DnsName:      pulumi.String("redis." + c.Network.Namespace),
		Image:        given(c.Redis.Image),
		Cpu:          c.Redis.Cpu,
		Memory:       c.Redis.Memory,
		Password:     password,
		SecretsPath:  secretsPath(ctx),
		Meter:        &components.RedisMeter{MetricNamespace: metricNamespace(ctx)},
	}
	if c.Redis.Persistence == config.PersistenceEfs {
		args.Persistence = &components.RedisPersistence{SubnetIds: n.vpc.MountSubnetIds, ProtectData: c.ProtectData}
	}
	if c.Schedule != nil {
		args.Schedule = c.Schedule.Redis()
	}
	stack, err := components.NewRedisStack(ctx, "redis", args)
	if err != nil {
		return redis{}, err
	}
	return redis{
		access:      stack.Redis(),
		endpoint:    stack.Endpoint,
		connections: map[string]components.ConnectionInput{"redis": stack.Connection},
		stack:       stack,
	}, nil
}

// redisPassword returns the password of the configuration, or generates one if one is required; nil if there is none.
func redisPassword(ctx *pulumi.Context, c config.Redis) (pulumi.StringInput, error) {
	if c.Password != "" || !c.RequirePassword {
		return secret(c.Password), nil
	}
	password, err := random.NewRandomPassword(ctx, "redis-password", &random.RandomPasswordArgs{
		Length: pulumi.Int(32), Special: pulumi.Bool(false),
	})
	if err != nil {
		return nil, err
	}
	return password.Result, nil
}

// meterLogGroup returns the log group of the container that measures the queue; nil unless Redis runs on ECS.
func (r redis) meterLogGroup() pulumi.StringInput {
	if r.stack == nil {
		return nil
	}
	return r.stack.LogGroupNames.MapIndex(pulumi.String("redis-meter"))
}

// watched returns the service for alarms and the dashboard; nil unless Redis runs on ECS.
func (r redis) watched() *components.WatchedRedis {
	if r.stack == nil {
		return nil
	}
	return &components.WatchedRedis{ServiceName: r.stack.ServiceName, Metered: true}
}

func deployElastiCache(ctx *pulumi.Context, c config.Config, s stack) (redis, error) {
	cache, err := components.NewElastiCache(ctx, "care-cache", &components.ElastiCacheArgs{
		VpcId: s.network.vpc.VpcId, SubnetIds: s.network.vpc.DataSubnetIds, NodeType: c.Redis.ElastiCacheNodeType,
		Replicas: c.Redis.ElastiCacheReplicas, KmsKeyArn: s.key, ProtectData: c.ProtectData,
	})
	if err != nil {
		return redis{}, err
	}
	return redis{
		access: cache.Redis(), endpoint: cache.Endpoint,
		connections: map[string]components.ConnectionInput{"elasticache": cache.Connection},
	}, nil
}

// externalRedis is reached through the internet: only its address is known.
func externalRedis(c config.Redis) (redis, error) {
	address, err := url.Parse(c.Url)
	if err != nil {
		return redis{}, err
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		return redis{}, err
	}
	return redis{
		access:   components.CareRedis{Url: secret(c.Url), UrlIsSecret: true},
		endpoint: pulumi.String(address.Host), egressPorts: []int{port},
	}, nil
}
