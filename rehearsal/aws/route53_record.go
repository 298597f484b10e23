package aws

import (
	"strings"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(recordKind)

func recordKind() standin.Kind {
	return standin.Kind{
		Token: token.Route53Record, Args: route53.RecordArgs{}, State: route53.RecordState{}, Global: true,
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual: 45 * time.Second, Why: "the change is on all name servers", Source: applyLogs + "30 seconds to a minute",
			},
			Charge: standin.ByUse("DNS queries", "dns-query"), Loss: standin.Nothing,
		},
		Computed: []string{"allowOverwrite"},
		Replaces: []string{"name", "zoneId"},
		Sets:     []string{"records"},
		Same:     map[string]func(old, new string) bool{"name": sameDomain},
		Refs:     []standin.Ref{outside("zoneId", "NoSuchHostedZone", standin.Target{Token: token.Route53Zone})},
		Unique: []standin.Unique{{
			By: []string{"name", "zoneId", "type", "setIdentifier"}, Code: "InvalidChangeBatch",
			Rule:   "Tried to create resource record set but it already exists: a zone has one of a name and type",
			Ignore: func(o *standin.Op, _ *standin.Resource) bool { return o.In("allowOverwrite").Bool() },
			Fix:    "remove one of the two, or set allowOverwrite",
		}},
		Checks: []standin.CheckRule{route53Record, route53RecordValues},
		Rules:  []standin.Rule{route53RecordZone, route53CnameConflict, route53AliasZone},
		Moves:  map[string][]string{"fqdn": {"name"}},
		Id: func(o *standin.Op) string {
			id := o.In("zoneId").Text() + "_" + strings.TrimSuffix(o.In("name").Text(), ".") + "_" + o.In("type").Text()
			if set := o.In("setIdentifier").Text(); set != "" {
				id += "_" + set
			}
			return id
		},
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"fqdn": fqdn(o)}
		},
	}
}

func sameDomain(a, b string) bool {
	return strings.EqualFold(strings.TrimSuffix(a, "."), strings.TrimSuffix(b, "."))
}

// fqdn completes a name that is relative to its zone, if the zone is known here.
func fqdn(o *standin.Op) string {
	name := strings.TrimSuffix(o.In("name").Text(), ".")
	zone := o.World.Get(token.Route53Zone, o.In("zoneId").Text())
	if zone == nil {
		return name
	}
	domain := strings.TrimSuffix(zone.Out("name").Text(), ".")
	switch {
	case name == "" || name == domain:
		return domain
	case strings.HasSuffix(name, "."+domain):
		return name
	}
	return name + "." + domain
}
