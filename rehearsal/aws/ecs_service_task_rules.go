package aws

import (
	"fmt"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// rollout is a service with the live task definition that it names.
type rollout struct {
	*standin.Op
	definition *standin.Resource
	containers []standin.Value
	fargate    bool
}

func (r *rollout) refuse(at standin.Value, rule, fix string) { r.Refuse(at, ecsInvalid, rule, fix) }

func (r *rollout) awsvpc() bool { return r.definition.In("networkMode").Text() == "awsvpc" }

var ecsFargateCompatibility = rule("ecs/fargate-compatibility").onService(func(r *rollout) {
	needs := r.definition.In("requiresCompatibilities")
	_, cpu := live.CpuUnits(r.definition.In("cpu"))
	_, memory := live.Mebibytes(r.definition.In("memory"))
	if !r.fargate || r.awsvpc() && cpu && memory && (len(needs.Items()) == 0 || needs.Has("FARGATE")) {
		return
	}
	r.refuse(r.In("taskDefinition"), "Task definition does not support launch_type FARGATE",
		"give "+r.definition.Label()+` requiresCompatibilities ["FARGATE"], networkMode "awsvpc", cpu and memory`)
})

var ecsServiceNetworkMode = rule("ecs/service-network-mode").onService(func(r *rollout) {
	switch v := r.In("networkConfiguration"); {
	case r.awsvpc() && v.Missing():
		r.refuse(v, "Network Configuration must be provided when networkMode 'awsvpc' is specified",
			"add networkConfiguration with subnets")
	case !r.awsvpc() && v.Known():
		r.refuse(v, "Network Configuration is not valid for the given networkMode of this task definition",
			`remove it, or set networkMode of `+r.definition.Label()+` to "awsvpc"`)
	}
	if role := r.In("iamRole"); r.awsvpc() && role.Known() && role.Text() != "" {
		r.refuse(role, "You cannot specify an IAM role for services that require a service linked role", "remove iamRole")
	}
})

var ecsLoadBalancerContainer = rule("ecs/load-balancer-container").onService(func(r *rollout) {
	for _, balancer := range r.In("loadBalancers").Items() {
		name, port := balancer.At("containerName"), balancer.At("containerPort")
		container := containerNamed(r.containers, name.Text())
		switch {
		case !name.Known() || r.containers == nil:
		case container.Missing():
			r.refuse(name, fmt.Sprintf("The container %s does not exist in the task definition", name.Text()),
				"name one of its containers")
		case port.Known() && !mapsPort(container, port.Int()):
			r.refuse(port, fmt.Sprintf("The container %s did not have a container port %d defined", name.Text(), port.Int()),
				"map the port in the container, or name one that it maps")
		}
	}
})

// mapsPort reports whether a container maps a port, by itself or in a range.
func mapsPort(container standin.Value, port int) bool {
	return slices.ContainsFunc(container.At("portMappings").Items(), func(mapping standin.Value) bool {
		var from, to int
		if n, err := fmt.Sscanf(mapping.At("containerPortRange").Text(), "%d-%d", &from, &to); err == nil && n == 2 {
			return from <= port && port <= to
		}
		return mapping.At("containerPort").Int() == port
	})
}

var ecsTargetType = rule("ecs/target-type").onService(func(r *rollout) {
	for _, v := range r.All("loadBalancers.targetGroupArn") {
		group := r.World.Find(token.LbTargetGroup, "arn", v.Text())
		if group == nil || !r.awsvpc() {
			continue
		}
		if kind := group.Out("targetType").Text(); kind != "ip" {
			r.refuse(v,
				fmt.Sprintf("The provided target group %s has target type %s, which is incompatible with the awsvpc network mode "+
					"specified in the task definition",
					v.Text(), kind), "set targetType of "+group.Label()+` to "ip"`)
		}
	}
})

var ecsServiceLoadBalancers = rule("ecs/service-load-balancers").OnInputs(func(d *standin.Draft) {
	const most = 5
	if v := d.In("loadBalancers"); len(v.Items()) > most {
		d.Refuse(v, ecsInvalid, "a service has at most five target groups", "name fewer")
	}
	for _, balancer := range d.In("loadBalancers").Items() {
		exactlyOne(d, balancer, ecsInvalid, "targetGroupArn", "elbName")
	}
})

var ecsTargetGroupLoadBalancer = rule("ecs/target-group-load-balancer").OnOperation(func(o *standin.Op) {
	if o.Preview || !o.Changed("loadBalancers") {
		return
	}
	for _, v := range o.All("loadBalancers.targetGroupArn") {
		group := o.World.Find(token.LbTargetGroup, "arn", v.Text())
		forwarding := forwarders(o.World, v.Text())
		if group == nil || len(awaited(o, forwarding)) > 0 {
			continue
		}
		o.Refuse(v, ecsInvalid,
			fmt.Sprintf("The target group with targetGroupArn %s does not have an associated load balancer%s", v.Text(),
				byLuck(forwarding)), "forward to "+group.Label()+
				" from a listener or a rule of one, and let the service depend on that")
	}
})

// forwarders are the listeners and rules that forward to a target group.
func forwarders(world *standin.View, arn string) []*standin.Resource {
	var found []*standin.Resource
	for token, paths := range live.ForwardPaths {
		for _, path := range paths {
			found = append(found, world.Where(token, path, arn)...)
		}
	}
	return found
}
