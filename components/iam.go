package components

import (
	"cmp"
	"fmt"
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// PolicyStatement allows actions on resources, in the terms of an IAM policy.
type PolicyStatement struct {
	// Sid names the statement within its policy: letters and digits. Required.
	Sid string `pulumi:"sid"`
	// Actions are the allowed actions, such as s3:GetObject. Required.
	Actions []string `pulumi:"actions"`
	// Resources are the ARNs of the resources. Required; "*" only if AWS has no ARN for the action.
	Resources []pulumi.StringInput `pulumi:"resources"`
	// Condition is an additional condition. Default: none.
	Condition *PolicyCondition `pulumi:"condition,optional"`

	// effect is Allow if empty.
	effect string
}

// PolicyCondition compares a value of the request, in the terms of an IAM policy.
type PolicyCondition struct {
	// Operator is how it compares, such as StringEquals. Required.
	Operator string `pulumi:"operator"`
	// Key is the value of the request, such as elasticfilesystem:AccessPointArn. Required.
	Key string `pulumi:"key"`
	// Value is the value to compare with. Required.
	Value pulumi.StringInput `pulumi:"value"`
}

// policyDocument returns the JSON of a policy with the statements.
func policyDocument(statements []PolicyStatement) pulumi.StringOutput {
	list := pulumi.Array{}
	for _, s := range statements {
		statement := pulumi.Map{
			"Sid":      pulumi.String(s.Sid),
			"Effect":   pulumi.String(cmp.Or(s.effect, "Allow")),
			"Action":   pulumi.ToStringArray(s.Actions),
			"Resource": distinct(s.Resources),
		}
		if s.Condition != nil {
			statement["Condition"] = pulumi.Map{s.Condition.Operator: pulumi.Map{s.Condition.Key: s.Condition.Value}}
		}
		list = append(list, statement)
	}
	return pulumi.JSONMarshal(pulumi.Map{"Version": pulumi.String("2012-10-17"), "Statement": list})
}

// serviceTrust returns a trust policy that lets an AWS service assume a role on behalf of this account only
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
func serviceTrust(service string, account pulumi.StringInput) pulumi.StringOutput {
	return pulumi.JSONMarshal(pulumi.Map{
		"Version": pulumi.String("2012-10-17"),
		"Statement": pulumi.Array{pulumi.Map{
			"Effect":    pulumi.String("Allow"),
			"Action":    pulumi.String("sts:AssumeRole"),
			"Principal": pulumi.Map{"Service": pulumi.String(service)},
			"Condition": pulumi.Map{"StringEquals": pulumi.Map{"aws:SourceAccount": account}},
		}},
	})
}

// taskRole creates a role for ECS tasks with one inline policy; the policy is nil if there are no statements.
func (c *component) taskRole(
	purpose string, boundary pulumi.StringInput, statements []PolicyStatement,
) (*iam.Role, *iam.RolePolicy, error) {
	role, err := iam.NewRole(c.ctx, c.child(purpose), &iam.RoleArgs{
		AssumeRolePolicy:    serviceTrust("ecs-tasks.amazonaws.com", c.account()),
		Description:         pulumi.String(fmt.Sprintf("%s role of the ECS service %s", purpose, c.name)),
		PermissionsBoundary: pointer(boundary),
		Tags:                c.tagged(),
	}, c.options()...)
	if err != nil {
		return nil, nil, fmt.Errorf("create %s role: %w", purpose, err)
	}
	if len(statements) == 0 {
		return role, nil, nil
	}
	policy, err := c.rolePolicy(purpose, role, statements)
	return role, policy, err
}

// rolePolicy creates an inline policy of the role.
func (c *component) rolePolicy(name string, role *iam.Role, statements []PolicyStatement) (*iam.RolePolicy, error) {
	policy, err := iam.NewRolePolicy(c.ctx, c.child(name), &iam.RolePolicyArgs{
		Role: role.ID(), Policy: policyDocument(statements),
	}, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("create %s policy: %w", name, err)
	}
	return policy, nil
}

// validateBoundary checks the ARN of a permissions boundary, unless it is an output.
func validateBoundary(name string, arn pulumi.StringInput) error {
	if plain, ok := arn.(pulumi.String); ok {
		return rule.PolicyArn(name, string(plain))
	}
	return nil
}

// validateTaskRolePolicies checks the names of a service's additional policies.
func validateTaskRolePolicies(policies map[string][]PolicyStatement) error {
	var problems []error
	for _, name := range sortedKeys(policies) {
		argument := fmt.Sprintf("taskRolePolicies[%q]", name)
		problems = append(problems,
			rule.PolicyName(argument, name),
			rule.Given(argument, len(policies[name]) > 0, "give its statements or remove the name"))
	}
	return rule.All(problems...)
}

// executeCommandStatements returns the permissions that the task role needs for ECS Exec and for the log of its
// sessions. The channels and the listing of log groups have no ARN
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html).
func executeCommandStatements(logGroupArn pulumi.StringInput) []PolicyStatement {
	everything := []pulumi.StringInput{pulumi.String("*")}
	channels := PolicyStatement{
		Sid: "ExecuteCommand",
		Actions: []string{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		},
		Resources: everything,
	}
	if logGroupArn == nil {
		return []PolicyStatement{channels}
	}
	return []PolicyStatement{
		channels,
		{Sid: "FindSessionLog", Actions: []string{"logs:DescribeLogGroups"}, Resources: everything},
		{
			Sid:       "WriteSessionLog",
			Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", logGroupArn)},
		},
	}
}

var ecrImage = regexp.MustCompile(`^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?/([^:@]+)`)

// imageStatements returns the permissions that the execution role needs to pull from ECR, or nil if no image is there.
// The login to ECR has no ARN
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html).
func (c *component) imageStatements(images []string) []PolicyStatement {
	var repositories []pulumi.StringInput
	seen := map[string]bool{}
	for _, image := range images {
		match := ecrImage.FindStringSubmatch(image)
		if match == nil || seen[match[0]] {
			continue
		}
		seen[match[0]] = true
		repositories = append(repositories,
			pulumi.Sprintf("arn:%s:ecr:%s:%s:repository/%s", c.partition(), match[2], match[1], match[4]))
	}
	if repositories == nil {
		return nil
	}
	return []PolicyStatement{
		{
			Sid:       "EcrLogin",
			Actions:   []string{"ecr:GetAuthorizationToken"},
			Resources: []pulumi.StringInput{pulumi.String("*")},
		},
		{
			Sid:       "EcrPull",
			Actions:   []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"},
			Resources: repositories,
		},
	}
}
