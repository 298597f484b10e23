package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// connectMistakes are mistakes with Service Connect itself.
func connectMistakes() []mistake {
	const (
		endpoint = "serviceConnectConfiguration.services[0]."
		// told is the first variable that names Redis.
		told = `containers[care-celery-beat].environment.CELERY_BROKER_URL = "redis://redis.care-ns:6379"`
	)
	return []mistake{
		{
			name: "clients are created before Redis", plants: leaveOut(redisService),
			rule: "connect/alias", words: "no service that is deployed publishes redis.care-ns",
			details: []string{celeryService, told},
			check: func(d checked) {
				redis, clients := d.service(d.T, "redis"), 0
				for _, service := range d.services(d.T) {
					if service.isClient() {
						clients++
						assert.True(d.T, service.DependsOn(redis.Resource), service.Name)
					}
				}
				assert.Equal(d.T, len(d.clients(d.T)), clients)
			},
		},
		{
			name: "Redis is not waited for", plants: edit(redisService, set("waitForSteadyState", false)),
			rule: "connect/order", words: "its waitForSteadyState is false",
			details: []string{celeryService, told, redisService},
			check: ofServices(func(d checked, service ecsService) {
				assert.Equal(d.T, true, service.In("waitForSteadyState"), service.Name)
			}),
		},
		{
			name: "a changed endpoint does not redeploy clients", absent: `(?i)trigger|forcenew|redeploy`,
			words: "every service has its connections as triggers",
			check: func(d checked) {
				redis := d.service(d.T, "redis")
				for _, service := range d.services(d.T) {
					if service.isClient() {
						namespace := redis.Text("serviceConnectConfiguration.namespace")
						fingerprint := fmt.Sprintf("redis.care-ns:6379 %s %s", namespace, redis.Id)
						triggers, _ := service.In("triggers").(map[string]any)
						assert.Equal(d.T, fingerprint, triggers["connection/redis"], service.Name)
						assert.Equal(d.T, true, service.In("forceNewDeployment"), service.Name)
					}
				}
			},
		},
		{
			name: "the port mapping of an endpoint has no name", plants: redisPort("name", nil),
			rule: "ecs/service-connect-port-name", words: "does not refer to any named PortMapping",
			details: []string{"InvalidParameterException", redisService, endpoint + `portName = "redis"`},
			check: ofEndpoints(func(d checked, service ecsService, endpoint map[string]any) {
				names := []string{}
				for _, container := range service.containers {
					for _, port := range container.PortMappings {
						names = append(names, port.Name)
					}
				}
				assert.Contains(d.T, names, endpoint["portName"], service.Name)
			}),
		},
		{
			name: "a port name with characters that ECS refuses",
			validate: fargate(func(a *components.FargateServiceArgs) {
				a.Containers[0].PortMappings[0].Name = "Redis!"
			}),
			words: "must be 1 to 64 lower-case letters, digits", details: []string{"portMappings[6379].name", `"Redis!"`},
			check: ofEndpoints(func(d checked, _ ecsService, endpoint map[string]any) {
				assert.Regexp(d.T, `^[a-z0-9_][a-z0-9_-]{0,63}$`, endpoint["portName"])
				assert.Regexp(d.T, `^[a-z0-9_][a-z0-9_-]{0,63}$`, endpoint["discoveryName"])
				assert.Regexp(d.T, `^[a-z0-9_.][a-z0-9_.-]{0,126}$`, alias(endpoint)["dnsName"])
			}),
		},
		{
			name: "the application uses a short name, not the alias",
			plants: edit("ecs.TaskDefinition 'care-celery'", container("care-celery-beat",
				environment("REDIS_URL", func(string) string { return "redis://redis:6379" }))),
			rule: "connect/alias", words: "that is not the client alias",
			details: []string{celeryService, `REDIS_URL = "redis://redis:6379"`, "use redis.care-ns:6379"},
			check: func(d checked) {
				published := []string{}
				eachEndpoint(d.T, d.deployment, func(_ ecsService, endpoint map[string]any) {
					published = append(published, fmt.Sprintf("%v:%v", alias(endpoint)["dnsName"], alias(endpoint)["port"]))
				})
				for role, container := range d.careContainers(d.T) {
					for _, name := range []string{"REDIS_URL", "CELERY_BROKER_URL"} {
						address, err := url.Parse(d.values(d.T, container)[name])
						require.NoError(d.T, err)
						assert.Contains(d.T, published, address.Host, "%s of %s", name, role)
					}
				}
			},
		},
		{
			name: "a discovery name or alias is used twice",
			validate: fargate(func(a *components.FargateServiceArgs) {
				a.ServiceConnect.Endpoints = append(a.ServiceConnect.Endpoints, a.ServiceConnect.Endpoints[0])
			}),
			words: `must not name "redis" twice`, details: []string{"serviceConnect.endpoints[].discoveryName", `"redis"`},
			check: func(d checked) {
				names := []string{}
				eachEndpoint(d.T, d.deployment, func(_ ecsService, endpoint map[string]any) {
					names = append(names, fmt.Sprint(endpoint["discoveryName"]), fmt.Sprint(alias(endpoint)))
				})
				assert.Len(d.T, slices.Compact(slices.Sorted(slices.Values(names))), len(names))
			},
		},
		{
			name: "a server is replaced before the old one is gone", plants: createTwice(redisService),
			rule: "ecs/service-connect-conflict", words: "deleteBeforeReplace",
			details: []string{"InvalidParameterException", redisService, "discoveryName", "care-ns"},
			check: ofServices(func(d checked, service ecsService) {
				assert.True(d.T, service.Options.GetDeleteBeforeReplace(), service.Name)
			}),
		},
		{
			name:   "the namespace is given by a name",
			plants: edit(redisService, set("serviceConnectConfiguration.namespace", "care-namespace")),
			rule:   "ecs/service-connect-namespace-name", words: "no namespace of that name is live",
			details: []string{"NamespaceNotFoundException", redisService, `namespace = "care-namespace"`},
			check: func(d checked) {
				namespace := d.Only(d.T, "aws:servicediscovery/httpNamespace:HttpNamespace")
				for _, service := range d.services(d.T) {
					assert.Equal(d.T, namespace.State["arn"].StringValue(),
						service.Text("serviceConnectConfiguration.namespace"), service.Name)
					assert.True(d.T, service.DependsThrough("serviceConnectConfiguration", namespace), service.Name)
				}
			},
		},
		{
			name: "services are in different namespaces",
			plants: edit(celeryService, set("serviceConnectConfiguration.namespace",
				"arn:aws:servicediscovery:ap-south-1:123456789012:namespace/ns-other")),
			rule: "connect/namespace", words: "publishes it in another namespace",
			details: []string{celeryService, redisService, told},
			check: func(d checked) {
				namespaces := map[string]bool{}
				for _, service := range d.services(d.T) {
					namespaces[service.Text("serviceConnectConfiguration.namespace")] = true
				}
				assert.Len(d.T, namespaces, 1)
			},
		},
		{
			name:     "the namespace's name is left to Pulumi",
			validate: func() error { return (&components.NamespaceArgs{}).Validate() },
			words:    "must be lower-case letters, digits, hyphens and dots", details: []string{"name", `""`},
			check: func(d checked) {
				assert.Equal(d.T, "care-ns", d.Only(d.T, "aws:servicediscovery/httpNamespace:HttpNamespace").Text("name"))
			},
		},
		{
			name: "Redis is said to speak HTTP", plants: redisPort("appProtocol", "http"),
			rule: "connect/protocol", words: "has appProtocol http",
			details: []string{celeryService, redisService, told, "the client speaks redis"},
			check: func(d checked) {
				port := d.service(d.T, "redis").definition.Container(d.T, "redis-stack").PortMappings[0]
				assert.Empty(d.T, port.AppProtocol)
				assert.Equal(d.T, "tcp", port.Protocol)
			},
		},
		{
			name: "a TCP endpoint has a timeout",
			plants: edit(redisService, set("serviceConnectConfiguration.services[0].timeout",
				map[string]any{"idleTimeoutSeconds": 0})),
			rule: "ecs/service-connect-timeout", words: "can't be set for tcp application",
			details: []string{"InvalidParameterException", redisService, endpoint + "timeout"},
			check: ofEndpoints(func(d checked, service ecsService, endpoint map[string]any) {
				assert.NotContains(d.T, endpoint, "timeout", service.Name)
			}),
		},
		{
			name:   "the ingress port is a reserved one",
			plants: edit(redisService, set("serviceConnectConfiguration.services[0].ingressPortOverride", 1024)),
			rule:   "ecs/service-connect-name", words: "cannot use ports <= 1024",
			details: []string{"InvalidParameterException", redisService, endpoint + "ingressPortOverride = 1024"},
			check: ofEndpoints(func(d checked, service ecsService, endpoint map[string]any) {
				assert.NotContains(d.T, endpoint, "ingressPortOverride", service.Name)
			}),
		},
		{
			name:   "the security group does not know the ingress port",
			plants: edit(redisService, set("serviceConnectConfiguration.services[0].ingressPortOverride", 15000)),
			rule:   "network/security-group-rule", words: "Connection timed out",
			details: []string{celeryService, told, "15000"},
			check: func(d checked) {
				for _, rule := range d.rules("Ingress", d.service(d.T, "redis").securityGroup()) {
					assert.Equal(d.T, 6379, rule.Number("fromPort"))
				}
			},
		},
		{
			name:   "the server does not let its clients in",
			plants: leaveOut("vpc.SecurityGroupIngressRule 'care-celery-to-redis-ingress'"),
			rule:   "network/security-group-rule", words: "Connection timed out",
			details: []string{celeryService, told, "ec2.SecurityGroup 'redis-sg'"},
			check: func(d checked) {
				admitted := map[string]bool{}
				for _, rule := range d.rules("Ingress", d.service(d.T, "redis").securityGroup()) {
					if rule.Number("fromPort") == 6379 && rule.Number("toPort") == 6379 && rule.Text("ipProtocol") == "tcp" {
						admitted[rule.Text("referencedSecurityGroupId")] = true
					}
				}
				for _, service := range d.services(d.T) {
					assert.Equal(d.T, service.isClient(), admitted[service.securityGroup()], service.Name)
				}
			},
		},
		{
			name: "Redis is open to the network", absent: `^(RedisStackArgs|RedisPersistence|Connection)\..*(Cidr|Public)`,
			words: "only security groups are let in, one by one",
			check: func(d checked) {
				redis := d.service(d.T, "redis")
				rules := d.rules("Ingress", redis.securityGroup())
				assert.Len(d.T, rules, len(d.clients(d.T)))
				for _, rule := range rules {
					assert.Nil(d.T, rule.In("cidrIpv4"))
					assert.Nil(d.T, rule.In("cidrIpv6"))
				}
				// Where there is a password, it comes by reference; where there is none, nothing in REDIS_ARGS is secret.
				assert.NotContains(d.T, redis.definition.Container(d.T, "redis-stack").Variables()["REDIS_ARGS"], "requirepass")
			},
		},
		{
			name: "a task may not reach what it needs", plants: leaveOut("vpc.SecurityGroupEgressRule 'redis-internet-443'"),
			rule: "network/security-group-rule", words: "CannotPullContainerError",
			details: []string{
				redisService, "docker.io/redis/redis-stack-server:6.2.6-v10", "443", "ec2.SecurityGroup 'redis-sg'",
			},
			check: func(d checked) {
				needs := map[string][]int{"redis": {443}}
				for _, client := range d.clients(d.T) {
					needs[client.Text("name")] = []int{443, 5432, 6379}
				}
				for name, ports := range needs {
					if d.service(d.T, name).definition.In("volumes") != nil {
						ports = append(ports, 2049)
					}
					open := []int{}
					for _, rule := range d.rules("Egress", d.service(d.T, name).securityGroup()) {
						open = append(open, rule.Number("fromPort"))
					}
					assert.ElementsMatch(d.T, ports, open, name)
				}
			},
		},
		{
			name:    "the containers leave nothing for the proxy",
			config:  map[string]string{"care:celeryCpu": "512", "care:celeryMemory": "2048"},
			words:   "Service Connect's proxy takes 256",
			details: []string{"care:celeryCpu", "512", "care:celeryMemory", "2048"},
			check: ofServices(func(d checked, service ecsService) {
				cpu, memory := service.size(d.T)
				for _, container := range service.containers {
					cpu, memory = cpu-container.Cpu, memory-container.Memory
				}
				assert.GreaterOrEqual(d.T, cpu, 256, service.Name)
				assert.GreaterOrEqual(d.T, memory, 64, service.Name)
			}),
		},
	}
}

// clientMistakes are mistakes with a service that another one uses: its permissions, its address and its protocol.
func clientMistakes() []mistake {
	const databaseUrl, balancer = "ssm.Parameter 'care-DATABASE_URL'", "lb.LoadBalancer 'care-alb'"
	return []mistake{
		{
			name: "EventBridge publishes under a condition on the source account", stack: production,
			plants: edit("sns.TopicPolicy 'care-alarms'", swap(
				`"Principal":{"Service":"events.amazonaws.com"}`,
				`"Principal":{"Service":"events.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`,
			)),
			rule: "eventbridge/topic-policy", words: "no event would ever arrive",
			details: []string{"FailedInvocations", "sns.Topic 'care-alarms'", "aws:SourceAccount"},
		},
		{
			name: "EventBridge encrypts under a condition on the source account", stack: production,
			plants: edit("kms.Key 'care-alarms'", swap(
				`"Principal":{"Service":"events.amazonaws.com"}`,
				`"Principal":{"Service":"events.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`,
			)),
			rule: "eventbridge/topic-policy", words: "EventBridge sends no such key to SNS and KMS",
			details: []string{"FailedInvocations", "kms.Key 'care-alarms'", "aws:SourceAccount"},
		},
		{
			name: "the key for SMS may publish to every topic", stack: production,
			plants: edit("iam.UserPolicy 'care-app'", swap("arn:aws:sns:*:*:*", "arn:aws:sns:*:*:none")),
			warned: true, rule: "iam/wide-access-key", words: "sns:Publish on everything",
			details: []string{"iam.UserPolicy 'care-app'", "sns.Topic 'care-alarms'"},
		},
		{
			name:   "a client asks for TLS, and Redis has none",
			plants: redisUrl(func(url string) string { return strings.Replace(url, "redis://", "rediss://", 1) }),
			rule:   "client/tls", words: "has no TLS, and the client begins with it",
			details: []string{celeryService, "environment.REDIS_URL", "use redis://"},
		},
		{
			name:   "a client sends a password, and Redis has none",
			plants: redisUrl(func(url string) string { return strings.Replace(url, "redis://", "redis://:a-password@", 1) }),
			rule:   "client/login", words: "has no password, and the client sends one",
			details: []string{celeryService, "environment.REDIS_URL = [secret]"},
		},
		{
			name: "Redis has no such database", plants: redisUrl(func(url string) string { return url + "/16" }),
			rule: "client/database", words: "ERR DB index is out of range",
			details: []string{redisService + " has the databases 0 to 15", "environment.REDIS_URL"},
		},
		{
			name:   "Redis is looked for in the task itself",
			plants: redisUrl(func(string) string { return "redis://localhost:6379" }),
			rule:   "host/localhost", words: "localhost is the task itself",
			details: []string{celeryService, "Connection refused", "6379"},
		},
		{
			name: "a host that only Compose knows", plants: redisUrl(func(string) string { return "redis://cache:6379" }),
			rule: "host/short-name", words: "resolves in a task by Service Connect alone",
			details: []string{celeryService, "Name or service not known", "cache"},
		},
		{
			name:   "the broker speaks another protocol",
			plants: redisUrl(func(url string) string { return strings.Replace(url, "redis://", "amqp://", 1) }),
			rule:   "client/protocol", words: "speaks redis, and the address has the scheme amqp",
			details: []string{celeryService, "environment.REDIS_URL"},
		},
		{
			name: "the database is asked without TLS",
			plants: edit(databaseUrl, func(_ *inprocess.World, in resource.PropertyMap) {
				in["value"] = resource.MakeSecret(resource.NewProperty(
					strings.Replace(in["value"].SecretValue().Element.StringValue(), "sslmode=require", "sslmode=disable", 1)),
				)
			}),
			rule: "client/sslmode", words: "takes connections with TLS only (rds.force_ssl is 1)",
			details: []string{celeryService, "secrets.DATABASE_URL = [secret]"},
		},
		{
			name: "a security group of another VPC",
			plants: edit(celeryService, func(w *inprocess.World, in resource.PropertyMap) {
				vpc, err := w.Another("aws:ec2/vpc:Vpc", resource.PropertyMap{"cidrBlock": resource.NewProperty("10.99.0.0/16")})
				if err != nil {
					return
				}
				inside := resource.PropertyMap{"vpcId": resource.NewProperty(vpc)}
				group, err := w.Another("aws:ec2/securityGroup:SecurityGroup", inside)
				if err == nil {
					set("networkConfiguration.securityGroups[0]", group)(w, in)
				}
			}),
			rule: "ecs/service-vpc", words: "the security group belongs to ec2.Vpc 'another'",
			details: []string{"ecs.Service 'care-celery'"},
		},
		{
			name: "a task definition that is too long",
			plants: edit("ecs.TaskDefinition 'care-celery'", container("care-celery-beat", environment("REDIS_URL",
				func(string) string { return "redis://redis.care-ns:6379?" + strings.Repeat("x", 65536) },
			))),
			rule: "ecs/task-definition-size", words: "Max allowed length is '65536' bytes",
			details: []string{"ecs.TaskDefinition 'care-celery'", "containerDefinitions"},
		},
		{
			name: "access logs into a bucket that does not let the load balancer write",
			plants: edit(balancer, func(w *inprocess.World, in resource.PropertyMap) {
				logs := resource.PropertyMap{"bucket": resource.NewProperty("care-access-logs")}
				if bucket, err := w.Another("aws:s3/bucketV2:BucketV2", logs); err == nil {
					in["accessLogs"] = resource.NewProperty(resource.PropertyMap{
						"bucket": resource.NewProperty(bucket), "enabled": resource.NewProperty(true),
					})
				}
			}),
			rule: "elb/access-log-bucket", words: "Access Denied for bucket: care-access-logs",
			details: []string{"lb.LoadBalancer 'care-alb'", "no policy of s3.BucketV2 'another'"},
		},
		{
			name: "a service without a count has no task", plants: edit("ecs.Service 'care-celery'", set("desiredCount", nil)),
			warned: true, rule: "ecs/no-desired-count", words: "has no desiredCount, and so no task",
			details: []string{"ecs.Service 'care-celery'"},
		},
		{
			name: "inline rules beside rules of their own",
			plants: edit("ec2.SecurityGroup 'care-celery-sg'", set("egress",
				[]any{map[string]any{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": []any{"0.0.0.0/0"}}})),
			warned: true, rule: "ec2/mixed-rules", words: "has inline egress rules",
			details: []string{"ec2.SecurityGroup 'care-celery-sg'", "each update of the group removes that one"},
		},
		{
			name: "an alarm about a metric that nothing writes", stack: production,
			plants: edit("cloudwatch.MetricAlarm 'care-queue'", set("metricQueries[1].metric.metricName", "QueueLenght")),
			warned: true, rule: "cloudwatch/silent-alarm", words: "which nothing in this program writes",
			details: []string{"cloudwatch.MetricAlarm 'care-queue'", "QueueLenght"},
		},
	}
}

// fargate returns a constructor of the arguments of a valid Service Connect service, after the change.
func fargate(change func(*components.FargateServiceArgs)) func() error {
	return func() error {
		args := &components.FargateServiceArgs{
			ClusterArn: pulumi.String("cluster"), VpcId: pulumi.String("vpc"),
			SubnetIds: pulumi.ToStringArray([]string{"a", "b"}),
			Containers: []components.Container{{
				Name: "cache", Image: pulumi.String("docker.io/redis/redis-stack-server:6.2.6-v10"), Cpu: 256, Memory: 512,
				PortMappings: []components.PortMapping{{Name: "redis", ContainerPort: 6379}},
				HealthCheck:  &components.HealthCheck{Command: []string{"CMD", "redis-cli", "ping"}},
			}},
			ServiceConnect: &components.ServiceConnect{
				Mode: components.ServiceConnectClientServer, NamespaceArn: pulumi.String("namespace"),
				Endpoints: []components.ServiceConnectEndpoint{{
					PortName: "redis", DnsName: pulumi.String("redis.care-ns"), Port: 6379,
				}},
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

func redisPort(key string, value any) []inprocess.Plant {
	return edit("ecs.TaskDefinition 'redis'", container("redis-stack", mapping(key, value)))
}

// redisUrl changes the address of Redis in a container of Celery.
func redisUrl(replace func(string) string) []inprocess.Plant {
	return edit("ecs.TaskDefinition 'care-celery'", container("care-celery-beat", environment("REDIS_URL", replace)))
}

func eachEndpoint(t *testing.T, d deployment, visit func(service ecsService, endpoint map[string]any)) {
	t.Helper()
	visited := 0
	for _, service := range d.services(t) {
		for _, endpoint := range service.endpoints() {
			visited++
			visit(service, endpoint)
		}
	}
	require.Positive(t, visited)
}

func alias(endpoint map[string]any) map[string]any {
	aliases, _ := endpoint["clientAlias"].([]any)
	if len(aliases) != 1 {
		return nil
	}
	first, _ := aliases[0].(map[string]any)
	return first
}

// size returns a task's CPU units and MiB.
func (s ecsService) size(t *testing.T) (cpu, memory int) {
	t.Helper()
	_, err := fmt.Sscan(strings.Join([]string{s.definition.Text("cpu"), s.definition.Text("memory")}, " "), &cpu, &memory)
	require.NoError(t, err)
	return cpu, memory
}
