package aws_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestScalingIsHeldToTheApi(t *testing.T) {
	t.Parallel()
	const (
		target, policyToken = "appautoscaling/target:Target", "appautoscaling/policy:Policy"
		action              = "appautoscaling/scheduledAction:ScheduledAction"
	)
	d := newDeployed(t)
	d.up(service, "app", d.serviceOf(d.task, nil))
	scaled := in{
		"resourceId": "service/main/app", "serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
	}
	two := with(scaled, in{"minCapacity": 1, "maxCapacity": 2})
	tracking := func(changes in) in {
		return with(scaled, in{"policyType": "TargetTrackingScaling", "targetTrackingScalingPolicyConfiguration": with(in{
			"targetValue": 60, "predefinedMetricSpecification": in{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
		}, changes)})
	}
	metric := func(name string) in { return in{"predefinedMetricSpecification": in{"predefinedMetricType": name}} }
	requests := func(label string) in {
		return tracking(
			in{"predefinedMetricSpecification": in{"predefinedMetricType": "ALBRequestCountPerTarget", "resourceLabel": label}},
		)
	}
	suffix := d.balancer.out("arnSuffix") + "/" + d.group.out("arnSuffix")
	length := in{"stat": "Average", "metric": in{"namespace": "care/test", "metricName": "QueueLength"}}
	queries := func(expression string, both bool) []any {
		return []any{
			in{"id": "load", "metricStat": length, "returnData": both},
			in{"id": "running", "metricStat": length, "returnData": false},
			in{"id": "share", "expression": expression},
		}
	}
	custom := func(changes in) in {
		return tracking(in{
			"predefinedMetricSpecification": nil,
			"customizedMetricSpecification": with(in{"metrics": queries("load / (1 + running)", false)}, changes),
		})
	}
	steps := func(changes in) in {
		return with(scaled, in{"stepScalingPolicyConfiguration": with(in{
			"adjustmentType": "ChangeInCapacity", "stepAdjustments": []any{in{"scalingAdjustment": 1}},
		}, changes)})
	}
	nightly := func(changes in) in {
		return with(with(scaled, in{"schedule": "cron(0 20 * * ? *)", "scalableTargetAction": in{"minCapacity": 0}}), changes)
	}
	requireReason(t, d.wrong(policyToken, "p", tracking(nil)), "ObjectNotFoundException",
		"No scalable target registered for service namespace: ecs, resource ID: service/main/app")
	d.up(target, "app", two)
	for name, row := range map[string]swap{
		"id": swappedOf(target, with(two, in{"resourceId": d.cluster.out("arn")}), two, "service/<cluster>/<service>"),
		"no such service": swappedOf(target, with(two, in{"resourceId": "service/main/api"}), two,
			"ECS service doesn't exist: service/main/api"),
		"dimension": swappedOf(target, with(two, in{"scalableDimension": "ecs:service:desiredCount"}), two,
			"scalableDimension", "use ecs:service:DesiredCount"),
		"namespace": swappedOf(target, with(two, in{"serviceNamespace": "rds"}), two,
			"begins with the service namespace, rds"),
		"order": swappedOf(target, with(two, in{"minCapacity": 3}), with(two, in{"minCapacity": 2}),
			"Maximum capacity cannot be less than minimum capacity", "minCapacity = 3"),
		"negative": swappedOf(target, with(two, in{"minCapacity": -1}), with(two, in{"minCapacity": 0}),
			"minCapacity = -1"),
		"policy type": swappedOf(policyToken, with(tracking(nil), in{"policyType": "TargetTracking"}), tracking(nil),
			"policyType", "StepScaling, TargetTrackingScaling"),
		"no tracking": swappedOf(policyToken, with(scaled, in{"policyType": "TargetTrackingScaling"}), tracking(nil),
			"targetTrackingScalingPolicyConfiguration is required"),
		"no steps": swappedOf(policyToken, scaled, steps(nil),
			"stepScalingPolicyConfiguration is required for the policy type StepScaling"),
		"other's fields": swappedOf(policyToken, with(tracking(nil), steps(nil)), tracking(nil),
			"stepScalingPolicyConfiguration is for the policy type StepScaling only"),
		"no metric": swappedOf(policyToken, tracking(in{"predefinedMetricSpecification": nil}), tracking(nil),
			"exactly one of customizedMetricSpecification, predefinedMetricSpecification"),
		"metric": swappedOf(policyToken, tracking(metric("CPUUtilization")),
			tracking(metric("ECSServiceAverageMemoryUtilization")), "predefinedMetricType", "ECSServiceAverageCPUUtilization"),
		"no label": swappedOf(policyToken, tracking(metric("ALBRequestCountPerTarget")), requests(suffix),
			"needs a resourceLabel"),
		"label": swappedOf(policyToken, requests(d.group.out("arn")), requests(suffix), "a resource label is app/"),
		"another group": swappedOf(policyToken, requests("app/main/1/"+d.idle.out("arnSuffix")), requests(suffix),
			"is not attached to ecs.Service 'app'", "resourceLabel"),
		"another ALB": swappedOf(policyToken, requests("app/other/1/"+d.group.out("arnSuffix")), requests(suffix),
			"gets no requests from the load balancer app/other/1"),
		"one and many": swappedOf(policyToken, custom(in{"metricName": "Length", "namespace": "x", "statistic": "Average"}),
			custom(nil), "exactly one of metricName, metrics"),
		"no namespace": swappedOf(policyToken, custom(in{"metricName": "Length", "statistic": "Average", "metrics": nil}),
			custom(in{"metricName": "Length", "namespace": "x", "statistic": "Average", "metrics": nil}), "set namespace"),
		"query's id": swappedOf(policyToken, custom(in{"metrics": []any{in{"id": "Load", "metricStat": length}}}),
			custom(in{"metrics": []any{in{"id": "load", "metricStat": length}}}), "a query's id begins with a small letter"),
		"no such query": swappedOf(policyToken, custom(in{"metrics": queries("load / tasks", false)}),
			custom(in{"metrics": queries("load / running", false)}), "Unknown identifier tasks"),
		"two results": swappedOf(policyToken, custom(in{"metrics": queries("load / running", true)}),
			custom(in{"metrics": queries("FILL(load, 0) / running", false)}),
			"exactly one metric specification must return data"),
		"no measure": swappedOf(policyToken, custom(in{"metrics": []any{in{"id": "load"}}}),
			custom(in{"metrics": []any{in{"id": "load", "metricStat": length, "returnData": true}}}),
			"exactly one of metricStat, expression"),
		"cooldown": swappedOf(policyToken, tracking(in{"scaleInCooldown": -1}), tracking(in{"scaleInCooldown": 0}),
			"a cooldown is not negative"),
		"adjustment": swappedOf(policyToken, steps(in{"adjustmentType": "Change"}), steps(nil), "adjustmentType",
			"ChangeInCapacity"),
		"no step": swappedOf(policyToken, steps(in{"stepAdjustments": nil}), steps(nil),
			"There must be at least one step adjustment"),
		"schedule": swappedOf(action, nightly(in{"schedule": "0 20 * * *"}), nightly(in{"schedule": "rate(1 day)"}),
			`schedule = "0 20 * * *"`),
		"no capacity": swappedOf(action, nightly(in{"scalableTargetAction": in{}}), nightly(nil), "must be specified"),
		"action's order": swappedOf(action, nightly(in{"scalableTargetAction": in{"minCapacity": 2, "maxCapacity": 1}}),
			nightly(in{"scalableTargetAction": in{"minCapacity": 1, "maxCapacity": 1}}), "Maximum capacity cannot be less"),
	} {
		requireReason(t, d.wrong(row.token, name, row.planted), append(row.want, "ValidationException: ", "fix: ")...)
		require.Empty(t, d.wrong(row.token, name, row.sound), name)
		if row.token == policyToken { // AWS takes one target tracking policy for each metric
			require.NoError(t, d.remove(d.made[len(d.made)-1]), name)
		}
	}
	const duplicate = "Only one TargetTrackingScaling policy for a given metric specification is allowed"
	for name, policies := range map[string]struct{ first, same, other in }{
		"cpu":      {tracking(nil), tracking(in{"targetValue": 70}), tracking(metric("ECSServiceAverageMemoryUtilization"))},
		"requests": {requests(suffix), with(requests(suffix), in{"name": "second"}), tracking(nil)},
		"math": {custom(nil), custom(in{"metrics": queries("load / (1 + running)", false)}), custom(
			in{"metrics": queries("load", false)},
		)},
		"steps": {tracking(nil), tracking(nil), steps(nil)},
	} {
		first := d.up(policyToken, name, policies.first)
		requireReason(t, d.wrong(policyToken, name+"-again", policies.same), duplicate,
			"appautoscaling.Policy '"+name+"' has it", "fix: ")
		require.Empty(t, d.wrong(policyToken, name+"-beside", policies.other), name)
		require.NoError(t, d.update(first, in{"name": first.out("name")}), "the policy itself")
		require.NoError(t, d.remove(d.made[len(d.made)-1]), name)
		require.NoError(t, d.remove(first), name)
	}
	d.up(policyToken, "steps", steps(nil))
	require.Empty(t, d.wrong(policyToken, "more steps", steps(nil)), "step policies follow no metric")
	d.bearsUnknowns(t, target, two)
	d.bearsUnknowns(t, policyToken, tracking(nil))
	d.bearsUnknowns(t, action, nightly(nil))
}

func TestRequestsOfALoadBalancerOutsideTheProgramAreCounted(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	group := d.up("lb/targetGroup:TargetGroup", "other",
		in{"port": 9000, "protocol": "HTTP", "targetType": "ip", "vpcId": d.group.out("vpcId")})
	d.up("lb/listenerRule:ListenerRule", "other", in{
		"listenerArn": "arn:aws:elasticloadbalancing:ap-south-1:123456789012:listener/app/shared/1/2", "priority": 1,
		"conditions": []any{in{"hostHeader": in{"values": []any{"api.example.org"}}}},
		"actions":    []any{in{"type": "forward", "targetGroupArn": group.out("arn")}},
	})
	changes := in{"loadBalancers": []any{
		in{"targetGroupArn": group.out("arn"), "containerName": "app", "containerPort": 9000},
	}}
	d.up(service, "app", d.serviceOf(d.task, changes))
	scaled := in{
		"resourceId": "service/main/app", "serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
	}
	d.up("appautoscaling/target:Target", "app", with(scaled, in{"minCapacity": 1, "maxCapacity": 2}))
	follow := func(balancer string) error {
		_, err := d.try("appautoscaling/policy:Policy", "app", with(scaled, in{
			"policyType": "TargetTrackingScaling",
			"targetTrackingScalingPolicyConfiguration": in{
				"targetValue": 60,
				"predefinedMetricSpecification": in{
					"predefinedMetricType": "ALBRequestCountPerTarget",
					"resourceLabel":        "app/" + balancer + "/1/" + group.out("arnSuffix"),
				},
			},
		}))
		return err
	}
	require.ErrorContains(t, follow("other"), "gets no requests from the load balancer app/other/1")
	require.NoError(t, follow("shared"))
}

func TestInAPreviewTheScaledServiceMayStillBeToBeMade(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	inputs, reasons := c.check("appautoscaling/target:Target", "app", nil, in{
		"resourceId": "service/main/app", "serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
		"minCapacity": 1, "maxCapacity": 2,
	})
	require.Empty(t, reasons)
	require.Empty(t, c.create("appautoscaling/target:Target", "app", inputs, true))
	requireReason(t, c.create("appautoscaling/target:Target", "app", inputs, false),
		"ECS service doesn't exist: service/main/app")
}
