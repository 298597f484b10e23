package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createDeployPolicies creates a managed policy for each group of services, and attaches them once the inline policy,
// which denies, is in force. A role has 10 managed policies by default, and each 6,144 characters
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
func (b *githubRolesBuilder) createDeployPolicies() error {
	groups := b.deployGroups()
	outOfReach := []pulumi.StringInput{b.preview.Arn, b.deploy.Arn, b.provider, b.boundary.Arn}
	policies := map[string]*iam.Policy{}
	for _, name := range sortedKeys(groups) {
		policy, err := iam.NewPolicy(b.ctx, b.child("deploy-"+name), &iam.PolicyArgs{
			Description: pulumi.String("deployments of " + b.args.Repository + ": " + name),
			Policy:      githubPolicy(groups[name]),
			Tags:        b.tagged(),
		}, b.options()...)
		if err != nil {
			return fmt.Errorf("create deploy policy %s: %w", name, err)
		}
		policies[name] = policy
		outOfReach = append(outOfReach, policy.Arn)
	}
	statements := append(b.denials(outOfReach), b.stateStatements(stateObjectActions, stateKeyActions)...)
	inline, err := b.createInlinePolicy("deploy", b.deploy, statements)
	if err != nil {
		return err
	}
	ready := []any{inline.ID()}
	for _, name := range sortedKeys(policies) {
		attachment, err := b.attach("deploy-"+name, b.deploy, policies[name].Arn, inline)
		if err != nil {
			return err
		}
		ready = append(ready, attachment.ID())
	}
	b.roles.DeployRoleArn = after(b.deploy.Arn, ready...)
	return nil
}

// The actions of Pulumi's state and secrets (https://www.pulumi.com/docs/iac/concepts/state-and-backends/#aws-s3).
var (
	stateObjectActions = []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
	stateKeyActions    = []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"}
)

// denials deny the deploy role everything that would make more of it. Some of it no policy allows; the denials hold
// whatever is attached to the role later.
func (b *githubRolesBuilder) denials(outOfReach []pulumi.StringInput) []githubStatement {
	denials := []githubStatement{
		// The deploy role must not decide who may deploy, even if the names of these roles have the stack's prefixes.
		{effect: "Deny", sid: "NotTheseRoles", actions: []string{"iam:*"}, resources: outOfReach},
		{
			effect: "Deny", sid: "NoLossOfBoundary", resources: everywhere(),
			actions: []string{"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"},
		},
	}
	if b.args.StateBucket != nil {
		denials = append(denials, githubStatement{
			effect: "Deny", sid: "OnlyObjectsOfState", otherThan: append([]string{"s3:ListBucket"}, stateObjectActions...),
			resources: []pulumi.StringInput{b.stateBucket(), b.stateObjects()},
		})
	}
	if b.args.KmsKeyArn != nil {
		denials = append(denials, githubStatement{
			effect: "Deny", sid: "OnlyUseOfStateKey", otherThan: stateKeyActions,
			resources: []pulumi.StringInput{b.args.KmsKeyArn},
		})
	}
	return denials
}

// deployGroups returns the statements that allow a deployment, by the names of their policies.
func (b *githubRolesBuilder) deployGroups() map[string][]githubStatement {
	return map[string][]githubStatement{
		"network":    b.networkStatements(),
		"containers": b.containerStatements(),
		"entrance":   b.entranceStatements(),
		"data":       b.dataStatements(),
		"storage":    b.storageStatements(),
		"watching":   b.watchingStatements(),
		"identities": append(b.identityStatements(), b.passingStatements()...),
	}
}

// identityStatements allow the roles and users of the components. Creating them, and changing their policies and
// boundary, requires the boundary: of a new identity the one in the request, of an existing one the one that it has
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html,
// iam:PermissionsBoundary). The condition does not exist for the other actions, which are limited by name.
func (b *githubRolesBuilder) identityStatements() []githubStatement {
	bounded := githubCondition{"StringEquals", "iam:PermissionsBoundary", []pulumi.StringInput{b.boundary.Arn}}
	roles, users := b.identities("role"), b.identities("user")
	return []githubStatement{
		{
			sid: "BoundedRoles", resources: roles, conditions: []githubCondition{bounded},
			actions: actionsOf("iam", "CreateRole", "DeleteRolePolicy", "PutRolePermissionsBoundary", "PutRolePolicy"),
		},
		{
			sid: "BoundedUsers", resources: users, conditions: []githubCondition{bounded},
			actions: actionsOf("iam", "CreateUser", "DeleteUserPolicy", "PutUserPermissionsBoundary", "PutUserPolicy"),
		},
		{
			sid: "Roles", resources: roles,
			actions: actionsOf("iam", "DeleteRole", "GetRole", "GetRolePolicy", "TagRole", "UntagRole",
				"UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription",
				// The provider lists these before it deletes a role.
				"ListAttachedRolePolicies", "ListInstanceProfilesForRole", "ListRolePolicies"),
		},
		{
			sid: "Users", resources: users,
			actions: actionsOf("iam", "DeleteUser", "GetUser", "GetUserPolicy", "TagUser", "UntagUser", "UpdateUser",
				"CreateAccessKey", "DeleteAccessKey", "ListAccessKeys", "UpdateAccessKey",
				// The provider lists these before it deletes a user.
				"ListAttachedUserPolicies", "ListGroupsForUser", "ListUserPolicies", "ListUserTags"),
		},
	}
}

// passingStatements allow AWS's services to use the roles of the components, and to have roles of their own.
func (b *githubRolesBuilder) passingStatements() []githubStatement {
	return []githubStatement{
		// Tasks, flow logs, schedules, enhanced monitoring and backups are all that takes a role in the components.
		{
			sid: "PassRoles", resources: b.identities("role"), actions: []string{"iam:PassRole"},
			conditions: []githubCondition{{"StringEquals", "iam:PassedToService", texts(
				"backup.amazonaws.com", "ecs-tasks.amazonaws.com", "monitoring.rds.amazonaws.com", "scheduler.amazonaws.com",
				"vpc-flow-logs.amazonaws.com",
			)}},
		},
		// AWS creates these at the first use in an account. AWS chooses their names, which begin with AWSServiceRoleFor.
		{
			sid: "ServiceLinkedRoles", actions: []string{"iam:CreateServiceLinkedRole"},
			resources: []pulumi.StringInput{
				pulumi.Sprintf("arn:%s:iam::%s:role/aws-service-role/*", b.partition(), b.account()),
			},
			conditions: []githubCondition{{"StringEquals", "iam:AWSServiceName", texts(
				"backup.amazonaws.com", "ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com",
				"elasticache.amazonaws.com", "elasticfilesystem.amazonaws.com", "elasticloadbalancing.amazonaws.com",
				"rds.amazonaws.com",
			)}},
		},
	}
}
