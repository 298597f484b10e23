package policy

import (
	"maps"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// RoleMay judges a request by a role's live policies. A role that is not of this world is undecided.
func RoleMay(world *standin.View, roleArn string, q Request) (Verdict, string) {
	role := world.Find(token.IamRole, "arn", roleArn)
	if role == nil {
		return Undecided, "the role " + roleArn + " is not of this program"
	}
	q.Context = WithKeys(q.Context, map[string]string{
		"aws:principalaccount": role.Account, "aws:resourceaccount": role.Account, "aws:securetransport": "true",
	})
	policies, unread := rolePolicies(world, role)
	result, why := Decide(policies, q)
	if result == Denied && unread != "" && !strings.HasPrefix(why, "an explicit deny") {
		return Undecided, unread
	}
	if boundary := role.Out("permissionsBoundary").Text(); boundary != "" && result == Allowed {
		return withinBoundary(world, boundary, q, why)
	}
	return result, why
}

// withinBoundary: a permissions boundary must allow as well
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).
func withinBoundary(world *standin.View, arn string, q Request, allow string) (Verdict, string) {
	policy, known := policyByArn(world, arn)
	if !known {
		return Undecided, "the permissions boundary " + arn + " is not of this program"
	}
	if result, why := Decide([]Document{policy}, q); result != Allowed {
		return result, strings.Replace(why, "no identity-based policy", "no permissions boundary", 1)
	}
	return Allowed, allow
}

// WithKeys returns the given condition keys and, for names that are not among them, those of more.
func WithKeys(given, more map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, more)
	maps.Copy(all, given)
	return all
}

// rolePolicies are all policies of a role, and the name of one whose content is not known here.
func rolePolicies(world *standin.View, role *standin.Resource) (policies []Document, unread string) {
	add := func(name, document string) {
		if policy, err := Read(name, document); err == nil {
			policies = append(policies, policy)
		} else {
			unread = err.Error()
		}
	}
	name := role.Out("name").Text()
	for _, inline := range world.Where(token.IamRolePolicy, "role", name) {
		add(inline.Label(), inline.Out("policy").Text())
	}
	for _, inline := range role.All("inlinePolicies") {
		add(role.Label()+" "+inline.At("name").Text(), inline.At("policy").Text())
	}
	for _, arn := range attachedTo(world, role, name) {
		if policy, known := policyByArn(world, arn); known {
			policies = append(policies, policy)
		} else {
			unread = "the content of the policy " + arn + " is not known here"
		}
	}
	return policies, unread
}

func attachedTo(world *standin.View, role *standin.Resource, name string) []string {
	var arns []string
	for _, attachment := range world.Where(token.IamRolePolicyAttachment, "role", name) {
		arns = append(arns, attachment.Out("policyArn").Text())
	}
	for _, managed := range role.All("managedPolicyArns") {
		arns = append(arns, managed.Text())
	}
	return arns
}

func policyByArn(world *standin.View, arn string) (Document, bool) {
	document := managedPolicies[arn[strings.LastIndex(arn, "/")+1:]]
	label := arn
	if !strings.Contains(arn, ":iam::aws:policy/") {
		policy := world.Find(token.IamPolicy, "arn", arn)
		if policy == nil {
			return Document{}, false
		}
		document, label = policy.Out("policy").Text(), policy.Label()
	}
	policy, err := Read(label, document)
	return policy, err == nil
}

// managedPolicies are those of AWS's own that tasks have most, as far as their content matters here.
// Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
var managedPolicies = map[string]string{
	"AmazonECSTaskExecutionRolePolicy": allowing("ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability",
		"ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "logs:CreateLogStream", "logs:PutLogEvents"),
	"AmazonEC2ContainerRegistryReadOnly": allowing("ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability",
		"ecr:GetDownloadUrlForLayer", "ecr:GetRepositoryPolicy", "ecr:DescribeRepositories", "ecr:ListImages",
		"ecr:DescribeImages", "ecr:BatchGetImage", "ecr:GetLifecyclePolicy", "ecr:GetLifecyclePolicyPreview",
		"ecr:ListTagsForResource", "ecr:DescribeImageScanFindings"),
	"AmazonEC2ContainerRegistryPullOnly": allowing("ecr:GetAuthorizationToken", "ecr:BatchGetImage",
		"ecr:GetDownloadUrlForLayer", "ecr:BatchImportUpstreamImage"),
	"AmazonSSMReadOnlyAccess":  allowing("ssm:Describe*", "ssm:Get*", "ssm:List*"),
	"CloudWatchLogsFullAccess": allowing("logs:*", "cloudwatch:GenerateQuery", "cloudwatch:GenerateQueryResultsSummary"),
	"AmazonElasticFileSystemClientFullAccess": allowing("elasticfilesystem:ClientMount",
		"elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite",
		"elasticfilesystem:DescribeMountTargets"),
	"AmazonElasticFileSystemClientReadWriteAccess": allowing("elasticfilesystem:ClientMount",
		"elasticfilesystem:ClientWrite", "elasticfilesystem:DescribeMountTargets"),
	"AmazonElasticFileSystemClientReadOnlyAccess": allowing("elasticfilesystem:ClientMount",
		"elasticfilesystem:DescribeMountTargets"),
	"AdministratorAccess": allowing("*"),
}

// allowing writes a policy that allows the actions on everything.
func allowing(actions ...string) string {
	return `{"Statement":[{"Effect":"Allow","Resource":"*","Action":["` + strings.Join(actions, `","`) + `"]}]}`
}
