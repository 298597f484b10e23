package aws

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(vpcKind)

func vpcKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2Vpc, Args: ec2.VpcArgs{}, State: ec2.VpcState{},
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual: 12 * time.Second, Why: "state, and then the DNS attributes one after the other",
				Source: applyLogs + "2 to 12 seconds",
			},
			Charge: standin.ByUse("traffic to the internet and between zones", "data-transfer-out-gb", "data-transfer-zone-gb"),
			Loss:   standin.Nothing,
		},
		Defaults: standin.Props{"enableDnsSupport": true, "instanceTenancy": "default"},
		Computed: []string{
			"cidrBlock", "enableDnsHostnames", "enableNetworkAddressUsageMetrics",
			"ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup",
		},
		Replaces: []string{"cidrBlock", "instanceTenancy", "ipv4IpamPoolId", "ipv4NetmaskLength"},
		Diff:     vpcTenancyMayBeEased,
		Checks:   []standin.CheckRule{ec2VpcCidr, ec2VpcCidrReserved, ec2VpcTenancy, ec2VpcDnsHostnames},
		HeldBy: []standin.Hold{
			{Token: token.Ec2Subnet, Path: "vpcId"},
			{Token: token.Ec2SecurityGroup, Path: "vpcId"},
			{Token: token.Ec2InternetGateway, Path: "vpcId"},
			{Token: token.Ec2RouteTable, Path: "vpcId"},
			{Token: token.Ec2VpcEndpoint, Path: "vpcId"},
		},
		InUse: "DependencyViolation",
		Id:    minted("vpc"),
		Outputs: func(o *standin.Op) standin.Props {
			main := ec2Id("rtb")
			return standin.Props{
				"arn": arn(o, "ec2", "vpc/"+o.Id), "ownerId": ident.Account,
				"mainRouteTableId": main, "defaultRouteTableId": main,
				"defaultSecurityGroupId": ec2Id("sg"), "defaultNetworkAclId": ec2Id("acl"), "dhcpOptionsId": ec2Id("dopt"),
				"enableDnsHostnames": false, "enableNetworkAddressUsageMetrics": false,
				"ipv6AssociationId": "", "ipv6CidrBlock": "", "ipv6CidrBlockNetworkBorderGroup": "",
			}
		},
	}
}

// vpcTenancyMayBeEased: ModifyVpcTenancy only goes from dedicated to default
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcTenancy.html).
func vpcTenancyMayBeEased(d *standin.Delta) {
	if d.Old.At("instanceTenancy").Text() == "dedicated" && d.In("instanceTenancy").Text() == "default" {
		d.Replace("instanceTenancy", false)
	}
}

// networkInterfacesIn returns the types with network interfaces, by the input that names their subnets or groups. An
// interface keeps both from being deleted.
func networkInterfacesIn(what string) []standin.Hold {
	if what == "subnet" {
		return []standin.Hold{
			{Token: token.EcsService, Path: "networkConfiguration.subnets"},
			{Token: token.LbLoadBalancer, Path: "subnets"},
			{Token: token.LbLoadBalancer, Path: "subnetMappings.subnetId"},
			{Token: token.Ec2NatGateway, Path: "subnetId"},
			{Token: token.Ec2VpcEndpoint, Path: "subnetIds"},
			{Token: token.EfsMountTarget, Path: "subnetId"},
			{Token: token.RdsSubnetGroup, Path: "subnetIds", When: hasDatabase},
			{Token: token.ElasticacheSubnetGroup, Path: "subnetIds", When: hasCache},
			{Token: token.RdsSubnetGroup, Path: "subnetIds", When: hasDatabaseCluster},
		}
	}
	return []standin.Hold{
		{Token: token.EcsService, Path: "networkConfiguration.securityGroups"},
		{Token: token.LbLoadBalancer, Path: "securityGroups"},
		{Token: token.Ec2VpcEndpoint, Path: "securityGroupIds"},
		{Token: token.EfsMountTarget, Path: "securityGroups"},
		{Token: token.RdsInstance, Path: "vpcSecurityGroupIds"},
		{Token: token.ElasticacheReplicationGroup, Path: "securityGroupIds"},
		{Token: token.ElasticacheCluster, Path: "securityGroupIds"},
		{Token: token.RdsCluster, Path: "vpcSecurityGroupIds"},
	}
}

// hasDatabase: a subnet group alone has no network interface, the instances in it do.
func hasDatabase(world *standin.View, group, _ *standin.Resource) bool {
	return world.Find(token.RdsInstance, "dbSubnetGroupName", group.Id) != nil
}

func hasDatabaseCluster(world *standin.View, group, _ *standin.Resource) bool {
	return world.Find(token.RdsCluster, "dbSubnetGroupName", group.Id) != nil
}

func hasCache(world *standin.View, group, _ *standin.Resource) bool {
	return world.Find(token.ElasticacheReplicationGroup, "subnetGroupName", group.Id) != nil ||
		world.Find(token.ElasticacheCluster, "subnetGroupName", group.Id) != nil
}
