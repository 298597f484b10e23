package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServicesOfCarefulProgramsPassWhateverIsNotKnownYet(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	redis := d.register("redis", nil,
		with(app(), in{"name": "redis", "portMappings": []any{in{"name": "redis", "containerPort": 6379}}}))
	singleton := d.serviceOf(redis, in{
		"loadBalancers": nil, "healthCheckGracePeriodSeconds": nil, "availabilityZoneRebalancing": "DISABLED",
		"deploymentMinimumHealthyPercent": 0, "deploymentMaximumPercent": 100,
		"serviceConnectConfiguration": d.connect(endpoint("redis", "redis", "redis.demo", 6379)),
	})
	for _, given := range []in{d.serviceOf(d.task, nil), singleton} {
		d.bearsUnknowns(t, service, given)
		require.Empty(t, d.wrong(service, "s", given))
	}
	d.bearsUnknowns(t, "ecs/taskDefinition:TaskDefinition",
		with(fargateTask(app()), in{"executionRoleArn": d.role.out("arn")}))
	d.bearsUnknowns(t, "ecs/cluster:Cluster", in{"serviceConnectDefaults": in{"namespace": d.namespace.out("arn")}})
}

// TestServicesAreHeldToTheApi plants one mistake into a service, and its sound neighbour.
func TestServicesAreHeldToTheApi(t *testing.T) {
	t.Parallel()
	provider := func(items ...any) in { return in{"capacityProviderStrategies": items} }
	fargate := in{"capacityProvider": "FARGATE", "weight": 1}
	alone := in{"loadBalancers": nil, "healthCheckGracePeriodSeconds": nil}
	share := func(least, most, count int) in {
		return in{
			"deploymentMinimumHealthyPercent": least, "deploymentMaximumPercent": most, "desiredCount": count,
			"availabilityZoneRebalancing": "DISABLED",
		}
	}
	launch := func(kind string, more in) in { return both(both(in{"launchType": kind}, more), provider()) }
	controller := func(kind string, more in) in { return both(in{"deploymentController": in{"type": kind}}, more) }
	connected := func(changes in) in {
		return in{"serviceConnectConfiguration": with(in{"enabled": true}, changes)}
	}
	for name, row := range map[string]swap{
		"name": swapped(in{"name": "my service"}, in{"name": "my-service"}, `name = "my service"`, "letters, digits"),
		"launch type": swapped(in{"launchType": "FARGATE"}, launch("FARGATE", nil),
			"Specifying both a launch type and capacity provider strategy is not supported", "launchType"),
		"bad launch type": swapped(launch("Fargate", nil), launch("FARGATE", nil), "must be one of",
			`did you mean "FARGATE"?`),
		"revision": swapped(in{"taskDefinition": "app:latest"}, in{"taskDefinition": "app:1"}, "Invalid revision number",
			`"app:latest"`),
		"no task definition": swapped(in{"taskDefinition": nil}, in{}, "TaskDefinition can not be blank"),
		"daemon": swapped(launch("FARGATE", in{"schedulingStrategy": "DAEMON", "availabilityZoneRebalancing": "DISABLED"}),
			launch("FARGATE", nil), "does not support the launch type 'FARGATE'"),
		"negative count": swapped(in{"desiredCount": -1}, in{"desiredCount": 0}, "desiredCount = -1"),
		"blocked": swapped(share(100, 100, 2), share(0, 100, 1),
			"Both maximumPercent and minimumHealthyPercent cannot be 100", "deploymentMaximumPercent = 100"),
		"no room to deploy": swapped(share(50, 150, 1), share(50, 200, 1),
			"at least 1 must stay healthy and at most 1 may run"),
		"no room for some": swapped(share(90, 110, 4), share(75, 125, 4), "of 4 tasks"),
		"rebalancing": swapped(with(share(0, 100, 1), in{"availabilityZoneRebalancing": "ENABLED"}), share(0, 100, 1),
			"Availability Zone rebalancing does not support", "DISABLED"),
		"rebalancing's value": swapped(in{"availabilityZoneRebalancing": "on"},
			in{"availabilityZoneRebalancing": "ENABLED"}, "must be one of ENABLED, DISABLED"),
		"tags": swapped(in{"propagateTags": "Service"}, in{"propagateTags": "TASK_DEFINITION"}, "propagateTags",
			`did you mean "SERVICE"?`),
		"breaker": swapped(controller("EXTERNAL", in{"serviceConnectConfiguration": nil}),
			controller("EXTERNAL", in{"serviceConnectConfiguration": nil, "deploymentCircuitBreaker": nil}),
			"can only be used for services using the rolling update"),
		"grace period": swapped(in{"loadBalancers": []any{}}, alone,
			"Health check grace period is only valid for services configured to use load balancers"),
		"platform version": swapped(in{"platformVersion": "1.5.0"}, in{"platformVersion": "LATEST"},
			"PlatformUnknownException", "1.5.0"),
		"old platform": swapped(in{"platformVersion": "1.3.0"}, in{"platformVersion": "1.4.0"},
			"Service Connect needs platform version 1.4.0"),
		"placement": swapped(launch("FARGATE", in{"placementConstraints": []any{in{"type": "distinctInstance"}}}),
			launch("FARGATE", nil), "Placement constraints are not supported with FARGATE"),
		"strategy's weight": swapped(provider(in{"capacityProvider": "FARGATE", "weight": 1001}),
			provider(in{"capacityProvider": "FARGATE", "weight": 1000}), "between 0 and 1,000"),
		"strategy twice": swapped(provider(fargate, fargate), provider(fargate), "named once in a strategy"),
		"mixed strategy": swapped(provider(fargate, in{"capacityProvider": "mine"}), provider(fargate),
			"cannot contain both Fargate and other"),
		"not associated": swapped(provider(in{"capacityProvider": "FARGATE_SPOT", "weight": 1}), provider(fargate),
			"not associated with the cluster", "FARGATE_SPOT", "ecs.Cluster 'main'"),
		"no network": swapped(in{"networkConfiguration": nil}, in{},
			"Network Configuration must be provided when networkMode 'awsvpc' is specified"),
		"role": swapped(in{"iamRole": "/ecs"}, in{},
			"You cannot specify an IAM role for services that require a service linked role"),
		"no target": swapped(in{"loadBalancers": []any{in{"containerName": "app", "containerPort": 9000}}}, in{},
			"exactly one of targetGroupArn, elbName"),
		"EXTERNAL connects": swapped(controller("EXTERNAL", in{"deploymentCircuitBreaker": nil}), controller("ECS", nil),
			"Service Connect is supported with the rolling update"),
		"namespace's ARN": swapped(
			connected(in{"namespace": "arn:aws:servicediscovery:ap-south-1:123456789012:service/srv-1"}), in{},
			"not the ARN of a Cloud Map namespace",
		),
		"namespace's region": swapped(
			connected(in{"namespace": "arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-abc"}), in{},
			"must be in the same Region as the service, ap-south-1",
		),
		"no namespace": swapped(connected(nil), in{}, "a namespace must be specified", "ecs.Cluster 'main'"),
		"namespace's name": swapped(connected(in{"namespace": "dmeo"}), connected(in{"namespace": "demo"}),
			"NamespaceNotFoundException", `namespace = "dmeo"`),
		"public address": swapped(
			launch("EC2", in{
				"platformVersion":      nil,
				"networkConfiguration": in{"subnets": []any{"subnet-0123456789abcdef0"}, "assignPublicIp": true},
			}),
			in{}, "Assign public IP is not supported",
		),
		"version on instances": swapped(launch("EC2", nil), launch("EC2", in{"platformVersion": nil}),
			"The platform version must be null"),
		"weights": swapped(provider(in{"capacityProvider": "FARGATE"}, in{"capacityProvider": "FARGATE_SPOT"}),
			provider(in{"capacityProvider": "FARGATE"}), "At least one capacity provider must have a weight"),
		"bases": swapped(
			provider(in{"capacityProvider": "FARGATE", "base": 1, "weight": 1},
				in{"capacityProvider": "FARGATE_SPOT", "base": 1}),
			provider(in{"capacityProvider": "FARGATE", "base": 1, "weight": 1}),
			"Only one capacity provider in a capacity provider strategy can have a base",
		),
		"proxy's logs": swapped(connectedTo("json-file"), connectedTo("awslogs"),
			"serviceConnectConfiguration.logConfiguration.logDriver", "supported log drivers"),
		"count of a daemon": swapped(
			launch("EC2",
				in{"platformVersion": nil, "schedulingStrategy": "DAEMON", "availabilityZoneRebalancing": "DISABLED"}),
			launch("EC2", in{
				"platformVersion": nil, "schedulingStrategy": "DAEMON", "availabilityZoneRebalancing": "DISABLED",
				"desiredCount": nil,
			}),
			"does not support a desired count",
		),
		"rebalancing a daemon": swapped(
			launch("EC2", in{"platformVersion": nil, "schedulingStrategy": "DAEMON", "desiredCount": nil}),
			launch("EC2", in{"platformVersion": nil}), "does not support the daemon scheduling strategy",
		),
		"many security groups": swapped(
			in{"networkConfiguration": in{
				"subnets": []any{"subnet-0123456789abcdef0"}, "securityGroups": []any{"a", "b", "c", "d", "e", "f"},
			}},
			in{}, "limit of 5 security groups",
		),
		"negative grace period": swapped(in{"healthCheckGracePeriodSeconds": -1}, in{"healthCheckGracePeriodSeconds": 0},
			"between 0 and 2,147,483,647"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeployed(t)
			adapt := func(changes in) in {
				if sc, ok := changes["serviceConnectConfiguration"].(in); ok && sc["namespace"] == ours {
					changes = with(changes, in{"serviceConnectConfiguration": with(sc, in{"namespace": d.namespace.out("arn")})})
				}
				return d.serviceOf(d.task, changes)
			}
			requireReason(t, d.wrong(service, "app", adapt(row.planted)), append(row.want, "ecs.Service 'app'", "fix: ")...)
			require.Empty(t, d.wrong(service, "app", adapt(row.sound)))
		})
	}
}

// ours stands for the namespace of the world that a table does not have yet.
const ours = "ours"

func connectedTo(driver string) in {
	return in{"serviceConnectConfiguration": in{"enabled": true, "namespace": ours, "logConfiguration": in{
		"logDriver": driver, "options": in{"awslogs-group": "g", "awslogs-region": "r", "awslogs-stream-prefix": "p"},
	}}}
}

func TestSpotRunsLinuxOnItsPlatforms(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	require.NoError(t, d.update(d.capacity, in{"capacityProviders": []any{"FARGATE", "FARGATE_SPOT"}}))
	arm := d.register("arm", in{"runtimePlatform": in{"operatingSystemFamily": "LINUX", "cpuArchitecture": "ARM64"}},
		app())
	windows := d.register("windows", in{"cpu": "1024", "memory": "2048", "runtimePlatform": in{
		"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE", "cpuArchitecture": "X86_64",
	}}, app())
	on := func(task *thing, provider, platform string) []string {
		return d.wrong(service, "s", d.serviceOf(task, in{
			"capacityProviderStrategies": []any{in{"capacityProvider": provider, "weight": 1}}, "platformVersion": platform,
			"serviceConnectConfiguration": nil, "enableExecuteCommand": false,
		}))
	}
	requireReason(t, on(windows, "FARGATE_SPOT", "1.0.0"), "FARGATE_SPOT supports Linux tasks only",
		"WINDOWS_SERVER_2022_CORE", "use FARGATE")
	requireReason(t, on(arm, "FARGATE_SPOT", "1.3.0"), "with the ARM64 architecture on platform version 1.4.0 or later",
		`platformVersion = "1.3.0"`)
	require.Empty(t, on(arm, "FARGATE_SPOT", "1.4.0"))
	for _, sound := range []string{"1.3.0", "LATEST"} {
		require.Empty(t, d.wrong(service, "x"+sound, d.serviceOf(d.task, in{
			"name": "x" + sound[:1], "capacityProviderStrategies": []any{in{"capacityProvider": "FARGATE_SPOT", "weight": 1}},
			"platformVersion": sound, "serviceConnectConfiguration": nil, "enableExecuteCommand": false,
		})))
	}
}

func TestABalancerSendsTrafficWhereATaskListens(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	to := func(group *thing, name string, port int) in {
		return d.serviceOf(d.task,
			in{"loadBalancers": []any{in{"targetGroupArn": group.out("arn"), "containerName": name, "containerPort": port}}})
	}
	requireReason(t, d.wrong(service, "s", to(d.group, "api", 9000)),
		"The container api does not exist in the task definition", `loadBalancers[0].containerName = "api"`)
	requireReason(t, d.wrong(service, "s", to(d.group, "app", 80)),
		"The container app did not have a container port 80 defined", "loadBalancers[0].containerPort = 80")
	requireReason(t, d.wrong(service, "s", to(d.idle, "app", 9000)), "does not have an associated load balancer",
		d.idle.out("arn"), "lb.TargetGroup 'idle'")
	instances := d.up("lb/targetGroup:TargetGroup", "instances", with(d.group.given, in{"targetType": "instance"}))
	requireReason(t, d.wrong(service, "s", to(instances, "app", 9000)),
		"has target type instance, which is incompatible with the awsvpc network mode")
	require.NoError(t, d.update(d.rule, in{"actions": []any{in{"type": "forward", "forward": in{"targetGroups": []any{
		in{"arn": d.group.out("arn")}, in{"arn": d.idle.out("arn")},
	}}}}}))
	require.Empty(t, d.wrong(service, "s", to(d.idle, "app", 9000)))

	spanned := d.register("span", nil, with(app(), in{"portMappings": []any{in{"containerPortRange": "9000-9010"}}}))
	given := d.serviceOf(spanned, nil)
	require.Empty(t, d.wrong(service, "span", given))
}

func TestAServiceThatExistsIsNotAskedAgainWhatItsUpdateLeavesAlone(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	s := d.up(service, "app", d.serviceOf(d.task, nil))
	require.NoError(t, d.update(d.rule, in{"actions": []any{in{"type": "forward", "targetGroupArn": d.idle.out("arn")}}}))
	require.NoError(t, d.update(s, in{"desiredCount": 2}))
	require.ErrorContains(
		t,
		d.update(s, in{"loadBalancers": []any{
			in{"targetGroupArn": d.group.out("arn"), "containerName": "app", "containerPort": 9000},
			in{"targetGroupArn": d.idle.out("arn"), "containerName": "app", "containerPort": 9000},
		}}),
		"does not have an associated load balancer",
	)
}

func TestATaskFitsItsService(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	plain := in{"serviceConnectConfiguration": nil, "enableExecuteCommand": nil}
	small := d.register("ec2", in{"requiresCompatibilities": []any{"EC2"}}, app())
	requireReason(t, d.wrong(service, "s", d.serviceOf(small, plain)),
		"Task definition does not support launch_type FARGATE", "ecs.TaskDefinition 'ec2'")
	bridge := d.register("bridge", in{"requiresCompatibilities": nil, "networkMode": "bridge"}, app())
	requireReason(t, d.wrong(service, "s", d.serviceOf(bridge, plain)),
		"Task definition does not support launch_type FARGATE")
	requireReason(t, d.wrong(service, "s", d.serviceOf(bridge, plain)),
		"Network Configuration is not valid for the given networkMode")
	silent := d.register("silent", in{"requiresCompatibilities": nil}, app())
	require.Empty(t, d.wrong(service, "s", d.serviceOf(silent, nil)))
	require.Empty(t, d.wrong(service, "family", d.serviceOf(silent, in{"name": "family", "taskDefinition": "silent"})))
	requireReason(t, d.wrong(service, "family", d.serviceOf(silent, in{"name": "other", "taskDefinition": "bridge:1"})),
		"launch_type FARGATE")
}

func TestAShellNeedsARoleAndAWritableContainer(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	bare := d.up("iam/role:Role", "bare", in{"assumeRolePolicy": trust})
	with3 := d.up("iam/role:Role", "three", in{"assumeRolePolicy": trust})
	d.up("iam/rolePolicy:RolePolicy", "three",
		in{"role": with3.out("name"), "policy": strings.Replace(shells, `,"ssmmessages:OpenDataChannel"`, "", 1)})
	for _, row := range []struct {
		task *thing
		want []string
	}{
		{d.register("none", in{"taskRoleArn": nil}, app()), []string{
			"a valid taskRoleArn is not being used", "enableExecuteCommand = true",
		}},
		{d.register("bare", in{"taskRoleArn": bare.out("arn")}, app()), []string{
			"TargetNotConnectedException", "ssmmessages:CreateControlChannel, ssmmessages:CreateDataChannel", bare.out("arn"),
		}},
		{d.register("three", in{"taskRoleArn": with3.out("arn")}, app()), []string{
			"ECS Exec needs ssmmessages:OpenDataChannel in",
		}},
		{d.register("readonly", nil, with(app(), in{"readonlyRootFilesystem": true})), []string{
			"container \"app\" has readonlyRootFilesystem",
		}},
	} {
		requireReason(t, d.wrong(service, "s", d.serviceOf(row.task, nil)), row.want...)
		require.Empty(t, d.wrong(service, "s", d.serviceOf(row.task, in{"enableExecuteCommand": false})))
	}
	mounted := with(app(), in{
		"readonlyRootFilesystem": true, "mountPoints": []any{in{"sourceVolume": "ssm", "containerPath": "/var/lib/amazon"}},
	})
	require.Empty(t, d.wrong(service, "m", d.serviceOf(d.register("mounted", in{"volumes": []any{in{"name": "ssm"}}},
		mounted), nil)))
	elsewhere := d.register("elsewhere", in{"taskRoleArn": "arn:aws:iam::123456789012:role/elsewhere"}, app())
	require.Empty(t, d.wrong(service, "e", d.serviceOf(elsewhere, nil)))
}

func TestOtherControllersDeployForThemselves(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	s := d.up(service, "s", d.serviceOf(d.task, in{
		"deploymentController": in{"type": "CODE_DEPLOY"}, "deploymentCircuitBreaker": nil,
		"serviceConnectConfiguration": nil,
	}))
	require.NoError(t, d.update(s, in{"desiredCount": 2}))
	require.ErrorContains(t, d.update(s, in{"taskDefinition": d.register("new", nil, app()).out("arn")}),
		"Unable to update taskdefinition on services with a CODE_DEPLOY deployment controller")
}
