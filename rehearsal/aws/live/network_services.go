package live

import (
	"slices"
	"strconv"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const httpsPort = 443

// reachInternet returns the obstacle between a place and a TCP port on the internet, or nil.
func reachInternet(world *standin.View, p place, port int) *obstacle {
	if hindered := letsOut(world, p, port, ""); hindered != nil {
		return hindered
	}
	_, hindered := wayOut(world, p)
	return hindered
}

// letsOut asks the security groups for a rule to the internet, or to a prefix list.
func letsOut(world *standin.View, p place, port int, list string) *obstacle {
	if p.unguarded {
		return nil
	}
	ask := admission{world, p, egress, port}
	rules, known := ask.rules()
	open := func(r groupRule) bool { return r.reachesOut() || list != "" && slices.Contains(r.lists, list) }
	if !known || slices.ContainsFunc(rules, open) {
		return nil
	}
	return &obstacle{
		by: securityGroupRule,
		cause: "no egress rule of " + ask.groupLabels() + " of " + p.label + " allows TCP " + strconv.Itoa(port) +
			" to the internet",
		fix: "add an egress rule for TCP " + strconv.Itoa(port) + " to " + Everywhere +
			" (the provider takes away the one that AWS makes)",
	}
}

// reachService returns the obstacle between a place and the API of an AWS service in its region, such as "ecr.api". An
// interface endpoint with private DNS receives all traffic of its VPC to that API, so that it must let it in even if
// the internet is open (https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html).
func reachService(world *standin.View, p place, name string) *obstacle {
	for _, endpoint := range vpcEndpoints(world, p, name) {
		switch {
		case endpoint.Out("vpcEndpointType").Text() == "Interface" && endpoint.Out("privateDnsEnabled").Bool():
			_, hindered := connect(world, p, endpointPlace(world, endpoint), httpsPort)
			return hindered
		case endpoint.Out("vpcEndpointType").Text() == "Gateway" && routesThrough(world, p, endpoint):
			return letsOut(world, p, httpsPort, endpoint.Out("prefixListId").Text())
		}
	}
	hindered := reachInternet(world, p, httpsPort)
	if hindered != nil {
		hindered.fix += ", or make an interface endpoint with private DNS for " + name
	}
	return hindered
}

func vpcEndpoints(world *standin.View, p place, name string) []*standin.Resource {
	if p.vpc == "" {
		return nil
	}
	return slices.DeleteFunc(world.Where(token.Ec2VpcEndpoint, "vpcId", p.vpc), func(r *standin.Resource) bool {
		return r.Out("serviceName").Text() != "com.amazonaws."+p.region+"."+name
	})
}

// routesThrough: a gateway endpoint serves the subnets of its route tables only.
func routesThrough(world *standin.View, p place, endpoint *standin.Resource) bool {
	for _, subnet := range p.subnets {
		if !endpoint.Out("routeTableIds").Has(tableOf(world, subnet)) {
			return false
		}
	}
	return true
}
