package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func vpcKinds() []standin.Kind { return []standin.Kind{vpcKind(), subnetKind(), internetGatewayKind()} }

func vpcKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2Vpc, Args: ec2.VpcArgs{}, State: ec2.VpcState{},
		Defaults: standin.Props{"enableDnsSupport": true, "instanceTenancy": "default"},
		Computed: []string{
			"cidrBlock", "enableDnsHostnames", "enableNetworkAddressUsageMetrics",
			"ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup",
		},
		Replaces: []string{"cidrBlock", "instanceTenancy", "ipv4IpamPoolId", "ipv4NetmaskLength"},
		Diff:     vpcTenancyMayBeEased,
		Checks:   []standin.CheckRule{vpcRange, vpcRangeNotReserved, vpcTenancy, hostNamesNeedDns},
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

func subnetKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2Subnet, Args: ec2.SubnetArgs{}, State: ec2.SubnetState{},
		Defaults: standin.Props{
			"assignIpv6AddressOnCreation": false, "enableDns64": false, "ipv6Native": false, "mapPublicIpOnLaunch": false,
			"enableResourceNameDnsARecordOnLaunch": false, "enableResourceNameDnsAaaaRecordOnLaunch": false,
		},
		Computed: []string{"availabilityZone", "availabilityZoneId", "privateDnsHostnameTypeOnLaunch"},
		Diff:     addressesAssignedStay,
		Replaces: []string{"vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn"},
		Refs:     []standin.Ref{toVpc("vpcId")},
		Checks:   []standin.CheckRule{subnetRange, subnetZoneExists},
		Rules:    []standin.Rule{subnetWithinVpc, subnetsApart},
		HeldBy:   networkInterfacesIn("subnet"),
		InUse:    "DependencyViolation",
		Id:       minted("subnet"),
		Outputs: func(o *standin.Op) standin.Props {
			zone := subnetZone(o)
			return standin.Props{
				"arn": arn(o, "ec2", "subnet/"+o.Id), "ownerId": ident.Account,
				"availabilityZone": zone, "availabilityZoneId": zoneId(zone),
				"privateDnsHostnameTypeOnLaunch": "ip-name", "ipv6CidrBlockAssociationId": "",
			}
		},
	}
}

// addressesAssignedStay: a subnet that assigns IPv6 addresses gets another range only as a new subnet (the provider's
// CustomizeDiff, internal/service/ec2/vpc_subnet.go).
func addressesAssignedStay(d *standin.Delta) {
	if d.Old.At("assignIpv6AddressOnCreation").Bool() {
		d.Replace("ipv6CidrBlock", true)
	}
}

// subnetZone is the zone asked for, by name or identifier, or one that AWS would choose.
func subnetZone(o *standin.Op) string {
	if zone := o.In("availabilityZone").Text(); zone != "" {
		return zone
	}
	zones := zonesOf(o.Scope.Region)
	for _, zone := range zones {
		if o.In("availabilityZoneId").Text() == zoneId(zone) {
			return zone
		}
	}
	return zones[0]
}

// networkInterfacesIn lists what has network interfaces, by the input that names their subnets or groups.
// An interface keeps both from being deleted.
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

// attachmentsOf returns the resources that attach the gateways: those of a type of their own, or else the gateways.
func attachmentsOf(world *standin.View, gateways []*standin.Resource) []*standin.Resource {
	var all []*standin.Resource
	for _, gateway := range gateways {
		if attachment := world.Find(token.Ec2InternetGatewayAttachment, "internetGatewayId", gateway.Id); attachment != nil {
			gateway = attachment
		}
		all = append(all, gateway)
	}
	return all
}

func internetGatewayKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2InternetGateway, Args: ec2.InternetGatewayArgs{}, State: ec2.InternetGatewayState{},
		Computed: []string{"vpcId"},
		Refs:     []standin.Ref{toVpc("vpcId")},
		Unique: []standin.Unique{{
			By: []string{"vpcId"}, Code: "Resource.AlreadyAssociated", Rule: "a VPC has one internet gateway",
			Fix: "use the gateway that is there",
		}},
		OnDelete: []standin.Rule{noMappedAddresses},
		InUse:    "DependencyViolation",
		Id:       minted("igw"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": arn(o, "ec2", "internet-gateway/"+o.Id), "ownerId": ident.Account}
		},
	}
}

// noMappedAddresses: DetachInternetGateway fails while something in the VPC has a public address
// ("Network vpc-… has some mapped public address(es)",
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html).
func noMappedAddresses(o *standin.Op) {
	vpc := o.Old.In("vpcId")
	told := map[*standin.Resource]bool{}
	for _, subnet := range o.World.Where(token.Ec2Subnet, "vpcId", vpc.Text()) {
		for _, holder := range publicAddressesIn(o.World, subnet.Id) {
			if told[holder] {
				continue
			}
			told[holder] = true
			o.Refuse(vpc, "DependencyViolation",
				"the network has some mapped public addresses: "+holder.Label()+" has one",
				"delete "+holder.Label()+" first: it must depend on the internet gateway")
		}
	}
}

// publicAddressesIn are the resources with a public address in a subnet.
func publicAddressesIn(world *standin.View, subnet string) []*standin.Resource {
	var found []*standin.Resource
	for _, nat := range world.Where(token.Ec2NatGateway, "subnetId", subnet) {
		if nat.Out("connectivityType").Text() == "public" {
			found = append(found, nat)
		}
	}
	for _, service := range world.Where(token.EcsService, "networkConfiguration.subnets", subnet) {
		if service.Out("networkConfiguration.assignPublicIp").Bool() {
			found = append(found, service)
		}
	}
	for _, balancer := range world.Where(token.LbLoadBalancer, "subnets", subnet) {
		if !balancer.Out("internal").Bool() {
			found = append(found, balancer)
		}
	}
	for _, group := range world.Where(token.RdsSubnetGroup, "subnetIds", subnet) {
		for _, database := range world.Where(token.RdsInstance, "dbSubnetGroupName", group.Id) {
			if database.Out("publiclyAccessible").Bool() {
				found = append(found, database)
			}
		}
	}
	return found
}
