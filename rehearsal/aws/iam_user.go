package aws

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(userKind, userPolicyKind, accessKeyKind)

func userKind() standin.Kind {
	return standin.Kind{
		Token: token.IamUser, Args: iam.UserArgs{}, State: iam.UserState{}, Global: true,
		Facts:    setting,
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"forceDestroy": false, "path": "/"},
		Refs:     []standin.Ref{toPolicy("permissionsBoundary")},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "EntityAlreadyExists", Rule: "a user's name is unique in the account",
		}},
		HeldBy: []standin.Hold{
			{Token: token.IamUserPolicy, Path: "user"},
			{Token: token.IamAccessKey, Path: "user", When: keysStay},
		},
		InUse:  "DeleteConflict",
		Checks: []standin.CheckRule{iamNamed(64)},
		Moves:  map[string][]string{"arn": {"name", "path"}},
		Id:     by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn":      globalArn(o, "iam", "user"+o.In("path").Text()+o.In("name").Text()),
				"uniqueId": "AIDA" + standin.Draw(upperDigits, 17),
			}
		},
	}
}

// keysStay reports whether access keys keep a user: the provider deletes them if forceDestroy is true.
func keysStay(_ *standin.View, _, user *standin.Resource) bool {
	return !user.Out("forceDestroy").Bool()
}

func toUser(path string) standin.Ref {
	return outside(path, "NoSuchEntity", standin.Target{Token: token.IamUser, By: "name"})
}

func userPolicyKind() standin.Kind {
	return standin.Kind{
		Token: token.IamUserPolicy, Args: iam.UserPolicyArgs{}, State: iam.UserPolicyState{}, Global: true,
		Facts:    setting,
		Required: []string{"policy"},
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Replaces: []string{"name", "namePrefix", "user"},
		Json:     []string{"policy"},
		Refs:     []standin.Ref{toUser("user")},
		Checks: []standin.CheckRule{
			iamNamed(128), policyLetters("policy"), policy.CheckDocument("policy", policy.IdentityGrammar),
		},
		Rules: []standin.Rule{iamUserPolicySize},
		Id:    joined(":", "user", "name"),
	}
}

func accessKeyKind() standin.Kind {
	return standin.Kind{
		Token: token.IamAccessKey, Args: iam.AccessKeyArgs{}, State: iam.AccessKeyState{}, Global: true,
		Facts:    setting,
		Defaults: standin.Props{"status": "Active"},
		Checks:   []standin.CheckRule{iamAccessKeyStatus},
		Replaces: []string{"pgpKey", "user"},
		Secrets:  []string{"secret", "sesSmtpPasswordV4"},
		Refs:     []standin.Ref{toUser("user")},
		Rules:    []standin.Rule{iamAccessKeyCount},
		Id:       func(*standin.Op) string { return "AKIA" + standin.Draw(upperDigits, 16) },
		Outputs: func(*standin.Op) standin.Props {
			return standin.Props{
				"createDate": timestamp(), "secret": standin.Draw(letterDigits, 40),
				"sesSmtpPasswordV4": standin.Draw(letterDigits, 44),
			}
		},
	}
}

// This quota cannot be raised.
var iamAccessKeyCount = rule("iam/access-key-count").OnOperation(func(o *standin.Op) {
	const most = 2
	user := o.In("user")
	if o.Verb != standin.Create || user.Text() == "" {
		return
	}
	if keys := len(o.World.Where(token.IamAccessKey, "user", user.Text())); keys >= most {
		o.Refuse(user, "LimitExceeded", fmt.Sprintf("a user has at most %d access keys and has %d", most, keys),
			"delete a key first")
	}
})
