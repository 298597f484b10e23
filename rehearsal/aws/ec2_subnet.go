package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(subnetKind)

func subnetKind() standin.Kind {
	return standin.Kind{
		Token: token.Ec2Subnet, Args: ec2.SubnetArgs{}, State: ec2.SubnetState{},
		Facts: setting,
		Defaults: standin.Props{
			"assignIpv6AddressOnCreation": false, "enableDns64": false, "ipv6Native": false, "mapPublicIpOnLaunch": false,
			"enableResourceNameDnsARecordOnLaunch": false, "enableResourceNameDnsAaaaRecordOnLaunch": false,
		},
		Computed: []string{"availabilityZone", "availabilityZoneId", "privateDnsHostnameTypeOnLaunch"},
		Diff:     addressesAssignedStay,
		Replaces: []string{"vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId", "ipv6Native", "outpostArn"},
		Refs:     []standin.Ref{toVpc("vpcId")},
		Checks:   []standin.CheckRule{ec2SubnetCidr, ec2SubnetZone},
		Rules:    []standin.Rule{ec2SubnetWithinVpc, ec2SubnetOverlap},
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
