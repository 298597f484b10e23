package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// AccessKeyUser is an IAM user with one access key, for programs that can use nothing else. Care's images of 2024 hand
// static keys to S3 and SNS and never fall back to the task's role.
type AccessKeyUser struct {
	pulumi.ResourceState

	// AccessKeyId is the public half of the key.
	AccessKeyId pulumi.StringOutput `pulumi:"accessKeyId"`
	// SecretAccessKey is the secret half of the key. Secret.
	SecretAccessKey pulumi.StringOutput `pulumi:"secretAccessKey"`
}

// AccessKeyUserArgs are the inputs of NewAccessKeyUser.
type AccessKeyUserArgs struct {
	// Statements are the user's permissions. Required.
	Statements PolicyStatementArrayInput `pulumi:"statements"`
	// Sms lets the user send SMS through SNS. It may publish to phone numbers and to no topic. Default: false.
	Sms bool `pulumi:"sms,optional"`
	// PermissionsBoundaryArn is the policy that bounds the permissions of the user
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html). Default: none.
	PermissionsBoundaryArn pulumi.StringInput `pulumi:"permissionsBoundaryArn,optional"`
	// Tags are added to the user. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate checks every value and returns all problems at once.
func (args *AccessKeyUserArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give an *AccessKeyUserArgs")
	}
	return rule.All(
		rule.Given("statements", given(args.Statements), "list what the user may do"),
		validateBoundary("permissionsBoundaryArn", args.PermissionsBoundaryArn),
	)
}

// NewAccessKeyUser checks args and creates the user and its key. It returns an error and registers nothing if args is
// nil or invalid.
func NewAccessKeyUser(
	ctx *pulumi.Context, name string, args *AccessKeyUserArgs, opts ...pulumi.ResourceOption,
) (*AccessKeyUser, error) {
	var a AccessKeyUserArgs
	if args != nil {
		a = *args
	}
	user := &AccessKeyUser{}
	c, err := register(ctx, "AccessKeyUser", name, user, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	return user, c.build(func() error { return user.create(c, a) })
}

func (u *AccessKeyUser) create(c *component, a AccessKeyUserArgs) error {
	user, err := iam.NewUser(c.ctx, c.name, &iam.UserArgs{
		PermissionsBoundary: pointer(a.PermissionsBoundaryArn), Tags: c.tagged(),
	}, c.options()...)
	if err != nil {
		return fmt.Errorf("create user: %w", err)
	}
	statements := a.Statements
	if a.Sms {
		statements = joined(statements, c.smsStatements())
	}
	policy, err := iam.NewUserPolicy(c.ctx, c.name, &iam.UserPolicyArgs{
		User: user.Name, Policy: policyDocument(statements),
	}, c.options()...)
	if err != nil {
		return fmt.Errorf("create policy: %w", err)
	}
	key, err := iam.NewAccessKey(c.ctx, c.name, &iam.AccessKeyArgs{User: user.Name}, c.options()...)
	if err != nil {
		return fmt.Errorf("create access key: %w", err)
	}
	// The key is an output only once its policy exists, so a reader can use it at once.
	u.AccessKeyId = after(key.ID().ToStringOutput(), policy.ID())
	u.SecretAccessKey = key.Secret
	return nil
}

// smsStatements returns the statements that allow SMS. Phone numbers have no ARN, so the permission to publish needs
// the resource "*", which also covers every topic of the account. A second statement denies the topics by ARN
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html).
func (c *component) smsStatements() PolicyStatementArray {
	publish := []string{"sns:Publish"}
	return PolicyStatementArray{
		PolicyStatement{Sid: "Sms", Actions: publish, Resources: []pulumi.StringInput{pulumi.String("*")}},
		PolicyStatement{
			Sid: "NoTopics", Actions: publish, effect: "Deny",
			Resources: []pulumi.StringInput{pulumi.Sprintf("arn:%s:sns:*:*:*", c.partition())},
		},
	}
}
