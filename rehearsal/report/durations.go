package report

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
)

// Typical is how long AWS usually takes to create one resource of a type until what waits for it may go on. The numbers
// are rounded from what others have published; nothing here has been measured, and AWS promises none of it.
type Typical struct {
	// Type is the Pulumi type.
	Type string
	// Takes is the usual duration.
	Takes time.Duration
	// Why says what takes the time, and Source where the number comes from.
	Why, Source string

	// adjust makes it longer or shorter for the properties at hand.
	adjust func(usual time.Duration, property func(string) any) time.Duration
}

// quick is what a call to an AWS API takes that only writes something down, with the provider's reading it back.
const quick = 2 * time.Second

const applyLogs = "apply logs of Terraform's AWS provider, which Pulumi's is made from, in public repositories: "

// typical lists what takes longer than that.
var typical = byType(
	Typical{
		Type: token.RdsInstance, Takes: 10 * time.Minute,
		Why:    "the instance boots, and a first backup is taken; a standby in another zone takes half as long again",
		Source: applyLogs + "5 to 17 minutes; https://oneuptime.com/blog/post/2026-02-23-terraform-resources-long-creation-time/view: 10 to 20",
		adjust: standbyTakesLonger,
	},
	Typical{
		Type: token.ElasticacheReplicationGroup, Takes: 10 * time.Minute,
		Why: "the nodes boot and replicate", Source: applyLogs + "6 to 9 minutes",
	},
	Typical{
		Type: token.ElasticacheCluster, Takes: 10 * time.Minute,
		Why: "the nodes boot", Source: applyLogs + "as the replication group",
	},
	Typical{
		Type: token.LbLoadBalancer, Takes: 3 * time.Minute,
		Why: "state provisioning until active", Source: applyLogs + "2:15 to 3:10",
	},
	Typical{
		Type: token.Ec2NatGateway, Takes: 2 * time.Minute,
		Why: "state pending until available", Source: applyLogs + "1:24 to 2:01",
	},
	Typical{
		Type: token.EcsService, Takes: 3 * time.Minute,
		Why: "network interface, image and health checks until the deployment is steady; a load balancer's health checks and " +
			"registration come on top; without waiting for the steady state, one call",
		Source: "https://github.com/hashicorp/terraform-provider-aws/issues/16184: most deployments complete in 3 minutes",
		adjust: serviceUntilSteady,
	},
	Typical{
		Type: token.AcmCertificateValidation, Takes: 3 * time.Minute,
		Why:    "ACM looks up the record and issues the certificate; at times it takes much longer",
		Source: "https://github.com/aws/aws-cdk/issues/2914: within 5 minutes, mostly",
	},
	Typical{
		Type: token.EfsMountTarget, Takes: 90 * time.Second,
		Why: "a network interface, and its address in DNS", Source: "https://alchemy.run/providers/aws/efs/mounttarget: 1 to 2 minutes",
	},
	Typical{
		Type: token.Ec2VpcEndpoint, Takes: 90 * time.Second,
		Why: "a network interface in each subnet, and a private name; a gateway endpoint is routes alone", Source: "an estimate",
		adjust: gatewayIsQuick,
	},
	Typical{
		Type: token.Route53Record, Takes: 45 * time.Second,
		Why: "the change is on all name servers", Source: applyLogs + "30 seconds to a minute",
	},
	Typical{
		Type: token.ServicediscoveryHttpNamespace, Takes: 30 * time.Second,
		Why: "an operation that the provider polls", Source: "an estimate",
	},
	Typical{
		Type: token.EcsCluster, Takes: 15 * time.Second,
		Why: "state provisioning until active, polled", Source: applyLogs + "10 to 12 seconds",
	},
	Typical{
		Type: token.EcsClusterCapacityProviders, Takes: 15 * time.Second,
		Why: "the cluster's update, polled", Source: "an estimate",
	},
	Typical{
		Type: token.Ec2Vpc, Takes: 12 * time.Second,
		Why: "state, and then the DNS attributes one after the other", Source: applyLogs + "2 to 12 seconds",
	},
	Typical{
		Type: token.RdsParameterGroup, Takes: 5 * time.Second,
		Why: "creation, and then its parameters", Source: "an estimate",
	},
	Typical{
		Type: token.EfsFileSystem, Takes: 10 * time.Second,
		Why: "state creating until available", Source: "an estimate",
	},
)

func byType(all ...Typical) map[string]Typical {
	table := make(map[string]Typical, len(all))
	for _, each := range all {
		table[each.Type] = each
	}
	return table
}

// Durations are all typical durations that are longer than a call or two, the longest first.
func Durations() []Typical {
	return slices.SortedFunc(maps.Values(typical), func(a, b Typical) int {
		if a.Takes != b.Takes {
			return cmp.Compare(b.Takes, a.Takes)
		}
		return cmp.Compare(a.Type, b.Type)
	})
}

// TypicalCreate is how long AWS usually takes to create a resource with these properties. What is not AWS's takes no
// time, and neither does a component.
func TypicalCreate(token string, property func(string) any) time.Duration {
	if !isAws(token) {
		return 0
	}
	known, ok := typical[token]
	switch {
	case !ok:
		return quick
	case known.adjust == nil:
		return known.Takes
	default:
		return known.adjust(known.Takes, property)
	}
}

func standbyTakesLonger(usual time.Duration, property func(string) any) time.Duration {
	if property("multiAz") == true {
		return usual * 3 / 2
	}
	return usual
}

func serviceUntilSteady(usual time.Duration, property func(string) any) time.Duration {
	if property("waitForSteadyState") != true {
		return quick
	}
	if balancers, _ := property("loadBalancers").([]any); len(balancers) > 0 {
		return usual + time.Minute
	}
	return usual
}

func gatewayIsQuick(usual time.Duration, property func(string) any) time.Duration {
	if property("vpcEndpointType") == "Interface" {
		return usual
	}
	return 2 * quick
}
