package components

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// githubIssuer signs the tokens of GitHub's workflows, and stsAudience is whom they are for
// (https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws).
const (
	githubIssuer = "token.actions.githubusercontent.com"
	stsAudience  = "sts.amazonaws.com"
)

// deploySessionSeconds is how long the credentials of a deployment may last. The default of an hour is too short for a
// database to be created and Celery to be waited for, and credentials that end midway leave the stack half done.
const deploySessionSeconds = 7200

// maxNamePrefixes is how many prefixes of the greatest length fit into the policies, which repeat them.
const maxNamePrefixes = 5

// GithubDeployRoles lets the workflows of one GitHub repository into the account without a stored key: GitHub signs the
// identity of a job, and AWS issues credentials for an hour or two. The preview role reads, but neither patients' data
// nor secrets, except the state and the parameters of the stack. The deploy role manages the types of this package's
// components. Every role and user that it creates must have the permissions boundary PermissionsBoundaryArn, and can do
// no more than that allows. The deploy role can change neither these roles nor the boundary. It can still change and
// delete the stack, and deploy code that reads its data: guard the environment.
type GithubDeployRoles struct {
	pulumi.ResourceState

	// PreviewRoleArn is the role for previews of pull requests and for the search for drift.
	PreviewRoleArn pulumi.StringOutput `pulumi:"previewRoleArn"`
	// DeployRoleArn is the role for deployments.
	DeployRoleArn pulumi.StringOutput `pulumi:"deployRoleArn"`
	// PermissionsBoundaryArn is the policy that roles and users created by the deploy role must have as their permissions
	// boundary: the value of care:permissionsBoundaryArn.
	PermissionsBoundaryArn pulumi.StringOutput `pulumi:"permissionsBoundaryArn"`
}

// GithubDeployRolesArgs are the inputs of NewGithubDeployRoles.
type GithubDeployRolesArgs struct {
	// Repository is the repository as owner/name; with GitHub's immutable subjects, which are the default for repositories
	// created or renamed since July 2026, as owner@id/name@id. Required.
	Repository string `pulumi:"repository"`
	// Branch is the branch that is deployed, whose workflows may look for drift. Default: main.
	Branch string `pulumi:"branch,optional"`
	// Environment is the GitHub environment of deployments; their jobs must name it. Default: production.
	Environment string `pulumi:"environment,optional"`
	// OnlyBranch excludes pull requests from the preview role. Otherwise everyone who can push a branch can use it, and
	// read the secrets in the state with it: set this if there are real patients. Default: false.
	OnlyBranch bool `pulumi:"onlyBranch,optional"`
	// ExistingProviderArn is the account's identity provider for GitHub, of which AWS allows one. Default: a new one.
	ExistingProviderArn string `pulumi:"existingProviderArn,optional"`
	// StateBucket is the bucket with Pulumi's state. Default: none, as with Pulumi Cloud.
	StateBucket pulumi.StringInput `pulumi:"stateBucket,optional"`
	// KmsKeyArn is the KMS key that encrypts the stack's secrets; not an alias. Default: none, as with Pulumi Cloud.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// ParameterPath is the path of the stack's SSM parameters, which a refresh reads. Default: /care.
	ParameterPath string `pulumi:"parameterPath,optional"`
	// NamePrefixes are the prefixes of the names that the stack's roles, users, buckets, topics, rules and schedules have:
	// at most 5, of 3 to 40 characters. The deploy role can change none with another name. Default: care- and redis-.
	NamePrefixes []string `pulumi:"namePrefixes,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *GithubDeployRolesArgs) withDefaults() GithubDeployRolesArgs {
	var a GithubDeployRolesArgs
	if args != nil {
		a = *args
	}
	a.Branch = or(a.Branch, "main")
	a.Environment = or(a.Environment, "production")
	a.ParameterPath = or(a.ParameterPath, "/care")
	if len(a.NamePrefixes) == 0 {
		a.NamePrefixes = []string{"care-", "redis-"}
	}
	return a
}

var (
	// With ids there are two, or the subject is not one that GitHub ever writes.
	repositoryPattern = regexp.MustCompile(`^([A-Za-z0-9-]+/[A-Za-z0-9._-]+|[A-Za-z0-9-]+@\d+/[A-Za-z0-9._-]+@\d+)$`)
	// GitHub escapes other characters in a subject, so a trust policy with them would match nothing.
	branchPattern      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)
	environmentPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	// A prefix must not have the wildcards of IAM, and a single letter would be little better than one.
	namePrefixPattern = regexp.MustCompile(`^[A-Za-z0-9+=,.@_-]{3,40}$`)
	parameterPattern  = regexp.MustCompile(`^(/[A-Za-z0-9._-]+)+$`)
)

// Validate checks every value and returns all problems at once.
func (args *GithubDeployRolesArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *GithubDeployRolesArgs")
	}
	a := args.withDefaults()
	problems := []error{
		rule.Match("repository", a.Repository, repositoryPattern, "must be owner/name, or owner@id/name@id with both ids",
			`for example "example/care-infra"`),
		rule.Match("branch", a.Branch, branchPattern, "must be one branch, without wildcards", `for example "main"`),
		rule.Match("environment", a.Environment, environmentPattern,
			"must be letters, digits, dots, underscores and hyphens", `for example "production"`),
		rule.Match("parameterPath", a.ParameterPath, parameterPattern,
			"must be a path that begins with a slash and does not end with one", `for example "/care"`),
		rule.Unique("namePrefixes", a.NamePrefixes),
		rule.Between("number of namePrefixes", len(a.NamePrefixes), 1, maxNamePrefixes),
		checkProvider(a.ExistingProviderArn),
		validateKey("kmsKeyArn", a.KmsKeyArn),
	}
	for _, prefix := range a.NamePrefixes {
		problems = append(problems, rule.Match("namePrefixes", prefix, namePrefixPattern,
			"must be 3 to 40 characters of IAM names, without wildcards", `for example "care-"`))
	}
	return rule.All(problems...)
}

func checkProvider(arn string) error {
	if arn == "" || strings.HasSuffix(arn, ":oidc-provider/"+githubIssuer) {
		return nil
	}
	return rule.Broken("existingProviderArn", arn, "must be the ARN of the account's identity provider for GitHub",
		"aws iam list-open-id-connect-providers shows it; it ends with oidc-provider/"+githubIssuer)
}

// githubRolesBuilder makes the children of a GithubDeployRoles.
type githubRolesBuilder struct {
	*component

	args            GithubDeployRolesArgs
	roles           *GithubDeployRoles
	provider        pulumi.StringInput
	boundary        *iam.Policy
	preview, deploy *iam.Role
}

// NewGithubDeployRoles checks args and creates the roles. It returns an error and registers nothing if args is nil or
// invalid.
func NewGithubDeployRoles(
	ctx *pulumi.Context, name string, args *GithubDeployRolesArgs, opts ...pulumi.ResourceOption,
) (*GithubDeployRoles, error) {
	a := args.withDefaults()
	roles := &GithubDeployRoles{}
	c, err := register(ctx, "GithubDeployRoles", name, roles, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	b := &githubRolesBuilder{component: c, args: a, roles: roles}
	return roles, c.build(
		b.createProvider, b.createBoundary, b.createRoles, b.createPreviewPolicies, b.createDeployPolicies)
}

// createProvider creates the identity provider without thumbprints, because AWS knows GitHub's certificate authorities
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html).
func (b *githubRolesBuilder) createProvider() error {
	if b.args.ExistingProviderArn != "" {
		b.provider = pulumi.String(b.args.ExistingProviderArn)
		return nil
	}
	provider, err := iam.NewOpenIdConnectProvider(b.ctx, b.child("github"), &iam.OpenIdConnectProviderArgs{
		Url:           pulumi.String("https://" + githubIssuer),
		ClientIdLists: pulumi.ToStringArray([]string{stsAudience}),
		Tags:          b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create identity provider: %w", err)
	}
	b.provider = provider.Arn
	return nil
}

func (b *githubRolesBuilder) createRoles() (err error) {
	previews := []string{"ref:refs/heads/" + b.args.Branch}
	if !b.args.OnlyBranch {
		previews = append(previews, "pull_request")
	}
	b.preview, err = iam.NewRole(b.ctx, b.child("preview"), &iam.RoleArgs{
		AssumeRolePolicy: b.trust(previews...),
		Description:      pulumi.String("previews of " + b.args.Repository + ": reads the account, and no patients' data"),
		Tags:             b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create preview role: %w", err)
	}
	b.deploy, err = iam.NewRole(b.ctx, b.child("deploy"), &iam.RoleArgs{
		AssumeRolePolicy:   b.trust("environment:" + b.args.Environment),
		Description:        pulumi.String("deployments of " + b.args.Repository),
		MaxSessionDuration: pulumi.Int(deploySessionSeconds),
		Tags:               b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create deploy role: %w", err)
	}
	return nil
}

// trust compares whole subjects. With a pattern such as repo:owner/name:* every workflow of the repository, of whatever
// branch and event, could take the role.
func (b *githubRolesBuilder) trust(parts ...string) pulumi.StringOutput {
	subjects := make([]string, len(parts))
	for i, part := range parts {
		subjects[i] = "repo:" + b.args.Repository + ":" + part
	}
	return pulumi.JSONMarshal(pulumi.Map{
		"Version": pulumi.String("2012-10-17"),
		"Statement": pulumi.Array{pulumi.Map{
			"Effect":    pulumi.String("Allow"),
			"Action":    pulumi.String("sts:AssumeRoleWithWebIdentity"),
			"Principal": pulumi.Map{"Federated": b.provider},
			"Condition": pulumi.Map{"StringEquals": pulumi.Map{
				githubIssuer + ":aud": pulumi.String(stsAudience),
				githubIssuer + ":sub": pulumi.ToStringArray(subjects),
			}},
		}},
	})
}
