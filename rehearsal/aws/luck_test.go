package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// declare declares the resources that a resource waits for; they wait for nothing themselves.
func (c *cloud) declare(later string, earlier ...string) {
	for _, urn := range earlier {
		c.world.Declare(urn, nil)
	}
	c.world.Declare(later, earlier)
}

func TestWhatIsThereByLuckAloneMayBeMissingOnAws(t *testing.T) {
	t.Parallel()
	const (
		balancers, gateways, databases = "lb/loadBalancer:LoadBalancer", "ec2/natGateway:NatGateway", "rds/instance:Instance"
		policies, blocks               = "s3/bucketPolicy:BucketPolicy", "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	)
	internet := urn("ec2/internetGateway:InternetGateway", "igw")
	for name, row := range map[string]struct {
		token string
		needs string
		want  string
		given func(c *cloud) in
	}{
		"a load balancer": {balancers, internet, "InvalidSubnet", func(c *cloud) in {
			return in{"subnets": c.openSubnets()}
		}},
		"a NAT gateway": {gateways, internet, "Gateway.NotAttached", func(c *cloud) in {
			return in{"subnetId": c.openSubnets()[0], "allocationId": c.up("ec2/eip:Eip", "nat", in{"domain": "vpc"}).id}
		}},
		"a public database": {databases, internet, "InvalidVPCNetworkStateFault", func(c *cloud) in {
			group := c.up("rds/subnetGroup:SubnetGroup", "db", in{"subnetIds": c.openSubnets()})
			return with(anyDatabase, in{"dbSubnetGroupName": group.out("name"), "publiclyAccessible": true})
		}},
		"a public policy": {policies, urn(blocks, "files"), "AccessDenied", func(c *cloud) in {
			bucket := c.up("s3/bucketV2:BucketV2", "files", in{}).id
			c.up(blocks, "files", in{"bucket": bucket, "blockPublicPolicy": false})
			return in{"bucket": bucket, "policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",` +
				`"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + bucket + `/*"}]}`}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			given := row.given(c)
			c.declare(urn(row.token, "wrong"))
			_, err := c.attempt(row.token, "wrong", given)
			require.ErrorContains(t, err, row.want)
			require.ErrorContains(t, err, "exists only because of timing: nothing makes this wait for it")
			c.declare(urn(row.token, "sound"), row.needs)
			_, err = c.attempt(row.token, "sound", given)
			require.NoError(t, err)
			c.world.Begin()
			c.declare(urn(row.token, "later"))
			if _, err = c.attempt(row.token, "later", given); err != nil {
				require.NotContains(t, err.Error(), "because of timing", "it is from an earlier run")
			}
		})
	}
}

// openSubnets makes two subnets in a VPC with an internet gateway.
func (c *cloud) openSubnets() []any {
	vpc := c.up("ec2/vpc:Vpc", "vpc", in{"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": true})
	c.up("ec2/internetGateway:InternetGateway", "igw", in{"vpcId": vpc.id})
	one := c.up("ec2/subnet:Subnet", "a",
		in{"vpcId": vpc.id, "cidrBlock": "10.0.0.0/24", "availabilityZone": "ap-south-1a"})
	two := c.up("ec2/subnet:Subnet", "b",
		in{"vpcId": vpc.id, "cidrBlock": "10.0.1.0/24", "availabilityZone": "ap-south-1b"})
	return []any{one.id, two.id}
}

func TestAServiceWaitsForItsListenerAndForItsCapacity(t *testing.T) {
	t.Parallel()
	const service = "ecs/service:Service"
	store := urn(service, "store")
	listener := urn("lb/listener:Listener", "http")
	capacity := urn("ecs/clusterCapacityProviders:ClusterCapacityProviders", "capacity")
	for want, waitsFor := range map[string][]string{
		"does not have an associated load balancer; lb.Listener 'http' exists only because of timing": {store, capacity},
		"and try again; ecs.ClusterCapacityProviders 'capacity' exists only because of timing: nothing makes this": {
			store, listener,
		},
		"": {store, listener, capacity},
	} {
		g := newGraph(t, map[string]in{"store": {"capacityProviderStrategies": nil, "launchType": "FARGATE"}})
		g.declare(urn(service, "web"), waitsFor...)
		err := g.build()
		if want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, want)
		}
	}
}
