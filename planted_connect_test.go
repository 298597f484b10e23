package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// fargate gives the Args of a sound service with Service Connect, changed.
func fargate(change func(*components.FargateServiceArgs)) func() error {
	return func() error {
		args := &components.FargateServiceArgs{
			ClusterArn: pulumi.String("cluster"), VpcId: pulumi.String("vpc"), SubnetIds: pulumi.ToStringArray([]string{"a", "b"}),
			Containers: []components.ContainerArgs{{
				Name: "cache", Image: "docker.io/redis/redis-stack-server:6.2.6-v10", Cpu: 256, Memory: 512,
				PortMappings: []components.PortMapping{{Name: "redis", ContainerPort: 6379}},
				HealthCheck:  &components.HealthCheck{Command: []string{"CMD", "redis-cli", "ping"}},
			}},
			ServiceConnect: &components.ServiceConnectArgs{
				Mode: components.ServiceConnectClientServer, NamespaceArn: pulumi.String("namespace"),
				Endpoints: []components.ServiceConnectEndpoint{{PortName: "redis", DnsName: "redis.care-ns", Port: 6379}},
			},
		}
		if change != nil {
			change(args)
		}
		return args.Validate()
	}
}

const (
	redisService  = "ecs.Service 'redis'"
	celeryService = "ecs.Service 'care-celery'"
	careService   = "ecs.Service 'care-backend'"
)

func redisPort(key string, value any) inprocess.Plant {
	return inprocess.Plant{At: "ecs.TaskDefinition 'redis'", Edit: container("redis-stack", mapping(key, value))}
}

// plantedConnect are the mistakes with Service Connect itself.
func plantedConnect() []planted {
	const (
		endpoint = "serviceConnectConfiguration.services[0]."
		// told is the first of the variables that name Redis.
		told = `containers[care-celery-beat].environment.CELERY_BROKER_URL = "redis://redis.care-ns:6379"`
	)
	return []planted{
		{
			number: 1, mistake: "clients are created before Redis", plants: []inprocess.Plant{{At: redisService, Absent: true}},
			says: "no service that is deployed publishes redis.care-ns", names: []string{celeryService, told},
		},
		{
			number: 2, mistake: "Redis is not waited for", plants: []inprocess.Plant{{At: redisService, Edit: set("waitForSteadyState", false)}},
			says: "its waitForSteadyState is false", names: []string{celeryService, told, redisService},
		},
		{
			number: 3, mistake: "a changed endpoint does not redeploy clients", absent: `(?i)trigger|forcenew|redeploy`,
			says: "every service has its connections as triggers",
		},
		{
			number: 4, mistake: "the port mapping of an endpoint has no name", plants: []inprocess.Plant{redisPort("name", nil)},
			says: "does not refer to any named PortMapping", names: []string{"InvalidParameterException", redisService, endpoint + `portName = "redis"`},
		},
		{
			number: 5, mistake: "a port name with characters that ECS refuses",
			validate: fargate(func(a *components.FargateServiceArgs) { a.Containers[0].PortMappings[0].Name = "Redis!" }),
			says:     "must be 1 to 64 lower-case letters, digits", names: []string{"portMappings[6379].name", `"Redis!"`},
		},
		{
			number: 6, mistake: "the application uses a short name, not the alias",
			plants: []inprocess.Plant{{At: "ecs.TaskDefinition 'care-celery'", Edit: container("care-celery-beat",
				environment("REDIS_URL", func(string) string { return "redis://redis:6379" }))}},
			says: "that is not the client alias", names: []string{celeryService, `REDIS_URL = "redis://redis:6379"`, "use redis.care-ns:6379"},
		},
		{
			number: 7, mistake: "a discovery name or alias is used twice",
			validate: fargate(func(a *components.FargateServiceArgs) {
				a.ServiceConnect.Endpoints = append(a.ServiceConnect.Endpoints, a.ServiceConnect.Endpoints[0])
			}),
			says: `must not name "redis" twice`, names: []string{"serviceConnect.endpoints[].discoveryName", `"redis"`},
		},
		{
			number: 8, mistake: "a server is replaced before the old one is gone", plants: []inprocess.Plant{{At: redisService, Again: true}},
			says: "deleteBeforeReplace", names: []string{"InvalidParameterException", redisService, "discoveryName", "care-ns"},
		},
		{
			number: 9, mistake: "the namespace is given by a name",
			plants: []inprocess.Plant{{At: redisService, Edit: set("serviceConnectConfiguration.namespace", "care-namespace")}},
			says:   "no namespace of that name is live", names: []string{"NamespaceNotFoundException", redisService, `namespace = "care-namespace"`},
		},
		{
			number: 10, mistake: "services are in different namespaces",
			plants: []inprocess.Plant{{At: celeryService, Edit: set("serviceConnectConfiguration.namespace",
				"arn:aws:servicediscovery:ap-south-1:123456789012:namespace/ns-other")}},
			says: "publishes it in another namespace", names: []string{celeryService, redisService, told},
		},
		{
			number: 11, mistake: "the namespace's name is left to Pulumi",
			validate: func() error { return (&components.NamespaceArgs{}).Validate() },
			says:     "must be lower-case letters, digits, hyphens and dots", names: []string{"name", `""`},
		},
		{
			number: 12, mistake: "Redis is said to speak HTTP", plants: []inprocess.Plant{redisPort("appProtocol", "http")},
			says: "has appProtocol http", names: []string{celeryService, redisService, told, "the client speaks redis"},
		},
		{
			number: 13, mistake: "a TCP endpoint has a timeout",
			plants: []inprocess.Plant{{At: redisService, Edit: set("serviceConnectConfiguration.services[0].timeout", map[string]any{"idleTimeoutSeconds": 0})}},
			says:   "can't be set for tcp application", names: []string{"InvalidParameterException", redisService, endpoint + "timeout"},
		},
		{
			number: 14, mistake: "the ingress port is a reserved one",
			plants: []inprocess.Plant{{At: redisService, Edit: set("serviceConnectConfiguration.services[0].ingressPortOverride", 1024)}},
			says:   "cannot use ports <= 1024", names: []string{"InvalidParameterException", redisService, endpoint + "ingressPortOverride = 1024"},
		},
		{
			number: 15, mistake: "the server does not let its clients in",
			plants: []inprocess.Plant{{At: "vpc.SecurityGroupIngressRule 'care-celery-to-redis-ingress'", Absent: true}},
			says:   "Connection timed out", names: []string{celeryService, told, "ec2.SecurityGroup 'redis-sg'"},
		},
		{
			number: 16, mistake: "Redis is open to the network",
			absent: `^(RedisStackArgs|RedisPersistence|Connection)\..*(Cidr|Public)`,
			says:   "only security groups are let in, one by one",
		},
		{
			number: 17, mistake: "a task may not reach what it needs",
			plants: []inprocess.Plant{{At: "vpc.SecurityGroupEgressRule 'redis-internet-443'", Absent: true}},
			says:   "CannotPullContainerError", names: []string{redisService, "docker.io/redis/redis-stack-server:6.2.6-v10", "443", "ec2.SecurityGroup 'redis-sg'"},
		},
		{
			number: 18, mistake: "the containers leave nothing for the proxy", config: map[string]string{"care:celeryCpu": "512", "care:celeryMemory": "2048"},
			says: "Service Connect's proxy takes 256", names: []string{"care:celeryCpu", "512", "care:celeryMemory", "2048"},
		},
	}
}
