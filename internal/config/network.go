package config

import (
	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Network is the VPC, the load balancer in it, and the names that services find each other by.
type Network struct {
	Namespace string

	VpcId                string
	PublicSubnetIds      []string
	ApplicationSubnetIds []string
	DataSubnetIds        []string
	AssignPublicIp       bool

	VpcCidrBlock       string
	AvailabilityZones  []string
	NatGateways        components.NatGateways
	InterfaceEndpoints []string
	FlowLogs           bool
	FlowLogTraffic     components.FlowLogTraffic
	EgressPorts        []int

	Domain           string
	HostedZoneId     string
	CertificateArn   string
	AccessLogsBucket string
	WebAclArn        string
}

func (r *reader) network() Network {
	return Network{
		Namespace:            r.text("namespace", "care-ns"),
		VpcId:                r.optional("vpcId"),
		PublicSubnetIds:      r.list("publicSubnetIds"),
		ApplicationSubnetIds: r.list("applicationSubnetIds"),
		DataSubnetIds:        r.list("dataSubnetIds"),
		AssignPublicIp:       r.boolean("assignPublicIp", false),
		VpcCidrBlock:         r.text("vpcCidrBlock", components.DefaultVpcCidrBlock),
		AvailabilityZones:    r.list("availabilityZones"),
		NatGateways:          components.NatGateways(r.text("natGateways", string(components.NatSingle))),
		InterfaceEndpoints:   r.list("interfaceEndpoints"),
		FlowLogs:             r.boolean("flowLogs", false),
		FlowLogTraffic:       components.FlowLogTraffic(r.text("flowLogTraffic", string(components.RejectedTraffic))),
		EgressPorts:          r.integers("egressPorts"),
		Domain:               r.optional("domain"),
		HostedZoneId:         r.optional("hostedZoneId"),
		CertificateArn:       r.optional("certificateArn"),
		AccessLogsBucket:     r.optional("accessLogsBucket"),
		WebAclArn:            r.optional("webAclArn"),
	}
}

func (c Config) networkProblems() []error {
	n := c.Network
	problems := []error{
		rule.Region("aws:region", c.Region),
		rule.Namespace("care:namespace", n.Namespace),
		rule.VpcCidrBlock("care:vpcCidrBlock", n.VpcCidrBlock),
		rule.OneOf("care:natGateways", n.NatGateways, components.NatNone, components.NatSingle, components.NatOnePerZone),
		rule.OneOf("care:flowLogTraffic", n.FlowLogTraffic, components.RejectedTraffic, components.AllTraffic),
		rule.Unique("care:interfaceEndpoints", n.InterfaceEndpoints),
		rule.Unique("care:egressPorts", n.EgressPorts),
		rule.Https("care:domain", n.Domain, "care:hostedZoneId", n.HostedZoneId, certificateKey, n.CertificateArn),
		c.certificateProblem(),
	}
	if len(n.AvailabilityZones) > 0 {
		problems = append(problems, rule.AvailabilityZones("care:availabilityZones", c.Region, n.AvailabilityZones))
	}
	for _, service := range n.InterfaceEndpoints {
		problems = append(problems, rule.EndpointService("care:interfaceEndpoints", service))
	}
	for _, port := range n.EgressPorts {
		problems = append(problems, rule.Port("care:egressPorts", port))
	}
	if n.AccessLogsBucket != "" {
		problems = append(problems, rule.BucketName("care:accessLogsBucket", n.AccessLogsBucket))
	}
	if n.WebAclArn != "" {
		problems = append(problems, c.webAclProblem())
	}
	if n.FlowLogTraffic == components.AllTraffic && !n.FlowLogs {
		problems = append(problems, rule.Broken("care:flowLogTraffic", n.FlowLogTraffic,
			"has no effect without care:flowLogs", "set care:flowLogs to true"))
	}
	return append(problems, n.existingVpcProblems()...)
}

// existingVpcProblems requires that an existing VPC is described completely.
func (n Network) existingVpcProblems() []error {
	var problems []error
	if n.VpcId != "" {
		problems = append(problems, rule.ResourceId("care:vpcId", n.VpcId, "vpc"))
	}
	for _, subnets := range []struct {
		key string
		ids []string
	}{
		{"care:publicSubnetIds", n.PublicSubnetIds},
		{"care:applicationSubnetIds", n.ApplicationSubnetIds},
		{"care:dataSubnetIds", n.DataSubnetIds},
	} {
		key, ids := subnets.key, subnets.ids
		problems = append(problems, rule.Unique(key, ids))
		switch {
		case n.VpcId == "" && len(ids) > 0:
			problems = append(problems, rule.Broken(key, ids, "has no effect without care:vpcId", "give care:vpcId as well"))
		case n.VpcId != "" && len(ids) < 2:
			problems = append(problems, rule.Broken(key, ids,
				"must list subnets of care:vpcId in two or more zones", "give their ids"))
		}
		for _, id := range ids {
			problems = append(problems, rule.ResourceId(key, id, "subnet"))
		}
	}
	return problems
}
