package aws

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(roleKind, rolePolicyKind, roleAttachmentKind, identityProviderKind)

func roleKind() standin.Kind {
	return standin.Kind{
		Token: token.IamRole, Args: iam.RoleArgs{}, State: iam.RoleState{}, Global: true,
		Facts:    setting,
		Required: []string{"assumeRolePolicy"},
		Name:     standin.Naming{Property: "name", Max: 64, Unless: "namePrefix"},
		Defaults: standin.Props{"forceDetachPolicies": false, "maxSessionDuration": 3600, "path": "/"},
		Computed: []string{"inlinePolicies", "managedPolicyArns"},
		Replaces: []string{"name", "namePrefix", "path"},
		Sets:     []string{"inlinePolicies", "managedPolicyArns"},
		Json:     []string{"assumeRolePolicy"},
		Refs:     []standin.Ref{toPolicy("managedPolicyArns"), toPolicy("permissionsBoundary")},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "EntityAlreadyExists", Rule: "a role's name is unique in the account",
		}},
		HeldBy: []standin.Hold{
			{Token: token.IamRolePolicy, Path: "role", When: policiesStay},
			{Token: token.IamRolePolicyAttachment, Path: "role", When: policiesStay},
		},
		InUse: "DeleteConflict",
		Checks: []standin.CheckRule{
			iamNamed(64), iamDescription, policyLetters("assumeRolePolicy"),
			policy.CheckDocument("assumeRolePolicy", policy.TrustGrammar), iamTrustPolicyAction, iamTrustPolicySize,
			policy.CheckDocument("inlinePolicies.policy", policy.IdentityGrammar),
		},
		Id: by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn":        globalArn(o, "iam", "role"+o.In("path").Text()+o.Has("name").Text()),
				"createDate": timestamp(), "uniqueId": "AROA" + standin.Draw(upperDigits, 17),
				"inlinePolicies": []any{}, "managedPolicyArns": []any{},
			}
		},
	}
}

// policiesStay reports whether policies keep a role: the provider detaches them if forceDetachPolicies is true.
func policiesStay(_ *standin.View, _, role *standin.Resource) bool {
	return !role.Out("forceDetachPolicies").Bool()
}

// toRoleByName returns a reference to a role by its name.
func toRoleByName(path string) standin.Ref {
	return outside(path, "NoSuchEntity", standin.Target{Token: token.IamRole, By: "name"})
}

func rolePolicyKind() standin.Kind {
	return standin.Kind{
		Token: token.IamRolePolicy, Args: iam.RolePolicyArgs{}, State: iam.RolePolicyState{}, Global: true,
		Facts:    setting,
		Required: []string{"policy", "role"},
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Replaces: []string{"name", "namePrefix", "role"},
		Json:     []string{"policy"},
		Refs:     []standin.Ref{toRoleByName("role")},
		Checks: []standin.CheckRule{
			iamNamed(128), policyLetters("policy"), policy.CheckDocument("policy", policy.IdentityGrammar),
		},
		Rules: []standin.Rule{iamRolePolicySize},
		Id:    joined(":", "role", "name"),
	}
}

func roleAttachmentKind() standin.Kind {
	return standin.Kind{
		Token:    token.IamRolePolicyAttachment,
		Args:     iam.RolePolicyAttachmentArgs{},
		State:    iam.RolePolicyAttachmentState{},
		Global:   true,
		Facts:    setting,
		Required: []string{"role"},
		Replaces: []string{"policyArn", "role"},
		// A new attachment is the same as the old one, which its deletion would take away.
		DeleteFirst: true,
		Refs:        []standin.Ref{toRoleByName("role"), toPolicy("policyArn")},
		Checks:      []standin.CheckRule{iamManagedPolicyArn},
		Rules:       []standin.Rule{iamRoleAttachments},
		Id: func(o *standin.Op) string {
			return o.In("role").Text() + "-" + standin.Draw("0123456789", 18) + standin.Draw(ident.HexDigits, 8)
		},
	}
}

func identityProviderKind() standin.Kind {
	return standin.Kind{
		Token: token.IamOpenIdConnectProvider,
		Args:  iam.OpenIdConnectProviderArgs{}, State: iam.OpenIdConnectProviderState{}, Global: true,
		Facts:    setting,
		Required: []string{"clientIdLists"},
		Computed: []string{"thumbprintLists"},
		Replaces: []string{"url"},
		Sets:     []string{"clientIdLists"},
		Unique: []standin.Unique{{
			By: []string{"url"}, Code: "EntityAlreadyExists", Rule: "an identity provider's URL is unique in the account",
		}},
		Checks: []standin.CheckRule{iamOidcProvider},
		Id: func(o *standin.Op) string {
			return globalArn(o, "iam", "oidc-provider/"+strings.TrimPrefix(o.In("url").Text(), "https://"))
		},
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": o.Id, "thumbprintLists": []any{standin.Draw(ident.HexDigits, 40)}}
		},
	}
}
