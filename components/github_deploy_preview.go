package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createPreviewPolicies lets a preview, with a refresh, read the settings of the stack's resources.
func (b *githubRolesBuilder) createPreviewPolicies() error {
	statements := append(b.refusals(), b.stateStatements([]string{"s3:GetObject"}, []string{"kms:Decrypt"})...)
	policy, err := b.createInlinePolicy("preview", b.preview, statements)
	if err != nil {
		return err
	}
	arn := pulumi.Sprintf("arn:%s:iam::aws:policy/ReadOnlyAccess", b.partition())
	attachment, err := b.attach("preview", b.preview, arn, policy)
	if err != nil {
		return err
	}
	// The role is an output only once its policies exist, so a reader can use it at once.
	b.roles.PreviewRoleArn = after(b.preview.Arn, attachment.ID(), policy.ID())
	return nil
}

func (b *githubRolesBuilder) createInlinePolicy(
	purpose string, role *iam.Role, statements []githubStatement,
) (*iam.RolePolicy, error) {
	policy, err := iam.NewRolePolicy(b.ctx, b.child(purpose), &iam.RolePolicyArgs{
		Role: role.ID(), Policy: githubPolicy(statements),
	}, b.options()...)
	if err != nil {
		return nil, fmt.Errorf("create %s policy: %w", purpose, err)
	}
	return policy, nil
}

// attach attaches a managed policy to the role once the role has the inline policy, which denies: nothing is allowed
// before the denials are in force.
func (b *githubRolesBuilder) attach(
	name string, role *iam.Role, arn pulumi.StringInput, denials *iam.RolePolicy,
) (*iam.RolePolicyAttachment, error) {
	attachment, err := iam.NewRolePolicyAttachment(b.ctx, b.child(name), &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: arn,
	}, b.options(pulumi.DependsOn([]pulumi.Resource{denials}))...)
	if err != nil {
		return nil, fmt.Errorf("attach policy %s: %w", name, err)
	}
	return attachment, nil
}

// refusals deny the actions of ReadOnlyAccess that read contents; a preview reads settings. Each is denied on every
// resource, present and future, except those that a preview needs, which are named by their ARNs
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ReadOnlyAccess.html lists what it allows).
func (b *githubRolesBuilder) refusals() []githubStatement {
	files := githubStatement{effect: "Deny", sid: "NoFiles", actions: []string{"s3:GetObject*"}}
	if b.args.StateBucket != nil {
		files.except = []pulumi.StringInput{b.stateObjects()}
	} else {
		files.resources = everywhere()
	}
	return []githubStatement{
		// Patients' files, and every other object, are contents of buckets; their settings stay readable.
		files,
		// Care's logs name patients in addresses and messages. CloudWatch has several ways to the same lines.
		{
			effect: "Deny", sid: "NoLogContents", resources: everywhere(),
			actions: []string{
				"logs:FilterLogEvents", "logs:GetLogEvents", "logs:GetLogObject", "logs:GetLogRecord", "logs:GetQueryResults",
				"logs:StartLiveTail", "logs:StartQuery", "logs:Unmask",
			},
		},
		// PostgreSQL writes statements with their values into its logs.
		{effect: "Deny", sid: "NoDatabaseLogs", resources: everywhere(), actions: []string{"rds:Download*"}},
		// The provider reads parameters one by one when it refreshes; all other ways to secrets are not needed.
		{
			effect: "Deny", sid: "NoSecrets", resources: everywhere(),
			actions: []string{
				"secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue",
				"ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath",
			},
		},
		{effect: "Deny", sid: "NoOtherParameters", actions: []string{"ssm:GetParameter"}, except: []pulumi.StringInput{
			pulumi.Sprintf("arn:%s:ssm:*:%s:parameter%s/*", b.partition(), b.account(), b.args.ParameterPath),
		}},
		// The stack has none of these, but other systems in its account may have: rows, messages and results of
		// queries.
		{
			effect: "Deny", sid: "NoOtherContents", resources: everywhere(),
			actions: []string{
				"athena:GetQueryResults*", "dax:*", "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:GetRecords",
				"dynamodb:Query",
				"dynamodb:Scan", "es:ESHttp*", "kinesis:GetRecords", "sqs:ReceiveMessage", "s3-object-lambda:GetObject*",
			},
		},
	}
}

// stateStatements allow Pulumi to use its bucket and key.
func (b *githubRolesBuilder) stateStatements(objects, key []string) []githubStatement {
	var statements []githubStatement
	if b.args.StateBucket != nil {
		statements = append(statements,
			githubStatement{sid: "State", actions: objects, resources: []pulumi.StringInput{b.stateObjects()}},
			githubStatement{
				sid: "ListState", actions: []string{"s3:ListBucket"}, resources: []pulumi.StringInput{b.stateBucket()},
			})
	}
	if b.args.KmsKeyArn != nil {
		statements = append(statements, githubStatement{
			sid: "StateKey", actions: key, resources: []pulumi.StringInput{b.args.KmsKeyArn},
		})
	}
	return statements
}
