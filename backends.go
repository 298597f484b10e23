package main

import (
	"net/url"
	"strconv"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// database is PostgreSQL as the services see it, made or there before.
type database struct {
	access     components.CareDatabase
	connection components.Connection
	// identifier and watched are nil for a database that was there before.
	identifier pulumi.StringInput
	watched    *components.WatchedDatabase
}

func deployDatabase(ctx *pulumi.Context, c Config, s surroundings) (database, error) {
	if c.DatabaseAddress != "" {
		address := pulumi.String(c.DatabaseAddress)
		return database{
			access: components.NewCareDatabase(address, pulumi.String(c.DatabaseName), pulumi.String(c.DatabaseUsername),
				secret(c.DatabasePassword)),
			connection: components.PostgresConnection(address, pulumi.String(c.DatabaseSecurityGroupId)),
		}, nil
	}
	postgres, err := components.NewPostgres(ctx, "care-db", c.postgres(s.network))
	if err != nil {
		return database{}, err
	}
	if c.Schedule != nil {
		_, err := components.NewDatabaseSchedule(ctx, "care-db-hours", &components.DatabaseScheduleArgs{
			InstanceIdentifier: postgres.Identifier, InstanceArn: postgres.Arn, Hours: c.Schedule.Database(),
		})
		if err != nil {
			return database{}, err
		}
	}
	return database{
		access: postgres.Database(), connection: postgres.Connection(), identifier: postgres.Identifier,
		watched: &components.WatchedDatabase{
			Identifier: postgres.Identifier, InstanceClass: c.DatabaseInstanceClass, AllocatedStorage: c.DatabaseStorage,
		},
	}, nil
}

// redis is Redis as the services see it, whichever it is.
type redis struct {
	url         pulumi.StringInput
	urlIsSecret bool
	endpoint    pulumi.StringInput
	connections []components.Connection
	// egressPorts are those by which it is reached on the internet.
	egressPorts []int
	logGroups   pulumi.StringArray
	// serviceName, serviceArn and watched are nil unless it is a service of this stack.
	serviceName pulumi.StringInput
	serviceArn  pulumi.StringInput
	watched     *components.WatchedRedis
	// meterLogGroup is nil unless a meter measures the queue.
	meterLogGroup pulumi.StringInput
	// services are what was deployed of Redis on ECS, for cmd/verify.
	services pulumi.Array
}

func deployRedis(ctx *pulumi.Context, c Config, s surroundings) (redis, error) {
	switch c.RedisBackend {
	case backendElastiCache:
		return deployElastiCache(ctx, c, s)
	case backendExternal:
		return c.externalRedis()
	default:
		return deployRedisStack(ctx, c, s)
	}
}

func deployRedisStack(ctx *pulumi.Context, c Config, s surroundings) (redis, error) {
	password, err := c.redisPassword(ctx)
	if err != nil {
		return redis{}, err
	}
	stack, err := components.NewRedisStack(ctx, "redis", c.redisStack(ctx, s, password))
	if err != nil {
		return redis{}, err
	}
	meterLogGroup := stack.LogGroupNames.MapIndex(pulumi.String("redis-meter"))
	return redis{
		url: stack.Url, urlIsSecret: password != nil, endpoint: stack.Endpoint,
		connections:   []components.Connection{stack.Connection()},
		logGroups:     pulumi.StringArray{stack.LogGroupName, meterLogGroup},
		serviceName:   stack.ServiceName,
		services:      pulumi.Array{stack.Deployed},
		serviceArn:    stack.ServiceArn,
		watched:       &components.WatchedRedis{ServiceName: stack.ServiceName, Metered: true},
		meterLogGroup: meterLogGroup,
	}, nil
}

// redisPassword gives the password of the configuration, or generates one where one is wanted; nil for none.
func (c Config) redisPassword(ctx *pulumi.Context) (pulumi.StringInput, error) {
	if c.RedisPassword != "" || !c.RedisRequirePassword {
		return secret(c.RedisPassword), nil
	}
	password, err := random.NewRandomPassword(ctx, "redis-password", &random.RandomPasswordArgs{
		Length: pulumi.Int(32), Special: pulumi.Bool(false),
	})
	if err != nil {
		return nil, err
	}
	return password.Result, nil
}

func deployElastiCache(ctx *pulumi.Context, c Config, s surroundings) (redis, error) {
	cache, err := components.NewElastiCache(ctx, "care-cache", c.elastiCache(s.network))
	if err != nil {
		return redis{}, err
	}
	return redis{
		url: cache.Url, urlIsSecret: true, endpoint: cache.Endpoint,
		connections: []components.Connection{cache.Connection()},
	}, nil
}

// externalRedis is reached through the internet: nothing is known of where it is but its address.
func (c Config) externalRedis() (redis, error) {
	address, err := url.Parse(c.RedisUrl)
	if err != nil {
		return redis{}, err
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		return redis{}, err
	}
	return redis{
		url: secret(c.RedisUrl), urlIsSecret: true, endpoint: pulumi.String(address.Host), egressPorts: []int{port},
	}, nil
}
