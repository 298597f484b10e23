package aws

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(mountTargetKind)

func mountTargetKind() standin.Kind {
	return standin.Kind{
		Token: token.EfsMountTarget, Args: efs.MountTargetArgs{}, State: efs.MountTargetState{},
		Facts: slow(90*time.Second, "a network interface, and its address in DNS",
			"https://alchemy.run/providers/aws/efs/mounttarget: 1 to 2 minutes"),
		Computed:    []string{"ipAddress", "securityGroups"},
		Replaces:    []string{"fileSystemId", "ipAddress", "subnetId"},
		DeleteFirst: true, // a file system has one mount target in a zone
		Sets:        []string{"securityGroups"},
		Refs:        []standin.Ref{toFileSystem("fileSystemId"), toSubnet("subnetId"), toSecurityGroup("securityGroups")},
		Checks:      []standin.CheckRule{efsMountTargetSecurityGroups},
		Rules:       []standin.Rule{efsMountTargetZone, efsMountTargetVpc, efsMountTargetOneZone, efsMountTargetAddress},
		Id:          minted("fsmt"),
		Outputs: func(o *standin.Op) standin.Props {
			zone := zoneOfSubnet(o.World, o.In("subnetId").Text())
			host := fileSystemName(o, o.In("fileSystemId").Text())
			return standin.Props{
				"availabilityZoneName": zone,
				"availabilityZoneId":   zoneId(zone),
				"dnsName":              host,
				"mountTargetDnsName":   zone + "." + host,
				"fileSystemArn":        fileSystemArn(o), "networkInterfaceId": ec2Id("eni"), "ownerId": ident.Account,
				"ipAddress": privateAddress(o, o.In("subnetId").Text()), "securityGroups": []any{},
			}
		},
	}
}

// zoneOfSubnet is "" for a subnet that is not known here.
func zoneOfSubnet(world *standin.View, subnet string) string {
	if r := world.Get(token.Ec2Subnet, subnet); r != nil {
		return r.Out("availabilityZone").Text()
	}
	return ""
}

var efsMountTargetZone = rule("efs/mount-target-zone").OnOperation(func(o *standin.Op) {
	subnet := o.In("subnetId")
	zone := zoneOfSubnet(o.World, subnet.Text())
	if zone == "" {
		return
	}
	for _, other := range o.World.Where(token.EfsMountTarget, "fileSystemId", o.In("fileSystemId").Text()) {
		same := o.Preview && other.Urn == o.Urn // its replacement; the old one goes first
		if other != o.Old && !same && other.Out("availabilityZoneName").Text() == zone {
			o.Refuse(subnet, "MountTargetConflict",
				"a file system has one mount target in a zone, and "+other.Label()+" is in "+zone,
				"make one mount target for each zone")
		}
	}
})
