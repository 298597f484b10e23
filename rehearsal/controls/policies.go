package controls

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var iamControls = []Control{
	{
		ID: "IAM.1", Title: "No managed policy allows everything", Remedy: "policy", token: token.IamPolicy,
		breach: inPolicy("allows every action on every resource", func(s policy.Statement) bool {
			return slices.Contains(s.Action, "*") && slices.Contains(s.Resource, "*")
		}),
	},
	{
		ID: "IAM.2", Title: "No user has policies of its own", Remedy: "iam.Role instead of iam.User", token: token.IamUser,
		breach: func(world *standin.View, r *standin.Resource) string {
			return with("has a policy of its own", world.Find(token.IamUserPolicy, "user", r.Out("name").Text()) != nil)
		},
	},
	{
		ID: "IAM.21", Title: "No managed policy allows all actions of a service", Remedy: "policy", token: token.IamPolicy,
		breach: inPolicy("allows all actions of a service", func(s policy.Statement) bool {
			whole := func(action string) bool { return strings.HasSuffix(action, ":*") }
			return len(s.NotAction) > 0 || slices.ContainsFunc(s.Action, whole)
		}),
	},
}

var kmsControls = []Control{
	{
		ID: "KMS.1", Title: "No managed policy decrypts with every key", Remedy: "policy",
		token: token.IamPolicy, breach: inPolicy("decrypts with every key", decryptsAll),
	},
	{
		ID: "KMS.2", Title: "No policy of a role decrypts with every key", Remedy: "policy",
		token: token.IamRolePolicy, breach: inPolicy("decrypts with every key", decryptsAll),
	},
	{
		ID: "KMS.4", Title: "Keys are rotated", Remedy: "enableKeyRotation", Further: true,
		token: token.KmsKey, breach: isTrue("enableKeyRotation"),
	},
	{
		ID: "KMS.5", Title: "Keys are not public", Remedy: "policy",
		token: token.KmsKey, breach: inPolicy("its policy allows everyone to use it", isPublic),
	},
}

var snsControls = []Control{{
	ID: "SNS.4", Title: "Topics are not public", Remedy: "policy", token: token.SnsTopic,
	breach: func(world *standin.View, r *standin.Resource) string {
		open := slices.ContainsFunc(statements(live.TopicPolicy(world, r)), func(s policy.Statement) bool {
			return s.Effect == "Allow" && isPublic(s)
		})
		return with("its policy allows everyone to use it", open)
	},
}}

// inPolicy returns a rule for the document in a resource's policy: no statement that allows may be so.
func inPolicy(why string, is func(policy.Statement) bool) func(*standin.View, *standin.Resource) string {
	return func(_ *standin.View, r *standin.Resource) string {
		allows := func(s policy.Statement) bool { return s.Effect == "Allow" && is(s) }
		return with(why, slices.ContainsFunc(statements(r.Out("policy").Text()), allows))
	}
}

// statements returns the statements of a document. One that can't be read was refused before.
func statements(document string) []policy.Statement {
	if document == "" {
		return nil
	}
	read, err := policy.Read("", document)
	if err != nil {
		return nil
	}
	return read.Statements
}

// decryptsAll reports whether a statement lets its principal decrypt with any key. Conditions do not count
// (https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-2).
func decryptsAll(s policy.Statement) bool {
	every := slices.ContainsFunc(s.Resource, func(pattern string) bool {
		return pattern == "*" || strings.HasPrefix(pattern, "arn:") && strings.HasSuffix(pattern, ":key/*")
	})
	return every &&
		(policy.MatchesAny(s.Action, "kms:Decrypt", true) || policy.MatchesAny(s.Action, "kms:ReEncryptFrom", true))
}

// narrowing are condition keys whose fixed values make a statement for everyone not public
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
var narrowing = []string{
	"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:sourcearn",
	"aws:sourceaccount",
	"aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:userid", "kms:calleraccount", "s3:dataaccesspointaccount",
}

// isPublic reports whether a statement is for everyone and no condition narrows it.
func isPublic(s policy.Statement) bool {
	if !s.ForEveryone() {
		return false
	}
	for operator, keys := range s.Condition {
		for key, values := range keys {
			fixed := !slices.ContainsFunc(values, func(value string) bool { return value == "*" })
			if slices.Contains(narrowing, strings.ToLower(key)) && fixed && !strings.Contains(operator, "Not") {
				return false
			}
		}
	}
	return true
}

// isForeign reports whether a statement is for everyone or for a principal of another account.
func isForeign(s policy.Statement) bool {
	if isPublic(s) {
		return true
	}
	var named map[string]json.RawMessage
	if json.Unmarshal(s.Principal, &named) != nil {
		return false
	}
	principals, _ := policy.Texts(named["AWS"])
	return slices.ContainsFunc(principals, func(p string) bool { return p != "*" && !strings.Contains(p, ident.Account) })
}
