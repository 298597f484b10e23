package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// leastRequests is how many requests a minute must have before their errors count as a rate: of two requests at night,
// one that fails is no outage.
const leastRequests = 10

// CareAlarms are two alarms for Care on the metrics of the load balancer: targets that fail its checks, and requests
// that end in a 5xx status. If one of them goes off during a deployment, ECS rolls the deployment back.
type CareAlarms struct {
	// LoadBalancerArnSuffix is the end of the load balancer's ARN; an Alb has it. Required.
	LoadBalancerArnSuffix pulumi.StringInput `pulumi:"loadBalancerArnSuffix"`
	// TopicArns are the SNS topics that the alarms notify, such as the one of an AlarmTopic. Default: none, the alarms
	// only roll back.
	TopicArns []pulumi.StringInput `pulumi:"topicArns,optional"`
	// Suspended keeps the alarm about errors from notifying its topics: without tasks the load balancer answers every
	// request with the status 503. Default: false.
	Suspended bool `pulumi:"suspended,optional"`
	// Thresholds are the values at which the alarms go off. Default: those of DefaultAlarmThresholds.
	Thresholds AlarmThresholds `pulumi:"thresholds,optional"`
}

func (a *CareAlarms) validate(argument string) error {
	if a == nil {
		return nil
	}
	problems := []error{
		rule.Given(argument+".loadBalancerArnSuffix", a.LoadBalancerArnSuffix != nil, "take it from the Alb"),
		a.Thresholds.Validate(argument + ".thresholds"),
	}
	for _, topic := range a.TopicArns {
		problems = append(problems, rule.Given(argument+".topicArns", topic != nil, "take it from the AlarmTopic"))
	}
	return rule.All(problems...)
}

// watchTargets creates the alarms. Both treat periods without a value as good, because there is none before the first
// task runs and while no requests arrive, and the alarms must not delay a deployment then.
func (c *component) watchTargets(a *CareAlarms, route *Route) ([]*cloudwatch.MetricAlarm, error) {
	if a == nil {
		return nil, nil
	}
	thresholds := a.Thresholds.withDefaults()
	watched := WatchedLoadBalancer{ArnSuffix: a.LoadBalancerArnSuffix, TargetGroupArnSuffix: route.TargetGroupArnSuffix}
	unhealthy, err := c.watch(alarm{
		name:        "unhealthy",
		description: "API tasks fail the load balancer's checks.",
		metric:      watched.targets("UnHealthyHostCount", "Maximum"),
		// A task that starts slowly may fail its checks for careGracePeriod.
		period: 60, periods: 5, datapoints: 5,
		comparison: atLeast, threshold: thresholds[ThresholdUnhealthyTargets], missing: missingIsGood, actions: a.TopicArns,
	})
	if err != nil {
		return nil, err
	}
	failing := watched.errors(thresholds[ThresholdErrorPercent], a.TopicArns)
	failing.suspended = a.Suspended
	errors, err := c.watch(failing)
	if err != nil {
		return nil, err
	}
	return []*cloudwatch.MetricAlarm{unhealthy, errors}, nil
}

// errors returns the errors of Care and those that the load balancer returns in its place, in percent of all requests.
// The latter are not in the count of requests, and neither metric has a value in a period without errors.
func (w WatchedLoadBalancer) errors(percent float64, topics []pulumi.StringInput) alarm {
	return alarm{
		name:        "errors",
		description: "Too many requests end in a 5xx status.",
		expression: fmt.Sprintf("IF(FILL(requests, 0) + FILL(unanswered, 0) >= %d, "+
			"100 * (FILL(answered, 0) + FILL(unanswered, 0)) / (FILL(requests, 0) + FILL(unanswered, 0)), 0)", leastRequests),
		operands: map[string]metric{
			"answered":   w.targets("HTTPCode_Target_5XX_Count", "Sum"),
			"unanswered": w.whole("HTTPCode_ELB_5XX_Count", "Sum"),
			"requests":   w.whole("RequestCount", "Sum"),
		},
		period: 60, periods: 5, datapoints: 3,
		comparison: moreThan, threshold: percent, missing: missingIsGood, actions: topics,
	}
}

func alarmNames(alarms []*cloudwatch.MetricAlarm) []pulumi.StringInput {
	names := make([]pulumi.StringInput, 0, len(alarms))
	for _, made := range alarms {
		names = append(names, made.Name)
	}
	return names
}
