// Command github-deploy-roles creates the roles with which the workflows of a GitHub repository preview and deploy. An
// administrator deploys it once for each account.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

func main() {
	pulumi.Run(deploy)
}

func deploy(ctx *pulumi.Context) error {
	// The name does not begin as the names of the stack's own roles do.
	roles, err := components.NewGithubDeployRoles(ctx, "github", rolesArgs(ctx))
	if err != nil {
		return err
	}
	ctx.Export("previewRoleArn", roles.PreviewRoleArn)
	ctx.Export("deployRoleArn", roles.DeployRoleArn)
	ctx.Export("permissionsBoundaryArn", roles.PermissionsBoundaryArn)
	return nil
}

func rolesArgs(ctx *pulumi.Context) *components.GithubDeployRolesArgs {
	return &components.GithubDeployRolesArgs{
		Repository:          value(ctx, "repository"),
		Environment:         value(ctx, "environment"),
		OnlyBranch:          value(ctx, "onlyBranch") == "true",
		ExistingProviderArn: value(ctx, "existingProviderArn"),
		StateBucket:         input(value(ctx, "stateBucket")),
		KmsKeyArn:           input(value(ctx, "kmsKeyArn")),
	}
}

func value(ctx *pulumi.Context, key string) string {
	text, _ := ctx.GetConfig(ctx.Project() + ":" + key)
	return text
}

// input returns nil for an empty text.
func input(text string) pulumi.StringInput {
	if text == "" {
		return nil
	}
	return pulumi.String(text)
}
