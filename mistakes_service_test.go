package main

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// redisMistakes are mistakes with Redis and with services that may have one task only.
func redisMistakes() []mistake {
	two := 2
	return []mistake{
		{
			name: "Fargate does not offer the size", config: settings{"care:careCpu": "512", "care:careMemory": "8192"},
			words: "with 512 CPU units Fargate offers 1024", details: []string{"care:careMemory", "8192", "512"},
			check: func(d checked) {
				offered := map[int][3]int{
					256: {512, 2048, 512}, 512: {1024, 4096, 1024}, 1024: {2048, 8192, 1024}, 2048: {4096, 16384, 1024},
				}
				for _, service := range d.services(d.T) {
					cpu, memory := service.size(d.T)
					require.Contains(d.T, offered, cpu, service.Name)
					assert.GreaterOrEqual(d.T, memory, offered[cpu][0], service.Name)
					assert.LessOrEqual(d.T, memory, offered[cpu][1], service.Name)
					assert.Zero(d.T, memory%offered[cpu][2], service.Name)
				}
			},
		},
		{
			name:     "a second task of a singleton such as Redis",
			validate: fargate(func(a *components.FargateServiceArgs) { a.Singleton, a.DesiredCount = true, &two }),
			words:    "a singleton has at most one task", details: []string{"desiredCount = 2"},
			check: func(d checked) {
				isSingleton(d.T, d.service(d.T, "redis"))
				d.neverScalesBeyondOne(d.T, "redis")
			},
		},
		{
			name: "percentages that can never deploy", plants: edit(redisService, set("deploymentMinimumHealthyPercent", 100)),
			rule: "ecs/deployment-percent", words: "this will block deployments",
			details: []string{"InvalidParameterException", redisService, "deploymentMaximumPercent = 100"},
			check: ofServices(func(d checked, s ecsService) {
				count := s.Number("desiredCount")
				most := s.Number("deploymentMaximumPercent") * count / 100
				least := (s.Number("deploymentMinimumHealthyPercent")*count + 99) / 100
				assert.Greater(d.T, most, least, s.Name)
			}),
		},
		{
			name:   "rebalancing with a maximum of 100 percent",
			plants: edit(redisService, set("availabilityZoneRebalancing", "ENABLED")),
			rule:   "ecs/zone-rebalancing", words: "does not support a maximumPercent of 100",
			details: []string{"InvalidParameterException", redisService, `availabilityZoneRebalancing = "ENABLED"`},
			check: ofServices(func(d checked, s ecsService) {
				rebalancing := s.Text("availabilityZoneRebalancing")
				assert.Contains(d.T, []string{"ENABLED", "DISABLED"}, rebalancing, s.Name)
				assert.False(d.T, rebalancing == "ENABLED" && s.Number("deploymentMaximumPercent") == 100, s.Name)
			}),
		},
		{
			name:     "a singleton such as Redis or beat on Spot",
			validate: fargate(func(a *components.FargateServiceArgs) { a.Singleton, a.Spot = true, true }),
			words:    "a singleton must not run on Spot", details: []string{"spot = true"},
			check: func(d checked) {
				for _, name := range []string{"redis", "care-celery"} {
					assert.Equal(d.T, []any{map[string]any{"capacityProvider": "FARGATE", "weight": 1.0}},
						d.service(d.T, name).In("capacityProviderStrategies"), name)
				}
			},
		},
		{
			name: "launch type together with capacity providers", plants: edit(redisService, set("launchType", "FARGATE")),
			rule: "ecs/launch-type-and-strategy", words: "both a launch type and capacity provider",
			details: []string{"InvalidParameterException", redisService, `launchType = "FARGATE"`},
			check: ofServices(func(d checked, s ecsService) {
				assert.NotEqual(d.T, s.In("launchType") == nil, s.In("capacityProviderStrategies") == nil, s.Name)
			}),
		},
		{
			name: "two beats in a deployment", absent: `^CeleryArgs\.(.*Count|Singleton|Spot)|^Config\.Celery.*Count`,
			words: "Celery is a singleton, and has no count",
			check: func(d checked) {
				isSingleton(d.T, d.service(d.T, "care-celery"))
			},
		},
		{
			name: "a command hides Redis's modules", absent: `^(RedisStackArgs\.|Config\.Redis)(Command|EntryPoint|Script)`,
			words: "RedisStack runs the image's own script",
			check: func(d checked) {
				redis := d.service(d.T, "redis").definition.Container(d.T, "redis-stack")
				assert.Empty(d.T, redis.EntryPoint)
				if redis.Command != nil { // the one that saves, with persistence
					assert.Equal(d.T, "/entrypoint.sh", redis.Command[len(redis.Command)-1])
				}
			},
		},
		{
			name: "a Redis password that the start script splits", config: settings{"care:redisPassword": `it's "two" words`},
			secretKeys: []string{"care:redisPassword"},
			words:      "letters, digits, underscores or hyphens", details: []string{"care:redisPassword"},
			check: func(d checked) {
				words := strings.Fields(d.redisArgs(d.T))
				for i := 0; i < len(words); i += 2 {
					assert.Regexp(d.T, `^--[a-z-]+$`, words[i])
					assert.Regexp(d.T, `^[A-Za-z0-9_-]+$`, words[i+1], "value of %s", words[i])
				}
			},
		},
		{
			name: "another Redis database than 0",
			config: settings{
				"care:redisBackend": "external",
				"care:redisUrl":     "rediss://:secret@redis.example.org:6379/1?ssl_cert_reqs=required",
			},
			secretKeys: []string{"care:redisUrl"},
			words:      "must name database 0 or none", details: []string{"care:redisUrl", `"…"`},
			check: ofCare(func(d checked, role string, container containerDefinition) {
				address, err := url.Parse(d.values(d.T, container)["REDIS_URL"])
				require.NoError(d.T, err)
				assert.Contains(d.T, []string{"", "/", "/0"}, address.Path, role)
			}),
		},
		{
			name:   "Redis evicts the queue, or outgrows its task",
			absent: `^RedisStackArgs\..*(Max|Evict|Policy|Arguments|Environment)`,
			words:  "RedisStack sets noeviction and maxmemory",
			check: func(d checked) {
				arguments := d.redisArgs(d.T)
				assert.Contains(d.T, arguments, "--maxmemory-policy noeviction")
				found := regexp.MustCompile(`--maxmemory (\d+)mb`).FindStringSubmatch(arguments)
				require.Len(d.T, found, 2)
				limit, err := strconv.Atoi(found[1])
				require.NoError(d.T, err)
				_, memory := d.service(d.T, "redis").size(d.T)
				assert.Less(d.T, limit, memory)
			},
		},
		{
			name: "a read-only root without /data", absent: `(?i)readonly`,
			words: "no container's root can be read-only",
			check: ofServices(func(d checked, s ecsService) {
				assert.NotContains(d.T, s.definition.Text("containerDefinitions"), "readonlyRootFilesystem", s.Name)
			}),
		},
		{
			name: "an EFS volume without encryption in transit", stack: production,
			plants: edit("ecs.TaskDefinition 'redis'", set("volumes[0].efsVolumeConfiguration.transitEncryption", "DISABLED")),
			rule:   "ecs/efs-volume", words: "Transit encryption must be turned on",
			details: []string{
				"ClientException", "ecs.TaskDefinition 'redis'",
				`volumes[0].efsVolumeConfiguration.transitEncryption = "DISABLED"`,
			},
			check: ofServices(func(d checked, s ecsService) {
				volumes, _ := s.definition.In("volumes").([]any)
				for i := range volumes {
					volume := fmt.Sprintf("volumes[%d].efsVolumeConfiguration.", i)
					assert.Equal(d.T, "ENABLED", s.definition.Text(volume+"transitEncryption"), s.Name)
					assert.Contains(d.T, []string{"", "/"}, s.definition.Text(volume+"rootDirectory"), s.Name)
					point := d.Holder(d.T, "aws:efs/accessPoint:AccessPoint", "id",
						s.definition.Text(volume+"authorizationConfig.accessPointId"))
					assert.NotNil(d.T, point.In("rootDirectory.creationInfo"), point.Name)
					assert.Equal(d.T, point.In("posixUser.uid"), point.In("rootDirectory.creationInfo.ownerUid"), point.Name)
				}
			}),
		},
		{
			name: "a zone without mount target", stack: production,
			plants: leaveOut("efs.MountTarget 'redis-ap-south-1b'"),
			rule:   "task/mount-target", words: "has no mount target in ap-south-1b",
			details: []string{
				"ResourceInitializationError", redisService, `volumes[0].efsVolumeConfiguration.fileSystemId = "fs-`,
			},
			check: ofServices(func(d checked, s ecsService) {
				if s.definition.In("volumes") == nil {
					return
				}
				mountable := map[string]bool{}
				for _, target := range d.OfType("aws:efs/mountTarget:MountTarget") {
					mountable[d.zone(d.T, target.Text("subnetId"))] = true
					assert.True(d.T, s.DependsOn(target), "%s waits for %s", s.Name, target.Name)
					for _, rule := range d.rules("Ingress", target.List("securityGroups")[0]) {
						assert.Equal(d.T, s.securityGroup(), rule.Text("referencedSecurityGroupId"))
						assert.Equal(d.T, 2049, rule.Number("fromPort"))
					}
				}
				for _, subnet := range s.List("networkConfiguration.subnets") {
					assert.True(d.T, mountable[d.zone(d.T, subnet)], "%s in %s", s.Name, subnet)
				}
			}),
		},
	}
}

// taskMistakes are mistakes with health checks, load balancers, images and deployments.
func taskMistakes() []mistake {
	const forward = "lb.ListenerRule 'care-backend'"
	return []mistake{
		{
			name:   "the image's own health check is relied on",
			absent: `^(CareArgs|CeleryArgs|RedisStackArgs|CareImage|Placement)\..*(Health|Check)`,
			words:  "Care, Celery and RedisStack bring their own",
			check: ofContainers(func(d checked, _ ecsService, c containerDefinition) {
				if !c.Essential {
					return
				}
				if !assert.NotNil(d.T, c.HealthCheck, c.Name) {
					return
				}
				assert.Contains(d.T, []string{"CMD", "CMD-SHELL"}, c.HealthCheck.Command[0], c.Name)
				within(d.T, c.Name+" interval", c.HealthCheck.Interval, 5, 300)
				within(d.T, c.Name+" timeout", c.HealthCheck.Timeout, 2, 60)
				within(d.T, c.Name+" retries", c.HealthCheck.Retries, 1, 10)
				within(d.T, c.Name+" startPeriod", c.HealthCheck.StartPeriod, 0, 300)
			}),
		},
		{
			name: "the worker's check is too tight", absent: `^(CeleryArgs|CareImage|Placement)\..*(Health|Timeout|Retries)`,
			words: "Celery gives it a minute and three tries",
			check: func(d checked) {
				worker := d.careContainers(d.T)["worker"].HealthCheck
				assert.GreaterOrEqual(d.T, worker.Timeout, 30)
				assert.GreaterOrEqual(d.T, worker.StartPeriod, 60)
			},
		},
		{
			name: "a dependency that can never be met",
			validate: fargate(func(a *components.FargateServiceArgs) {
				other := components.Container{Name: "other", Image: pulumi.String("ghcr.io/example/other:1")}
				other.DependsOn = []components.ContainerDependency{{ContainerName: "cache", Condition: "HEALTHY"}}
				a.Containers[0].HealthCheck = nil
				a.Containers = append(a.Containers, other)
			}),
			words: "HEALTHY needs a healthCheck", details: []string{`containers["other"].dependsOn = "cache"`},
			check: ofContainers(func(d checked, service ecsService, c containerDefinition) {
				for _, dependency := range c.DependsOn {
					target := service.definition.Container(d.T, dependency.ContainerName)
					switch dependency.Condition {
					case "HEALTHY":
						assert.NotNil(d.T, target.HealthCheck, c.Name)
					case "SUCCESS", "COMPLETE":
						assert.False(d.T, target.Essential, c.Name)
					}
				}
			}),
		},
		{
			name:   "a grace period without load balancer",
			plants: edit(celeryService, set("healthCheckGracePeriodSeconds", 60)),
			rule:   "ecs/health-check-grace-period", words: "only valid for services configured to use load",
			details: []string{"InvalidParameterException", celeryService, "healthCheckGracePeriodSeconds = 60"},
			check: ofServices(func(d checked, s ecsService) {
				balancers, _ := s.In("loadBalancers").([]any)
				assert.Equal(d.T, len(balancers) > 0, s.In("healthCheckGracePeriodSeconds") != nil, s.Name)
			}),
		},
		{
			name: "a service does not wait for the listener", plants: leaveOut(forward),
			rule: "ecs/target-group-load-balancer", words: "does not have an associated load balancer",
			details: []string{"InvalidParameterException", careService, "loadBalancers[0].targetGroupArn", "care-backend"},
			check: func(d checked) {
				care := d.service(d.T, "care-backend")
				forward := d.Only(d.T, "aws:lb/listenerRule:ListenerRule")
				assert.Equal(d.T, care.Text("loadBalancers[0].targetGroupArn"), forward.Text("actions[0].targetGroupArn"))
				assert.True(d.T, care.DependsOn(forward))
			},
		},
		{
			name: "a target group of instances", plants: edit("lb.TargetGroup 'care-backend'", set("targetType", "instance")),
			rule: "ecs/target-type", words: "has target type instance, which is incompatible",
			details: []string{"InvalidParameterException", careService, "loadBalancers[0].targetGroupArn", "instance"},
			check: func(d checked) {
				group, care := d.Only(d.T, "aws:lb/targetGroup:TargetGroup"), d.service(d.T, "care-backend")
				assert.Equal(d.T, "ip", group.Text("targetType"))
				assert.Equal(d.T, group.Number("port"), care.Number("loadBalancers[0].containerPort"))
				assert.Equal(d.T, group.Number("port"), care.containers[0].PortMappings[0].ContainerPort)
			},
		},
		{
			name:   "a name that is too long for load balancers",
			plants: edit("lb.TargetGroup 'care-backend'", set("name", strings.Repeat("a", 33))),
			rule:   "elb/name", words: "a name has at most 32 characters",
			details: []string{"lb.TargetGroup 'care-backend'", `name = "` + strings.Repeat("a", 33)},
			check: func(d checked) {
				for _, kind := range []string{"aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"} {
					for _, registered := range d.OfType(kind) {
						assert.LessOrEqual(d.T, len(registered.State["name"].StringValue()), 32, registered.Name)
					}
				}
			},
		},
		{
			name:    "Django answers the check with 301 or 400",
			config:  map[string]string{"care:environment": `{"DJANGO_SECURE_SSL_REDIRECT":"True"}`},
			words:   "must be False behind a load balancer",
			details: []string{`care:environment.DJANGO_SECURE_SSL_REDIRECT = "True"`},
			check: func(d checked) {
				values := d.careContainers(d.T)["api"].Variables()
				assert.Equal(d.T, "False", values["DJANGO_SECURE_SSL_REDIRECT"])
				assert.JSONEq(d.T, `["*"]`, values["DJANGO_ALLOWED_HOSTS"])
			},
		},
		{
			name: "only a redirect knows the target group",
			plants: edit(forward, set("actions[0]", map[string]any{
				"type": "redirect", "redirect": map[string]any{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
			})),
			rule: "ecs/target-group-load-balancer", words: "does not have an associated load balancer",
			details: []string{"InvalidParameterException", careService, "loadBalancers[0].targetGroupArn"},
			check: func(d checked) {
				forward := d.Only(d.T, "aws:lb/listenerRule:ListenerRule")
				assert.Equal(d.T, "forward", forward.Text("actions[0].type"))
				listener := d.Holder(d.T, "aws:lb/listener:Listener", "arn", forward.Text("listenerArn"))
				assert.NotEqual(d.T, "redirect", listener.Text("defaultActions[0].type"))
			},
		},
		{
			name: "tasks have no way to their images", stack: production,
			plants: leaveOut("ec2.Route 'care-vpc-application-ap-south-1b'"),
			rule:   "network/internet-route", words: "CannotPullContainerError",
			details: []string{redisService, "docker.io/redis/redis-stack-server", "care-vpc-application-ap-south-1b"},
			check: ofServices(func(d checked, s ecsService) {
				for _, subnet := range s.List("networkConfiguration.subnets") {
					way := d.wayOut(d.T, subnet)
					public := s.In("networkConfiguration.assignPublicIp") == true
					assert.Equal(d.T, public, way.Text("gatewayId") != "", "%s in %s", s.Name, subnet)
					assert.NotEqual(d.T, public, way.Text("natGatewayId") != "", "%s in %s", s.Name, subnet)
				}
			}),
		},
		{
			name: "Docker Hub by an image without registry", config: settings{"care:image": "ohcnetwork/care:24.43.0"},
			words: "must name its registry", details: []string{"care:image", `"ohcnetwork/care:24.43.0"`},
			check: ofContainers(func(d checked, _ ecsService, c containerDefinition) {
				registry, _, _ := strings.Cut(c.Image, "/")
				assert.Contains(d.T, registry, ".", c.Name)
			}),
		},
		{
			name: "a tag that moves", config: settings{"care:image": "ghcr.io/ohcnetwork/care:latest"},
			words: "must not have a tag that moves", details: []string{"care:image", `"ghcr.io/ohcnetwork/care:latest"`},
			check: ofContainers(func(d checked, _ ecsService, c containerDefinition) {
				_, tag, _ := strings.Cut(c.Image, ":")
				assert.NotContains(d.T, []string{"", "latest"}, tag, c.Name)
			}),
		},
		{
			name: "a task definition that differs at every update", absent: `ContainerDefinitions`,
			words: "they are made in AWS's own form and order",
			check: ofServices(func(d checked, s ecsService) {
				isCanonical(d.T, s)
			}),
		},
		{
			name: "a service outlives its role's policy", absent: `\.(TaskRole|ExecutionRole)(Arn|Name|Id)?$`,
			words: "each service waits for its policies",
			check: ofServices(func(d checked, s ecsService) {
				found := 0
				for _, policy := range d.OfType("aws:iam/rolePolicy:RolePolicy") {
					role := d.Holder(d.T, "aws:iam/role:Role", "id", policy.Text("role")).State["arn"].StringValue()
					if slices.Contains([]string{s.definition.Text("taskRoleArn"), s.definition.Text("executionRoleArn")}, role) {
						found++
						assert.True(d.T, s.DependsOn(policy), "%s on %s", s.Name, policy.Name)
					}
				}
				least := 1
				if s.In("enableExecuteCommand") == true {
					least = 2
				}
				assert.GreaterOrEqual(d.T, found, least, s.Name)
			}),
		},
		{
			name:     "draining takes longer than the deletion may",
			validate: fargate(func(a *components.FargateServiceArgs) { a.Containers[0].StopTimeout = 3600 }),
			words:    "must be 2 to 120", details: []string{`containers["cache"].stopTimeout = 3600`},
			check: func(d checked) {
				delay := d.Only(d.T, "aws:lb/targetGroup:TargetGroup").Number("deregistrationDelay")
				eachContainer(d.T, d.deployment, func(s ecsService, c containerDefinition) {
					assert.Equal(d.T, "30m", s.Options.GetCustomTimeouts().GetDelete(), s.Name)
					assert.Less(d.T, delay+c.StopTimeout, 30*60, c.Name)
				})
			},
		},
		{
			name: "no way back from a bad deployment", absent: `(?i)breaker|rollback$|skipdestroy`,
			words: "breaker, rollback and skipDestroy are always on",
			check: ofServices(func(d checked, s ecsService) {
				assert.Equal(d.T, map[string]any{"enable": true, "rollback": true}, s.In("deploymentCircuitBreaker"), s.Name)
				assert.Equal(d.T, true, s.definition.In("skipDestroy"), s.Name)
			}),
		},
	}
}

func (d deployment) redisArgs(t *testing.T) string {
	t.Helper()
	return d.values(t, d.service(t, "redis").definition.Container(t, "redis-stack"))["REDIS_ARGS"]
}

func isSingleton(t *testing.T, s ecsService) {
	t.Helper()
	assert.Equal(t, 1, s.Number("desiredCount"), s.Name)
	assert.Equal(t, 0, s.Number("deploymentMinimumHealthyPercent"), s.Name)
	assert.Equal(t, 100, s.Number("deploymentMaximumPercent"), s.Name)
	assert.Equal(t, "DISABLED", s.Text("availabilityZoneRebalancing"), s.Name)
}

// neverScalesBeyondOne checks that Application Auto Scaling runs at most one task of a service.
func (d deployment) neverScalesBeyondOne(t *testing.T, service string) {
	t.Helper()
	for _, registered := range d.Resources {
		if !strings.HasPrefix(registered.Type, "aws:appautoscaling/") ||
			!strings.HasSuffix(registered.Text("resourceId"), "/"+service) {
			continue
		}
		assert.NotEqual(t, "aws:appautoscaling/policy:Policy", registered.Type, "%s follows a load", registered.Path())
		for _, most := range []string{"maxCapacity", "scalableTargetAction.maxCapacity"} {
			if registered.In(most) != nil {
				assert.LessOrEqual(t, registered.Number(most), 1, registered.Path())
			}
		}
	}
}

// zone returns the zone of a subnet.
func (d deployment) zone(t *testing.T, subnet string) string {
	t.Helper()
	return d.Holder(t, "aws:ec2/subnet:Subnet", "id", subnet).Text("availabilityZone")
}

func TestOnlyProductionKeepsRedisOnEfs(t *testing.T) {
	t.Parallel()
	assert.Empty(t, deployments[staging](t).OfType("aws:efs/fileSystem:FileSystem"))
	d := deployments[production](t)
	assert.Len(t, d.OfType("aws:efs/mountTarget:MountTarget"), 2)
	assert.True(t, d.Only(t, "aws:efs/fileSystem:FileSystem").Options.GetProtect())
	assert.Equal(t, []map[string]any{{"sourceVolume": "data", "containerPath": "/data", "readOnly": false}},
		d.service(t, "redis").definition.Container(t, "redis-stack").MountPoints)
}

type containerDefinition = pulumitest.Container

func eachContainer(t *testing.T, d deployment, visit func(ecsService, containerDefinition)) {
	t.Helper()
	for _, service := range d.services(t) {
		for _, container := range service.containers {
			visit(service, container)
		}
	}
}

func within(t *testing.T, name string, value, lowest, highest int) {
	t.Helper()
	assert.True(t, lowest <= value && value <= highest, "%s = %d", name, value)
}

// wayOut returns the route from a subnet to the internet.
func (d deployment) wayOut(t *testing.T, subnet string) *pulumitest.Resource {
	t.Helper()
	for _, association := range d.OfType("aws:ec2/routeTableAssociation:RouteTableAssociation") {
		for _, route := range d.OfType("aws:ec2/route:Route") {
			if association.Text("subnetId") == subnet && route.Text("routeTableId") == association.Text("routeTableId") &&
				route.Text("destinationCidrBlock") == "0.0.0.0/0" {
				return route
			}
		}
	}
	t.Fatalf("%s has no way out", subnet)
	return nil
}

// isCanonical lists the forms in which AWS returns container definitions.
func isCanonical(t *testing.T, s ecsService) {
	t.Helper()
	assert.True(t, slices.IsSortedFunc(s.containers, func(a, b containerDefinition) int {
		return strings.Compare(a.Name, b.Name)
	}), s.Name)
	for _, c := range s.containers {
		assert.True(t, slices.IsSortedFunc(c.Environment, func(a, b pulumitest.NamedValue) int {
			return strings.Compare(a.Name, b.Name)
		}), c.Name)
		assert.True(t, slices.IsSortedFunc(c.Secrets, func(a, b pulumitest.NamedSecret) int {
			return strings.Compare(a.Name, b.Name)
		}), c.Name)
		for _, list := range []any{c.Environment, c.MountPoints, c.PortMappings, c.VolumesFrom, c.SystemControls} {
			assert.NotNil(t, list, "%s writes empty lists out", c.Name)
		}
		for _, port := range c.PortMappings {
			assert.Equal(t, port.ContainerPort, port.HostPort, c.Name)
			assert.Equal(t, "tcp", port.Protocol, c.Name)
		}
	}
}
