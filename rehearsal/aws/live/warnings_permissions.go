package live

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// touched are an action for each kind of resource that a key can misuse, and for which IAM can name the resource.
var touched = []struct{ token, action, suffix string }{
	{token.SnsTopic, "sns:Publish", ""},
	{token.S3BucketV2, "s3:GetObject", "/any-object"},
	{token.SsmParameter, "ssm:GetParameter", ""},
	{token.SecretsmanagerSecret, "secretsmanager:GetSecretValue", ""},
	{token.KmsKey, "kms:Decrypt", ""},
}

var wideKeys = warnsOf("iam/wide-access-key").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, doc := range world.Live(token.IamUserPolicy) {
		document, err := policy.Read(doc.Label(), doc.Out("policy").Text())
		if err != nil || world.Find(token.IamAccessKey, "user", doc.Out("user").Text()) == nil {
			continue
		}
		for _, each := range touched {
			for _, resource := range world.Live(each.token) {
				if onEverything(document, policy.Request{Action: each.action, Resource: resource.Out("arn").Text() + each.suffix}) {
					all = append(all,
						warn(doc, "lets an access key %s on everything, %s included: name the resources, or deny the others",
							each.action, resource.Label()))
				}
			}
		}
	}
	return all
})

// onEverything reports whether the policy allows the request, and only by statements that name no resource.
func onEverything(doc policy.Document, q policy.Request) bool {
	if result, _ := policy.Decide([]policy.Document{doc}, q); result != policy.Allowed {
		return false
	}
	named := policy.Document{Name: doc.Name}
	for _, s := range doc.Statements {
		if s.Effect == "Deny" || len(s.Resource) > 0 && !slices.ContainsFunc(s.Resource, namesNothing) {
			named.Statements = append(named.Statements, s)
		}
	}
	result, _ := policy.Decide([]policy.Document{named}, q)
	return result != policy.Allowed
}

// namesNothing reports whether a pattern matches every resource of a service, as "*" and arn:aws:sns:*:*:* do.
func namesNothing(pattern string) bool {
	const fields = 6
	parts := strings.SplitN(pattern, ":", fields)
	return strings.Trim(parts[len(parts)-1], "*/") == ""
}
