package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(policyKind)

func toPolicy(path string) standin.Ref {
	return outside(path, "NoSuchEntity", standin.Target{Token: token.IamPolicy, By: "arn"})
}

func policyKind() standin.Kind {
	return standin.Kind{
		Token: token.IamPolicy, Args: iam.PolicyArgs{}, State: iam.PolicyState{}, Global: true,
		Facts:    setting,
		Required: []string{"policy"},
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Defaults: standin.Props{"path": "/"},
		Replaces: []string{"description", "name", "namePrefix", "path"},
		Json:     []string{"policy"},
		Unique: []standin.Unique{{
			By: []string{"name", "path"}, Code: "EntityAlreadyExists", Rule: "a policy's name is unique in the account",
		}},
		HeldBy: []standin.Hold{
			{Token: token.IamRolePolicyAttachment, Path: "policyArn", By: "arn"},
			{Token: token.IamRole, Path: "managedPolicyArns", By: "arn"},
		},
		InUse: "DeleteConflict",
		Checks: []standin.CheckRule{
			iamNamed(128), iamDescription, policyLetters("policy"), policy.CheckDocument("policy", policy.IdentityGrammar),
			iamManagedPolicySize,
		},
		Id: func(o *standin.Op) string {
			return globalArn(o, "iam", "policy"+o.In("path").Text()+o.Has("name").Text())
		},
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": o.Id, "attachmentCount": 0, "policyId": "ANPA" + standin.Draw(upperDigits, 17)}
		},
	}
}
