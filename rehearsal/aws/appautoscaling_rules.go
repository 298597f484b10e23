package aws

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// scalingInvalid is the code of malformed requests to Application Auto Scaling
// (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html, Errors).
const scalingInvalid = "ValidationException"

const serviceCount = "ecs:service:DesiredCount"

var scaledServiceForm = regexp.MustCompile(`^service/[a-zA-Z0-9_-]{1,255}/[a-zA-Z0-9_-]{1,255}$`)

var appautoscalingScalableTarget = rule("appautoscaling/scalable-target").OnInputs(func(d *standin.Draft) {
	space, dimension, id := d.In("serviceNamespace"), d.In("scalableDimension"), d.In("resourceId")
	if dimension.Known() && space.Known() && !strings.HasPrefix(dimension.Text(), space.Text()+":") {
		d.Refuse(dimension, scalingInvalid,
			"Unsupported service namespace, resource type or scalable dimension: it begins with the service namespace, "+
				space.Text(), "for services of ECS, use "+serviceCount)
		return
	}
	if space.Text() != "ecs" {
		return
	}
	if dimension.Known() && dimension.Text() != serviceCount {
		d.Refuse(dimension, scalingInvalid, "Unsupported service namespace, resource type or scalable dimension",
			"use "+serviceCount)
	}
	if id.Known() && !scaledServiceForm.MatchString(id.Text()) {
		d.Refuse(
			id,
			scalingInvalid,
			"Unsupported service namespace, resource type or scalable dimension: a service of ECS is "+
				"service/<cluster>/<service>",
			"build resourceId from the names, not the ARNs, of the cluster and the service",
		)
	}
})

var appautoscalingCapacityOrder = rule("appautoscaling/capacity-order")

func capacitiesAreOrdered(least, most string) standin.CheckRule {
	return appautoscalingCapacityOrder.OnInputs(func(d *standin.Draft) {
		low, high := d.In(least), d.In(most)
		for _, v := range []standin.Value{low, high} {
			if v.Known() && v.Number() < 0 {
				d.Refuse(v, scalingInvalid, "a capacity is not negative", "choose 0 or more")
			}
		}
		if low.Known() && high.Known() && low.Number() > high.Number() {
			d.Refuse(low, scalingInvalid,
				fmt.Sprintf("Maximum capacity cannot be less than minimum capacity, and it is %d", high.Int()),
				"lower the minimum or raise the maximum")
		}
	})
}

var appautoscalingServiceExists = rule("appautoscaling/service-exists").OnOperation(func(o *standin.Op) {
	id := o.In("resourceId")
	if o.Preview || o.In("serviceNamespace").Text() != "ecs" || !id.Known() || !o.Changed("resourceId") {
		return // in a preview the service may be about to be made
	}
	if scaledService(o) == nil {
		o.Refuse(id, scalingInvalid, "ECS service doesn't exist: "+id.Text(),
			"build resourceId from the names of the cluster and the service, as service/<cluster>/<service>")
	}
})

func scaledService(o *standin.Op) *standin.Resource {
	return o.World.Get(token.EcsService, arn(o, "ecs", o.In("resourceId").Text()))
}

var appautoscalingTargetRegistered = rule("appautoscaling/target-registered").OnOperation(func(o *standin.Op) {
	id := o.In("resourceId")
	if o.Preview || !id.Known() || scaledService(o) == nil ||
		o.World.Find(token.AppautoscalingTarget, "resourceId", id.Text()) != nil {
		return
	}
	o.Refuse(id, "ObjectNotFoundException",
		fmt.Sprintf("No scalable target registered for service namespace: %s, resource ID: %s, scalable dimension: %s",
			o.In("serviceNamespace").Text(), id.Text(),
			o.In("scalableDimension").Text()), "take resourceId from the output of a Target")
})

var appautoscalingPolicyConfiguration = rule("appautoscaling/policy-configuration").OnInputs(func(d *standin.Draft) {
	configurations := map[string]string{
		"StepScaling": "stepScalingPolicyConfiguration", "TargetTrackingScaling": "targetTrackingScalingPolicyConfiguration",
	}
	kind := d.In("policyType")
	among(d, "policyType", scalingInvalid, "StepScaling", "TargetTrackingScaling")
	for name, key := range configurations {
		v := d.In(key)
		switch {
		case kind.Text() == name && v.Missing():
			d.Refuse(v, scalingInvalid, key+" is required for the policy type "+name, "add it, or choose the other policyType")
		case kind.Known() && kind.Text() != name && v.Known() && configurations[kind.Text()] != "":
			d.Refuse(v, scalingInvalid, key+" is for the policy type "+name+" only",
				`set policyType to "`+name+`", or remove it`)
		}
	}
})

// serviceMetrics: API_PredefinedMetricSpecification, PredefinedMetricType, those for services of ECS.
var serviceMetrics = []string{
	"ALBRequestCountPerTarget", "ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization",
}

var appautoscalingTargetTracking = rule("appautoscaling/target-tracking").OnInputs(func(d *standin.Draft) {
	tracking := d.In("targetTrackingScalingPolicyConfiguration")
	if !tracking.Known() {
		return
	}
	exactlyOne(d, tracking, scalingInvalid, "customizedMetricSpecification", "predefinedMetricSpecification")
	metric := tracking.At("predefinedMetricSpecification")
	if d.In("serviceNamespace").Text() == "ecs" {
		among(d, metric.Path()+".predefinedMetricType", scalingInvalid, serviceMetrics...)
	}
	if label := metric.At("resourceLabel"); metric.At("predefinedMetricType").Text() == "ALBRequestCountPerTarget" &&
		label.Missing() {
		d.Refuse(label, scalingInvalid, "ALBRequestCountPerTarget needs a resourceLabel, which names the target group",
			"set it to <load balancer's arnSuffix>/<target group's arnSuffix>")
	}
	for _, key := range []string{"scaleInCooldown", "scaleOutCooldown"} {
		if v := tracking.At(key); v.Known() && v.Number() < 0 {
			d.Refuse(v, scalingInvalid, "a cooldown is not negative", "choose 0 or more seconds")
		}
	}
})

var appautoscalingStepScaling = rule("appautoscaling/step-scaling").OnInputs(func(d *standin.Draft) {
	const steps = "stepScalingPolicyConfiguration"
	among(d, steps+".adjustmentType", scalingInvalid, "ChangeInCapacity", "ExactCapacity", "PercentChangeInCapacity")
	among(d, steps+".metricAggregationType", scalingInvalid, "Average", "Maximum", "Minimum")
	v := d.In(steps)
	if list := v.At("stepAdjustments"); v.Known() && !list.Unknown() && len(list.Items()) == 0 {
		d.Refuse(list, scalingInvalid, "There must be at least one step adjustment", "add a step")
	}
})

var scheduleForm = regexp.MustCompile(
	`^(at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\(\d+ (minute|minutes|hour|hours|day|days)\)|cron\(\S+( \S+){5}\))$`)

var appautoscalingSchedule = rule("appautoscaling/schedule").OnInputs(func(d *standin.Draft) {
	like(d, "schedule", form{
		scalingInvalid, scheduleForm, "a schedule is at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(with six fields)",
		`write it as "cron(0 20 * * ? *)"`,
	})
	if v := d.In("schedule"); strings.HasPrefix(v.Text(), "cron(") && scheduleForm.MatchString(v.Text()) {
		refuseTimes(d, v, scalingInvalid, "the cron expression is not valid:")
	}
	refuseZone(d, d.In("timezone"), scalingInvalid)
	action := d.In("scalableTargetAction")
	if action.Known() && action.At("minCapacity").Missing() && action.At("maxCapacity").Missing() {
		d.Refuse(action, scalingInvalid, "either a maximum capacity, or a minimum, or both must be specified",
			"set minCapacity or maxCapacity")
	}
})
