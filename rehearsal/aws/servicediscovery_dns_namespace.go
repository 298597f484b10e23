package aws

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(privateNamespaceKind, publicNamespaceKind)

func privateNamespaceKind() standin.Kind {
	kind := dnsNamespaceKind(token.ServicediscoveryPrivateDnsNamespace,
		servicediscovery.PrivateDnsNamespaceArgs{}, servicediscovery.PrivateDnsNamespaceState{})
	kind.Replaces = append(kind.Replaces, "vpc")
	kind.Refs = []standin.Ref{toVpc("vpc")}
	return kind
}

func publicNamespaceKind() standin.Kind {
	return dnsNamespaceKind(token.ServicediscoveryPublicDnsNamespace,
		servicediscovery.PublicDnsNamespaceArgs{}, servicediscovery.PublicDnsNamespaceState{})
}

// dnsNamespaceKind returns the kind of a Cloud Map namespace with a hosted zone. ECS accepts any namespace for Service
// Connect (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html).
func dnsNamespaceKind(typ string, args, state any) standin.Kind {
	kind := httpNamespaceKind()
	kind.Token, kind.As, kind.Args, kind.State = typ, token.ServicediscoveryHttpNamespace, args, state
	kind.Replaces = []string{"name"}
	kind.Checks = append([]standin.CheckRule{servicediscoveryDnsNamespaceName}, kind.Checks...)
	kind.HeldBy = append([]standin.Hold{
		{Token: token.ServicediscoveryService, Path: "namespaceId"},
		{Token: token.ServicediscoveryService, Path: "dnsConfig.namespaceId"},
	}, kind.HeldBy...)
	kind.Outputs = func(o *standin.Op) standin.Props {
		return standin.Props{
			"arn":        arn(o, "servicediscovery", "namespace/"+o.Id),
			"hostedZone": "Z" + standin.Draw(upperDigits, 13),
		}
	}
	return kind
}

const dnsLabel = `[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?`

var dnsNamespaceName = regexp.MustCompile(`^(` + dnsLabel + `\.)*` + dnsLabel + `\.?$`)

var servicediscoveryDnsNamespaceName = rule("servicediscovery/dns-namespace-name").OnInputs(func(d *standin.Draft) {
	like(d, "name", form{
		"InvalidInput", dnsNamespaceName, "the name of a DNS namespace is a domain name", "name it as in example.internal",
	})
})
