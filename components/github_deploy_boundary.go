package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createBoundary creates the permissions boundary of the roles and users that a deployment creates. A boundary grants
// nothing; whatever their own policies allow, they can do no more than this: neither IAM nor STS, no setting of any
// resource, and not the state (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).
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

// boundaryStatements allow the actions of tasks, flow logs, schedules and enhanced monitoring, and those of Care's
// static key. The policies of each role and user limit the resources.
func (b *githubRolesBuilder) boundaryStatements() []githubStatement {
	statement := func(sid, service string, names ...string) githubStatement {
		return githubStatement{sid: sid, actions: actionsOf(service, names...), resources: everywhere()}
	}
	return []githubStatement{
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
