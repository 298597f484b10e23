package aws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
)

// cache adds an ElastiCache group whose address the web service has, with its security group.
func (g *graph) cache() {
	g.add("elasticache/subnetGroup:SubnetGroup", "cache-subnets", in{"subnetIds": g.ids("app-a", "app-b")})
	g.add("ec2/securityGroup:SecurityGroup", "cache-sg", in{"vpcId": g.id("vpc")})
	g.add("elasticache/replicationGroup:ReplicationGroup", "cache", in{
		"description": "cache", "nodeType": "cache.t4g.micro", "engine": "redis",
		"subnetGroupName": g.of("cache-subnets", "name"), "securityGroupIds": g.ids("cache-sg"),
	})
}

func TestACacheIsReachedAsADatabaseIs(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{})
	require.NoError(t, g.build())
	g.cache()
	g.changes["web-container"] = environment(
		map[string]any{"CACHE_URL": "redis://" + g.of("cache", "primaryEndpointAddress")},
	)
	err := g.redeploy()
	require.ErrorContains(
		t, err,
		"no egress rule of ec2.SecurityGroup 'web-sg' of ecs.Service 'web' allows TCP 6379 to "+
			"elasticache.ReplicationGroup 'cache'",
	)
	g.edge("web", "cache", 6379)
	require.NoError(t, g.redeploy())
	assert.Contains(t, g.paths(), live.Path{
		From: "ecs.Service 'web'", To: "elasticache.ReplicationGroup 'cache'", Port: "6379",
		Rule: "vpc.SecurityGroupEgressRule 'web-to-cache', vpc.SecurityGroupIngressRule 'cache-from-web'",
	})
}

// redeploy registers the web service's task definition again and updates the service to it.
func (g *graph) redeploy() error {
	g.t.Helper()
	g.webDefinition()
	return g.update(g.liveWeb(), in{"taskDefinition": g.of("web-definition", "arn")})
}

func TestGroupsWithRulesOfTheirOwnAndDefaultGroupsLetThrough(t *testing.T) {
	t.Parallel()
	inline := func(port int, group string) []any {
		return []any{in{"protocol": "tcp", "fromPort": port, "toPort": port, "securityGroups": []any{group}}}
	}
	g := newGraph(t, map[string]in{"web-to-db": omit, "db-from-web": omit})
	require.ErrorContains(t, g.build(), "no egress rule")
	require.NoError(t, g.update(g.things["web-sg"], in{"egress": inline(5432, g.id("db-sg"))}))
	require.ErrorContains(t, g.redeploy(), "no ingress rule")
	require.NoError(t, g.update(g.things["db-sg"], in{"ingress": inline(5432, g.id("web-sg"))}))
	require.NoError(t, g.redeploy())

	byDefault := newGraph(t, nil)
	require.NoError(t, byDefault.build())
	vpc := byDefault.things["vpc"]
	require.NoError(t,
		byDefault.update(byDefault.things["db"], in{"vpcSecurityGroupIds": []any{vpc.out("defaultSecurityGroupId")}}))
	web := byDefault.liveWeb()
	network := with(object(web.given["networkConfiguration"]),
		in{"securityGroups": []any{vpc.out("defaultSecurityGroupId"), byDefault.id("web-sg")}})
	require.NoError(t, byDefault.update(web, in{"networkConfiguration": network}))
	byDefault.add("ec2/defaultSecurityGroup:DefaultSecurityGroup", "closed", in{"vpcId": byDefault.id("vpc")})
	require.ErrorContains(t, byDefault.update(web, in{"networkConfiguration": network, "forceNewDeployment": true}),
		"TCP 5432")
}

func TestServicesOfTwoNamespacesDoNotMeet(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	g.add("servicediscovery/httpNamespace:HttpNamespace", "other", in{"name": "other-ns"})
	err := g.update(g.liveWeb(), in{"serviceConnectConfiguration": in{"enabled": true, "namespace": g.of("other", "arn")}})
	require.ErrorContains(t, err, "ecs.Service 'store' publishes it in another namespace than this service is in")
}

func TestTheClustersNamespaceIsMeantWhereAServiceNamesNone(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"web": {"serviceConnectConfiguration": in{"enabled": true}}})
	g.changes["cluster"] = in{"edit": func(given in) in {
		return with(given, in{"serviceConnectDefaults": in{"namespace": g.of("namespace", "arn")}})
	}}
	require.NoError(t, g.build())
	g.add("servicediscovery/httpNamespace:HttpNamespace", "default", in{"name": "default-ns"})
	web := g.liveWeb()
	require.NoError(t,
		g.update(g.things["cluster"], in{"serviceConnectDefaults": in{"namespace": g.of("default", "arn")}}))
	require.ErrorContains(t,
		g.update(web, in{"forceNewDeployment": true, "serviceConnectConfiguration": in{"enabled": true}}),
		"another namespace")
}

func TestABoundaryLimitsWhatARoleMay(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	g.add("iam/policy:Policy", "boundary", in{"policy": policyOf(allow("*", "logs:*", "secretsmanager:*"))})
	role := g.things["web-execution"]
	require.NoError(t, g.update(role, in{"permissionsBoundary": g.of("boundary", "arn")}))
	require.ErrorContains(t, g.redeploy(), "no permissions boundary allows the ssm:GetParameters action")
	require.NoError(t, g.update(g.things["boundary"], in{"policy": policyOf(allow("*", "*"))}))
	require.NoError(t, g.redeploy())
}

func TestARouteThroughWhatIsNotModelledIsTakenToLead(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"app-out": {"natGatewayId": nil, "transitGatewayId": "tgw-0123456789abcdef0"}})
	require.NoError(t, g.build())
}

func TestTheProxysLogGroupMustBeThere(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	logging := in{
		"logDriver": "awslogs",
		"options":   in{"awslogs-group": "/ecs/web", "awslogs-region": "ap-south-1", "awslogs-stream-prefix": "proxy"},
	}
	config := in{"enabled": true, "namespace": g.of("namespace", "arn"), "logConfiguration": logging}
	web := g.liveWeb()
	require.NoError(t, g.update(web, in{"serviceConnectConfiguration": config}))
	require.NoError(t,
		g.update(g.things["web-execution-policy"], in{"policy": policyOf(allow("*", "ssm:*", "secretsmanager:*"))}))
	require.ErrorContains(t, g.update(web, in{"forceNewDeployment": true}), "logs:CreateLogStream")
}

func TestADatabaseThatWasDeletedIsMissedByItsName(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	require.NoError(t, g.remove(g.things["db"]))
	err := g.update(g.liveWeb(), in{"forceNewDeployment": true})
	require.ErrorContains(t, err, "cause: that database was deleted")
}

func TestPlacesInTwoVpcsDoNotMeetWhateverTheirRulesSay(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{})
	require.NoError(t, g.build())
	g.add("ec2/vpc:Vpc", "far", in{"cidrBlock": "10.9.0.0/16"})
	for i, zone := range []string{"a", "b"} {
		g.add("ec2/subnet:Subnet", "far-"+zone, in{
			"vpcId": g.id("far"), "availabilityZone": "ap-south-1" + zone, "cidrBlock": "10.9." + string(rune('0'+i)) + ".0/24",
		})
	}
	g.add("ec2/securityGroup:SecurityGroup", "far-sg", in{"vpcId": g.id("far")})
	wide := in{"ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"}
	g.add("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "far-in",
		with(wide, in{"securityGroupId": g.id("far-sg")}))
	g.add("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "web-everywhere",
		with(wide, in{"securityGroupId": g.id("web-sg")}))
	g.add("rds/subnetGroup:SubnetGroup", "far-subnets", in{"subnetIds": g.ids("far-a", "far-b")})
	g.add("rds/instance:Instance", "far-db", with(g.things["db"].given,
		in{"dbSubnetGroupName": g.of("far-subnets", "name"), "vpcSecurityGroupIds": g.ids("far-sg")}))
	g.changes["web-container"] = environment(map[string]any{"DB_HOST": g.of("far-db", "address")})
	require.ErrorContains(t, g.redeploy(),
		"ecs.Service 'web' and rds.Instance 'far-db' are in different VPCs that nothing joins")
}

func TestAnEndpointIsThereOnceItsServerIsSteadyWithIt(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{})
	require.NoError(t, g.build())
	store := g.things["store"]
	config := object(store.given["serviceConnectConfiguration"])
	endpoint := object(listed(config["services"])[0])
	renamed := with(config, in{"services": []any{with(endpoint, in{"discoveryName": "shop"})}})

	require.NoError(t, g.remove(g.things["store-out"]))
	require.ErrorContains(t, g.update(store, in{"serviceConnectConfiguration": renamed}), "CannotPullContainerError")
	require.ErrorContains(t, g.redeploy(),
		"ecs.Service 'store', which publishes store.demo-ns:6379, has not become steady")

	delete(g.changes, "web-container")
	g.add("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "store-out", g.things["store-out"].given)
	require.NoError(t, g.update(store, in{"serviceConnectConfiguration": renamed}))
	assert.NotEmpty(t, g.stale())
	require.NoError(t, g.update(g.liveWeb(), in{}), "what never became steady is deployed again")
	assert.Empty(t, g.stale())
}
