package tests

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const (
	roleType       = "aws:iam/role:Role"
	policyType     = "aws:iam/policy:Policy"
	attachmentType = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	providerType   = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
	stateBucket    = "example-care-state"
	stateKey       = "arn:aws:kms:ap-south-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
	githubProvider = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
)

func githubRolesArgs(string) *components.GithubDeployRolesArgs {
	return &components.GithubDeployRolesArgs{
		Repository: "example/care-infra", StateBucket: pulumi.String(stateBucket), KmsKeyArn: pulumi.String(stateKey),
	}
}

// existingProviderArgs has the roles trust an identity provider that the account has already.
func existingProviderArgs(name string) *components.GithubDeployRolesArgs {
	args := githubRolesArgs(name)
	args.ExistingProviderArn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
	return args
}

var wrongGithubRoles = map[string]func(*components.GithubDeployRolesArgs){
	`repository = ""`:              func(a *components.GithubDeployRolesArgs) { a.Repository = "" },
	`repository = "example/*"`:     func(a *components.GithubDeployRolesArgs) { a.Repository = "example/*" },
	"with both ids":                func(a *components.GithubDeployRolesArgs) { a.Repository = "example@1/care-infra" },
	`branch = "*"`:                 func(a *components.GithubDeployRolesArgs) { a.Branch = "*" },
	`environment = "a:b"`:          func(a *components.GithubDeployRolesArgs) { a.Environment = "a:b" },
	`parameterPath = "/"`:          func(a *components.GithubDeployRolesArgs) { a.ParameterPath = "/" },
	"identity provider for GitHub": func(a *components.GithubDeployRolesArgs) { a.ExistingProviderArn = stateKey },
	"and not of an alias": func(a *components.GithubDeployRolesArgs) {
		a.KmsKeyArn = pulumi.String("alias/care")
	},
	`namePrefixes = "care*"`: func(a *components.GithubDeployRolesArgs) { a.NamePrefixes = []string{"care*"} },
	`namePrefixes = ""`:      func(a *components.GithubDeployRolesArgs) { a.NamePrefixes = []string{""} },
	"number of namePrefixes = 6": func(a *components.GithubDeployRolesArgs) {
		a.NamePrefixes = []string{"one-", "two-", "three-", "four-", "five-", "six-"}
	},
	`must not name "redis-" twice`: func(a *components.GithubDeployRolesArgs) {
		a.NamePrefixes = []string{"redis-", "redis-"}
	},
	`repository = "https://github.com/`: func(a *components.GithubDeployRolesArgs) {
		a.Repository = "https://github.com/example/care"
	},
}

// permissions are statements of policies.
type permissions []struct {
	Sid, Effect                              string
	Action, NotAction, Resource, NotResource []string
	Condition                                map[string]map[string][]string
}

func githubRoles(t *testing.T, changes ...func(*components.GithubDeployRolesArgs)) *pulumitest.Result {
	t.Helper()
	result, _ := create(t, components.NewGithubDeployRoles, "care-github", changed(githubRolesArgs(""), changes...))
	return result
}

// permissionsOf returns the statements of a role's inline policy.
func permissionsOf(t *testing.T, result *pulumitest.Result, role string) permissions {
	t.Helper()
	return statementsOf(t, result.Named(t, rolePolicyType, role))
}

func statementsOf(t *testing.T, policy *pulumitest.Resource) permissions {
	t.Helper()
	var document struct {
		Version   string
		Statement permissions
	}
	require.NoError(t, json.Unmarshal([]byte(policy.Text("policy")), &document))
	return document.Statement
}

// deployPermissions returns the statements of the deploy role's inline policy and of those that are attached to it.
func deployPermissions(t *testing.T, result *pulumitest.Result) permissions {
	t.Helper()
	all := permissionsOf(t, result, "care-github-deploy")
	for _, attached := range result.OfType(attachmentType) {
		if strings.HasPrefix(attached.Name, "care-github-deploy") {
			all = append(all, statementsOf(t, result.Named(t, policyType, attached.Name))...)
		}
	}
	return all
}

// say reports whether a statement with the effect applies to the action on the resource, under any conditions.
func (p permissions) say(effect, action, resource string) bool {
	for _, s := range p {
		about := anyFits(s.Resource, resource)
		if s.NotResource != nil {
			about = !anyFits(s.NotResource, resource)
		}
		does := anyFits(s.Action, action)
		if s.NotAction != nil {
			does = !anyFits(s.NotAction, action)
		}
		if s.Effect == effect && does && about {
			return true
		}
	}
	return false
}

// anyFits compares as IAM does: a star is any text.
func anyFits(patterns []string, text string) bool {
	for _, pattern := range patterns {
		parts := strings.Split(pattern, "*")
		for i, part := range parts {
			parts[i] = regexp.QuoteMeta(part)
		}
		if regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(text) {
			return true
		}
	}
	return false
}

// trusted returns whom a role trusts.
func trusted(t *testing.T, result *pulumitest.Result, role string) (provider string, audience, subjects []string) {
	t.Helper()
	var policy struct {
		Statement []struct {
			Effect, Action string
			Principal      struct{ Federated string }
			Condition      struct {
				StringEquals map[string]pulumitest.Strings
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(result.Named(t, roleType, role).Text("assumeRolePolicy")), &policy))
	require.Len(t, policy.Statement, 1)
	s := policy.Statement[0]
	assert.Equal(t, "Allow", s.Effect)
	assert.Equal(t, "sts:AssumeRoleWithWebIdentity", s.Action)
	require.Len(t, s.Condition.StringEquals, 2)
	return s.Principal.Federated, s.Condition.StringEquals["token.actions.githubusercontent.com:aud"],
		s.Condition.StringEquals["token.actions.githubusercontent.com:sub"]
}
