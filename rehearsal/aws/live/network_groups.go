package live

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// direction is the direction of the traffic that a rule of a security group allows.
type direction string

const (
	ingress direction = "ingress"
	egress  direction = "egress"
)

// groupRule is one rule of a security group, whichever resource it is written in.
type groupRule struct {
	label    string
	protocol string
	from, to int
	networks []netip.Prefix
	groups   []string
	// lists are prefix lists, such as the addresses of S3 in a region.
	lists []string
}

// rulesOf are the rules of a group in a direction; known is false when the group is not of this world.
func rulesOf(world *standin.View, group string, way direction) (rules []groupRule, known bool) {
	for _, r := range world.Where(ruleTokens[way], "securityGroupId", group) {
		rules = append(rules, ruleOfItsOwn(r))
	}
	return append(rules, rulesWithin(world, group, way)...), isGroupHere(world, group)
}

// rulesBetween returns the rules of the group that name one of the others, in the order of rulesOf.
func rulesBetween(world *standin.View, group string, others []string, way direction) []groupRule {
	var own []*standin.Resource
	for _, other := range others {
		own = append(own, world.WhereBoth(ruleTokens[way], "securityGroupId", group, "referencedSecurityGroupId", other)...)
	}
	slices.SortFunc(own, func(a, b *standin.Resource) int { return cmp.Compare(a.Seq, b.Seq) })
	var rules []groupRule
	for _, r := range own {
		rules = append(rules, ruleOfItsOwn(r))
	}
	for _, rule := range rulesWithin(world, group, way) {
		if slices.ContainsFunc(others, rule.hasGroup) {
			rules = append(rules, rule)
		}
	}
	return rules
}

// ruleTokens are the types of the rules that are resources of their own.
var ruleTokens = map[direction]string{
	ingress: token.VpcSecurityGroupIngressRule,
	egress:  token.VpcSecurityGroupEgressRule,
}

// rulesWithin returns the rules that can have several sources: those of the older type, and those in the inputs of the
// group itself, or a default group's.
func rulesWithin(world *standin.View, group string, way direction) []groupRule {
	var rules []groupRule
	for _, r := range world.Where(token.Ec2SecurityGroupRule, "securityGroupId", group) {
		if r.Out("type").Text() == string(way) {
			rules = append(rules, combinedRule(r, group))
		}
	}
	for _, kind := range []string{token.Ec2SecurityGroup, token.Ec2DefaultSecurityGroup} {
		if r := world.Get(kind, group); r != nil {
			return append(rules, inlineRules(r, group, way)...)
		}
	}
	if vpc := world.Find(token.Ec2Vpc, "defaultSecurityGroupId", group); vpc != nil {
		return append(rules, untouchedDefault(vpc, group, way))
	}
	return rules
}

// isGroupHere reports whether the security group is one of this world.
func isGroupHere(world *standin.View, group string) bool {
	return world.Get(token.Ec2SecurityGroup, group) != nil || world.Get(token.Ec2DefaultSecurityGroup, group) != nil ||
		world.Find(token.Ec2Vpc, "defaultSecurityGroupId", group) != nil
}

// ruleBook remembers the rules of security groups; nil remembers nothing.
type ruleBook map[ruleKey]ruleEntry

type ruleKey struct {
	group string
	way   direction
}

type ruleEntry struct {
	rules []groupRule
	known bool
}

func (b ruleBook) rulesOf(world *standin.View, group string, way direction) (rules []groupRule, known bool) {
	key := ruleKey{group, way}
	entry, there := b[key]
	if !there {
		entry.rules, entry.known = rulesOf(world, group, way)
		if b != nil {
			b[key] = entry
		}
	}
	return entry.rules, entry.known
}

// untouchedDefault returns the rule of a VPC's default group that no resource manages: it allows all traffic out, and
// in from members of the group itself (https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html).
func untouchedDefault(vpc *standin.Resource, group string, way direction) groupRule {
	rule := groupRule{label: "the default security group of " + vpc.Label(), protocol: "-1"}
	if way == ingress {
		rule.groups = []string{group}
	} else {
		rule.networks = networksOf([]string{Everywhere})
	}
	return rule
}

// Everywhere is the network of all IPv4 addresses.
const Everywhere = "0.0.0.0/0"

func ruleOfItsOwn(r *standin.Resource) groupRule {
	rule := groupRule{
		label: r.Label(), protocol: r.Out("ipProtocol").Text(), from: r.Out("fromPort").Int(), to: r.Out("toPort").Int(),
		networks: networksOf([]string{r.Out("cidrIpv4").Text(), r.Out("cidrIpv6").Text()}),
		lists:    r.Out("prefixListId").Texts(),
	}
	if group := r.Out("referencedSecurityGroupId").Text(); group != "" {
		rule.groups = []string{group}
	}
	return rule
}

func inlineRules(r *standin.Resource, group string, way direction) []groupRule {
	var rules []groupRule
	for _, v := range r.Out(string(way)).Items() {
		rules = append(rules, ruleWithLists(r.Label()+" "+v.Path(), group, "securityGroups", v.At))
	}
	return rules
}

// combinedRule returns a rule of the type with lists of networks and a direction.
func combinedRule(r *standin.Resource, group string) groupRule {
	return ruleWithLists(r.Label(), group, "sourceSecurityGroupId", r.Out)
}

func ruleWithLists(label, group, sources string, property func(string) standin.Value) groupRule {
	rule := groupRule{
		label: label, protocol: property("protocol").Text(),
		from: property("fromPort").Int(), to: property("toPort").Int(),
		networks: networksOf(slices.Concat(property("cidrBlocks").Texts(), property("ipv6CidrBlocks").Texts())),
		groups:   property(sources).Texts(), lists: property("prefixListIds").Texts(),
	}
	if property("self").Bool() {
		rule.groups = append(rule.groups, group)
	}
	return rule
}

func networksOf(blocks []string) []netip.Prefix {
	var networks []netip.Prefix
	for _, block := range blocks {
		if network, err := netip.ParsePrefix(block); err == nil {
			networks = append(networks, network)
		}
	}
	return networks
}

func (r groupRule) everyPort() bool {
	const highest = 65535
	return r.protocol == "-1" || r.protocol == "all" || r.from <= 0 && r.to == highest
}

func (r groupRule) hasPort(port int) bool {
	tcp := r.protocol == "tcp" || r.protocol == "6"
	return r.everyPort() && (tcp || r.protocol == "-1" || r.protocol == "all") || tcp && r.from <= port && port <= r.to
}

func (r groupRule) hasGroup(group string) bool { return slices.Contains(r.groups, group) }

// covers reports that the rule is for all addresses of a network.
func (r groupRule) covers(network string) bool {
	return slices.ContainsFunc(r.networks, func(n netip.Prefix) bool { return contains(n, network) })
}

// reachesOut reports that the rule is for addresses beyond private networks. One that names some public
// addresses is taken to name the right ones.
func (r groupRule) reachesOut() bool {
	return slices.ContainsFunc(r.networks, func(n netip.Prefix) bool {
		return n.Addr().Is4() && (n.Bits() == 0 || !n.Addr().IsPrivate())
	})
}

// ports writes the ports of a rule for a person.
func (r groupRule) ports() string {
	switch {
	case r.everyPort():
		return "all"
	case r.from == r.to:
		return strconv.Itoa(r.from)
	}
	return strconv.Itoa(r.from) + "-" + strconv.Itoa(r.to)
}
