package aws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func (g *graph) paths() (paths []live.Path) {
	g.look(func(v *standin.View) { paths = live.Paths(v) })
	return paths
}

func (g *graph) exposed() (open []live.Exposure) {
	g.look(func(v *standin.View) { open = live.Public(v) })
	return open
}

// throughGroups returns the paths of a graph that its security groups allow, besides those to the internet.
func throughGroups() []live.Path {
	rules := func(out, in string) string {
		return "vpc.SecurityGroupEgressRule '" + out + "', vpc.SecurityGroupIngressRule '" + in + "'"
	}
	return []live.Path{
		{From: "internet", To: "lb.LoadBalancer 'alb'", Port: "80", Rule: "vpc.SecurityGroupIngressRule 'alb-in'"},
		{From: "lb.LoadBalancer 'alb'", To: "ecs.Service 'web'", Port: "8000", Rule: rules("alb-to-web", "web-from-alb")},
		{From: "ecs.Service 'web'", To: "ecs.Service 'store'", Port: "6379", Rule: rules("web-to-store",
			"store-from-web")},
		{From: "ecs.Service 'web'", To: "rds.Instance 'db'", Port: "5432", Rule: rules("web-to-db", "db-from-web")},
		{From: "ecs.Service 'web'", To: "efs.FileSystem 'files'", Port: "2049", Rule: rules("web-to-files",
			"files-from-web")},
	}
}

func TestPathsTellWhoReachesWhomAndThroughWhat(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	assert.ElementsMatch(
		t,
		append(throughGroups(),
			live.Path{
				From: "ecs.Service 'web'", To: "internet", Port: "443",
				Rule: "vpc.SecurityGroupEgressRule 'web-out' through ec2.NatGateway 'nat'", Through: "ec2.NatGateway 'nat'",
			},
			live.Path{
				From: "ecs.Service 'store'", To: "internet", Port: "443",
				Rule: "vpc.SecurityGroupEgressRule 'store-out' through ec2.NatGateway 'nat'", Through: "ec2.NatGateway 'nat'",
			},
		),
		g.paths(),
	)
}

func TestPathsInAVpcThatExistsAlreadyFollowTheSecurityGroups(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	g.shape = "existing"
	require.NoError(t, g.build())
	g.add("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "web-to-existing", in{
		"securityGroupId":           g.id("web-sg"),
		"referencedSecurityGroupId": "sg-0123456789abcdef0", "ipProtocol": "tcp", "fromPort": 1433, "toPort": 1433,
	})
	assert.ElementsMatch(
		t,
		append(throughGroups(),
			live.Path{
				From: "ecs.Service 'web'", To: "outside: sg-0123456789abcdef0", Port: "1433",
				Rule: "vpc.SecurityGroupEgressRule 'web-to-existing'",
			},
			live.Path{
				From: "ecs.Service 'web'", To: "internet", Port: "443",
				Rule: "vpc.SecurityGroupEgressRule 'web-out' through its way out",
			},
			live.Path{
				From: "ecs.Service 'store'", To: "internet", Port: "443",
				Rule: "vpc.SecurityGroupEgressRule 'store-out' through its way out",
			},
		),
		g.paths(),
	)
}

func TestSecurityGroupsAreJudgedInAVpcThatExistsAlready(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{
		"web-to-db", "db-from-web", "web-to-store", "store-from-web", "alb-to-web", "web-from-alb", "web-to-files",
		"files-from-web",
	} {
		g := newGraph(t, map[string]in{missing: {"omit": true}})
		g.shape = "existing"
		require.ErrorContains(t, g.build(), "gress rule of ec2.SecurityGroup '", missing)
	}
}

func TestInterfaceEndpointsAreAmongThePaths(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{
		"store-container":        {"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/store:1"},
		"store-execution-policy": {"policy": policyOf(allow("*", "ecr:*", "logs:*"))},
	})
	g.shape = "endpoints"
	require.NoError(t, g.build())
	assert.Contains(t, g.paths(), live.Path{
		From: "ecs.Service 'web'", To: "ec2.VpcEndpoint 'endpoint-logs'", Port: "443",
		Rule: "vpc.SecurityGroupEgressRule 'web-out', vpc.SecurityGroupIngressRule 'endpoints-in'",
	})
	for _, path := range g.paths() {
		assert.NotEqual(t, live.Internet, path.To)
	}
}

func TestPublicIsWhatEveryoneReaches(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{"db": {"publiclyAccessible": true}})
	g.shape = "public"
	require.NoError(t, g.build())
	front := live.Exposure{
		Resource: "lb.LoadBalancer 'alb'", What: "TCP 80 from the internet, by vpc.SecurityGroupIngressRule 'alb-in'",
	}
	assert.Equal(t, []live.Exposure{front}, g.exposed(), "public addresses alone open nothing")

	g.add("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "db-wide",
		in{"securityGroupId": g.id("db-sg"), "cidrIpv4": "0.0.0.0/0", "ipProtocol": "tcp", "fromPort": 5432, "toPort": 5432})
	g.add("s3/bucketV2:BucketV2", "pictures", in{})
	g.add("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "pictures-block",
		in{"bucket": g.id("pictures"), "blockPublicPolicy": false})
	g.add("s3/bucketPolicy:BucketPolicy", "pictures-policy", in{
		"bucket": g.id("pictures"),
		"policy": policyOf(
			map[string]any{
				"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
				"Resource": "arn:aws:s3:::" + g.id("pictures") + "/open/*",
			},
			map[string]any{
				"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::" + g.id("pictures") + "/*",
				"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
			},
		),
	})
	assert.Equal(t, []live.Exposure{
		front,
		{Resource: "rds.Instance 'db'", What: "TCP 5432 from internet, by vpc.SecurityGroupIngressRule 'db-wide'"},
		{
			Resource: "s3.BucketV2 'pictures'",
			What:     "s3:GetObject on arn:aws:s3:::" + g.id("pictures") + "/open/* by everyone",
		},
	}, g.exposed())
}
