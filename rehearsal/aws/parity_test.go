package aws_test

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// planned is a change as the provider plans it.
type planned struct {
	token    string
	was, now in
	// replaces are the inputs that need a new resource; diffs is set if the change is seen at all.
	replaces []string
	diffs    bool
}

// The provider plans these changes in its CustomizeDiff and DiffSuppressFunc functions, and not by its schema alone
// (github.com/hashicorp/terraform-provider-aws, internal/service).
func TestConditionalReplacementsAndSuppressedDifferences(t *testing.T) {
	t.Parallel()
	const (
		cache       = "elasticache/replicationGroup:ReplicationGroup"
		ingress     = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
		service, lb = "ecs/service:Service", "lb/loadBalancer:LoadBalancer"
		endpoint    = "ec2/vpcEndpoint:VpcEndpoint"
	)
	group := in{"description": "cache", "nodeType": "cache.t4g.micro"}
	app := in{"name": "app", "taskDefinition": "app:1"}
	rule := in{"securityGroupId": "sg-0123456789abcdef0", "ipProtocol": "tcp", "fromPort": 80, "toPort": 80}
	connect := func(more, alias in) in {
		endpoint := with(in{"portName": "web", "clientAlias": []any{with(in{"port": 80}, alias)}}, more)
		return in{"enabled": true, "services": []any{endpoint}}
	}
	mapped := func(ids ...string) in {
		var all []any
		for _, id := range ids {
			all = append(all, in{"subnetId": id})
		}
		return in{"subnetMappings": all}
	}
	const a, b, c = "subnet-0123456789abcdef0", "subnet-0123456789abcdef1", "subnet-0123456789abcdef2"
	network := in{"loadBalancerType": "network"}
	cors := func(first, second string) in {
		return in{
			"bucket":    "x",
			"corsRules": []any{in{"allowedMethods": []any{first, second}, "allowedOrigins": []any{"https://a.example.org"}}},
		}
	}
	hosts := func(first, second string) in {
		return in{
			"listenerArn": "arn:aws:elasticloadbalancing:ap-south-1:123456789012:listener/app/a/0123456789abcdef/0123456789abcdef",
			"actions":     []any{in{"type": "redirect", "redirect": in{"statusCode": "HTTP_301", "port": "444"}}},
			"conditions":  []any{in{"hostHeader": in{"values": []any{first, second}}}},
		}
	}
	filter := func(unit any) in {
		return in{
			"name": "f", "logGroupName": "g", "pattern": "x",
			"metricTransformation": in{"name": "n", "namespace": "s", "value": "1", "unit": unit},
		}
	}
	alarms := in{"enable": true, "rollback": true, "alarmNames": []any{"a"}}
	for name, row := range map[string]planned{
		"cache: newer version": {
			cache, with(group, in{"engineVersion": "7.0"}), with(group, in{"engineVersion": "7.1"}), nil, true,
		},
		"cache: older version": {
			cache, with(group, in{"engineVersion": "7.1"}), with(group, in{"engineVersion": "7.0"}),
			[]string{"engineVersion"},
			true,
		},
		"cache: older than 6.x": {
			cache, with(group, in{"engineVersion": "6.x"}), with(group, in{"engineVersion": "6.2"}),
			[]string{"engineVersion"},
			true,
		},
		"cache: to Valkey": {cache, with(group, in{"engine": "redis"}), with(group, in{"engine": "valkey"}), nil, true},
		"cache: back to Redis": {
			cache, with(group, in{"engine": "valkey"}), with(group, in{"engine": "redis"}), []string{"engine"}, true,
		},
		"cache: TLS later": {
			cache, with(group, in{"engineVersion": "7.1"}),
			with(group, in{"engineVersion": "7.1", "transitEncryptionEnabled": true}), nil, true,
		},
		"cache: TLS too early": {
			cache, with(group, in{"engineVersion": "6.2"}),
			with(group, in{"engineVersion": "6.2", "transitEncryptionEnabled": true}),
			[]string{"transitEncryptionEnabled"},
			true,
		},
		"cache: another global group": {
			cache, with(group, in{"globalReplicationGroupId": "a"}), with(group, in{"globalReplicationGroupId": "b"}),
			[]string{"globalReplicationGroupId"},
			true,
		},
		"rule: another range": {
			ingress, with(rule, in{"cidrIpv4": "10.0.0.0/8"}), with(rule, in{"cidrIpv4": "10.1.0.0/16"}), nil, true,
		},
		"rule: a group for a range": {
			ingress, with(rule, in{"cidrIpv4": "10.0.0.0/8"}),
			with(rule, in{"referencedSecurityGroupId": "sg-0123456789abcdef1"}),
			[]string{"cidrIpv4", "referencedSecurityGroupId"},
			true,
		},
		"parameter: data type": {
			"ssm/parameter:Parameter",
			in{"type": "String", "value": "a", "dataType": "text"},
			in{"type": "String", "value": "a", "dataType": "aws:ec2:image"},
			[]string{"dataType"},
			true,
		},
		"address: pool": {
			"ec2/eip:Eip",
			in{"domain": "vpc", "customerOwnedIpv4Pool": "ipv4pool-coip-0123456789abcdef0"},
			in{"domain": "vpc", "customerOwnedIpv4Pool": "ipv4pool-coip-0123456789abcdef1"},
			nil, true,
		},
		"database: prefix": {
			"rds/instance:Instance",
			in{"identifierPrefix": "a", "instanceClass": "db.t4g.micro"},
			in{"identifierPrefix": "b", "instanceClass": "db.t4g.micro"},
			nil, true,
		},
		"database: a smaller disk": {
			"rds/instance:Instance",
			in{"instanceClass": "db.t4g.micro", "allocatedStorage": 50, "maxAllocatedStorage": 100},
			in{"instanceClass": "db.t4g.micro", "allocatedStorage": 20, "maxAllocatedStorage": 100},
			nil, false,
		},
		"database: a smaller fixed one": {
			"rds/instance:Instance",
			in{"instanceClass": "db.t4g.micro", "allocatedStorage": 50},
			in{"instanceClass": "db.t4g.micro", "allocatedStorage": 20},
			nil, true,
		},
		"service: controller named": {service, app, with(app, in{"deploymentController": in{"type": "ECS"}}), nil, false},
		"service: another controller": {
			service, app, with(app, in{"deploymentController": in{"type": "EXTERNAL"}}),
			[]string{"deploymentController"},
			true,
		},
		"service: alarms removed": {service, with(app, in{"alarms": alarms}), app, nil, false},
		"service: alarms off": {
			service, with(app, in{"alarms": alarms}),
			with(app, in{"alarms": in{"enable": false, "rollback": false, "alarmNames": []any{"a"}}}), nil, true,
		},
		"service: namespace removed": {
			service, with(app, in{"serviceConnectConfiguration": in{"enabled": true, "namespace": "ns"}}),
			with(app, in{"serviceConnectConfiguration": in{"enabled": true}}), nil, false,
		},
		"service: discovery removed": {
			service, with(app, in{"serviceConnectConfiguration": connect(in{"discoveryName": "web"}, nil)}),
			with(app, in{"serviceConnectConfiguration": connect(nil, nil)}), nil, false,
		},
		"service: DNS name removed": {
			service, with(app, in{"serviceConnectConfiguration": connect(nil, in{"dnsName": "web"})}),
			with(app, in{"serviceConnectConfiguration": connect(nil, nil)}), nil, false,
		},
		"service: DNS name changed": {
			service, with(app, in{"serviceConnectConfiguration": connect(nil, in{"dnsName": "web"})}),
			with(app, in{"serviceConnectConfiguration": connect(nil, in{"dnsName": "api"})}), nil, true,
		},
		"service: default weight": {
			service, with(app, in{"capacityProviderStrategies": []any{in{"capacityProvider": "FARGATE", "weight": 1}}}),
			with(app, in{"capacityProviderStrategies": []any{in{"capacityProvider": "FARGATE", "weight": 1, "base": 0}}}), nil,
			false,
		},
		"filter: default unit": {"cloudwatch/logMetricFilter:LogMetricFilter", filter(nil), filter("None"), nil, false},
		"filter: unit":         {"cloudwatch/logMetricFilter:LogMetricFilter", filter(nil), filter("Count"), nil, true},
		"CORS: order": {
			"s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2", cors("GET", "PUT"), cors("PUT", "GET"), nil, false,
		},
		"CORS: another method": {
			"s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2", cors("GET", "PUT"), cors("GET", "HEAD"), nil, true,
		},
		"listener: order of hosts": {
			"lb/listenerRule:ListenerRule", hosts("a.example.org", "b.example.org"), hosts("b.example.org", "a.example.org"),
			nil, false,
		},
		"NAT: addresses": {
			"ec2/natGateway:NatGateway",
			in{"connectivityType": "private", "subnetId": a, "secondaryPrivateIpAddressCount": 1},
			in{"connectivityType": "private", "subnetId": a, "secondaryPrivateIpAddressCount": 2},
			[]string{"secondaryPrivateIpAddressCount"},
			true,
		},
		"ALB: mapping added":     {lb, mapped(a, b), mapped(a, b, c), nil, true},
		"ALB: mapping exchanged": {lb, mapped(a, b), mapped(a, c), []string{"subnetMappings"}, true},
		"ALB: subnets exchanged": {lb, in{"subnets": []any{a, b}}, in{"subnets": []any{a, c}}, nil, true},
		"ALB: logs no longer given": {
			lb,
			in{"subnets": []any{a, b}, "accessLogs": in{"bucket": "logs", "enabled": false}},
			in{"subnets": []any{a, b}},
			nil, false,
		},
		"ALB: capacity no longer given": {
			lb,
			in{"subnets": []any{a, b}, "minimumLoadBalancerCapacity": in{"capacityUnits": 100}},
			in{"subnets": []any{a, b}},
			nil, true,
		},
		"NLB: subnet added": {
			lb, with(network, in{"subnets": []any{a}}), with(network, in{"subnets": []any{a, b}}), nil, true,
		},
		"NLB: subnet removed": {
			lb, with(network, in{"subnets": []any{a, b}}), with(network, in{"subnets": []any{a}}), []string{"subnets"}, true,
		},
		"NLB: mapping removed": {
			lb, with(network, mapped(a, b)), with(network, mapped(a)), []string{"subnetMappings"}, true,
		},
		"NLB: first group": {
			lb, with(network, in{"subnets": []any{a}}),
			with(network, in{"subnets": []any{a}, "securityGroups": []any{"sg-0123456789abcdef0"}}),
			[]string{"securityGroups"},
			true,
		},
		"endpoint: DNS of an interface": {
			endpoint,
			in{
				"vpcId": "vpc-0123456789abcdef0", "serviceName": "com.amazonaws.ap-south-1.ssm", "vpcEndpointType": "Interface",
				"privateDnsEnabled": false,
			},
			in{
				"vpcId": "vpc-0123456789abcdef0", "serviceName": "com.amazonaws.ap-south-1.ssm", "vpcEndpointType": "Interface",
				"privateDnsEnabled": true,
			},
			nil, true,
		},
		"endpoint: DNS of a gateway": {
			endpoint,
			in{"vpcId": "vpc-0123456789abcdef0", "serviceName": "com.amazonaws.ap-south-1.s3"},
			in{"vpcId": "vpc-0123456789abcdef0", "serviceName": "com.amazonaws.ap-south-1.s3", "privateDnsEnabled": true},
			[]string{"privateDnsEnabled"},
			true,
		},
		"subnet: IPv6 that is assigned": {
			"ec2/subnet:Subnet",
			in{
				"vpcId": "vpc-0123456789abcdef0", "cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": "2001:db8::/64",
				"assignIpv6AddressOnCreation": true,
			},
			in{
				"vpcId": "vpc-0123456789abcdef0", "cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": "2001:db8:0:1::/64",
				"assignIpv6AddressOnCreation": true,
			},
			[]string{"ipv6CidrBlock"},
			true,
		},
		"subnet: IPv6": {
			"ec2/subnet:Subnet",
			in{"vpcId": "vpc-0123456789abcdef0", "cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": "2001:db8::/64"},
			in{"vpcId": "vpc-0123456789abcdef0", "cidrBlock": "10.0.0.0/24", "ipv6CidrBlock": "2001:db8:0:1::/64"},
			nil, true,
		},
		"VPC: dedicated": {
			"ec2/vpc:Vpc",
			in{"cidrBlock": "10.0.0.0/16"},
			in{"cidrBlock": "10.0.0.0/16", "instanceTenancy": "dedicated"},
			[]string{"instanceTenancy"},
			true,
		},
		"scaling: role": {
			"appautoscaling/target:Target",
			in{"resourceId": "service/c/s", "roleArn": "arn:aws:iam::123456789012:role/a"},
			in{"resourceId": "service/c/s", "roleArn": "arn:aws:iam::123456789012:role/b"},
			nil, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newCloud(t).plan(row)
			assert.Equal(t, row.diffs, got.Changes == pulumirpc.DiffResponse_DIFF_SOME, "%v", got.DetailedDiff)
			assert.ElementsMatch(t, row.replaces, got.Replaces)
		})
	}
}

// plan compares inputs as the engine has them compared, without creating anything.
func (c *cloud) plan(p planned) *pulumirpc.DiffResponse {
	was, _ := c.check(p.token, "x", nil, p.was)
	now, _ := c.check(p.token, "x", was, p.now)
	got, err := c.server.Diff(context.Background(), &pulumirpc.DiffRequest{
		Id: "x", Urn: urn(p.token, "x"), OldInputs: c.encode(was), Olds: c.encode(was), News: c.encode(now),
	})
	require.NoError(c.t, err)
	return got
}

func TestWhatWaitsForTheWindowIsPending(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	g.cache()
	for _, row := range []struct {
		name     string
		changes  in
		property string
	}{
		{"db", in{"instanceClass": "db.t4g.medium"}, "instanceClass"},
		{"db", in{"multiAz": true}, "multiAz"},
		{"cache", in{"nodeType": "cache.t4g.small"}, "nodeType"},
	} {
		th := g.things[row.name]
		before := th.outputs[resource.PropertyKey(row.property)]
		require.NoError(t, g.update(th, with(th.given, row.changes)))
		assert.Equal(t, before, th.outputs[resource.PropertyKey(row.property)], "%s is read back as it was", row.property)
		assert.Contains(t, g.diff(th, th.given).DetailedDiff, row.property, "each plan shows it again")
	}
	assert.Len(t, g.pending(), 3)
	assert.Contains(t, g.pending(), aws.Pending{
		Resource: "elasticache.ReplicationGroup 'cache'", Property: "nodeType", Now: `"cache.t4g.micro"`,
		Wanted: `"cache.t4g.small"`,
	})
	for _, name := range []string{"db", "cache"} {
		th := g.things[name]
		require.NoError(t, g.update(th, with(th.given, in{"applyImmediately": true})))
		assert.Equal(t, pulumirpc.DiffResponse_DIFF_NONE, g.diff(th, th.given).Changes)
	}
	assert.Empty(t, g.pending())
}

func (g *graph) pending() (all []aws.Pending) {
	g.world.Look(func(v *standin.View) { all = aws.Pendings(v) })
	return all
}
