package aws

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// touched are an action for each kind of resource that a key can misuse, and for which IAM can name the resource.
var touched = []struct{ token, action, suffix string }{
	{topicToken, "sns:Publish", ""},
	{bucketToken, "s3:GetObject", "/any-object"},
	{parameterToken, "ssm:GetParameter", ""},
	{secretToken, "secretsmanager:GetSecretValue", ""},
	{keyToken, "kms:Decrypt", ""},
}

// wideKeys returns the users with an access key, which works from anywhere, that may use a resource of this world only
// because a statement applies to every resource.
func wideKeys(world *standin.View) []Warning {
	var all []Warning
	for _, policy := range world.Live(userPolicyToken) {
		document, err := readPolicy(policy.Label(), policy.Out("policy").Text())
		if err != nil || world.Find(accessKeyToken, "user", policy.Out("user").Text()) == nil {
			continue
		}
		for _, each := range touched {
			for _, resource := range world.Live(each.token) {
				if onEverything(document, request{action: each.action, resource: resource.Out("arn").Text() + each.suffix}) {
					all = append(all, warn(policy, "lets an access key %s on everything, %s included: name the resources, or deny the others",
						each.action, resource.Label()))
				}
			}
		}
	}
	return all
}

// onEverything reports whether the policy allows the request, and only by statements that name no resource.
func onEverything(policy policyDocument, q request) bool {
	if result, _ := decide([]policyDocument{policy}, q); result != allowed {
		return false
	}
	named := policyDocument{name: policy.name}
	for _, s := range policy.statements {
		if s.Effect == "Deny" || len(s.Resource) > 0 && !slices.ContainsFunc(s.Resource, namesNothing) {
			named.statements = append(named.statements, s)
		}
	}
	result, _ := decide([]policyDocument{named}, q)
	return result != allowed
}

// namesNothing reports whether a pattern matches every resource of a service, as "*" and arn:aws:sns:*:*:* do.
func namesNothing(pattern string) bool {
	const fields = 6
	parts := strings.SplitN(pattern, ":", fields)
	return strings.Trim(parts[len(parts)-1], "*/") == ""
}
