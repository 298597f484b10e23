package components

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// vaultStatements allow backups in the vault, copies to the other one, and grants for the keys of both. AWS Backup
// names its recovery points.
func (b *backupPlanBuilder) vaultStatements() []PolicyStatement {
	everything := []pulumi.StringInput{pulumi.String("*")}
	keys := []pulumi.StringInput{pulumi.Sprintf("arn:%s:kms:*:%s:key/*", b.partition(), b.account())}
	vaults := []pulumi.StringInput{b.vault.Arn}
	if b.args.CopyVaultArn != nil {
		vaults = append(vaults, b.args.CopyVaultArn)
	}
	statements := []PolicyStatement{
		{Sid: "FindVaults", Actions: []string{"backup:DescribeBackupVault"}, Resources: vaults},
		{
			Sid: "TagBackups", Actions: []string{"backup:TagResource"},
			Resources: []pulumi.StringInput{pulumi.Sprintf("arn:%s:backup:*:%s:recovery-point:*", b.partition(), b.account())},
		},
		{Sid: "FindResources", Actions: []string{"tag:GetResources"}, Resources: everything},
		{Sid: "FindKeys", Actions: []string{"kms:DescribeKey"}, Resources: keys},
		{
			Sid: "KeyGrants", Actions: []string{"kms:CreateGrant"}, Resources: keys,
			Condition: &PolicyCondition{Operator: "Bool", Key: "kms:GrantIsForAWSResource", Value: pulumi.String("true")},
		},
	}
	if b.args.CopyVaultArn != nil {
		statements = append(statements,
			PolicyStatement{
				Sid: "CopyInto", Actions: []string{"backup:CopyIntoBackupVault"},
				Resources: []pulumi.StringInput{b.args.CopyVaultArn},
			},
			PolicyStatement{Sid: "CopyFrom", Actions: []string{"backup:CopyFromBackupVault"}, Resources: everything})
	}
	return statements
}

// databaseStatements allow snapshots of the database. Those of AWS Backup have names that begin with awsbackup.
func (b *backupPlanBuilder) databaseStatements() []PolicyStatement {
	snapshots := pulumi.Sprintf("arn:%s:rds:*:%s:snapshot:awsbackup:*", b.partition(), b.account())
	return []PolicyStatement{
		{
			Sid: "FindSnapshots", Resources: []pulumi.StringInput{pulumi.String("*")},
			Actions: []string{"rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "rds:ListTagsForResource"},
		},
		{
			Sid: "TakeSnapshots", Resources: []pulumi.StringInput{b.args.Database.Arn, snapshots},
			Actions: []string{"rds:AddTagsToResource", "rds:CopyDBSnapshot", "rds:CreateDBSnapshot"},
		},
		{
			Sid: "ShareAndDeleteSnapshots", Resources: []pulumi.StringInput{snapshots},
			Actions: []string{"rds:DeleteDBSnapshot", "rds:ModifyDBSnapshotAttribute"},
		},
	}
}

func (b *backupPlanBuilder) fileSystemStatements() []PolicyStatement {
	return []PolicyStatement{{
		Sid: "BackUpFiles", Resources: []pulumi.StringInput{b.args.FileSystemArn},
		Actions: []string{"elasticfilesystem:Backup", "elasticfilesystem:DescribeTags"},
	}}
}

// bucketStatements allow backups of the bucket. AWS Backup follows its changes with a rule of EventBridge, and reads
// its size from CloudWatch.
func (b *backupPlanBuilder) bucketStatements() []PolicyStatement {
	everything := []pulumi.StringInput{pulumi.String("*")}
	statements := []PolicyStatement{
		{
			Sid: "ReadBucket", Resources: []pulumi.StringInput{b.args.BucketArn},
			Actions: []string{
				"s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketNotification", "s3:GetBucketTagging",
				"s3:GetBucketVersioning", "s3:GetInventoryConfiguration", "s3:ListBucket", "s3:ListBucketVersions",
				"s3:ListTagsForResource", "s3:PutBucketNotification", "s3:PutInventoryConfiguration",
			},
		},
		{
			Sid: "ReadObjects", Resources: []pulumi.StringInput{pulumi.Sprintf("%s/*", b.args.BucketArn)},
			Actions: []string{
				"s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAcl",
				"s3:GetObjectVersionTagging",
			},
		},
		{
			Sid: "FollowChanges",
			Resources: []pulumi.StringInput{
				pulumi.Sprintf("arn:%s:events:*:%s:rule/AwsBackupManagedRule*", b.partition(), b.account()),
			},
			Actions: actionsOf("events", "DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "ListTargetsByRule",
				"PutRule", "PutTargets", "RemoveTargets"),
		},
		{
			Sid: "FindChanges", Resources: everything,
			Actions: []string{"cloudwatch:GetMetricData", "events:ListRules", "s3:ListAllMyBuckets"},
		},
	}
	keys := slices.Clone(b.args.FormerKmsKeyArns)
	if b.args.KmsKeyArn != nil {
		keys = append(keys, b.args.KmsKeyArn)
	}
	if len(keys) == 0 {
		return statements
	}
	return append(statements, PolicyStatement{
		Sid: "DecryptObjects", Actions: []string{"kms:Decrypt"}, Resources: keys,
		Condition: &PolicyCondition{
			Operator: "StringLike", Key: "kms:ViaService", Value: pulumi.String("s3.*.amazonaws.com"),
		},
	})
}
