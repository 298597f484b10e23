package aws

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/efs"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(fileSystemKind, fileSystemPolicyKind, backupPolicyKind)

func fileSystemKind() standin.Kind {
	return standin.Kind{
		Token: token.EfsFileSystem, Args: efs.FileSystemArgs{}, State: efs.FileSystemState{},
		Facts: standin.Facts{
			Takes: standin.Duration{Usual: 10 * time.Second, Why: "state creating until available", Source: estimate},
			Charge: standin.ByUse("EFS storage, per GB stored, and throughput",
				"efs-storage-gb-month", "efs-read-gb", "efs-write-gb"),
			Loss: standin.Always("every file on it"),
		},
		Name:     standin.Naming{Property: "creationToken"},
		Defaults: standin.Props{"throughputMode": "bursting"},
		Computed: []string{"availabilityZoneName", "encrypted", "kmsKeyId", "performanceMode", "protection"},
		Replaces: []string{"availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"},
		HeldBy:   []standin.Hold{{Token: token.EfsMountTarget, Path: "fileSystemId"}},
		InUse:    "FileSystemInUse",
		Checks:   []standin.CheckRule{efsFileSystemThroughput, efsFileSystemKey, efsLifecyclePolicy},
		Refs:     []standin.Ref{ofData(token.EfsFileSystem)},
		Rules:    keyRules(),
		Id:       minted("fs"),
		Outputs: func(o *standin.Op) standin.Props {
			out := standin.Props{
				"arn": arn(o, "elasticfilesystem",
					"file-system/"+o.Id), "dnsName": fileSystemName(o, o.Id), "ownerId": ident.Account,
				"numberOfMountTargets": 0,
				"encrypted":            false,
				"performanceMode":      "generalPurpose",
				"name":                 o.In("tags").Key("Name").Text(),
				"sizeInBytes":          []standin.Props{{"value": 6144, "valueInIa": 0, "valueInStandard": 6144}},
				"protection":           standin.Props{"replicationOverwrite": "ENABLED"},
				"availabilityZoneId":   zoneId(o.In("availabilityZoneName").Text()),
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

func fileSystemPolicyKind() standin.Kind {
	return standin.Kind{
		Token: token.EfsFileSystemPolicy, Args: efs.FileSystemPolicyArgs{}, State: efs.FileSystemPolicyState{},
		Facts:    setting,
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
		Facts:    charged(standin.ByUse("backups of EFS", "efs-backup-gb-month")),
		Checks:   []standin.CheckRule{efsBackupPolicy},
		Replaces: []string{"fileSystemId"},
		Refs:     []standin.Ref{toFileSystem("fileSystemId")},
		Id:       by("fileSystemId"),
	}
}
