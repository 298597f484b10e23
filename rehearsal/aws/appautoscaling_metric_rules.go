package aws

import (
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The metric that a target tracking policy follows is one of these.
const (
	customizedMetric = "targetTrackingScalingPolicyConfiguration.customizedMetricSpecification"
	predefinedMetric = "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification"
)

var appautoscalingCustomizedMetric = rule("appautoscaling/customized-metric").OnInputs(func(d *standin.Draft) {
	metric := d.In(customizedMetric)
	if !metric.Known() {
		return
	}
	exactlyOne(d, metric, scalingInvalid, "metricName", "metrics")
	if isGiven(metric.Key("metricName")) {
		for _, key := range []string{"namespace", "statistic"} {
			if v := metric.Key(key); !isGiven(v) {
				d.Refuse(v, scalingInvalid, "a metric needs its namespace and a statistic", "set "+key)
			}
		}
		return
	}
	mathIsLegal(d, metric.Key("metrics"))
})

// mathIsLegal: API_TargetTrackingMetricDataQuery. Where returnData is left out it is true.
func mathIsLegal(d *standin.Draft, queries standin.Value) {
	if !queries.Known() || len(queries.Items()) == 0 {
		return
	}
	const list = customizedMetric + ".metrics"
	like(d, list+".id", queryIdForm(scalingInvalid))
	queriesRefer(list, scalingInvalid).Apply(d)
	results := 0
	for _, query := range queries.Items() {
		exactlyOne(d, query, scalingInvalid, "metricStat", "expression")
		if v := query.Key("returnData"); v.Missing() || v.Unknown() || v.Bool() {
			results++
		}
	}
	if results != 1 {
		d.Refuse(queries, scalingInvalid,
			"exactly one metric specification must return data, and it must give a single time series",
			"set returnData of all others to false")
	}
}

// labelForm: API_PredefinedMetricSpecification, ResourceLabel.
var labelForm = regexp.MustCompile(`^(app/[^/]+/[^/]+)/(targetgroup/[^/]+/[^/]+)$`)

var appautoscalingResourceLabel = rule("appautoscaling/resource-label").OnInputs(func(d *standin.Draft) {
	like(d, requestLabel, form{
		scalingInvalid,
		labelForm,
		"a resource label is app/<load balancer's name>/<its id>/targetgroup/<target group's name>/<its id>",
		"join arnSuffix of the load balancer and arnSuffix of the target group by a slash",
	})
})

const requestLabel = predefinedMetric + ".resourceLabel"

var appautoscalingResourceLabelTarget = rule("appautoscaling/resource-label-target").OnOperation(func(o *standin.Op) {
	label := o.In(requestLabel)
	parts, service := labelForm.FindStringSubmatch(label.Text()), scaledService(o)
	if parts == nil || service == nil {
		return
	}
	for _, arn := range service.Out("loadBalancers").All("targetGroupArn") {
		if !strings.HasSuffix(arn.Text(), ":"+parts[2]) {
			continue
		}
		group := o.World.Find(token.LbTargetGroup, "arn", arn.Text())
		if group == nil {
			return // made elsewhere
		}
		for _, balancer := range live.LoadBalancers(o.World, group) {
			if balancer.Out("arnSuffix").Text() == parts[1] {
				return
			}
		}
		if forwardsFromOutside(o.World, parts[1], arn.Text()) {
			return
		}
		o.Refuse(label, scalingInvalid, group.Label()+" gets no requests from the load balancer "+parts[1],
			"take arnSuffix of the one that forwards to it")
		return
	}
	o.Refuse(label, scalingInvalid, "The target group "+parts[2]+" is not attached to "+service.Label(),
		"name the target group of its loadBalancers, or count something else")
})

// forwardsFromOutside reports whether a rule forwards to the target group from a listener outside the program, whose
// ARN holds the load balancer's name and ID.
func forwardsFromOutside(world *standin.View, balancer, group string) bool {
	for _, path := range live.ForwardPaths[token.LbListenerRule] {
		for _, rule := range world.Where(token.LbListenerRule, path, group) {
			listener := rule.Out("listenerArn").Text()
			if world.ByArn(listener) == nil && strings.Contains(listener, ":listener/"+balancer+"/") {
				return true
			}
		}
	}
	return false
}
