package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// githubStatement is a statement of a policy that may also refuse, and except resources.
type githubStatement struct {
	effect, sid string
	actions     []string
	resources   []pulumi.StringInput
	// except are the only resources that the statement is not about; it takes the place of resources.
	except []pulumi.StringInput
	// condition is StringEquals: key and values.
	condition map[string][]string
}

func githubPolicy(statements []githubStatement) pulumi.StringOutput {
	list := pulumi.Array{}
	for _, s := range statements {
		statement := pulumi.Map{
			"Sid":    pulumi.String(s.sid),
			"Effect": pulumi.String(s.effect),
			"Action": pulumi.ToStringArray(s.actions),
		}
		if s.except != nil {
			statement["NotResource"] = distinct(s.except)
		} else {
			statement["Resource"] = distinct(s.resources)
		}
		if s.condition != nil {
			equals := pulumi.Map{}
			for key, values := range s.condition {
				equals[key] = pulumi.ToStringArray(values)
			}
			statement["Condition"] = pulumi.Map{"StringEquals": equals}
		}
		list = append(list, statement)
	}
	return pulumi.JSONMarshal(pulumi.Map{"Version": pulumi.String("2012-10-17"), "Statement": list})
}

// everywhere is used to refuse, never to allow.
func everywhere() []pulumi.StringInput { return []pulumi.StringInput{pulumi.String("*")} }

// createPreviewPolicies lets a preview, with a refresh, read what the stack is made of.
func (b *githubRolesBuilder) createPreviewPolicies() error {
	statements := append(b.refusals(), b.stateStatements([]string{"s3:GetObject"}, []string{"kms:Decrypt"})...)
	attachment, policy, err := b.createPolicies("preview", b.preview, "ReadOnlyAccess", statements)
	if err != nil {
		return err
	}
	// Whoever gets the role should be able to use it at once.
	b.roles.PreviewRoleArn = after(b.preview.Arn, attachment.ID(), policy.ID())
	return nil
}

func (b *githubRolesBuilder) createDeployPolicies() error {
	statements := append(b.deployStatements(), b.stateStatements(
		[]string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"},
		[]string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"},
	)...)
	attachment, policy, err := b.createPolicies("deploy", b.deploy, "PowerUserAccess", statements)
	if err != nil {
		return err
	}
	b.roles.DeployRoleArn = after(b.deploy.Arn, attachment.ID(), policy.ID())
	return nil
}

func (b *githubRolesBuilder) createPolicies(
	purpose string, role *iam.Role, managed string, statements []githubStatement,
) (*iam.RolePolicyAttachment, *iam.RolePolicy, error) {
	// What is refused is refused before anything is allowed.
	policy, err := iam.NewRolePolicy(b.ctx, b.child(purpose), &iam.RolePolicyArgs{
		Role: role.ID(), Policy: githubPolicy(statements),
	}, b.options()...)
	if err != nil {
		return nil, nil, fmt.Errorf("create %s policy: %w", purpose, err)
	}
	attachment, err := iam.NewRolePolicyAttachment(b.ctx, b.child(purpose), &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: pulumi.Sprintf("arn:%s:iam::aws:policy/%s", b.partition(), managed),
	}, b.options(pulumi.DependsOn([]pulumi.Resource{policy}))...)
	if err != nil {
		return nil, nil, fmt.Errorf("attach %s to the %s role: %w", managed, purpose, err)
	}
	return attachment, policy, nil
}

// refusals take from ReadOnlyAccess what reads contents, where a preview reads settings. Each is refused everywhere,
// also for what the account will hold one day; what stays allowed is an exception with its ARN
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
		// The stack has none of these, but what shares its account may: rows, messages and results of queries.
		{
			effect: "Deny", sid: "NoOtherContents", resources: everywhere(),
			actions: []string{
				"athena:GetQueryResults*", "dax:*", "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:GetRecords", "dynamodb:Query",
				"dynamodb:Scan", "es:ESHttp*", "kinesis:GetRecords", "sqs:ReceiveMessage", "s3-object-lambda:GetObject*",
			},
		},
	}
}

// stateStatements allow what Pulumi does in its bucket and with its key. The managed policies allow some of it already;
// it is said here so that it holds when one of them is narrowed, and so that a bucket or key of another account shows.
func (b *githubRolesBuilder) stateStatements(objects, key []string) []githubStatement {
	var statements []githubStatement
	if b.args.StateBucket != nil {
		statements = append(statements,
			githubStatement{effect: "Allow", sid: "State", actions: objects, resources: []pulumi.StringInput{b.stateObjects()}},
			githubStatement{
				effect: "Allow", sid: "ListState", actions: []string{"s3:ListBucket"},
				resources: []pulumi.StringInput{pulumi.Sprintf("arn:%s:s3:::%s", b.partition(), b.args.StateBucket)},
			})
	}
	if b.args.KmsKeyArn != nil {
		statements = append(statements, githubStatement{
			effect: "Allow", sid: "StateKey", actions: key, resources: []pulumi.StringInput{b.args.KmsKeyArn},
		})
	}
	return statements
}

func (b *githubRolesBuilder) stateObjects() pulumi.StringInput {
	return pulumi.Sprintf("arn:%s:s3:::%s/*", b.partition(), b.args.StateBucket)
}

// deployStatements add to PowerUserAccess, which has no IAM, the actions that the AWS provider takes for the roles and
// users of the components (hashicorp/terraform-provider-aws, internal/service/iam: role.go, role_policy.go, user.go,
// user_policy.go, access_key.go). The components make no managed policies, groups or instance profiles.
func (b *githubRolesBuilder) deployStatements() []githubStatement {
	roles := b.prefixed("role")
	return []githubStatement{
		{effect: "Allow", sid: "Roles", resources: roles, actions: []string{
			"iam:CreateRole", "iam:DeleteRole", "iam:GetRole", "iam:TagRole", "iam:UntagRole",
			"iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
			"iam:DeleteRolePolicy", "iam:GetRolePolicy", "iam:PutRolePolicy",
			// Asked before a role is deleted.
			"iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies",
		}},
		{effect: "Allow", sid: "Users", resources: b.prefixed("user"), actions: []string{
			"iam:CreateUser", "iam:DeleteUser", "iam:GetUser", "iam:TagUser", "iam:UntagUser", "iam:UpdateUser",
			"iam:DeleteUserPolicy", "iam:GetUserPolicy", "iam:PutUserPolicy",
			"iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:ListAccessKeys", "iam:UpdateAccessKey",
			// Asked before a user is deleted.
			"iam:ListGroupsForUser",
		}},
		// Tasks, flow logs and schedules are all that takes a role in the components.
		{
			effect: "Allow", sid: "PassRoles", resources: roles, actions: []string{"iam:PassRole"},
			condition: map[string][]string{"iam:PassedToService": {
				"ecs-tasks.amazonaws.com", "scheduler.amazonaws.com", "vpc-flow-logs.amazonaws.com",
			}},
		},
		// AWS makes these at the first use in an account. Their names begin with AWSServiceRoleFor, which AWS chooses.
		{
			effect: "Allow", sid: "ServiceLinkedRoles", actions: []string{"iam:CreateServiceLinkedRole"},
			resources: []pulumi.StringInput{
				pulumi.Sprintf("arn:%s:iam::%s:role/aws-service-role/*", b.partition(), b.account()),
			},
			condition: map[string][]string{"iam:AWSServiceName": {
				"backup.amazonaws.com", "ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com", "elasticache.amazonaws.com",
				"elasticfilesystem.amazonaws.com", "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com",
			}},
		},
		// Whoever deploys must not decide who may deploy, whatever these roles are called.
		{
			effect: "Deny", sid: "NotTheseRoles", actions: []string{"iam:*"},
			resources: []pulumi.StringInput{b.preview.Arn, b.deploy.Arn, b.provider},
		},
	}
}

// prefixed gives the ARNs of a kind of identity whose names Pulumi makes: the resource's name, and a suffix in place of
// the star (https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming).
func (b *githubRolesBuilder) prefixed(kind string) []pulumi.StringInput {
	arns := make([]pulumi.StringInput, len(b.args.NamePrefixes))
	for i, prefix := range b.args.NamePrefixes {
		arns[i] = pulumi.Sprintf("arn:%s:iam::%s:%s/%s*", b.partition(), b.account(), kind, prefix)
	}
	return arns
}
