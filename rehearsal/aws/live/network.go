package live

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// A model of who can reach whom within the live network: route tables, gateways, endpoints and security
// groups. A VPC and subnets that exist outside this world are taken to let everything through; security groups that are
// known are judged there as well.

// place is where something has its network interfaces.
type place struct {
	label string
	// vpc is that of the known subnets, or else of the known security groups; empty if there are none.
	vpc     string
	region  string
	subnets []*standin.Resource
	groups  []string
	// public reports whether the interfaces have public addresses.
	public bool
	// unguarded reports that no security groups apply, as to a network load balancer without any.
	unguarded bool
	// book, when there is one, remembers the rules of security groups while the world stands still.
	book ruleBook
}

// obstacle is the rule by which something cannot be reached or started, the cause and the remedy.
type obstacle struct {
	by         *standin.Identity
	cause, fix string
}

// newPlace reads subnets and groups; without groups the VPC's default group applies.
func newPlace(world *standin.View, label, region string, subnets, groups []string) place {
	p := place{label: label, region: region, groups: groups}
	for _, id := range subnets {
		if subnet := world.Get(token.Ec2Subnet, id); subnet != nil {
			p.subnets = append(p.subnets, subnet)
			p.vpc = subnet.Out("vpcId").Text()
		}
	}
	for _, id := range groups {
		if group := world.Get(token.Ec2SecurityGroup, id); group != nil && p.vpc == "" {
			p.vpc = group.Out("vpcId").Text()
		}
	}
	if vpc := world.Get(token.Ec2Vpc, p.vpc); vpc != nil && len(p.groups) == 0 {
		p.groups = []string{vpc.Out("defaultSecurityGroupId").Text()}
	}
	return p
}

func servicePlace(world *standin.View, service *standin.Resource) place {
	network := service.Out("networkConfiguration")
	p := newPlace(world, service.Label(), service.Region, network.At("subnets").Texts(),
		network.At("securityGroups").Texts())
	p.public = network.At("assignPublicIp").Bool()
	return p
}

func balancerPlace(world *standin.View, balancer *standin.Resource) place {
	subnets := balancer.Out("subnets").Texts()
	for _, mapped := range balancer.All("subnetMappings.subnetId") {
		subnets = append(subnets, mapped.Text())
	}
	groups := balancer.Out("securityGroups").Texts()
	p := newPlace(world, balancer.Label(), balancer.Region, subnets, groups)
	p.public = !balancer.Out("internal").Bool()
	p.unguarded = len(groups) == 0 && balancer.Out("loadBalancerType").Text() != "application"
	return p
}

func databasePlace(world *standin.View, database *standin.Resource) place {
	var subnets []string
	if group := world.Find(token.RdsSubnetGroup, "name", database.Out("dbSubnetGroupName").Text()); group != nil {
		subnets = group.Out("subnetIds").Texts()
	}
	p := newPlace(world, database.Label(), database.Region, subnets, database.Out("vpcSecurityGroupIds").Texts())
	p.public = database.Out("publiclyAccessible").Bool()
	return p
}

func cachePlace(world *standin.View, cache *standin.Resource) place {
	var subnets []string
	if group := world.Find(token.ElasticacheSubnetGroup, "name", cache.Out("subnetGroupName").Text()); group != nil {
		subnets = group.Out("subnetIds").Texts()
	}
	return newPlace(world, cache.Label(), cache.Region, subnets, cache.Out("securityGroupIds").Texts())
}

func mountTargetPlace(world *standin.View, target *standin.Resource) place {
	return newPlace(world, target.Label(), target.Region, []string{target.Out("subnetId").Text()},
		target.Out("securityGroups").Texts())
}

func endpointPlace(world *standin.View, endpoint *standin.Resource) place {
	return newPlace(world, endpoint.Label(), endpoint.Region, endpoint.Out("subnetIds").Texts(),
		endpoint.Out("securityGroupIds").Texts())
}

// VpcOf returns the id of the VPC in which a resource has network interfaces; empty if neither its subnets nor its
// security groups are known.
func VpcOf(world *standin.View, r *standin.Resource) string {
	switch r.Token {
	case token.EcsService:
		return servicePlace(world, r).vpc
	case token.LbLoadBalancer:
		return balancerPlace(world, r).vpc
	case token.RdsInstance:
		return databasePlace(world, r).vpc
	case token.ElasticacheReplicationGroup:
		return cachePlace(world, r).vpc
	case token.EfsFileSystem:
		for _, target := range world.Where(token.EfsMountTarget, "fileSystemId", r.Id) {
			if vpc := mountTargetPlace(world, target).vpc; vpc != "" {
				return vpc
			}
		}
	}
	return ""
}

// connect finds the rules that let TCP connections through, out of the one place and into the other.
func connect(world *standin.View, from, to place, port int) (rules []string, hindered *obstacle) {
	if len(from.subnets) > 0 && len(to.subnets) > 0 && from.vpc != to.vpc && !peered(world, from) {
		return nil, &obstacle{
			by:    oneVpc,
			cause: from.label + " and " + to.label + " are in different VPCs that nothing joins",
			fix:   "put both into one VPC",
		}
	}
	out, hindered := admission{world, from, egress, port}.to(to)
	if hindered != nil {
		return nil, hindered
	}
	in, hindered := admission{world, to, ingress, port}.to(from)
	if hindered != nil {
		return nil, hindered
	}
	return slices.Compact(slices.Concat(out, in)), nil
}

// peered reports a route to a peering connection or the like, which are not of this world.
func peered(world *standin.View, p place) bool {
	for _, subnet := range p.subnets {
		for _, route := range routesOf(world, subnet) {
			if route.elsewhere {
				return true
			}
		}
	}
	return false
}

// admission asks the security groups of one side of a connection.
type admission struct {
	world     *standin.View
	own       place
	direction direction
	port      int
}

// to finds the rules that cover all of the other side: each of its subnets, or one of its groups.
func (a admission) to(peer place) ([]string, *obstacle) {
	if a.own.unguarded {
		return nil, nil
	}
	if label := a.ruleFor(peer.groups); label != "" {
		return []string{label}, nil
	}
	rules, known := a.rules()
	if !known {
		return nil, nil
	}
	var used []string
	for _, subnet := range peer.subnets {
		at := slices.IndexFunc(rules, func(r groupRule) bool { return r.covers(subnet.Out("cidrBlock").Text()) })
		if at < 0 {
			return nil, a.closed(peer)
		}
		if !slices.Contains(used, rules[at].label) {
			used = append(used, rules[at].label)
		}
	}
	if len(peer.subnets) == 0 {
		return a.toUnknownAddresses(peer, rules)
	}
	return used, nil
}

// toUnknownAddresses finds a rule for a peer whose addresses are not known: the first one for a network may be for
// them. Rules for other groups are not, if the peer's groups are known.
func (a admission) toUnknownAddresses(peer place, rules []groupRule) ([]string, *obstacle) {
	for _, rule := range rules {
		if len(rule.networks) > 0 || len(rule.lists) > 0 || len(peer.groups) == 0 {
			return []string{rule.label}, nil
		}
	}
	return nil, a.closed(peer)
}

// ruleFor returns the label of the first rule for the port that names one of the groups, or "". It does not look at the
// rules for others, of which a server's group has one for each client.
func (a admission) ruleFor(peers []string) string {
	if slices.ContainsFunc(a.own.groups, func(group string) bool { return !isGroupHere(a.world, group) }) {
		return ""
	}
	for _, group := range a.own.groups {
		for _, rule := range rulesBetween(a.world, group, peers, a.direction) {
			if rule.hasPort(a.port) {
				return rule.label
			}
		}
	}
	return ""
}

// rules are those of all groups for the port; known is false when a group is not of this world.
func (a admission) rules() (fitting []groupRule, known bool) {
	for _, group := range a.own.groups {
		rules, here := a.own.book.rulesOf(a.world, group, a.direction)
		if !here {
			return nil, false
		}
		for _, rule := range rules {
			if rule.hasPort(a.port) {
				fitting = append(fitting, rule)
			}
		}
	}
	return fitting, len(a.own.groups) > 0
}

func (a admission) closed(peer place) *obstacle {
	preposition := map[direction]string{egress: "to", ingress: "from"}[a.direction]
	port := strconv.Itoa(a.port)
	return &obstacle{
		by: securityGroupRule,
		cause: "no " + string(a.direction) + " rule of " + a.groupLabels() + " of " + a.own.label + " allows TCP " + port +
			" " + preposition +
			" " + peer.label,
		fix: "add an " + string(a.direction) + " rule for TCP " + port + " to that group, " + preposition +
			" the security group of " + peer.label,
	}
}

func (a admission) groupLabels() string {
	var labels []string
	for _, id := range a.own.groups {
		if group := a.world.Get(token.Ec2SecurityGroup, id); group != nil {
			labels = append(labels, group.Label())
		} else {
			labels = append(labels, id)
		}
	}
	return strings.Join(labels, ", ")
}

// contains reports that the outer network has all of the inner one.
func contains(outer netip.Prefix, inner string) bool {
	prefix, err := netip.ParsePrefix(inner)
	return err == nil && outer.Bits() <= prefix.Bits() && outer.Contains(prefix.Addr())
}
