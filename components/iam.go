package components

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

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
	purpose string, boundary pulumi.StringInput, statements PolicyStatementArrayInput,
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
	if !given(statements) {
		return role, nil, nil
	}
	policy, err := c.rolePolicy(purpose, role, statements)
	return role, policy, err
}

// rolePolicy creates an inline policy of the role.
func (c *component) rolePolicy(
	name string, role *iam.Role, statements PolicyStatementArrayInput,
) (*iam.RolePolicy, error) {
	policy, err := iam.NewRolePolicy(c.ctx, c.child(name), &iam.RolePolicyArgs{
		Role: role.ID(), Policy: policyDocument(c.previewed(statements)),
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
func validateTaskRolePolicies(policies map[string]PolicyStatementArrayInput) error {
	var problems []error
	for _, name := range sortedKeys(policies) {
		argument := fmt.Sprintf("taskRolePolicies[%q]", name)
		problems = append(problems,
			rule.PolicyName(argument, name),
			rule.Given(argument, given(policies[name]), "give its statements or remove the name"))
	}
	return rule.All(problems...)
}

// executeCommandStatements returns the permissions that the task role needs for ECS Exec and for the log of its
// sessions. The channels and the listing of log groups have no ARN
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html).
func executeCommandStatements(logGroupArn pulumi.StringInput) PolicyStatementArray {
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
		return PolicyStatementArray{channels}
	}
	return PolicyStatementArray{
		channels,
		PolicyStatement{Sid: "FindSessionLog", Actions: []string{"logs:DescribeLogGroups"}, Resources: everything},
		PolicyStatement{
			Sid:       "WriteSessionLog",
			Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", logGroupArn)},
		},
	}
}

var ecrImage = regexp.MustCompile(`^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?/([^:@]+)`)

// imageStatements returns the permissions that the execution role needs to pull the images that are in ECR, which may
// be none. The login to ECR has no ARN
// (https://docs.aws.amazon.com/AmazonECR/latest/userguide/security_iam_id-based-policy-examples.html).
func (c *component) imageStatements(images pulumi.StringArray) PolicyStatementArrayInput {
	if !slices.ContainsFunc(images, maybeInEcr) {
		return nil
	}
	return pulumi.All(images, c.partition()).ApplyT(func(all []any) []Permission {
		names, _ := all[0].([]string)
		partition, _ := all[1].(string)
		var repositories []string
		for _, name := range names {
			if match := ecrImage.FindStringSubmatch(name); match != nil {
				repositories = append(repositories,
					fmt.Sprintf("arn:%s:ecr:%s:%s:repository/%s", partition, match[2], match[1], match[4]))
			}
		}
		if repositories == nil {
			return nil
		}
		pull := []string{"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
		return []Permission{
			{Sid: "EcrLogin", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}},
			{Sid: "EcrPull", Actions: pull, Resources: repositories},
		}
	}).(PolicyStatementArrayOutput)
}

// maybeInEcr reports whether an image is in ECR, or not known yet.
func maybeInEcr(image pulumi.StringInput) bool {
	text, known := image.(pulumi.String)
	return !known || ecrImage.MatchString(string(text))
}
