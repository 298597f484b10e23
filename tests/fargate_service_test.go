package tests

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

func makeService(
	t *testing.T, args *components.FargateServiceArgs, options ...pulumitest.Option,
) (*pulumitest.Result, *components.FargateService) {
	t.Helper()
	return create(t, components.NewFargateService, "app", args, options...)
}

func TestServiceOfOneContainerIsSmallAndClosed(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, serviceArgs("app"))
	service, definition := result.Only(t, serviceType), result.Only(t, taskDefinitionType)
	assert.Equal(t, map[string]any{
		"name": "app", "cluster": clusterArn, "taskDefinition": definition.State["arn"].StringValue(), "desiredCount": 1.0,
		"capacityProviderStrategies":      []any{map[string]any{"capacityProvider": "FARGATE", "weight": 1.0}},
		"platformVersion":                 "1.4.0",
		"availabilityZoneRebalancing":     "ENABLED",
		"deploymentMinimumHealthyPercent": 100.0, "deploymentMaximumPercent": 200.0,
		"deploymentCircuitBreaker": map[string]any{"enable": true, "rollback": true},
		"enableExecuteCommand":     false, "enableEcsManagedTags": true, "propagateTags": "SERVICE",
		"networkConfiguration": map[string]any{
			"subnets": []any{subnetA, subnetB}, "securityGroups": []any{result.Only(t, securityGroupType).Id},
			"assignPublicIp": false,
		},
		"triggers": map[string]any{"secrets": ""}, "forceNewDeployment": true, "waitForSteadyState": true,
		"tags": map[string]any{},
	}, service.Plain)
	assert.Equal(t, "256", definition.Text("cpu"))
	assert.Equal(t, "512", definition.Text("memory"))
	assert.Equal(t, []string{"FARGATE"}, definition.List("requiresCompatibilities"))
	assert.Equal(t, "awsvpc", definition.Text("networkMode"))
	assert.Equal(t, map[string]any{"operatingSystemFamily": "LINUX", "cpuArchitecture": "X86_64"},
		definition.In("runtimePlatform"))
	assert.Equal(t, true, definition.In("skipDestroy"))
	assert.Equal(t, []string{"app-internet-443"}, result.Names(egressType))
	assert.Empty(t, result.Names(ingressType))
	assert.Equal(t, []string{"app-execution"}, result.Names(rolePolicyType), "a task that may do nothing has no policy")
	timeouts := service.Options.GetCustomTimeouts()
	assert.Equal(t, []string{"30m", "30m", "30m"},
		[]string{timeouts.GetCreate(), timeouts.GetUpdate(), timeouts.GetDelete()})
	assert.True(t, service.Options.GetDeleteBeforeReplace(), "its name cannot exist twice")
}

func TestServiceWaitsForItsPoliciesAndRules(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	service := result.Only(t, serviceType)
	for _, kind := range []string{rolePolicyType, egressType, ingressType} {
		for _, registered := range result.OfType(kind) {
			assert.True(t, service.DependsOn(registered), registered.Path())
		}
	}
}

// ways returns the security-group rules by name: from or to which group or network, and the port.
func ways(result *pulumitest.Result, kind string) map[string][3]any {
	found := map[string][3]any{}
	for _, rule := range result.OfType(kind) {
		other := rule.Text("referencedSecurityGroupId") + rule.Text("cidrIpv4")
		if rule.Text("ipProtocol") == "tcp" && rule.Number("fromPort") == rule.Number("toPort") {
			found[rule.Name] = [3]any{rule.Text("securityGroupId"), other, rule.Number("fromPort")}
		}
	}
	return found
}

func TestEachConnectionOpensOneRuleOutAndOneRuleIn(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	own := result.Only(t, securityGroupType).Id
	assert.Equal(t, map[string][3]any{
		"app-internet-443": {own, "0.0.0.0/0", 443}, "app-internet-587": {own, "0.0.0.0/0", 587},
		"app-to-redis-egress": {own, redisGroup, 6379}, "app-to-postgres-egress": {own, databaseGroup, 5432},
		"app-from-alb-egress": {albGroup, own, 8080},
	}, ways(result, egressType))
	assert.Equal(t, map[string][3]any{
		"app-to-redis-ingress": {redisGroup, own, 6379}, "app-to-postgres-ingress": {databaseGroup, own, 5432},
		"app-from-alb-ingress": {own, albGroup, 8080},
	}, ways(result, ingressType))
}

func TestConnectionToAnEndpointMakesTheServiceAClient(t *testing.T) {
	t.Parallel()
	args := serviceArgs("app")
	args.Connects = connects("redis", "postgres")
	args.WaitFor = map[string]pulumi.StringInput{"celery": pulumi.String("arn-of-celery")}
	result, service := makeService(t, args)
	registered := result.Only(t, serviceType)
	assert.Equal(t, map[string]any{"enabled": true, "namespace": namespaceArn, "services": []any{}},
		registered.In("serviceConnectConfiguration"))
	assert.Equal(t, map[string]any{
		"connection/redis":    "redis.care-ns:6379",
		"connection/postgres": "db.example.org:5432",
		"after/celery":        "arn-of-celery",
		"secrets":             "",
	}, registered.In("triggers"))
	assert.Equal(t, "256", result.Only(t, taskDefinitionType).Text("cpu"),
		"the proxy and a container that asks for nothing")
	connections, _ := pulumitest.Output(t, service.Connections)
	assert.Empty(t, connections)
}

func TestServerPublishesItsEndpointsAndHandsOutConnections(t *testing.T) {
	t.Parallel()
	result, service := makeService(t, richServiceArgs("app"))
	registered := result.Only(t, serviceType)
	assert.Equal(t, map[string]any{"enabled": true, "namespace": namespaceArn, "services": []any{map[string]any{
		"portName":      "http",
		"discoveryName": "app",
		"clientAlias":   []any{map[string]any{"dnsName": "app.care-ns", "port": 80.0}},
	}}}, registered.In("serviceConnectConfiguration"))
	value, _ := pulumitest.Output(t, service.Connections.MapIndex(pulumi.String("app")))
	connection, ok := value.(components.Destination)
	require.True(t, ok)
	assert.Equal(t, 8080, connection.Port, "clients' packets go to the container's port")
	assert.Equal(t, "app.care-ns:80 "+namespaceArn+" "+registered.Id, connection.Fingerprint)
	require.NotNil(t, connection.NamespaceArn)
	assert.Equal(t, namespaceArn, *connection.NamespaceArn)
}

func TestEndpointWithoutDiscoveryNameBearsThePortsName(t *testing.T) {
	t.Parallel()
	args := richServiceArgs("app")
	args.ServiceConnect.Endpoints[0].DiscoveryName = ""
	result, service := makeService(t, args)
	assert.Equal(t, "http", result.Only(t, serviceType).Text("serviceConnectConfiguration.services[0].discoveryName"))
	connections, _ := pulumitest.Output(t, service.Connections)
	assert.Contains(t, connections, "http")
}

func TestSizesHoldContainersAndProxy(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]struct {
		cpu, memory           int
		connects              bool
		wantCpu, wantMemory   string
		explicitCpu, explicit int
	}{
		"nothing said":              {wantCpu: "256", wantMemory: "512"},
		"exactly the smallest":      {cpu: 256, memory: 512, wantCpu: "256", wantMemory: "512"},
		"with the proxy":            {cpu: 256, memory: 512, connects: true, wantCpu: "512", wantMemory: "1024"},
		"the proxy's memory counts": {cpu: 256, memory: 961, connects: true, wantCpu: "512", wantMemory: "2048"},
		"memory asks for more CPU":  {memory: 4033, connects: true, wantCpu: "1024", wantMemory: "5120"},
		"said": {
			cpu:         10,
			memory:      10,
			explicitCpu: 1024,
			explicit:    4096,
			wantCpu:     "1024",
			wantMemory:  "4096",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := serviceArgs("app")
			args.Containers[0].Cpu, args.Containers[0].Memory = size.cpu, size.memory
			args.Cpu, args.Memory = size.explicitCpu, size.explicit
			if size.connects {
				args.Connects = connects("redis")
			}
			result, _ := makeService(t, args)
			definition := result.Only(t, taskDefinitionType)
			assert.Equal(t, size.wantCpu, definition.Text("cpu"))
			assert.Equal(t, size.wantMemory, definition.Text("memory"))
		})
	}
}

func TestSingletonsStopBeforeTheirSuccessorsStart(t *testing.T) {
	t.Parallel()
	args := serviceArgs("app")
	args.Singleton = true
	result, _ := makeService(t, args)
	service := result.Only(t, serviceType)
	assert.Equal(t, 0, service.Number("deploymentMinimumHealthyPercent"))
	assert.Equal(t, 100, service.Number("deploymentMaximumPercent"))
	assert.Equal(t, "DISABLED", service.Text("availabilityZoneRebalancing"))
	stopped := 0
	args.DesiredCount = &stopped
	result, _ = makeService(t, args)
	assert.Equal(t, 0, result.Only(t, serviceType).Number("desiredCount"), "a singleton may be stopped")
}

func TestServicesSayWhatTheyWereDeployedAs(t *testing.T) {
	t.Parallel()
	args := serviceArgs("app")
	result, service := makeService(t, args)
	deployed, secret := pulumitest.Output(t, service.Deployed)
	assert.False(t, secret)
	definition, made := result.Only(t, taskDefinitionType), result.Only(t, serviceType)
	assert.Equal(t, map[string]any{
		"name": "app", "arn": made.Id, "clusterArn": made.Text("cluster"), "desiredCount": 1,
		"taskDefinitionArn": definition.State["arn"].StringValue(),
		"serviceConnect":    map[string]any{"mode": "Off", "endpoints": []any{}},
	}, deployed)

	args = richServiceArgs("app")
	args.ServiceConnectLogs = true
	_, service = makeService(t, args)
	deployed, _ = pulumitest.Output(t, service.Deployed)
	told, ok := deployed.(map[string]any)
	require.True(t, ok)
	assert.NotContains(t, told, "desiredCount", "something scales it")
	assert.Equal(t, map[string]any{
		"mode": "ClientServer", "namespaceArn": namespaceArn,
		"endpoints": []any{map[string]any{"portName": "http", "discoveryName": "app", "dnsName": "app.care-ns", "port": 80}},
		"logOptions": map[string]string{
			"awslogs-group": "/ecs/app/app-service-connect", "awslogs-region": "ap-south-1", "awslogs-stream-prefix": "ecs",
			"mode": "non-blocking", "max-buffer-size": "10m",
		},
	}, told["serviceConnect"])
}

func TestSpotIsACapacityProviderAndNeverALaunchType(t *testing.T) {
	t.Parallel()
	args := serviceArgs("app")
	args.Spot = true
	result, _ := makeService(t, args)
	service := result.Only(t, serviceType)
	assert.Equal(t, []any{map[string]any{"capacityProvider": "FARGATE_SPOT", "weight": 1.0}},
		service.In("capacityProviderStrategies"))
	assert.Nil(t, service.In("launchType"))
}

func TestLoadBalancerTargetHasAGracePeriod(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	service := result.Only(t, serviceType)
	assert.Equal(t, []any{map[string]any{
		"targetGroupArn": "arn:aws:elasticloadbalancing:ap-south-1:123456789012:targetgroup/care/1",
		"containerName":  "web",
		"containerPort":  8080.0,
	}}, service.In("loadBalancers"))
	assert.Equal(t, 60, service.Number("healthCheckGracePeriodSeconds"))
}

func TestNamesOfServiceAndFamilyCanBeChosen(t *testing.T) {
	t.Parallel()
	args := serviceArgs("app")
	args.ServiceName, args.Family, args.CpuArchitecture, args.AssignPublicIp = "web_1", "Web", "ARM64", pulumi.Bool(true)
	result, service := makeService(t, args)
	assert.Equal(t, "web_1", result.Only(t, serviceType).Text("name"))
	assert.Equal(t, true, result.Only(t, serviceType).In("networkConfiguration.assignPublicIp"))
	assert.Equal(t, "Web", result.Only(t, taskDefinitionType).Text("family"))
	assert.Equal(t, "ARM64", result.Only(t, taskDefinitionType).Text("runtimePlatform.cpuArchitecture"))
	name, _ := pulumitest.Output(t, service.Name)
	assert.Equal(t, "web_1", name)
}

func TestChangedSecretsAndPlacesRedeploy(t *testing.T) {
	t.Parallel()
	reference := func(name, version string) components.SecretReference {
		arn := pulumi.String("arn:aws:ssm:ap-south-1:123456789012:parameter/" + name)
		if version == "" {
			return components.SecretReference{Store: components.StoreSsm, ValueFrom: arn, Arn: arn}
		}
		return components.SecretReference{
			Store:     components.StoreSsm,
			ValueFrom: arn,
			Arn:       arn,
			Version:   pulumi.String(version),
		}
	}
	versioned := func(version string) any {
		args := serviceArgs("app")
		args.Containers[0].Secrets = map[string]components.SecretReference{
			"B": reference("b", version), "A": reference("a", "1"), "C": reference("c", ""),
		}
		result, _ := makeService(t, args)
		return result.Only(t, serviceType).In("triggers.secrets")
	}
	assert.Equal(t, "A=1 B=2", versioned("2"))
	assert.Equal(t, "A=1 B=3", versioned("3"))
}

func TestArgsStayAsTheyWere(t *testing.T) {
	t.Parallel()
	args, same := richServiceArgs("app"), richServiceArgs("app")
	makeService(t, args)
	assert.Equal(t, same, args, "defaults are filled in on a copy")
}
