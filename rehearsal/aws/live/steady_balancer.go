package live

import (
	"slices"
	"strconv"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// targetsHealthy: the load balancers that forward to the service may reach its tasks, and can check them
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshoot-service-load-balancers.html).
func (d *deployment) targetsHealthy() {
	for _, entry := range d.In("loadBalancers").Items() {
		group := d.World.Find(token.LbTargetGroup, "arn", entry.At("targetGroupArn").Text())
		if group == nil {
			continue // of a classic load balancer, or noted as an assumption
		}
		for _, balancer := range LoadBalancers(d.World, group) {
			d.balancerReaches(entry, group, balancer)
		}
	}
}

// LoadBalancers returns the load balancers whose listeners or rules forward to a target group.
func LoadBalancers(world *standin.View, group *standin.Resource) []*standin.Resource {
	var balancers []*standin.Resource
	for typ, paths := range ForwardPaths {
		for _, path := range paths {
			for _, r := range world.Where(typ, path, group.Out("arn").Text()) {
				if typ == token.LbListenerRule {
					r = world.Find(token.LbListener, "arn", r.Out("listenerArn").Text())
				}
				if r == nil {
					continue
				}
				if balancer := world.Find(token.LbLoadBalancer, "arn", r.Out("loadBalancerArn").Text()); balancer != nil {
					balancers = append(balancers, balancer)
				}
			}
		}
	}
	slices.SortFunc(balancers, func(a, b *standin.Resource) int { return int(a.Seq - b.Seq) })
	return slices.Compact(balancers)
}

func (d *deployment) balancerReaches(entry standin.Value, group, balancer *standin.Resource) {
	port := entry.At("containerPort").Int()
	from := balancerPlace(d.World, balancer)
	arn := group.Out("arn").Text()
	unhealthy := func(port int, reason string) string {
		return "(service " + d.Has("name").Text() + ") (port " + strconv.Itoa(port) + ") is unhealthy in (target-group " +
			arn +
			") due to (reason " + reason + ")"
	}
	ports := []int{port}
	if check, err := strconv.Atoi(group.Out("healthCheck.port").Text()); err == nil && check != port {
		ports = append(ports, check)
	}
	for _, p := range ports {
		if _, hindered := connect(d.World, from, d.place, p); hindered != nil {
			d.fail(entry.At("targetGroupArn"), unhealthy(p, "Request timed out"), *hindered)
		}
	}
	d.zonesEnabled(entry, from,
		unhealthy(port, "Target is in an Availability Zone that is not enabled for the load balancer"))
}

// zonesEnabled: a load balancer sends nothing into zones that it has no subnet in
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html,
// Target.NotInUse).
func (d *deployment) zonesEnabled(entry standin.Value, from place, said string) {
	var zones []string
	for _, subnet := range from.subnets {
		zones = append(zones, subnet.Out("availabilityZone").Text())
	}
	for _, subnet := range d.place.subnets {
		zone := subnet.Out("availabilityZone").Text()
		if len(zones) > 0 && !slices.Contains(zones, zone) {
			d.fail(entry.At("targetGroupArn"), said, obstacle{
				by:    targetZone,
				cause: "tasks may start in " + zone + " (" + subnet.Label() + "), where " + from.label + " has no subnet",
				fix:   "give the load balancer a subnet in that zone, or take the zone from the service",
			})
		}
	}
}

// ForwardPaths are the properties by which listeners and rules name a target group.
var ForwardPaths = map[string][]string{
	token.LbListener:     {"defaultActions.targetGroupArn", "defaultActions.forward.targetGroups.arn"},
	token.LbListenerRule: {"actions.targetGroupArn", "actions.forward.targetGroups.arn"},
}
