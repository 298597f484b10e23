package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(discoveryKind)

func discoveryKind() standin.Kind {
	namespace := standin.Target{Token: token.ServicediscoveryHttpNamespace}
	return standin.Kind{
		Token: token.ServicediscoveryService, Args: servicediscovery.ServiceArgs{}, State: servicediscovery.ServiceState{},
		Facts:    setting,
		Name:     standin.Naming{Property: "name", Max: 127},
		Computed: []string{"namespaceId", "type"},
		Replaces: []string{
			"dnsConfig.namespaceId",
			"dnsConfig.routingPolicy",
			"healthCheckCustomConfig",
			"name",
			"namespaceId",
			"type",
		},
		Refs: []standin.Ref{
			outside("namespaceId", "NamespaceNotFound",
				namespace), outside("dnsConfig.namespaceId", "NamespaceNotFound", namespace),
		},
		Unique: []standin.Unique{{
			By: []string{"name", "dnsConfig.namespaceId"}, Code: "ServiceAlreadyExists",
			Rule: "a service's name is unique in its namespace",
		}},
		HeldBy: []standin.Hold{{Token: token.EcsService, Path: "serviceRegistries.registryArn", By: "arn"}},
		InUse:  "ResourceInUse",
		Checks: []standin.CheckRule{servicediscoveryService},
		Id:     func(*standin.Op) string { return "srv-" + standin.Draw(lowerDigits, 16) },
		Outputs: func(o *standin.Op) standin.Props {
			kind, space := "HTTP", o.In("namespaceId").Text()
			if dns := o.In("dnsConfig"); dns.Known() {
				kind, space = "DNS_HTTP", dns.At("namespaceId").Text()
			}
			return standin.Props{"arn": arn(o, "servicediscovery", "service/"+o.Id), "type": kind, "namespaceId": space}
		},
	}
}

var servicediscoveryService = rule("servicediscovery/service").OnInputs(func(d *standin.Draft) {
	among(d, "dnsConfig.dnsRecords.type", "InvalidInput", "A", "AAAA", "SRV", "CNAME")
	among(d, "dnsConfig.routingPolicy", "InvalidInput", "MULTIVALUE", "WEIGHTED")
	within(d, "dnsConfig.dnsRecords.ttl", "InvalidInput", 0, 1<<31-1)
	if d.In("namespaceId").Missing() && d.In("dnsConfig").Missing() {
		d.Refuse(d.In("namespaceId"), "InvalidInput", "a service belongs to a namespace",
			"give namespaceId or dnsConfig.namespaceId")
	}
})
