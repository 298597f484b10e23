package aws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// attemptOr returns the error of a resource's check or creation; it is empty if there is none.
func (c *cloud) attemptOr(token, name string, given in) string {
	c.t.Helper()
	if _, reasons := c.check(token, name, nil, given); len(reasons) > 0 {
		return reasons[0]
	}
	if _, err := c.try(token, name, given); err != nil {
		return err.Error()
	}
	return ""
}

const combined = "ec2/securityGroupRule:SecurityGroupRule"

func TestARuleForBothDirectionsIsJudged(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	other := s.up("ec2/securityGroup:SecurityGroup", "other",
		in{"vpcId": s.up("ec2/vpc:Vpc", "v2", in{"cidrBlock": "10.8.0.0/16"}).id})
	sound := in{
		"type": "ingress", "securityGroupId": s.sg.id, "protocol": "tcp", "fromPort": 80, "toPort": 80,
		"cidrBlocks": []any{"10.0.0.0/8"},
	}
	for name, row := range map[string]struct {
		changes in
		want    string
	}{
		"sound":     {in{}, ""},
		"direction": {in{"type": "inbound"}, "one of ingress, egress"},
		"no source": {
			in{"cidrBlocks": nil},
			"one of cidrBlocks, ipv6CidrBlocks, prefixListIds, self and sourceSecurityGroupId must be set",
		},
		"two sources":     {in{"sourceSecurityGroupId": s.sg.id}, "cidrBlocks does not go with sourceSecurityGroupId"},
		"self and group":  {in{"cidrBlocks": nil, "self": true, "sourceSecurityGroupId": s.sg.id}, "self does not go with"},
		"ports":           {in{"fromPort": 90}, "Invalid TCP/UDP port range"},
		"network":         {in{"cidrBlocks": []any{"10.0.0.1/8"}}, "bits beyond its prefix"},
		"protocol":        {in{"protocol": "http"}, "the IP protocol is unknown"},
		"another network": {in{"cidrBlocks": nil, "sourceSecurityGroupId": other.id}, "belong to different networks"},
		"gone":            {in{"securityGroupId": "sg-00000000"}, ""},
	} {
		got := s.attemptOr(combined, name, with(sound, row.changes))
		if row.want == "" {
			assert.Empty(t, got, name)
		} else {
			assert.Contains(t, got, row.want, name)
		}
	}
	assert.Contains(t, s.attemptOr(combined, "again", sound), "InvalidPermission.Duplicate")
	rule := s.up(combined, "of another", with(sound, in{
		"cidrBlocks": nil, "sourceSecurityGroupId": s.sg.id,
		"securityGroupId": s.up("ec2/securityGroup:SecurityGroup", "third", in{"vpcId": s.vpc.id}).id,
	}))
	require.ErrorContains(t, s.remove(s.sg), "ec2.SecurityGroupRule 'of another' uses it")
	assert.Equal(t, []string{"toPort"}, s.diff(rule, with(rule.given, in{"toPort": 81})).Replaces)
	assert.Empty(t, s.diff(rule, with(rule.given, in{"description": "x"})).Replaces)
}

// TestRulesOfBothTypesOpenTheSameWay takes the rules between the services away and writes them in the older type.
func TestRulesOfBothTypesOpenTheSameWay(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		skip string
		want string
	}{
		"both": {"", ""}, "no way in": {"ingress", "no ingress rule of"}, "no way out": {"egress", "no egress rule of"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, map[string]in{"web-to-store": omit, "store-from-web": omit, "store": {"edit": func(given in) in {
				return given
			}}})
			g.network()
			g.groups()
			for way, of := range map[string][2]string{"ingress": {"store-sg", "web-sg"}, "egress": {"web-sg", "store-sg"}} {
				if way != row.skip {
					g.up(combined, "older-"+way, in{
						"type": way, "securityGroupId": g.id(of[0]), "sourceSecurityGroupId": g.id(of[1]), "protocol": "tcp",
						"fromPort": 6379, "toPort": 6379,
					})
				}
			}
			g.data()
			g.secrets()
			g.door()
			g.role("store", nil)
			g.role("web", g.webStatements())
			g.platform()
			_, err := g.put("ecs/service:Service", "store", g.storeService())
			require.NoError(t, err)
			_, err = g.put("ecs/service:Service", "web", g.webService())
			if row.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, row.want)
			}
		})
	}
}

func TestAGatewayIsAttachedByATypeOfItsOwn(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const attachments = "ec2/internetGatewayAttachment:InternetGatewayAttachment"
	vpc := c.up("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16"})
	gateway := c.up("ec2/internetGateway:InternetGateway", "igw", in{})
	one := c.up("ec2/subnet:Subnet", "a",
		in{"vpcId": vpc.id, "cidrBlock": "10.0.0.0/24", "availabilityZone": "ap-south-1a"})
	two := c.up("ec2/subnet:Subnet", "b",
		in{"vpcId": vpc.id, "cidrBlock": "10.0.1.0/24", "availabilityZone": "ap-south-1b"})
	balancer := in{"subnets": []any{one.id, two.id}}
	_, err := c.try("lb/loadBalancer:LoadBalancer", "early", balancer)
	require.ErrorContains(t, err, "has no internet gateway")

	attached := c.up(attachments, "igw", in{"vpcId": vpc.id, "internetGatewayId": gateway.id})
	c.declare(urn("lb/loadBalancer:LoadBalancer", "lucky"), urn("ec2/internetGateway:InternetGateway", "igw"))
	_, err = c.try("lb/loadBalancer:LoadBalancer", "lucky", balancer)
	require.ErrorContains(t, err, "ec2.InternetGatewayAttachment 'igw' exists only because of timing",
		"it waits for the gateway alone")
	c.declare(urn("lb/loadBalancer:LoadBalancer", "web"), urn(attachments, "igw"))
	web := c.up("lb/loadBalancer:LoadBalancer", "web", balancer)
	require.ErrorContains(t, c.remove(attached), "mapped public addresses: lb.LoadBalancer 'web' has one")
	require.ErrorContains(t, c.remove(vpc), "ec2.InternetGateway 'igw' uses it")
	assert.Contains(t, c.attemptOr(attachments, "again", in{"vpcId": vpc.id, "internetGatewayId": gateway.id}),
		"Resource.AlreadyAssociated")
	require.NoError(t, c.remove(web))
	require.NoError(t, c.remove(attached))
	require.NoError(t, c.remove(gateway))
}

func TestADefaultVpcIsInEveryAccountAndStaysThere(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	found, err := c.ask("aws:ec2/getVpc:getVpc", in{"default": true})
	require.NoError(t, err)
	assert.Equal(t, "172.31.0.0/16", found["cidrBlock"].StringValue())
	assert.True(t, found["default"].BoolValue())
	subnets, err := c.ask("aws:ec2/getSubnets:getSubnets",
		in{"filters": []any{in{"name": "vpc-id", "values": []any{found["id"].StringValue()}}}})
	require.NoError(t, err)
	assert.Len(t, subnets["ids"].ArrayValue(), 3)

	vpc := c.up("ec2/defaultVpc:DefaultVpc", "default", in{"tags": in{"Name": "default"}})
	assert.Equal(t, found["id"].StringValue(), vpc.id)
	subnet := c.up("ec2/defaultSubnet:DefaultSubnet", "a", in{"availabilityZone": "ap-south-1a"})
	assert.Equal(t, vpc.id, subnet.out("vpcId"))
	assert.Contains(t, subnets["ids"].String(), subnet.id)
	group := c.up("ec2/securityGroup:SecurityGroup", "web", in{"vpcId": vpc.id})
	c.up("lb/loadBalancer:LoadBalancer", "web",
		in{"subnets": subnets["ids"].Mappable(), "securityGroups": []any{group.id}})
	assert.Empty(t, c.world.Assumptions(), "all of it is known")
	require.NoError(t, c.remove(subnet))
	require.NoError(t, c.remove(vpc), "the provider lets go of it")
	again, err := c.ask("aws:ec2/getVpc:getVpc", in{"default": true})
	require.NoError(t, err)
	assert.Equal(t, vpc.id, again["id"].StringValue())
	c.world.Look(func(v *standin.View) { assert.Len(t, v.Where("aws:ec2/vpc:Vpc", "cidrBlock", "172.31.0.0/16"), 1) })
}

func TestRepositoriesAreNamedAsEcrWants(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const repositories = "ecr/repository:Repository"
	made := c.up(repositories, "App", in{})
	assert.Regexp(t, `^123456789012\.dkr\.ecr\.ap-south-1\.amazonaws\.com/app-[0-9a-f]{7}$`, made.out("repositoryUrl"))
	for name, want := range map[string]string{
		"team/app.web_1": "", "App": "lower-case letters and digits", "a": "2 to 256 characters", "-app": "lower-case",
		"a//b": "lower-case", "a__b": "lower-case",
	} {
		got := c.attemptOr(repositories, "r", in{"name": name})
		if want == "" {
			assert.Empty(t, got, name)
		} else {
			assert.Contains(t, got, want, name)
		}
	}
	assert.Contains(t, c.attemptOr(repositories, "second", in{"name": made.out("name")}),
		"RepositoryAlreadyExistsException")
	assert.Contains(t, c.attemptOr(repositories, "odd", in{"imageTagMutability": "SOMETIMES"}), "must be one of MUTABLE")
}

// TestAClientReachesACacheNodeAnAuroraClusterAndADiscoveredService has the web container name each of them.
func TestAClientReachesACacheNodeAnAuroraClusterAndADiscoveredService(t *testing.T) {
	t.Parallel()
	for group, want := range map[string]string{"store-sg": "", "alb-sg": "no egress rule of ec2.SecurityGroup 'web-sg'"} {
		for what, serve := range map[string]func(*graph, []any) string{
			"cache": (*graph).cacheNode, "aurora": (*graph).aurora, "discovery": (*graph).discovered,
		} {
			t.Run(group+" "+what, func(t *testing.T) {
				t.Parallel()
				g := newGraph(t, map[string]in{})
				g.network()
				g.groups()
				g.data()
				g.secrets()
				g.door()
				g.role("store", nil)
				g.role("web", g.webStatements())
				host := serve(g, g.ids(group))
				g.changes["web-container"] = environment(map[string]any{"PEER_URL": "redis://" + host + ":6379"})
				g.platform()
				_, err := g.put("ecs/service:Service", "store", g.storeService())
				require.NoError(t, err)
				_, err = g.put("ecs/service:Service", "web", g.webService())
				if want == "" {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, want)
				}
			})
		}
	}
}

func (g *graph) cacheNode(groups []any) string {
	made := g.up("elasticache/cluster:Cluster", "cache", in{
		"engine": "redis", "nodeType": "cache.t4g.micro", "numCacheNodes": 1, "securityGroupIds": groups,
		"subnetGroupName": g.up("elasticache/subnetGroup:SubnetGroup", "cache",
			in{"subnetIds": g.ids("app-a", "app-b")}).out("name"),
	})
	return made.outputs["cacheNodes"].ArrayValue()[0].ObjectValue()["address"].StringValue()
}

func (g *graph) aurora(groups []any) string {
	return g.up("rds/cluster:Cluster", "aurora", in{
		"engine": "aurora-postgresql", "masterUsername": "care", "masterPassword": "hunter22", "port": 6379,
		"dbSubnetGroupName": g.of("db-subnets", "name"), "vpcSecurityGroupIds": groups,
	}).out("endpoint")
}

// discovered is a service that others find by a name in a private zone.
func (g *graph) discovered(groups []any) string {
	space := g.up("servicediscovery/privateDnsNamespace:PrivateDnsNamespace", "dns",
		in{"name": "inner.local", "vpc": g.id("vpc")})
	named := g.up("servicediscovery/service:Service", "peer",
		in{"name": "peer", "dnsConfig": in{"namespaceId": space.id, "dnsRecords": []any{in{"ttl": 10, "type": "A"}}}})
	task := g.up("ecs/taskDefinition:TaskDefinition", "peer", in{
		"family": "peer", "containerDefinitions": containers, "networkMode": "awsvpc", "cpu": "256", "memory": "512",
		"executionRoleArn": g.of("store-execution", "arn"), "requiresCompatibilities": []any{"FARGATE"},
	})
	g.up("ecs/service:Service", "peer", in{
		"cluster": g.up("ecs/cluster:Cluster", "peers", in{}).out("arn"), "taskDefinition": task.out("arn"),
		"desiredCount": 1, "launchType": "FARGATE", "serviceRegistries": in{"registryArn": named.out("arn")},
		"networkConfiguration": in{"subnets": g.ids("app-a"), "securityGroups": groups},
	})
	return "peer.inner.local"
}

func TestEveryPackageOfTheSdkBalancesAlike(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	group := s.up("alb/targetGroup:TargetGroup", "second",
		in{"vpcId": s.vpc.id, "port": 8000, "protocol": "HTTP", "targetType": "ip"})
	s.up("alb/listener:Listener", "second", in{
		"loadBalancerArn": s.balancer.out("arn"), "port": 81,
		"defaultActions": []any{in{"type": "forward", "targetGroupArn": group.out("arn")}},
	})
	require.ErrorContains(t, s.remove(group), "lb.Listener 'second' uses it")
	assert.Equal(t, "aws:lb/targetGroup:TargetGroup", aws.Canonical("aws:alb/targetGroup:TargetGroup"))
	result, err := s.ask("aws:alb/getLoadBalancer:getLoadBalancer", in{"arn": s.balancer.out("arn")})
	require.NoError(t, err)
	assert.Equal(t, s.balancer.out("dnsName"), result["dnsName"].StringValue())
}
