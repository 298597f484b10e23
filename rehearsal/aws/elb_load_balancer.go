package aws

import (
	"cmp"
	"fmt"
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(loadBalancerKind)

func loadBalancerKind() standin.Kind {
	return standin.Kind{
		Token: token.LbLoadBalancer, Aliases: balancingAliases(token.LbLoadBalancer),
		Args: lb.LoadBalancerArgs{}, State: lb.LoadBalancerState{},
		Facts: standin.Facts{
			Takes: standin.Duration{
				Usual: 3 * time.Minute, Why: "state provisioning until active", Source: applyLogs + "2:15 to 3:10",
			},
			Charge: balancerCharge, Loss: standin.Nothing,
		},
		// Names of load balancers and target groups have at most 32 characters
		// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html).
		Name: standin.Naming{Property: "name", Max: 32, Unless: "namePrefix"},
		Defaults: standin.Props{
			"clientKeepAlive": 3600, "desyncMitigationMode": "defensive", "dropInvalidHeaderFields": false,
			"enableCrossZoneLoadBalancing": false, "enableDeletionProtection": false, "enableHttp2": true,
			"enableTlsVersionAndCipherSuiteHeaders": false, "enableWafFailOpen": false, "enableXffClientPort": false,
			"enableZonalShift": false, "idleTimeout": 60, "loadBalancerType": "application", "preserveHostHeader": false,
			"xffHeaderProcessingMode": "append", "dnsRecordClientRoutingPolicy": "any_availability_zone",
		},
		Computed: []string{
			"enforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "internal", "ipAddressType", "securityGroups",
			"subnetMappings", "subnets",
		},
		Keeps:    []string{"accessLogs", "connectionLogs"},
		Diff:     balancerDiff,
		Replaces: []string{"customerOwnedIpv4Pool", "internal", "loadBalancerType", "name", "namePrefix"},
		Sets:     []string{"securityGroups", "subnetMappings", "subnets"},
		Refs: []standin.Ref{
			toSubnet("subnets"), toSubnet("subnetMappings.subnetId"), toSecurityGroup("securityGroups"),
			toBucket("accessLogs.bucket"), toBucket("connectionLogs.bucket"),
		},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "DuplicateLoadBalancerName", Rule: "a load balancer's name is unique in the region",
		}},
		Checks: []standin.CheckRule{elbLoadBalancerName, elbLoadBalancerTimeouts, elbLoadBalancerSubnets},
		Rules: []standin.Rule{
			elbLoadBalancerZones, elbLoadBalancerVpc, elbLoadBalancerInternet, elbAccessLogRegion, elbAccessLogBucket,
		},
		Steady:   []standin.Rule{standin.Effect(logsWrittenTo)},
		OnDelete: []standin.Rule{elbDeletionProtection},
		Id: func(o *standin.Op) string {
			return arn(o, "elasticloadbalancing",
				fmt.Sprintf("loadbalancer/%s/%s/%s", balancerFamily(o), o.Has("name").Text(), standin.Draw(ident.HexDigits, 16)))
		},
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": o.Id, "arnSuffix": afterFirst(o.Id, "loadbalancer/"), "dnsName": balancerName(o),
				"zoneId": balancerZone(o.Scope.Region), "vpcId": vpcOf(o, o.In("subnets")),
				"internal": false, "ipAddressType": "ipv4", "securityGroups": []any{}, "subnets": []any{},
				"subnetMappings": []any{}, "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "",
			}
		},
	}
}

// balancerFamily is how an ARN abbreviates the type.
func balancerFamily(o *standin.Op) string {
	switch o.In("loadBalancerType").Text() {
	case "network":
		return "net"
	case "gateway":
		return "gwy"
	}
	return "app"
}

func balancerName(o *standin.Op) string {
	name := o.Has("name").Text() + "-" + standin.Draw("0123456789", 10) + "." + o.Scope.Region + ".elb.amazonaws.com"
	if o.In("internal").Bool() {
		return "internal-" + name
	}
	return name
}

// balancerZone is the hosted zone of application load balancers in a region.
// Source: https://docs.aws.amazon.com/general/latest/gr/elb.html
func balancerZone(region string) string {
	zone := map[string]string{
		"us-east-1": "Z35SXDOTRQ7X7K", "us-east-2": "Z3AADJGX6KTTL2", "us-west-1": "Z368ELLRRE2KJ0",
		"us-west-2": "Z1H1FL5HABSF5", "ap-south-1": "ZP97RAFLXTNZK", "ap-southeast-1": "Z1LMS91P8CMLE5",
		"ap-southeast-2": "Z1GM3OXH4ZPM65", "ap-northeast-1": "Z14GRHDCWA56QT", "eu-central-1": "Z215JYRZR1TBD5",
		"eu-west-1": "Z32O12XQLNTSW2",
	}[region]
	if zone == "" {
		return "Z" + standin.Draw(upperDigits, 13)
	}
	return zone
}

// vpcOf is the VPC of the first subnet that is known here.
func vpcOf(o *standin.Op, subnets standin.Value) string {
	for _, id := range subnets.Texts() {
		if subnet := o.World.Get(token.Ec2Subnet, id); subnet != nil {
			return subnet.Out("vpcId").Text()
		}
	}
	return ""
}

var elbDeletionProtection = rule("elb/deletion-protection").OnOperation(func(o *standin.Op) {
	if protection := o.Was("enableDeletionProtection"); protection.Bool() {
		o.Refuse(protection, "OperationNotPermitted",
			"the load balancer cannot be deleted because deletion protection is enabled",
			"set enableDeletionProtection to false and update, then delete")
	}
})

// balancerCharge: a load balancer has a public address in each subnet, and takes more when it grows
// (https://aws.amazon.com/elasticloadbalancing/pricing/).
func balancerCharge(t standin.Tally, r *standin.Resource) {
	kind := cmp.Or(r.Out("loadBalancerType").Text(), "application")
	t.AddHours(r, 1, "load-balancer-hour", kind)
	t.Use("capacity units of load balancers", "load-balancer-lcu-hour/"+kind)
	if r.Out("accessLogs.enabled").Bool() {
		t.Use("access logs of load balancers", "s3-storage-gb-month", "s3-request/write")
	}
	if !r.Out("internal").Bool() {
		t.AddHours(r, float64(len(r.Out("subnets").Items())), "public-ipv4-hour")
		t.Grow(r.Name + " takes more public addresses when it grows")
	}
}
