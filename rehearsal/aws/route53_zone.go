package aws

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(zoneKind)

func zoneKind() standin.Kind {
	return standin.Kind{
		Token: token.Route53Zone, Args: route53.ZoneArgs{}, State: route53.ZoneState{}, Global: true,
		Facts:    charged(standin.Monthly("hosted-zone-month")),
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"comment": managedByPulumi, "forceDestroy": false},
		Computed: []string{"vpcs"},
		Replaces: []string{"delegationSetId", "name"},
		Checks:   []standin.CheckRule{route53ZoneName},
		Sets:     []string{"vpcs"},
		Refs:     []standin.Ref{toVpc("vpcs.vpcId")},
		HeldBy:   []standin.Hold{{Token: token.Route53Record, Path: "zoneId", When: recordsStay}},
		InUse:    "HostedZoneNotEmpty",
		Id:       func(*standin.Op) string { return "Z" + standin.Draw(upperDigits, 20) },
		Outputs: func(o *standin.Op) standin.Props {
			servers := []any{}
			for i, domain := range []string{"com", "net", "org", "co.uk"} {
				servers = append(servers, fmt.Sprintf("ns-%d.awsdns-%02d.%s", i*512+standin.Below(512), standin.Below(64), domain))
			}
			return standin.Props{
				"arn": "arn:" + ident.Partition(o.Scope.Region) + ":route53:::hostedzone/" + o.Id, "zoneId": o.Id,
				"nameServers": servers, "primaryNameServer": servers[0], "vpcs": []any{},
			}
		},
	}
}

// recordsStay reports whether records keep a zone: the provider deletes them if forceDestroy is true.
func recordsStay(_ *standin.View, _, zone *standin.Resource) bool {
	return !zone.Out("forceDestroy").Bool()
}
