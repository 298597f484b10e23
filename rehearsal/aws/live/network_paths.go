package live

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Path is one permitted way in the live network.
type Path struct {
	// From and To name resources as a person does, or "internet", or a security group outside this world.
	From, To string
	// Port is a TCP port, a range of them, or "all".
	Port string
	// Rule names the rules that let it through, and the gateway if there is one.
	Rule string
	// Through names the gateway of a way to the internet, if it is known.
	Through string
}

// Internet is everyone and everything outside.
const Internet = "internet"

// Paths returns the permitted ways between load balancers, services, databases, caches, file systems and
// interface endpoints, and between them and the internet.
func Paths(world *standin.View) []Path {
	var paths []Path
	for _, balancer := range world.Live(token.LbLoadBalancer) {
		paths = append(paths, pathsIn(world, balancer)...)
		paths = append(paths, pathsToTargets(world, balancer)...)
	}
	book := ruleBook{}
	receivers := slices.DeleteFunc(receiversOf(world), func(r receiver) bool { return len(r.ports) == 0 })
	for i := range receivers {
		receivers[i].book = book
	}
	for _, service := range world.Live(token.EcsService) {
		from := servicePlace(world, service)
		from.book = book
		rules, known := everyRule(world, from, egress)
		for _, to := range receivers {
			// A glance at the rules spares most pairs of a large world the closer look.
			if !known || slices.ContainsFunc(rules, to.named) {
				paths = append(paths, pathsBetween(world, from, to)...)
			}
		}
		paths = append(paths, pathsToOutsideGroups(world, from, rules)...)
		paths = append(paths, pathsOut(world, from, rules)...)
	}
	return distinct(paths)
}

// everyRule returns the rules of all security groups of a place; known is false if one is not of this world.
func everyRule(world *standin.View, p place, way direction) (all []groupRule, known bool) {
	known = true
	for _, group := range p.groups {
		rules, here := p.book.rulesOf(world, group, way)
		all, known = append(all, rules...), known && here
	}
	return all, known
}

// named reports that a rule could be about the receiver.
func (r receiver) named(rule groupRule) bool {
	return len(rule.networks) > 0 && slices.ContainsFunc(r.ports, rule.hasPort) ||
		slices.ContainsFunc(r.groups, rule.hasGroup)
}

// distinct removes repeated values, such as the same way to another mount target, and keeps the order.
func distinct[T comparable](items []T) []T {
	var kept []T
	seen := map[T]bool{}
	for _, item := range items {
		if !seen[item] {
			kept, seen[item] = append(kept, item), true
		}
	}
	return kept
}

// pathsIn returns the ways from the internet to a load balancer's listeners.
func pathsIn(world *standin.View, balancer *standin.Resource) []Path {
	var paths []Path
	to := balancerPlace(world, balancer)
	if !to.public {
		return nil
	}
	for _, listener := range world.Where(token.LbListener, "loadBalancerArn", balancer.Out("arn").Text()) {
		port := listener.Out("port").Int()
		path := Path{From: Internet, To: to.label, Port: strconv.Itoa(port), Rule: listener.Label()}
		if to.unguarded {
			paths = append(paths, path)
			continue
		}
		rules, _ := admission{world, to, ingress, port}.rules()
		for _, rule := range rules {
			if rule.reachesOut() {
				paths = append(paths, Path{From: rule.source(), To: path.To, Port: path.Port, Rule: rule.label})
			}
		}
	}
	return paths
}

// source names the part of the internet that a rule is for.
func (r groupRule) source() string {
	var some []string
	for _, network := range r.networks {
		if network.Bits() == 0 {
			return Internet
		}
		some = append(some, network.String())
	}
	return Internet + " (" + strings.Join(some, ", ") + ")"
}

// pathsToTargets returns the ways from a load balancer to the services behind it.
func pathsToTargets(world *standin.View, balancer *standin.Resource) []Path {
	var paths []Path
	from := balancerPlace(world, balancer)
	for _, service := range world.Live(token.EcsService) {
		for _, entry := range service.Out("loadBalancers").Items() {
			group := world.Find(token.LbTargetGroup, "arn", entry.At("targetGroupArn").Text())
			if group == nil || !slices.Contains(LoadBalancers(world, group), balancer) {
				continue
			}
			to := receiver{servicePlace(world, service), []int{entry.At("containerPort").Int()}}
			paths = append(paths, pathsBetween(world, from, to)...)
		}
	}
	return paths
}

// receiver is something with the ports on which it listens.
type receiver struct {
	place
	ports []int
}

func receiversOf(world *standin.View) []receiver {
	var all []receiver
	for _, service := range world.Live(token.EcsService) {
		all = append(all, receiver{servicePlace(world, service), listenedPorts(world, service)})
	}
	for _, database := range world.Live(token.RdsInstance) {
		all = append(all, receiver{databasePlace(world, database), []int{database.Out("port").Int()}})
	}
	for _, cache := range world.Live(token.ElasticacheReplicationGroup) {
		all = append(all, receiver{cachePlace(world, cache), []int{cachePort(cache)}})
	}
	for _, cluster := range world.Live(token.RdsCluster) {
		all = append(all, receiver{databasePlace(world, cluster), []int{cluster.Out("port").Int()}})
	}
	for _, cluster := range world.Live(token.ElasticacheCluster) {
		all = append(all, receiver{cachePlace(world, cluster), []int{cachePort(cluster)}})
	}
	for _, target := range world.Live(token.EfsMountTarget) {
		to := mountTargetPlace(world, target)
		if files := world.Get(token.EfsFileSystem, target.Out("fileSystemId").Text()); files != nil {
			to.label = files.Label()
		}
		all = append(all, receiver{to, []int{nfsPort}})
	}
	for _, e := range world.Live(token.Ec2VpcEndpoint) {
		if e.Out("vpcEndpointType").Text() == "Interface" {
			all = append(all, receiver{endpointPlace(world, e), []int{httpsPort}})
		}
	}
	return all
}

func listenedPorts(world *standin.View, service *standin.Resource) []int {
	var ports []int
	for _, container := range Containers(definitionOf(world, service)) {
		for _, port := range container.PortMappings {
			ports = append(ports, port.ContainerPort)
		}
	}
	for _, e := range endpointsOf(world, service) {
		ports = append(ports, e.target)
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

func pathsBetween(world *standin.View, from place, to receiver) []Path {
	var paths []Path
	for _, port := range to.ports {
		if from.label == to.label || port == 0 || from.vpc == "" || to.vpc == "" {
			continue
		}
		if rules, hindered := connect(world, from, to.place, port); hindered == nil {
			paths = append(paths,
				Path{From: from.label, To: to.label, Port: strconv.Itoa(port), Rule: strings.Join(rules, ", ")})
		}
	}
	return paths
}

// OutsideGroup begins the name of a security group that is not of this world, such as that of an existing database.
const OutsideGroup = "outside: "

// pathsToOutsideGroups returns the ways from a service to resources with a security group that is not of this world.
// That group is assumed to let the service in.
func pathsToOutsideGroups(world *standin.View, from place, rules []groupRule) []Path {
	var paths []Path
	for _, rule := range rules {
		for _, group := range rule.groups {
			if _, known := from.book.rulesOf(world, group, ingress); !known && !world.Minted(group) {
				paths = append(paths, Path{From: from.label, To: OutsideGroup + group, Port: rule.ports(), Rule: rule.label})
			}
		}
	}
	return paths
}

// pathsOut returns the ways from a service to the internet.
func pathsOut(world *standin.View, from place, rules []groupRule) []Path {
	through, hindered := wayOut(world, from)
	if hindered != nil {
		return nil
	}
	remark := " through " + cmp.Or(through, "its way out")
	var paths []Path
	for _, rule := range rules {
		if rule.reachesOut() {
			paths = append(paths, Path{
				From: from.label, To: rule.source(), Port: rule.ports(), Rule: rule.label + remark, Through: through,
			})
		}
	}
	return paths
}
