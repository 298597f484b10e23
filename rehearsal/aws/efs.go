package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func fileSystemKinds() []standin.Kind {
	return []standin.Kind{fileSystemKind(), accessPointKind(), mountTargetKind(), fileSystemPolicyKind(), backupPolicyKind()}
}

func fileSystemKind() standin.Kind {
	return standin.Kind{
		Token: token.EfsFileSystem, Args: efs.FileSystemArgs{}, State: efs.FileSystemState{},
		Name:     standin.Naming{Property: "creationToken"},
		Defaults: standin.Props{"throughputMode": "bursting"},
		Computed: []string{"availabilityZoneName", "encrypted", "kmsKeyId", "performanceMode", "protection"},
		Replaces: []string{"availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"},
		HeldBy:   []standin.Hold{{Token: token.EfsMountTarget, Path: "fileSystemId"}},
		InUse:    "FileSystemInUse",
		Checks:   []standin.CheckRule{fileSystemFormed, fileSystemKey, fileSystemLifecycle},
		Id:       minted("fs"),
		Outputs: func(o *standin.Op) standin.Props {
			out := standin.Props{
				"arn": arn(o, "elasticfilesystem", "file-system/"+o.Id), "dnsName": fileSystemName(o, o.Id), "ownerId": ident.Account,
				"numberOfMountTargets": 0, "encrypted": false, "performanceMode": "generalPurpose", "name": o.In("tags").Key("Name").Text(),
				"sizeInBytes":        []standin.Props{{"value": 6144, "valueInIa": 0, "valueInStandard": 6144}},
				"protection":         standin.Props{"replicationOverwrite": "ENABLED"},
				"availabilityZoneId": zoneId(o.In("availabilityZoneName").Text()),
			}
			if o.In("encrypted").Bool() {
				out["kmsKeyId"] = arn(o, "kms", "key/"+standin.Uuid())
			}
			return out
		},
	}
}

func fileSystemName(o *standin.Op, id string) string {
	return id + ".efs." + o.Scope.Region + ".amazonaws.com"
}

func fileSystemArn(o *standin.Op) string {
	return arn(o, "elasticfilesystem", "file-system/"+o.In("fileSystemId").Text())
}

func accessPointKind() standin.Kind {
	return standin.Kind{
		Token: token.EfsAccessPoint, Args: efs.AccessPointArgs{}, State: efs.AccessPointState{},
		Computed: []string{"rootDirectory"},
		Replaces: []string{"fileSystemId", "posixUser", "rootDirectory"},
		Checks:   []standin.CheckRule{accessPointFormed},
		Refs:     []standin.Ref{toFileSystem("fileSystemId")},
		Id:       minted("fsap"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "elasticfilesystem", "access-point/"+o.Id), "fileSystemArn": fileSystemArn(o), "ownerId": ident.Account,
				"rootDirectory": standin.Props{"path": "/"},
			}
		},
	}
}

func mountTargetKind() standin.Kind {
	return standin.Kind{
		Token: token.EfsMountTarget, Args: efs.MountTargetArgs{}, State: efs.MountTargetState{},
		Computed:    []string{"ipAddress", "securityGroups"},
		Replaces:    []string{"fileSystemId", "ipAddress", "subnetId"},
		DeleteFirst: true, // a file system has one mount target in a zone
		Sets:        []string{"securityGroups"},
		Refs:        []standin.Ref{toFileSystem("fileSystemId"), toSubnet("subnetId"), toSecurityGroup("securityGroups")},
		Checks:      []standin.CheckRule{mountTargetGroups},
		Rules:       []standin.Rule{oneMountTargetInAZone, mountTargetInVpc, mountTargetInItsZone, mountTargetAddress},
		Id:          minted("fsmt"),
		Outputs: func(o *standin.Op) standin.Props {
			zone := zoneOfSubnet(o.World, o.In("subnetId").Text())
			host := fileSystemName(o, o.In("fileSystemId").Text())
			return standin.Props{
				"availabilityZoneName": zone, "availabilityZoneId": zoneId(zone), "dnsName": host, "mountTargetDnsName": zone + "." + host,
				"fileSystemArn": fileSystemArn(o), "networkInterfaceId": ec2Id("eni"), "ownerId": ident.Account,
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

// oneMountTargetInAZone: https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html, MountTargetConflict.
func oneMountTargetInAZone(o *standin.Op) {
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
}

func fileSystemPolicyKind() standin.Kind {
	return standin.Kind{
		Token: token.EfsFileSystemPolicy, Args: efs.FileSystemPolicyArgs{}, State: efs.FileSystemPolicyState{},
		Defaults: standin.Props{"bypassPolicyLockoutSafetyCheck": false},
		Replaces: []string{"fileSystemId"},
		Json:     []string{"policy"},
		Checks:   []standin.CheckRule{policy.CheckDocument("policy", policy.FilesGrammar)},
		Refs:     []standin.Ref{toFileSystem("fileSystemId")},
		Id:       by("fileSystemId"),
	}
}

func backupPolicyKind() standin.Kind {
	return standin.Kind{
		Token: token.EfsBackupPolicy, Args: efs.BackupPolicyArgs{}, State: efs.BackupPolicyState{},
		Checks:   []standin.CheckRule{backupStatus},
		Replaces: []string{"fileSystemId"},
		Refs:     []standin.Ref{toFileSystem("fileSystemId")},
		Id:       by("fileSystemId"),
	}
}
