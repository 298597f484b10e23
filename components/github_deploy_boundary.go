package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createBoundary creates the permissions boundary of the roles and users that a deployment creates. A boundary grants
// nothing; whatever their own policies allow, they can do no more than this: neither IAM nor STS, no setting of any
// resource but those that AWS Backup makes to follow the changes of a bucket, and not the state
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).
func (b *githubRolesBuilder) createBoundary() error {
	policy, err := iam.NewPolicy(b.ctx, b.child("boundary"), &iam.PolicyArgs{
		Description: pulumi.String("permissions boundary of the roles and users of Care's stacks"),
		Policy:      githubPolicy(append(b.boundaryStatements(), b.boundaryDenials()...)),
		Tags:        b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create permissions boundary: %w", err)
	}
	b.boundary = policy
	b.roles.PermissionsBoundaryArn = policy.Arn
	return nil
}

// boundaryStatements allow the actions of tasks, flow logs, schedules, enhanced monitoring and backups, and those of
// Care's static key. The policies of each role and user limit the resources.
func (b *githubRolesBuilder) boundaryStatements() []githubStatement {
	statement := func(sid, service string, names ...string) githubStatement {
		return githubStatement{sid: sid, actions: actionsOf(service, names...), resources: everywhere()}
	}
	return append(b.backupBoundary(), []githubStatement{
		statement("Images", "ecr", "BatchCheckLayerAvailability", "BatchGetImage", "GetAuthorizationToken",
			"GetDownloadUrlForLayer"),
		statement("Logs", "logs", "CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams",
			"GetLogEvents", "PutLogEvents", "PutRetentionPolicy"),
		statement("Metrics", "cloudwatch", "PutMetricData"),
		statement("Parameters", "ssm", "GetParameter", "GetParameters"),
		statement("Secrets", "secretsmanager", "GetSecretValue"),
		statement("Keys", "kms", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey"),
		statement("Objects", "s3", "AbortMultipartUpload", "DeleteObject", "GetBucketLocation", "GetObject", "ListBucket",
			"PutObject"),
		statement("Files", "elasticfilesystem", "ClientMount", "ClientWrite", "DescribeMountTargets"),
		statement("Mail", "ses", "SendEmail", "SendRawEmail"),
		statement("Messages", "sns", "Publish"),
		statement("Shells", "ssmmessages", "CreateControlChannel", "CreateDataChannel", "OpenControlChannel",
			"OpenDataChannel"),
		statement("Hours", "rds", "StartDBInstance", "StopDBInstance"),
	}...)
}

// backupBoundary allows the actions of the role with which AWS Backup copies a database, a file system and a bucket.
func (b *githubRolesBuilder) backupBoundary() []githubStatement {
	actions := slices.Concat(
		actionsOf("backup", "CopyFromBackupVault", "CopyIntoBackupVault", "DescribeBackupVault", "TagResource"),
		actionsOf("rds", "AddTagsToResource", "CopyDBSnapshot", "CreateDBSnapshot", "DescribeDBInstances",
			"DescribeDBSnapshots", "ListTagsForResource"),
		actionsOf("elasticfilesystem", "Backup", "DescribeTags"),
		actionsOf("s3", "GetBucketAcl", "GetBucketNotification", "GetBucketTagging", "GetBucketVersioning",
			"GetInventoryConfiguration", "GetObjectAcl", "GetObjectTagging", "GetObjectVersion", "GetObjectVersionAcl",
			"GetObjectVersionTagging", "ListAllMyBuckets", "ListBucketVersions", "ListTagsForResource",
			"PutBucketNotification", "PutInventoryConfiguration"),
		[]string{"cloudwatch:GetMetricData", "events:ListRules", "tag:GetResources"},
	)
	return []githubStatement{
		{sid: "Backups", resources: everywhere(), actions: actions},
		{
			sid: "BackupSnapshots", actions: actionsOf("rds", "DeleteDBSnapshot", "ModifyDBSnapshotAttribute"),
			resources: []pulumi.StringInput{pulumi.Sprintf("arn:%s:rds:*:%s:snapshot:awsbackup:*", b.partition(), b.account())},
		},
		{
			sid: "BackupRules", actions: actionsOf("events", "DeleteRule", "DescribeRule", "DisableRule", "EnableRule",
				"ListTargetsByRule", "PutRule", "PutTargets", "RemoveTargets"),
			resources: []pulumi.StringInput{
				pulumi.Sprintf("arn:%s:events:*:%s:rule/AwsBackupManagedRule*", b.partition(), b.account()),
			},
		},
		{
			sid: "BackupKeys", resources: everywhere(), actions: []string{"kms:CreateGrant"},
			conditions: []githubCondition{{"Bool", "kms:GrantIsForAWSResource", texts("true")}},
		},
	}
}

// boundaryDenials keep the state from the stack's identities: it has the secrets of every stack.
func (b *githubRolesBuilder) boundaryDenials() []githubStatement {
	var denials []githubStatement
	if b.args.StateBucket != nil {
		denials = append(denials, githubStatement{
			effect: "Deny", sid: "NoState", actions: []string{"s3:*"},
			resources: []pulumi.StringInput{b.stateBucket(), b.stateObjects()},
		})
	}
	if b.args.KmsKeyArn != nil {
		denials = append(denials, githubStatement{
			effect: "Deny", sid: "NoStateKey", actions: []string{"kms:*"}, resources: []pulumi.StringInput{b.args.KmsKeyArn},
		})
	}
	return denials
}
