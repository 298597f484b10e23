package aws

import (
	"regexp"
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(httpNamespaceKind)

func httpNamespaceKind() standin.Kind {
	return standin.Kind{
		Token: token.ServicediscoveryHttpNamespace,
		Args:  servicediscovery.HttpNamespaceArgs{},
		State: servicediscovery.HttpNamespaceState{},
		Facts: standin.Facts{
			Takes:  standin.Duration{Usual: 30 * time.Second, Why: "an operation that the provider polls", Source: estimate},
			Charge: namespaceCharge,
			Loss:   standin.Always("the names by which services find each other, until all are redeployed"),
		},
		Name:     standin.Naming{Property: "name"},
		Replaces: []string{"description", "name"},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "NamespaceAlreadyExists", Rule: "a namespace's name is unique in the account and region",
		}},
		HeldBy: []standin.Hold{
			{Token: token.EcsService, Path: "serviceConnectConfiguration.namespace", By: "arn", When: connects},
			{Token: token.EcsService, Path: "serviceConnectConfiguration.namespace", By: "name", When: connects},
		},
		InUse:    "ResourceInUse",
		Checks:   []standin.CheckRule{servicediscoveryHttpNamespaceName},
		OnDelete: []standin.Rule{ecsNamespaceInUse},
		Id:       func(*standin.Op) string { return "ns-" + standin.Draw(lowerDigits, 16) },
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": arn(o, "servicediscovery", "namespace/"+o.Id), "httpName": o.In("name").Text()}
		},
	}
}

// toNamespace: ECS takes a namespace by name or ARN.
func toNamespace(path string) standin.Ref {
	return outside(path, "NamespaceNotFoundException",
		standin.Target{Token: token.ServicediscoveryHttpNamespace, By: "arn"},
		standin.Target{Token: token.ServicediscoveryHttpNamespace, By: "name"})
}

var namespaceNameForm = regexp.MustCompile(`^[!-~]+$`)

var servicediscoveryHttpNamespaceName = rule("servicediscovery/http-namespace-name").OnInputs(func(d *standin.Draft) {
	name := d.In("name")
	text := name.Text()
	if name.Known() && (!namespaceNameForm.MatchString(text) || len(text) > 1024 || strings.HasPrefix(text, "arn:")) {
		d.Refuse(name, "InvalidInput",
			"a namespace's name has up to 1024 printable ASCII characters, no blanks, and does not begin with arn:",
			"rename it, for example to example-ns")
	}
	if text := d.In("description"); len([]rune(text.Text())) > 1024 {
		d.Refuse(text, "InvalidInput", "a description has at most 1024 characters", "shorten it")
	}
})

// namespaceCharge: a namespace for DNS has a hosted zone (https://aws.amazon.com/cloud-map/pricing/).
func namespaceCharge(t standin.Tally, r *standin.Resource) {
	if !r.Out("hostedZone").Missing() {
		t.Add(r, 1, "hosted-zone-month")
	}
}
