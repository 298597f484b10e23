package aws

import (
	"hash/crc32"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func routingKinds() []standin.Kind {
	return []standin.Kind{
		routeTableKind(), routeKind(), routeTableAssociationKind(), eipKind(), natGatewayKind(),
	}
}

func routeTableKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2RouteTable, Args: ec2.RouteTableArgs{}, State: ec2.RouteTableState{},
		Computed: []string{"routes", "propagatingVgws"},
		Replaces: []string{"vpcId"},
		Sets:     []string{"routes", "propagatingVgws"},
		Refs: []standin.Ref{
			toVpc("vpcId"), toGateway("routes.gatewayId"), toNatGateway("routes.natGatewayId"),
			toVpcEndpoint("routes.vpcEndpointId"),
		},
		Checks: []standin.CheckRule{inlineRoutesAreOne},
		Rules:  []standin.Rule{inlineRoutesStayInVpc},
		// No HeldBy: the provider takes the associations off before it deletes the table.
		Id: minted("rtb"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "ec2", "route-table/"+o.Id), "ownerId": ident.Account,
				"routes": []any{}, "propagatingVgws": []any{},
			}
		},
	}
}

func toGateway(path string) standin.Ref {
	return outside(path, "InvalidGatewayID.NotFound", standin.Target{Token: token.Ec2InternetGateway})
}

func toNatGateway(path string) standin.Ref {
	return outside(path, "InvalidNatGatewayID.NotFound", standin.Target{Token: token.Ec2NatGateway})
}

func toVpcEndpoint(path string) standin.Ref {
	return outside(path, "InvalidVpcEndpointId.NotFound", standin.Target{Token: token.Ec2VpcEndpoint})
}

var routeDestinations = []string{"destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"}

func routeKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2Route, Args: ec2.RouteArgs{}, State: ec2.RouteState{},
		Replaces: append([]string{"routeTableId"}, routeDestinations...),
		Computed: []string{"networkInterfaceId"},
		Refs: []standin.Ref{
			toRouteTable("routeTableId"), toGateway("gatewayId"), toNatGateway("natGatewayId"), toVpcEndpoint("vpcEndpointId"),
		},
		Unique: []standin.Unique{{
			By:   append([]string{"routeTableId"}, routeDestinations...),
			Code: "RouteAlreadyExists", Rule: "a route table has one route to a destination",
		}},
		Checks: []standin.CheckRule{routeIsOne},
		Rules:  []standin.Rule{routeStaysInVpc, routeLeavesVpc, routeNotInline, routeToOtherSubnet},
		Id:     routeId,
		Outputs: func(*standin.Op) standin.Props {
			return standin.Props{"origin": "CreateRoute", "state": "active", "instanceId": "", "instanceOwnerId": "", "networkInterfaceId": ""}
		},
	}
}

// routeId is the provider's own: EC2 has none for a route.
func routeId(o *standin.Op) string {
	for _, destination := range routeDestinations {
		if to := o.In(destination).Text(); to != "" {
			sum := crc32.ChecksumIEEE([]byte(to))
			return "r-" + o.In("routeTableId").Text() + strconv.FormatUint(uint64(sum), 10)
		}
	}
	return "r-" + o.In("routeTableId").Text()
}

func routeTableAssociationKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2RouteTableAssociation,
		Args:  ec2.RouteTableAssociationArgs{}, State: ec2.RouteTableAssociationState{},
		Replaces: []string{"subnetId", "gatewayId"},
		Refs:     []standin.Ref{toRouteTable("routeTableId"), toSubnet("subnetId"), toGateway("gatewayId")},
		Unique: []standin.Unique{{
			By: []string{"subnetId"}, Code: "Resource.AlreadyAssociated", Rule: "a subnet has one route table",
			Fix: "associate the subnet once",
		}},
		Checks: []standin.CheckRule{associationIsOne},
		Rules:  []standin.Rule{associationInOneVpc, associationPastNat},
		Id:     minted("rtbassoc"),
	}
}

func eipKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2Eip, Args: ec2.EipArgs{}, State: ec2.EipState{},
		Computed: []string{"domain", "instance", "networkBorderGroup", "networkInterface", "publicIpv4Pool", "vpc", "ipamPoolId"},
		Replaces: []string{"address", "domain", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool", "vpc"},
		HeldBy: []standin.Hold{
			{Token: token.Ec2NatGateway, Path: "allocationId"},
			{Token: token.Ec2NatGateway, Path: "secondaryAllocationIds"},
			{Token: token.LbLoadBalancer, Path: "subnetMappings.allocationId"},
		},
		InUse:  "InvalidIPAddress.InUse",
		Checks: []standin.CheckRule{eipForVpc},
		Id:     minted("eipalloc"),
		Outputs: func(o *standin.Op) standin.Props {
			address := publicAddress()
			return standin.Props{
				"allocationId": o.Id, "arn": arn(o, "ec2", "elastic-ip/"+o.Id),
				"publicIp": address, "publicDns": "ec2-" + dashed(address) + "." + o.Scope.Region + ".compute.amazonaws.com",
				"domain": "vpc", "networkBorderGroup": o.Scope.Region, "publicIpv4Pool": "amazon",
				"associationId": "", "carrierIp": "", "customerOwnedIp": "", "instance": "", "networkInterface": "",
				"ptrRecord": "",
			}
		},
	}
}

func natGatewayKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2NatGateway, Args: ec2.NatGatewayArgs{}, State: ec2.NatGatewayState{},
		Defaults: standin.Props{"connectivityType": "public"},
		Computed: []string{"privateIp", "secondaryPrivateIpAddressCount", "secondaryPrivateIpAddresses"},
		Replaces: []string{"allocationId", "connectivityType", "privateIp", "secondaryPrivateIpAddressCount", "subnetId"},
		Sets:     []string{"secondaryAllocationIds", "secondaryPrivateIpAddresses"},
		Refs: []standin.Ref{
			toSubnet("subnetId"),
			outside("allocationId", "InvalidAllocationID.NotFound", standin.Target{Token: token.Ec2Eip}),
		},
		Unique: []standin.Unique{{
			By: []string{"allocationId"}, Code: "Resource.AlreadyAssociated", Rule: "an elastic IP address serves one NAT gateway",
			Fix: "give each NAT gateway an elastic IP address of its own",
		}},
		Checks: []standin.CheckRule{natAddress},
		Rules:  []standin.Rule{natNeedsGateway, natInPublicSubnet},
		Id:     minted("nat"),
		Outputs: func(o *standin.Op) standin.Props {
			out := standin.Props{
				"networkInterfaceId": ec2Id("eni"), "associationId": "", "publicIp": "",
				"privateIp": privateAddress(o, o.In("subnetId").Text()), "secondaryPrivateIpAddressCount": 0,
				"secondaryPrivateIpAddresses": []any{},
			}
			if allocation := o.In("allocationId").Text(); allocation != "" {
				out["associationId"] = ec2Id("eipassoc")
				out["publicIp"] = publicAddress()
				if eip := o.World.Get(token.Ec2Eip, allocation); eip != nil {
					out["publicIp"] = eip.Out("publicIp").Text()
				}
			}
			return out
		},
	}
}

// privateAddress is one from the subnet's range, if the subnet is known here.
func privateAddress(o *standin.Op, subnet string) string {
	if r := o.World.Get(token.Ec2Subnet, subnet); r != nil {
		return addressIn(r.Out("cidrBlock").Text())
	}
	return ""
}
