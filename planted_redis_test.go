package main

import (
	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// plantedRedis are the mistakes with Redis and with services of which there must be one only.
func plantedRedis() []planted {
	two := 2
	return []planted{
		{
			number: 19, mistake: "Fargate does not offer the size", config: map[string]string{"care:careCpu": "512", "care:careMemory": "8192"},
			says: "with 512 CPU units Fargate offers 1024", names: []string{"care:careMemory", "8192", "512"},
		},
		{
			number: 20, mistake: "two Redis tasks",
			validate: fargate(func(a *components.FargateServiceArgs) { a.Singleton, a.DesiredCount = true, &two }),
			says:     "a singleton has at most one task", names: []string{"desiredCount = 2"},
		},
		{
			number: 21, mistake: "percentages that can never deploy",
			plants: []inprocess.Plant{{At: redisService, Edit: set("deploymentMinimumHealthyPercent", 100)}},
			says:   "this will block deployments", names: []string{"InvalidParameterException", redisService, "deploymentMaximumPercent = 100"},
		},
		{
			number: 22, mistake: "rebalancing with a maximum of 100 percent",
			plants: []inprocess.Plant{{At: redisService, Edit: set("availabilityZoneRebalancing", "ENABLED")}},
			says:   "does not support a maximumPercent of 100", names: []string{"InvalidParameterException", redisService, `availabilityZoneRebalancing = "ENABLED"`},
		},
		{
			number: 23, mistake: "Redis or beat on Spot",
			validate: fargate(func(a *components.FargateServiceArgs) { a.Singleton, a.Spot = true, true }),
			says:     "a singleton must not run on Spot", names: []string{"spot = true"},
		},
		{
			number: 24, mistake: "launch type together with capacity providers", plants: []inprocess.Plant{{At: redisService, Edit: set("launchType", "FARGATE")}},
			says: "both a launch type and capacity provider", names: []string{"InvalidParameterException", redisService, `launchType = "FARGATE"`},
		},
		{
			number: 25, mistake: "two beats in a deployment", absent: `^CeleryArgs\.(.*Count|Singleton|Spot)|^Config\.Celery.*Count`,
			says: "Celery is a singleton, and has no count",
		},
		{
			number: 26, mistake: "a command hides Redis's modules", absent: `^(RedisStackArgs\.|Config\.Redis)(Command|EntryPoint|Script)`,
			says: "RedisStack runs the image's own script",
		},
		{
			number: 27, mistake: "a Redis password that the start script splits", config: map[string]string{"care:redisPassword": `it's "two" words`},
			secretKeys: []string{"care:redisPassword"},
			says:       "letters, digits, underscores or hyphens", names: []string{"care:redisPassword"},
		},
		{
			number: 28, mistake: "another Redis database than 0",
			config: map[string]string{
				"care:redisBackend": "external", "care:redisUrl": "rediss://:secret@redis.example.org:6379/1?ssl_cert_reqs=required",
			},
			secretKeys: []string{"care:redisUrl"},
			says:       "must name database 0 or none", names: []string{"care:redisUrl", `"…"`},
		},
		{
			number: 29, mistake: "Redis evicts the queue, or outgrows its task",
			absent: `^RedisStackArgs\..*(Max|Evict|Policy|Arguments|Environment)`,
			says:   "RedisStack sets noeviction and maxmemory",
		},
		{
			number: 30, mistake: "a read-only root without /data", absent: `(?i)readonly`,
			says: "no container's root can be read-only",
		},
		{
			number: 31, mistake: "an EFS access point without encryption", stack: production,
			plants: []inprocess.Plant{{At: "ecs.TaskDefinition 'redis'", Edit: set("volumes[0].efsVolumeConfiguration.transitEncryption", "DISABLED")}},
			says:   "Transit encryption must be turned on", names: []string{
				"ClientException", "ecs.TaskDefinition 'redis'", `volumes[0].efsVolumeConfiguration.transitEncryption = "DISABLED"`,
			},
		},
		{
			number: 32, mistake: "a zone without mount target", stack: production,
			plants: []inprocess.Plant{{At: "efs.MountTarget 'redis-ap-south-1b'", Absent: true}},
			says:   "has no mount target in ap-south-1b", names: []string{
				"ResourceInitializationError", redisService, `volumes[0].efsVolumeConfiguration.fileSystemId = "fs-`,
			},
		},
	}
}
