package aws

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(webAclAssociationKind)

// webAclAssociation stands for the SDK's type: its package takes minutes and tens of gigabytes to
// compile, for two properties.
type webAclAssociation struct {
	ResourceArn string `pulumi:"resourceArn"`
	WebAclArn   string `pulumi:"webAclArn"`
}

func webAclAssociationKind() standin.Kind {
	return standin.Kind{
		Token: token.Wafv2WebAclAssociation, Args: webAclAssociation{}, State: webAclAssociation{},
		// The web ACL is not of this stack, but the account pays for it.
		Facts: charged(standin.ByUse("a web ACL of the account, its rules and the requests that it inspects",
			"wafv2-web-acl-month", "wafv2-rule-month", "wafv2-request")),
		Replaces: []string{"resourceArn", "webAclArn"},
		Refs: []standin.Ref{
			outside("resourceArn", "WAFNonexistentItemException", standin.Target{Token: token.LbLoadBalancer, By: "arn"}),
			// Nothing of this catalogue is a web ACL: it is always one that exists elsewhere.
			outside("webAclArn", "WAFNonexistentItemException", standin.Target{Token: token.Wafv2WebAcl, By: "arn"}),
		},
		Unique: []standin.Unique{{
			By: []string{"resourceArn"}, Code: "WAFAssociatedItemException", Rule: "a resource has one web ACL",
			Fix: "associate the resource once",
		}},
		Checks: []standin.CheckRule{wafv2WebAclRegion},
		Id:     joined(",", "webAclArn", "resourceArn"),
	}
}

// webAclFacts are those of a web ACL that the program creates, which the catalogue does not judge.
var webAclFacts = charged(func(t standin.Tally, r *standin.Resource) {
	t.Add(r, 1, "wafv2-web-acl-month")
	t.Add(r, float64(len(r.Out("rules").Items())), "wafv2-rule-month")
	t.Use("requests that a web ACL inspects", "wafv2-request")
})
