package aws

import (
	"slices"
	"strconv"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// targetsHealthy: a load balancer forwards to the service, may reach its tasks, and can check them
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshoot-service-load-balancers.html).
func (d *deployment) targetsHealthy() {
	for _, entry := range d.In("loadBalancers").Items() {
		arn := entry.At("targetGroupArn")
		group := d.World.Find(targetGroupToken, "arn", arn.Text())
		if group == nil {
			continue // of a classic load balancer, or noted as an assumption
		}
		if kind := group.Out("targetType").Text(); kind != "ip" && d.definition.Out("networkMode").Text() == "awsvpc" {
			d.fail(arn, "InvalidParameterException: The provided target group "+arn.Text()+" has target type "+kind+
				", which is incompatible with the awsvpc network mode specified in the task definition.", obstacle{
				cause: group.Label() + " is of type " + kind, fix: "set its targetType to ip",
			})
			continue
		}
		d.containerListens(entry)
		balancers := balancersOf(d.World, group)
		if len(balancers) == 0 {
			d.fail(arn, "InvalidParameterException: The target group with targetGroupArn "+arn.Text()+
				" does not have an associated load balancer.", obstacle{
				cause: "no listener forwards to " + group.Label(),
				fix:   "make a listener or listener rule that forwards to it, and let the service depend on that",
			})
		}
		for _, balancer := range balancers {
			d.balancerReaches(entry, group, balancer)
		}
	}
}

func (d *deployment) containerListens(entry standin.Value) {
	name, port := entry.At("containerName").Text(), entry.At("containerPort").Int()
	for _, container := range d.containers {
		if container.Name == name && container.listensOn(port) {
			return
		}
	}
	d.fail(entry.At("containerPort"), "InvalidParameterException: The container "+name+" did not have a container port "+
		strconv.Itoa(port)+" defined.", obstacle{
		cause: "the task definition has no container " + name + " with a mapping of port " + strconv.Itoa(port),
		fix:   "name a container and a port of its portMappings",
	})
}

// balancersOf are the load balancers whose listeners or rules forward to a target group.
func balancersOf(world *standin.View, group *standin.Resource) []*standin.Resource {
	arn := group.Out("arn").Text()
	var listeners []*standin.Resource
	for _, path := range []string{"defaultActions.targetGroupArn", "defaultActions.forward.targetGroups.arn"} {
		listeners = append(listeners, world.Where(listenerToken, path, arn)...)
	}
	for _, path := range []string{"actions.targetGroupArn", "actions.forward.targetGroups.arn"} {
		for _, rule := range world.Where(listenerRuleToken, path, arn) {
			if listener := world.Find(listenerToken, "arn", rule.Out("listenerArn").Text()); listener != nil {
				listeners = append(listeners, listener)
			}
		}
	}
	var balancers []*standin.Resource
	for _, listener := range listeners {
		balancer := world.Find(loadBalancerToken, "arn", listener.Out("loadBalancerArn").Text())
		if balancer != nil && !slices.Contains(balancers, balancer) {
			balancers = append(balancers, balancer)
		}
	}
	return balancers
}

func (d *deployment) balancerReaches(entry standin.Value, group, balancer *standin.Resource) {
	port := entry.At("containerPort").Int()
	from := balancerPlace(d.World, balancer)
	arn := group.Out("arn").Text()
	unhealthy := func(port int, reason string) string {
		return "(service " + d.Has("name").Text() + ") (port " + strconv.Itoa(port) + ") is unhealthy in (target-group " + arn +
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
	d.zonesEnabled(entry, from, unhealthy(port, "Target is in an Availability Zone that is not enabled for the load balancer"))
}

// zonesEnabled: a load balancer sends nothing into zones that it has no subnet in
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html, Target.NotInUse).
func (d *deployment) zonesEnabled(entry standin.Value, from place, said string) {
	var zones []string
	for _, subnet := range from.subnets {
		zones = append(zones, subnet.Out("availabilityZone").Text())
	}
	for _, subnet := range d.place.subnets {
		zone := subnet.Out("availabilityZone").Text()
		if len(zones) > 0 && !slices.Contains(zones, zone) {
			d.fail(entry.At("targetGroupArn"), said, obstacle{
				cause: "tasks may start in " + zone + " (" + subnet.Label() + "), where " + from.label + " has no subnet",
				fix:   "give the load balancer a subnet in that zone, or take the zone from the service",
			})
		}
	}
}
