package aws

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// discoveryKinds are the namespaces of Cloud Map that have a hosted zone, and the services in them. ECS takes any
// namespace for Service Connect (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html).
func discoveryKinds() []standin.Kind {
	private := dnsNamespaceKind("aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
		servicediscovery.PrivateDnsNamespaceArgs{}, servicediscovery.PrivateDnsNamespaceState{})
	private.Replaces = append(private.Replaces, "vpc")
	private.Refs = []standin.Ref{toVpc("vpc")}
	public := dnsNamespaceKind("aws:servicediscovery/publicDnsNamespace:PublicDnsNamespace",
		servicediscovery.PublicDnsNamespaceArgs{}, servicediscovery.PublicDnsNamespaceState{})
	return []standin.Kind{private, public, discoveryKind()}
}

func dnsNamespaceKind(token string, args, state any) standin.Kind {
	kind := namespaceKinds()[0]
	kind.Token, kind.As, kind.Args, kind.State = token, namespaceToken, args, state
	kind.Replaces = []string{"name"}
	kind.Checks = append([]standin.CheckRule{namespaceIsDomain}, kind.Checks...)
	kind.HeldBy = append([]standin.Hold{
		{Token: discoveryToken, Path: "namespaceId"}, {Token: discoveryToken, Path: "dnsConfig.namespaceId"},
	}, kind.HeldBy...)
	kind.Outputs = func(o *standin.Op) standin.Props {
		return standin.Props{"arn": arn(o, "servicediscovery", "namespace/"+o.Id), "hostedZone": "Z" + standin.Draw(upperDigits, 13)}
	}
	return kind
}

const dnsLabel = `[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?`

var dnsNamespaceName = regexp.MustCompile(`^(` + dnsLabel + `\.)*` + dnsLabel + `\.?$`)

// namespaceIsDomain: https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html, Name.
func namespaceIsDomain(d *standin.Draft) {
	like(d, "name", form{
		"InvalidInput", dnsNamespaceName, "the name of a DNS namespace is a domain name", "name it as in example.internal",
	})
}

func discoveryKind() standin.Kind {
	namespace := standin.Target{Token: namespaceToken}
	return standin.Kind{
		Token: discoveryToken, Args: servicediscovery.ServiceArgs{}, State: servicediscovery.ServiceState{},
		Name:     standin.Naming{Property: "name", Max: 127},
		Computed: []string{"namespaceId", "type"},
		Replaces: []string{"dnsConfig.namespaceId", "dnsConfig.routingPolicy", "healthCheckCustomConfig", "name", "namespaceId", "type"},
		Refs: []standin.Ref{
			outside("namespaceId", "NamespaceNotFound", namespace), outside("dnsConfig.namespaceId", "NamespaceNotFound", namespace),
		},
		Unique: []standin.Unique{{
			By: []string{"name", "dnsConfig.namespaceId"}, Code: "ServiceAlreadyExists", Rule: "a service's name is unique in its namespace",
		}},
		HeldBy: []standin.Hold{{Token: serviceToken, Path: "serviceRegistries.registryArn", By: "arn"}},
		InUse:  "ResourceInUse",
		Checks: []standin.CheckRule{discoveryFormed},
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

// discoveryFormed: https://docs.aws.amazon.com/cloud-map/latest/api/API_DnsConfig.html and API_DnsRecord.html.
func discoveryFormed(d *standin.Draft) {
	among(d, "dnsConfig.dnsRecords.type", "InvalidInput", "A", "AAAA", "SRV", "CNAME")
	among(d, "dnsConfig.routingPolicy", "InvalidInput", "MULTIVALUE", "WEIGHTED")
	within(d, "dnsConfig.dnsRecords.ttl", "InvalidInput", 0, 1<<31-1)
	if d.In("namespaceId").Missing() && d.In("dnsConfig").Missing() {
		d.Refuse(d.In("namespaceId"), "InvalidInput", "a service belongs to a namespace", "give namespaceId or dnsConfig.namespaceId")
	}
}

// reachDiscovered connects to the tasks that a name in a DNS namespace stands for. It reports whether the name is one.
func (d *deployment) reachDiscovered(a address) bool {
	label, _, _ := strings.Cut(a.host, ".")
	namespace := namespaceWithin(d.World, d.Scope.Region, a.host)
	if namespace == nil || namespace.Out("hostedZone").Missing() || label+"."+namespace.Out("name").Text() != a.host {
		return false
	}
	for _, named := range d.World.Where(discoveryToken, "name", label) {
		if named.Out("namespaceId").Text() != namespace.Id {
			continue
		}
		for _, server := range d.World.Where(serviceToken, "serviceRegistries.registryArn", named.Out("arn").Text()) {
			d.reachRegistered(a, server)
		}
		return true
	}
	return false
}

func (d *deployment) reachRegistered(a address, server *standin.Resource) {
	if server == d.This || server.Id == d.Id || a.port == 0 {
		return
	}
	if _, hindered := connect(d.World, d.place, servicePlace(d.World, server), a.port); hindered != nil {
		d.fail(a.at, exited(a, "Connection timed out"), *hindered)
	}
}
