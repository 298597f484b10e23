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
