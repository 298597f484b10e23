package aws

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(defaultVpcKind, defaultSubnetKind, defaultRouteTableKind)

const defaultVpcRange = "172.31.0.0/16"

// defaultVpc returns the VPC that a new account has in each region, with a public subnet in each zone, and makes it
// when it is first asked for (https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html).
func defaultVpc(world *standin.View, scope standin.Scope) *standin.Resource {
	for _, vpc := range world.Where(token.Ec2Vpc, "cidrBlock", defaultVpcRange) {
		if vpc.Region == scope.Region && world.Minted(defaultMark+vpc.Id) {
			return vpc
		}
	}
	id, table, gateway := ec2Id("vpc"), ec2Id("rtb"), ec2Id("igw")
	furnish := func(token, name, id string, outputs standin.Props) *standin.Resource {
		outputs["ownerId"] = ident.Account
		return world.Furnish(standin.Resource{
			Token: token, Name: name, Id: id, Region: scope.Region, Account: scope.Account, Outputs: standin.Outputs(outputs),
		})
	}
	vpc := furnish(token.Ec2Vpc, "default", id, standin.Props{
		"arn": ident.Arn(scope, "ec2", "vpc/"+id), "cidrBlock": defaultVpcRange, "instanceTenancy": "default",
		"enableDnsSupport": true, "enableDnsHostnames": true, "enableNetworkAddressUsageMetrics": false,
		"mainRouteTableId": table, "defaultRouteTableId": table, "defaultSecurityGroupId": ec2Id("sg"),
		"defaultNetworkAclId": ec2Id("acl"), "dhcpOptionsId": ec2Id("dopt"),
		"ipv6AssociationId": "", "ipv6CidrBlock": "", "ipv6CidrBlockNetworkBorderGroup": "",
	})
	world.Remember(defaultMark + id)
	furnish(token.Ec2InternetGateway, "default", gateway, standin.Props{
		"arn": ident.Arn(scope, "ec2", "internet-gateway/"+gateway), "vpcId": id,
	})
	furnish(token.Ec2RouteTable, "default", table, standin.Props{
		"arn": ident.Arn(scope, "ec2", "route-table/"+table), "vpcId": id,
		"routes": []standin.Props{{"cidrBlock": live.Everywhere, "gatewayId": gateway}},
	})
	const size = 16 // addresses of the third byte that a /20 has
	for i, zone := range zonesOf(scope.Region) {
		subnet := ec2Id("subnet")
		furnish(token.Ec2Subnet, "default-"+zone, subnet, standin.Props{
			"arn": ident.Arn(scope, "ec2",
				"subnet/"+subnet), "vpcId": id, "availabilityZone": zone, "availabilityZoneId": zoneId(zone),
			"cidrBlock": fmt.Sprintf("172.31.%d.0/20",
				i*size), "mapPublicIpOnLaunch": true, "assignIpv6AddressOnCreation": false,
			"ipv6CidrBlockAssociationId":           "",
			"enableDns64":                          false,
			"ipv6Native":                           false,
			"privateDnsHostnameTypeOnLaunch":       "ip-name",
			"enableResourceNameDnsARecordOnLaunch": false, "enableResourceNameDnsAaaaRecordOnLaunch": false,
		})
		world.Remember(defaultMark + subnet)
	}
	return vpc
}

// defaultMark is the prefix of the facts by which the world remembers the parts of a default VPC.
const defaultMark = "default:"

func isDefault(world *standin.View, r *standin.Resource) bool {
	return world.Minted(defaultMark + r.Id)
}

// defaultVpcKind returns a kind that takes over a part of the network that AWS makes, as the other default kinds do.
// The provider does not delete it, it only forgets it.
func defaultVpcKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2DefaultVpc, As: token.Ec2Vpc, Adopts: true,
		Args: ec2.DefaultVpcArgs{}, State: ec2.DefaultVpcState{},
		Facts:    setting,
		Defaults: standin.Props{"enableDnsHostnames": true, "enableDnsSupport": true, "forceDestroy": false},
		Computed: []string{"enableNetworkAddressUsageMetrics", "ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup"},
		Id:       func(o *standin.Op) string { return defaultVpc(o.World, o.Scope).Id },
		Outputs: func(o *standin.Op) standin.Props {
			return adopted(defaultVpc(o.World, o.Scope), "existingDefaultVpc")
		},
	}
}

func defaultSubnetKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2DefaultSubnet, As: token.Ec2Subnet, Adopts: true,
		Args: ec2.DefaultSubnetArgs{}, State: ec2.DefaultSubnetState{},
		Facts: setting,
		Defaults: standin.Props{
			"assignIpv6AddressOnCreation": false, "enableDns64": false, "enableResourceNameDnsARecordOnLaunch": false,
			"enableResourceNameDnsAaaaRecordOnLaunch": false,
			"forceDestroy":        false,
			"ipv6Native":          false,
			"mapPublicIpOnLaunch": true,
		},
		Computed: []string{"privateDnsHostnameTypeOnLaunch"},
		Replaces: []string{"availabilityZone"},
		Checks:   []standin.CheckRule{ec2SubnetZone},
		Id: func(o *standin.Op) string {
			if subnet := defaultSubnet(o); subnet != nil {
				return subnet.Id
			}
			return ec2Id("subnet")
		},
		Outputs: func(o *standin.Op) standin.Props {
			if subnet := defaultSubnet(o); subnet != nil {
				return adopted(subnet, "existingDefaultSubnet")
			}
			return standin.Props{"existingDefaultSubnet": false}
		},
	}
}

func defaultSubnet(o *standin.Op) *standin.Resource {
	vpc := defaultVpc(o.World, o.Scope)
	for _, subnet := range o.World.Where(token.Ec2Subnet, "availabilityZone", o.In("availabilityZone").Text()) {
		if subnet.Out("vpcId").Text() == vpc.Id && isDefault(o.World, subnet) {
			return subnet
		}
	}
	return nil
}

func defaultRouteTableKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2DefaultRouteTable, As: token.Ec2RouteTable, Adopts: true,
		Args: ec2.DefaultRouteTableArgs{}, State: ec2.DefaultRouteTableState{},
		Facts:    setting,
		Computed: []string{"routes", "propagatingVgws"},
		Replaces: []string{"defaultRouteTableId"},
		Sets:     []string{"routes", "propagatingVgws"},
		Refs: []standin.Ref{
			outside("defaultRouteTableId", "InvalidRouteTableID.NotFound",
				standin.Target{Token: token.Ec2Vpc, By: "defaultRouteTableId"}),
			toGateway("routes.gatewayId"), toNatGateway("routes.natGatewayId"), toVpcEndpoint("routes.vpcEndpointId"),
		},
		Checks: []standin.CheckRule{ec2InlineRouteTarget},
		Id:     by("defaultRouteTableId"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "ec2", "route-table/"+o.Id), "ownerId": ident.Account,
				"vpcId": vpcOfTable(o.World, o.In("defaultRouteTableId").Text()), "routes": []any{}, "propagatingVgws": []any{},
			}
		},
	}
}

// adopted are the outputs of a resource that was there, with the note that it was.
func adopted(r *standin.Resource, note string) standin.Props {
	outputs := standin.Props{note: true}
	for key, value := range r.Outputs {
		if key != "tagsAll" && key != "tags" {
			outputs[string(key)] = value
		}
	}
	return outputs
}
