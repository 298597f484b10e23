package tests

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
)

func TestGithubRolesTrustOneRepositoryBranchAndEnvironment(t *testing.T) {
	t.Parallel()
	result := githubRoles(t)
	created := result.Only(t, providerType)
	assert.Equal(t, "https://token.actions.githubusercontent.com", created.Text("url"))
	assert.Equal(t, []string{"sts.amazonaws.com"}, created.List("clientIdLists"))
	for role, want := range map[string][]string{
		"care-github-preview": {"repo:example/care-infra:ref:refs/heads/main", "repo:example/care-infra:pull_request"},
		"care-github-deploy":  {"repo:example/care-infra:environment:production"},
	} {
		provider, audience, subjects := trusted(t, result, role)
		assert.Equal(t, created.State["arn"].StringValue(), provider, role)
		assert.Equal(t, []string{"sts.amazonaws.com"}, audience, role)
		assert.Equal(t, want, subjects, role)
	}
}

func TestGithubRolesTrustAnExistingProviderAndImmutableSubjects(t *testing.T) {
	t.Parallel()
	result := githubRoles(t, func(a *components.GithubDeployRolesArgs) {
		a.Repository, a.Branch, a.Environment = "example@12/care-infra@34", "release", "live"
		a.OnlyBranch, a.ExistingProviderArn = true, githubProvider
	})
	assert.Empty(t, result.OfType(providerType))
	provider, _, subjects := trusted(t, result, "care-github-preview")
	assert.Equal(t, githubProvider, provider)
	assert.Equal(t, []string{"repo:example@12/care-infra@34:ref:refs/heads/release"}, subjects, "no pull request")
	_, _, subjects = trusted(t, result, "care-github-deploy")
	assert.Equal(t, []string{"repo:example@12/care-infra@34:environment:live"}, subjects)
}

func TestGithubPreviewRoleReadsStateAndNoContents(t *testing.T) {
	t.Parallel()
	result := githubRoles(t)
	assert.Equal(t, "arn:aws:iam::aws:policy/ReadOnlyAccess",
		result.Named(t, attachmentType, "care-github-preview").Text("policyArn"))
	policy := permissionsOf(t, result, "care-github-preview")
	for _, refused := range [][2]string{
		{"s3:GetObject", "arn:aws:s3:::care-patient-0123456/file.pdf"},
		{"s3:GetObjectVersion", "arn:aws:s3:::" + stateBucket + "-copy/file"},
		{"logs:FilterLogEvents", "arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/care-backend:*"},
		{"logs:GetLogEvents", "arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/care-backend:log-stream:1"},
		{"logs:StartQuery", "arn:aws:logs:ap-south-1:123456789012:log-group:/ecs/care-backend:*"},
		{"rds:DownloadDBLogFilePortion", "arn:aws:rds:ap-south-1:123456789012:db:care-db-0123456"},
		{"secretsmanager:GetSecretValue", "arn:aws:secretsmanager:ap-south-1:123456789012:secret:care-registry-abcdef"},
		{"ssm:GetParameter", "arn:aws:ssm:ap-south-1:123456789012:parameter/other/TOKEN"},
		{"ssm:GetParametersByPath", "arn:aws:ssm:ap-south-1:123456789012:parameter/care"},
		{"dynamodb:Scan", "arn:aws:dynamodb:ap-south-1:123456789012:table/other"},
	} {
		assert.True(t, policy.say("Deny", refused[0], refused[1]), refused)
	}
	for _, left := range [][2]string{
		{"s3:GetObject", "arn:aws:s3:::" + stateBucket + "/.pulumi/stacks/care/production.json"},
		{"s3:GetBucketPolicy", "arn:aws:s3:::care-patient-0123456"},
		{"ssm:GetParameter", "arn:aws:ssm:ap-south-1:123456789012:parameter/care/production/SECRET_KEY"},
		{"logs:DescribeLogGroups", "arn:aws:logs:ap-south-1:123456789012:log-group:*"},
		{"rds:DescribeDBInstances", "arn:aws:rds:ap-south-1:123456789012:db:care-db-0123456"},
	} {
		assert.False(t, policy.say("Deny", left[0], left[1]), left)
	}
	assert.True(t, policy.say("Allow", "kms:Decrypt", stateKey))
	for _, s := range policy {
		for _, action := range s.Action {
			reads := regexp.MustCompile(`^(s3:GetObject|s3:ListBucket|kms:Decrypt)$`).MatchString(action)
			assert.True(t, s.Effect == "Deny" || reads, "the preview role may %s", action)
		}
	}
}

func TestGithubRolesWithoutBucketAndKeyGetNeither(t *testing.T) {
	t.Parallel()
	result := githubRoles(t, func(a *components.GithubDeployRolesArgs) { a.StateBucket, a.KmsKeyArn = nil, nil })
	files := permissionsOf(t, result, "care-github-preview")[0]
	assert.Equal(t, "NoFiles", files.Sid)
	assert.Equal(t, []string{"*"}, files.Resource, "no object of any bucket")
	for _, role := range []string{"care-github-preview", "care-github-deploy"} {
		for _, s := range permissionsOf(t, result, role) {
			assert.NotContains(t, []string{"State", "ListState", "StateKey"}, s.Sid, role)
		}
	}
}

func TestGithubDeployRoleManagesIdentitiesOfItsPrefixesAlone(t *testing.T) {
	t.Parallel()
	result := githubRoles(t)
	assert.Equal(t, 7200, result.Named(t, roleType, "care-github-deploy").Number("maxSessionDuration"))
	identities := statementsOf(t, result.Named(t, policyType, "care-github-deploy-identities"))
	for _, s := range identities {
		assert.NotContains(t, s.Resource, "*", s.Sid)
		assert.NotContains(t, s.Action, "iam:*", s.Sid)
	}
	policy := deployPermissions(t, result)
	assert.False(t, policy.say("Allow", "iam:PutRolePolicy", "arn:aws:iam::123456789012:role/admin"))
	assert.False(t, policy.say("Allow", "iam:AttachRolePolicy", "arn:aws:iam::123456789012:role/care-vpc-flow-0123456"))
	assert.False(t, policy.say("Allow", "iam:CreateAccessKey", "arn:aws:iam::123456789012:user/admin"))
	assert.True(t, policy.say("Allow", "kms:Encrypt", stateKey))
	assert.True(t, policy.say("Allow", "s3:PutObject", "arn:aws:s3:::"+stateBucket+"/.pulumi/stacks/care/production.json"))
	for _, s := range policy {
		if s.Sid == "PassRoles" {
			assert.Equal(
				t,
				map[string]map[string][]string{"StringEquals": {"iam:PassedToService": {
					"backup.amazonaws.com", "ecs-tasks.amazonaws.com", "monitoring.rds.amazonaws.com", "scheduler.amazonaws.com",
					"vpc-flow-logs.amazonaws.com",
				}}},
				s.Condition,
			)
		}
	}
}

// Actions that change an identity's permissions require the boundary, or exist in no statement.
func TestGithubDeployRoleChangesPermissionsWithinTheBoundaryAlone(t *testing.T) {
	t.Parallel()
	result := githubRoles(t)
	boundary := result.Named(t, policyType, "care-github-boundary").State["arn"].StringValue()
	bounded := map[string]map[string][]string{"StringEquals": {"iam:PermissionsBoundary": {boundary}}}
	changing := regexp.MustCompile(
		`^iam:(Create(Role|User)$|(Put|Attach|Delete|Detach)(Role|User|Group)Pol|Put\w+Boundary$)`,
	)
	found := 0
	for _, s := range deployPermissions(t, result) {
		for _, action := range s.Action {
			if s.Effect == "Allow" && changing.MatchString(action) {
				assert.Equal(t, bounded, s.Condition, action)
				found++
			}
		}
	}
	assert.Equal(t, 8, found)
}

func TestGithubDeployRoleCannotReachWhatDecidesAboutIt(t *testing.T) {
	t.Parallel()
	result := githubRoles(t, func(a *components.GithubDeployRolesArgs) { a.NamePrefixes = []string{"care-", "example-"} })
	policy := deployPermissions(t, result)
	for _, own := range result.OfType(roleType) {
		arn := own.State["arn"].StringValue()
		assert.True(t, policy.say("Deny", "iam:PutRolePolicy", arn), own.Name)
		assert.True(t, policy.say("Deny", "iam:UpdateAssumeRolePolicy", arn), own.Name)
	}
	for _, own := range result.OfType(policyType) {
		assert.True(t, policy.say("Deny", "iam:CreatePolicyVersion", own.State["arn"].StringValue()), own.Name)
	}
	provider := result.Only(t, providerType).State["arn"].StringValue()
	for _, denied := range [][2]string{
		{"iam:UpdateOpenIDConnectProviderThumbprint", provider},
		{"iam:DeleteRolePermissionsBoundary", "arn:aws:iam::123456789012:role/care-backend-task-0123456"},
		{"iam:DeleteUserPermissionsBoundary", "arn:aws:iam::123456789012:user/care-app-0123456"},
		{"s3:PutBucketPolicy", "arn:aws:s3:::" + stateBucket},
		{"s3:PutBucketVersioning", "arn:aws:s3:::" + stateBucket},
		{"s3:DeleteObjectVersion", "arn:aws:s3:::" + stateBucket + "/.pulumi/stacks/care/production.json"},
		{"kms:PutKeyPolicy", stateKey},
		{"kms:ScheduleKeyDeletion", stateKey},
		{"kms:CreateGrant", stateKey},
	} {
		assert.True(t, policy.say("Deny", denied[0], denied[1]), denied)
	}
	for _, left := range [][2]string{
		{"s3:PutObject", "arn:aws:s3:::" + stateBucket + "/.pulumi/stacks/care/production.json"},
		{"s3:ListBucket", "arn:aws:s3:::" + stateBucket},
		{"kms:Decrypt", stateKey},
	} {
		assert.False(t, policy.say("Deny", left[0], left[1]), left)
	}
	for _, action := range []string{
		"sts:AssumeRole", "iam:CreatePolicyVersion", "iam:CreateLoginProfile", "lambda:CreateFunction",
	} {
		assert.False(t, policy.say("Allow", action, "*"), action)
	}
}

func TestGithubBoundaryAllowsNoIdentitiesAndNotTheState(t *testing.T) {
	t.Parallel()
	boundary := statementsOf(t, githubRoles(t).Named(t, policyType, "care-github-boundary"))
	for _, action := range []string{
		"iam:CreateRole", "iam:PassRole", "sts:AssumeRole", "s3:PutBucketPolicy", "ecs:RunTask", "kms:PutKeyPolicy",
	} {
		assert.False(t, boundary.say("Allow", action, "*"), action)
	}
	assert.True(t,
		boundary.say("Deny", "s3:GetObject", "arn:aws:s3:::"+stateBucket+"/.pulumi/stacks/care/production.json"))
	assert.True(t, boundary.say("Deny", "kms:Decrypt", stateKey))
	assert.True(t, boundary.say("Allow", "s3:GetObject", "arn:aws:s3:::care-patient-0123456/file.pdf"))
	assert.False(t, boundary.say("Deny", "s3:GetObject", "arn:aws:s3:::care-patient-0123456/file.pdf"))
}

// The quotas are at https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; white space does not
// count.
func TestGithubPoliciesFitIntoIamsQuotas(t *testing.T) {
	t.Parallel()
	const ofPolicy, ofRole, attachments = 6144, 10240, 10
	size := func(policy *pulumitest.Resource) int {
		return len(strings.Join(strings.Fields(policy.Text("policy")), ""))
	}
	for name, change := range map[string]func(*components.GithubDeployRolesArgs){
		"by default": nil,
		"with the longest prefixes": func(a *components.GithubDeployRolesArgs) {
			a.NamePrefixes = nil
			for _, letter := range []string{"a", "b", "c", "d", "e"} {
				a.NamePrefixes = append(a.NamePrefixes, strings.Repeat(letter, 40))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := githubRoles(t, change)
			for _, policy := range result.OfType(policyType) {
				t.Log(policy.Name, size(policy))
				assert.LessOrEqual(t, size(policy), ofPolicy, policy.Name)
			}
			for _, policy := range result.OfType(rolePolicyType) {
				assert.LessOrEqual(t, size(policy), ofRole, policy.Name)
			}
			assert.LessOrEqual(t, len(result.OfType(attachmentType)), attachments)
		})
	}
}

// besidesTypes are actions that no type of the catalogue needs, with the reason why the deploy role has them.
var besidesTypes = map[string]string{
	"iam:PutRolePermissionsBoundary": "a role of an older release gains the boundary",
	"iam:PutUserPermissionsBoundary": "a user of an older release gains the boundary",
	"s3:ListBucketVersions":          "the provider empties a bucket that is not protected before it deletes it",
	"s3:DeleteObject":                "as above",
	"s3:DeleteObjectVersion":         "as above",
}

// An action that is left over when a type goes, or that was never needed, is too much.
func TestGithubDeployRoleHasNoActionWithoutAType(t *testing.T) {
	t.Parallel()
	needed := map[string]bool{}
	for _, kind := range aws.Package().Kinds {
		for _, verb := range []string{"create", "read", "update", "delete"} {
			actions, _ := model.Actions(strings.TrimPrefix(kind.Token, "aws:"), verb)
			for _, action := range actions {
				needed[action] = true
			}
		}
	}
	for _, s := range deployPermissions(t, githubRoles(t)) {
		if s.Effect != "Allow" || slices.Contains([]string{"State", "ListState", "StateKey"}, s.Sid) {
			continue
		}
		for _, pattern := range s.Action {
			found := false
			for action := range needed {
				found = found || anyFits([]string{pattern}, action)
			}
			assert.True(t, found || besidesTypes[pattern] != "", "%s: no type needs %s", s.Sid, pattern)
		}
	}
}

// The golden file of the production stack names everything that the program makes.
func TestGithubDeployRoleManagesEveryIdentityOfTheProgram(t *testing.T) {
	t.Parallel()
	golden, err := os.ReadFile("../testdata/production.golden")
	require.NoError(t, err)
	found := regexp.MustCompile(`aws:iam/(role:Role|user:User)::([\w-]+)`).FindAllStringSubmatch(string(golden), -1)
	require.NotEmpty(t, found)
	policy := deployPermissions(t, githubRoles(t))
	for _, match := range found {
		kind, _, _ := strings.Cut(match[1], ":")
		action := map[string]string{"role": "iam:CreateRole", "user": "iam:CreateUser"}[kind]
		assert.True(t, policy.say("Allow", action, "arn:aws:iam::123456789012:"+kind+"/"+match[2]+"-0123456"), match[2])
	}
}

func TestGithubRolesAreKnownOnceTheyCanBeUsed(t *testing.T) {
	t.Parallel()
	result, roles := create(t, components.NewGithubDeployRoles, "github", githubRolesArgs(""))
	for role, output := range map[string]pulumi.Output{
		"github-preview": roles.PreviewRoleArn,
		"github-deploy":  roles.DeployRoleArn,
	} {
		value, _ := pulumitest.Output(t, output)
		assert.Equal(t, result.Named(t, roleType, role).State["arn"].StringValue(), value)
		for _, attachment := range result.OfType(attachmentType) {
			if strings.HasPrefix(attachment.Name, role) {
				assert.True(t, attachment.DependsOn(result.Named(t, rolePolicyType, role)), "denials come before permissions")
			}
		}
	}
	value, _ := pulumitest.Output(t, roles.PermissionsBoundaryArn)
	assert.Equal(t, result.Named(t, policyType, "github-boundary").State["arn"].StringValue(), value)
}
