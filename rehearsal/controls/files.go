package controls

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var efsControls = []Control{
	{
		ID: "EFS.1", Title: "File systems are encrypted with a key of KMS", Remedy: "encrypted, kmsKeyId",
		token: token.EfsFileSystem,
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("encrypted is false", !r.Out("encrypted").Bool())
		},
	},
	{
		ID: "EFS.2", Title: "File systems are in a backup plan", Remedy: "efs.BackupPolicy, backup.Selection",
		token: token.EfsFileSystem,
		breach: func(world *standin.View, r *standin.Resource) string {
			return with("is in no backup plan", !backedUp(world, r) && !inPlan(world, r))
		},
	},
	{
		ID: "EFS.3", Title: "Access points show a part of the file system", Remedy: "rootDirectory",
		token: token.EfsAccessPoint,
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("rootDirectory.path is /", slices.Contains([]string{"", "/"}, r.Out("rootDirectory.path").Text()))
		},
	},
	{
		ID: "EFS.4", Title: "Access points have a user of their own", Remedy: "posixUser", token: token.EfsAccessPoint,
		breach: func(_ *standin.View, r *standin.Resource) string {
			return with("posixUser is not set", !r.Out("posixUser.uid").Known())
		},
	},
	{
		ID: "EFS.6", Title: "Mount targets are in no subnet that assigns public addresses", Remedy: "subnetId",
		token: token.EfsMountTarget,
		breach: func(world *standin.View, r *standin.Resource) string {
			subnet := world.Get(token.Ec2Subnet, r.Out("subnetId").Text())
			return with("its subnet assigns public addresses", subnet != nil && subnet.Out("mapPublicIpOnLaunch").Bool())
		},
	},
	{
		ID: "EFS.7", Title: "File systems have automatic backups", Remedy: "efs.BackupPolicy", token: token.EfsFileSystem,
		breach: func(world *standin.View, r *standin.Resource) string {
			return with("automatic backups are off", !backedUp(world, r))
		},
	},
	{
		ID: "EFS.8", Title: "File systems are encrypted", Remedy: "encrypted",
		token: token.EfsFileSystem, breach: isTrue("encrypted"),
	},
}

// backedUp reports whether a file system has the automatic backups of EFS.
func backedUp(world *standin.View, files *standin.Resource) bool {
	backup := world.Find(token.EfsBackupPolicy, "fileSystemId", files.Id)
	return backup != nil && backup.Out("backupPolicy.status").Text() == "ENABLED"
}

// inPlan reports whether a selection of AWS Backup names a resource. Selections by tags are not evaluated.
func inPlan(world *standin.View, r *standin.Resource) bool {
	return slices.ContainsFunc(world.Mentions(r.Out("arn").Text()), func(by *standin.Resource) bool {
		return strings.HasPrefix(by.Token, "aws:backup/selection:")
	})
}
