package aws

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(eipKind, natGatewayKind)

func eipKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2Eip, Args: ec2.EipArgs{}, State: ec2.EipState{},
		Facts: charged(standin.Hourly("public-ipv4-hour")),
		Computed: []string{
			"domain",
			"instance",
			"networkBorderGroup",
			"networkInterface",
			"publicIpv4Pool",
			"vpc",
			"ipamPoolId",
		},
		Replaces: []string{"address", "domain", "ipamPoolId", "networkBorderGroup", "publicIpv4Pool", "vpc"},
		HeldBy: []standin.Hold{
			{Token: token.Ec2NatGateway, Path: "allocationId"},
			{Token: token.Ec2NatGateway, Path: "secondaryAllocationIds"},
			{Token: token.LbLoadBalancer, Path: "subnetMappings.allocationId"},
		},
		InUse:  "InvalidIPAddress.InUse",
		Checks: []standin.CheckRule{ec2ElasticIpDomain},
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
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual: 2 * time.Minute, Why: "state pending until available", Source: applyLogs + "1:24 to 2:01",
			},
			Charge: natGatewayCharge, Loss: standin.Nothing,
		},
		Defaults: standin.Props{"connectivityType": "public"},
		Computed: []string{"privateIp", "secondaryPrivateIpAddressCount", "secondaryPrivateIpAddresses"},
		Replaces: []string{"allocationId", "connectivityType", "privateIp", "secondaryPrivateIpAddressCount", "subnetId"},
		Sets:     []string{"secondaryAllocationIds", "secondaryPrivateIpAddresses"},
		Refs: []standin.Ref{
			toSubnet("subnetId"),
			outside("allocationId", "InvalidAllocationID.NotFound", standin.Target{Token: token.Ec2Eip}),
		},
		Unique: []standin.Unique{{
			By: []string{"allocationId"}, Code: "Resource.AlreadyAssociated",
			Rule: "an elastic IP address serves one NAT gateway",
			Fix:  "give each NAT gateway an elastic IP address of its own",
		}},
		Checks: []standin.CheckRule{ec2NatGatewayAddress},
		Rules:  []standin.Rule{ec2NatGatewayInternet, ec2NatGatewaySubnet},
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

func natGatewayCharge(t standin.Tally, r *standin.Resource) {
	t.AddHours(r, 1, "nat-gateway-hour")
	t.Use("data through NAT gateways", "nat-gateway-gb")
}
