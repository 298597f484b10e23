package aws

import (
	"net/netip"
	"regexp"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const efsInvalid = "ValidationException"

var efsFileSystemThroughput = rule("efs/file-system-throughput").OnInputs(func(d *standin.Draft) {
	mode, throughput := d.In("throughputMode"), d.In("provisionedThroughputInMibps")
	switch {
	case mode.Text() == "provisioned" && !isGiven(throughput):
		d.Refuse(throughput, "BadRequest", "provisioned throughput needs an amount", "give provisionedThroughputInMibps")
	case mode.Known() && mode.Text() != "provisioned" && throughput.Known() && throughput.Number() != 0:
		d.Refuse(throughput, "BadRequest", "only a file system of throughput mode provisioned has an amount",
			`set throughputMode to "provisioned", or remove it`)
	}
	if d.In("performanceMode").Text() == "maxIO" && mode.Text() == "elastic" {
		d.Refuse(mode, "BadRequest", "elastic throughput is for performance mode generalPurpose only",
			"remove performanceMode")
	}
})

var efsFileSystemKey = rule("efs/file-system-key").OnInputs(func(d *standin.Draft) {
	key, encrypted := d.In("kmsKeyId"), d.In("encrypted")
	if isGiven(key) && key.Known() && !encrypted.Bool() && !encrypted.Unknown() {
		d.Refuse(key, "BadRequest", "a KMS key is for a file system that is encrypted", "set encrypted to true")
	}
})

var efsLifecyclePolicy = rule("efs/lifecycle-policy").OnInputs(func(d *standin.Draft) {
	for _, policy := range d.In("lifecyclePolicies").Items() {
		exactlyOne(d, policy, "BadRequest", "transitionToIa", "transitionToArchive", "transitionToPrimaryStorageClass")
	}
})

var (
	// accessPath has up to four levels, and none that begins with a dot.
	accessPath  = regexp.MustCompile("^(/|(/[^.$#<>;`|&?{}^*/\\n][^$#<>;`|&?{}^*/\\n]*){1,4})$")
	octalRights = regexp.MustCompile(`^[0-7]{3,4}$`)
)

var efsAccessPoint = rule("efs/access-point").OnInputs(func(d *standin.Draft) {
	const most = 4294967295
	for _, path := range []string{
		"posixUser.uid", "posixUser.gid", "posixUser.secondaryGids", "rootDirectory.creationInfo.ownerUid",
		"rootDirectory.creationInfo.ownerGid",
	} {
		within(d, path, efsInvalid, 0, most)
	}
	like(d, "rootDirectory.path", form{
		efsInvalid, accessPath, "the path begins with a slash and has at most four levels",
		`write it as in "/redis"`,
	})
	like(d, "rootDirectory.creationInfo.permissions", form{
		efsInvalid, octalRights, "permissions are three or four octal digits",
		`write them as in "0755"`,
	})
	if groups := d.In("posixUser.secondaryGids"); len(groups.Items()) > 16 {
		d.Refuse(groups, efsInvalid, "a user has at most 16 secondary groups", "leave some out")
	}
})

var efsMountTargetSecurityGroups = rule("efs/mount-target-security-groups").OnInputs(func(d *standin.Draft) {
	if groups := d.In("securityGroups"); len(groups.Items()) > 5 {
		d.Refuse(groups, "SecurityGroupLimitExceeded", "a mount target has at most 5 security groups", "leave some out")
	}
})

var efsMountTargetVpc = rule("efs/mount-target-vpc").OnOperation(func(o *standin.Op) {
	subnet := o.In("subnetId")
	vpc := vpcOfSubnet(o.World, subnet.Text())
	groupsInVpc(o, "securityGroups", vpc, "SecurityGroupNotFound")
	if vpc == "" || o.In("fileSystemId").Text() == "" {
		return
	}
	for _, other := range o.World.Where(token.EfsMountTarget, "fileSystemId", o.In("fileSystemId").Text()) {
		if theirs := vpcOfSubnet(o.World, other.Out("subnetId").Text()); !oldSelf(o, other) && theirs != "" && theirs != vpc {
			o.Refuse(subnet, "MountTargetConflict", "all mount targets of a file system are in one VPC, and "+other.Label()+
				" is in "+vpcLabel(o, theirs), "use a subnet of "+vpcLabel(o, theirs))
			return
		}
	}
})

var efsMountTargetOneZone = rule("efs/mount-target-one-zone").OnOperation(func(o *standin.Op) {
	subnet := o.In("subnetId")
	files := o.World.Get(token.EfsFileSystem, o.In("fileSystemId").Text())
	if files == nil {
		return
	}
	only, zone := files.Out("availabilityZoneName").Text(), zoneOfSubnet(o.World, subnet.Text())
	if only != "" && zone != "" && only != zone {
		o.Refuse(subnet, "AvailabilityZonesMismatch", files.Label()+" is in "+only+" only, and the subnet in "+zone,
			"use a subnet in "+only)
	}
})

var efsMountTargetAddress = rule("efs/mount-target-address").OnOperation(func(o *standin.Op) {
	v := o.In("ipAddress")
	subnet := o.World.Get(token.Ec2Subnet, o.In("subnetId").Text())
	if subnet == nil || v.Text() == "" {
		return
	}
	address, err := netip.ParseAddr(v.Text())
	block, blockErr := netip.ParsePrefix(subnet.Out("cidrBlock").Text())
	if blockErr == nil && (err != nil || !block.Contains(address)) {
		o.Refuse(v, "BadRequest", "Address does not fall within the subnet's address range, "+block.String(),
			"use an address of the subnet, or none")
	}
})

var efsBackupPolicy = rule("efs/backup-policy").OnInputs(func(d *standin.Draft) {
	among(d, "backupPolicy.status", efsInvalid, "ENABLED", "DISABLED")
})
