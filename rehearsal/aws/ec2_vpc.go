package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func vpcKinds() []standin.Kind { return []standin.Kind{vpcKind(), subnetKind(), internetGatewayKind()} }

func vpcKind() standin.Kind {
	return standin.Kind{
		Token: vpcToken, Args: ec2.VpcArgs{}, State: ec2.VpcState{},
		Defaults: standin.Props{"enableDnsSupport": true, "instanceTenancy": "default"},
		Computed: []string{
			"cidrBlock", "enableDnsHostnames", "enableNetworkAddressUsageMetrics",
			"ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup",
		},
		Replaces: []string{"cidrBlock", "instanceTenancy", "ipv4IpamPoolId", "ipv4NetmaskLength"},
		Diff:     vpcTenancyMayBeEased,
		Checks:   []standin.CheckRule{vpcRange, vpcRangeNotReserved, vpcTenancy, hostNamesNeedDns},
		HeldBy: []standin.Hold{
			{Token: subnetToken, Path: "vpcId"},
			{Token: securityGroupToken, Path: "vpcId"},
			{Token: internetGatewayToken, Path: "vpcId"},
			{Token: routeTableToken, Path: "vpcId"},
			{Token: endpointToken, Path: "vpcId"},
		},
		InUse: "DependencyViolation",
		Id:    minted("vpc"),
		Outputs: func(o *standin.Op) standin.Props {
			main := ec2Id("rtb")
			return standin.Props{
				"arn": arn(o, "ec2", "vpc/"+o.Id), "ownerId": Account,
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
		Token: subnetToken, Args: ec2.SubnetArgs{}, State: ec2.SubnetState{},
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
				"arn": arn(o, "ec2", "subnet/"+o.Id), "ownerId": Account,
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
			{Token: serviceToken, Path: "networkConfiguration.subnets"},
			{Token: loadBalancerToken, Path: "subnets"},
			{Token: loadBalancerToken, Path: "subnetMappings.subnetId"},
			{Token: natGatewayToken, Path: "subnetId"},
			{Token: endpointToken, Path: "subnetIds"},
			{Token: mountTargetToken, Path: "subnetId"},
			{Token: dbSubnetGroupToken, Path: "subnetIds", When: hasDatabase},
			{Token: cacheSubnetGroupToken, Path: "subnetIds", When: hasCache},
			{Token: dbSubnetGroupToken, Path: "subnetIds", When: hasDatabaseCluster},
		}
	}
	return []standin.Hold{
		{Token: serviceToken, Path: "networkConfiguration.securityGroups"},
		{Token: loadBalancerToken, Path: "securityGroups"},
		{Token: endpointToken, Path: "securityGroupIds"},
		{Token: mountTargetToken, Path: "securityGroups"},
		{Token: databaseToken, Path: "vpcSecurityGroupIds"},
		{Token: replicationGroupToken, Path: "securityGroupIds"},
		{Token: cacheClusterToken, Path: "securityGroupIds"},
		{Token: databaseClusterToken, Path: "vpcSecurityGroupIds"},
	}
}

// hasDatabase: a subnet group alone has no network interface, the instances in it do.
func hasDatabase(world *standin.View, group, _ *standin.Resource) bool {
	return world.Find(databaseToken, "dbSubnetGroupName", group.Id) != nil
}

func hasDatabaseCluster(world *standin.View, group, _ *standin.Resource) bool {
	return world.Find(databaseClusterToken, "dbSubnetGroupName", group.Id) != nil
}

func hasCache(world *standin.View, group, _ *standin.Resource) bool {
	return world.Find(replicationGroupToken, "subnetGroupName", group.Id) != nil ||
		world.Find(cacheClusterToken, "subnetGroupName", group.Id) != nil
}

// attachmentsOf returns the resources that attach the gateways: those of a type of their own, or else the gateways.
func attachmentsOf(world *standin.View, gateways []*standin.Resource) []*standin.Resource {
	var all []*standin.Resource
	for _, gateway := range gateways {
		if attachment := world.Find(attachmentToken, "internetGatewayId", gateway.Id); attachment != nil {
			gateway = attachment
		}
		all = append(all, gateway)
	}
	return all
}

func internetGatewayKind() standin.Kind {
	return standin.Kind{
		Token: internetGatewayToken, Args: ec2.InternetGatewayArgs{}, State: ec2.InternetGatewayState{},
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
			return standin.Props{"arn": arn(o, "ec2", "internet-gateway/"+o.Id), "ownerId": Account}
		},
	}
}

// noMappedAddresses: DetachInternetGateway fails while something in the VPC has a public address
// ("Network vpc-… has some mapped public address(es)",
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html).
func noMappedAddresses(o *standin.Op) {
	vpc := o.Old.In("vpcId")
	told := map[*standin.Resource]bool{}
	for _, subnet := range o.World.Where(subnetToken, "vpcId", vpc.Text()) {
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
	for _, nat := range world.Where(natGatewayToken, "subnetId", subnet) {
		if nat.Out("connectivityType").Text() == "public" {
			found = append(found, nat)
		}
	}
	for _, service := range world.Where(serviceToken, "networkConfiguration.subnets", subnet) {
		if service.Out("networkConfiguration.assignPublicIp").Bool() {
			found = append(found, service)
		}
	}
	for _, balancer := range world.Where(loadBalancerToken, "subnets", subnet) {
		if !balancer.Out("internal").Bool() {
			found = append(found, balancer)
		}
	}
	for _, group := range world.Where(dbSubnetGroupToken, "subnetIds", subnet) {
		for _, database := range world.Where(databaseToken, "dbSubnetGroupName", group.Id) {
			if database.Out("publiclyAccessible").Bool() {
				found = append(found, database)
			}
		}
	}
	return found
}
