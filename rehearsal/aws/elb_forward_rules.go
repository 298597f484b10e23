package aws

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var elbListenerTargetGroup = rule("elb/listener-target-group").OnOperation(func(o *standin.Op) {
	forwards(o, o.World.Find(token.LbLoadBalancer, "arn", o.In("loadBalancerArn").Text()), "defaultActions")
})

var elbRuleTargetGroup = rule("elb/rule-target-group").OnOperation(func(o *standin.Op) {
	listener := o.World.Find(token.LbListener, "arn", o.In("listenerArn").Text())
	if listener != nil {
		forwards(o, o.World.Find(token.LbLoadBalancer, "arn", listener.Out("loadBalancerArn").Text()), "actions")
	}
})

func forwards(o *standin.Op, balancer *standin.Resource, actions string) {
	if balancer == nil {
		return
	}
	for _, path := range []string{".targetGroupArn", ".forward.targetGroups.arn"} {
		for _, v := range o.All(actions + path) {
			if group := o.World.Find(token.LbTargetGroup, "arn", v.Text()); group != nil {
				groupSuits(o, v, group, balancer)
				groupFree(o, v, group, balancer)
			}
		}
	}
}

// groupSuits: a target group is in its load balancer's VPC and speaks its protocol
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html,
// IncompatibleProtocols).
func groupSuits(o *standin.Op, at standin.Value, group, balancer *standin.Resource) {
	ours, theirs := balancer.Out("vpcId").Text(), group.Out("vpcId").Text()
	if ours != "" && theirs != "" && ours != theirs {
		o.Refuse(at, validationError,
			group.Label()+" is in "+vpcLabel(o, theirs)+", and "+balancer.Label()+" in "+vpcLabel(o, ours),
			"put the target group into the load balancer's VPC")
	}
	if protocol := group.Out("protocol"); balancer.Out("loadBalancerType").Text() == "application" &&
		protocol.Text() != "" &&
		!overHttp(protocol) {
		o.Refuse(at, "IncompatibleProtocols",
			group.Label()+" speaks "+protocol.Text()+", and an application load balancer HTTP or HTTPS",
			"set the target group's protocol to HTTP")
	}
}

// groupFree: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html,
// TargetGroupAssociationLimit.
func groupFree(o *standin.Op, at standin.Value, group, balancer *standin.Resource) {
	for _, user := range o.World.Mentions(group.Out("arn").Text()) {
		if other := balancerOf(o.World, user); other != nil && other.Id != balancer.Id && !oldSelf(o, user) {
			o.Refuse(at, "TargetGroupAssociationLimit",
				"The following target groups cannot be associated with more than one load balancer: "+user.Label()+" of "+
					other.Label()+" uses it", "make a target group for each load balancer")
			return
		}
	}
}

// balancerOf is the load balancer of a listener or a rule, if it is known here.
func balancerOf(world *standin.View, user *standin.Resource) *standin.Resource {
	if user.Token == token.LbListenerRule {
		user = world.Find(token.LbListener, "arn", user.Out("listenerArn").Text())
	}
	if user == nil || user.Token != token.LbListener {
		return nil
	}
	return world.Find(token.LbLoadBalancer, "arn", user.Out("loadBalancerArn").Text())
}
