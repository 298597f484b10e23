package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(scalingPolicyKind)

func scalingPolicyKind() standin.Kind {
	return standin.Kind{
		Token: token.AppautoscalingPolicy, Args: appautoscaling.PolicyArgs{}, State: appautoscaling.PolicyState{},
		Facts:    charged(standin.ByUse("alarms that target tracking makes for itself", "cloudwatch-alarm-month")),
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"policyType": "StepScaling"},
		Replaces: append([]string{"name"}, scalableTarget...),
		Refs:     []standin.Ref{toScalableTarget()},
		Unique:   []standin.Unique{oneTargetFor(predefinedMetric), oneTargetFor(customizedMetric)},
		Checks: []standin.CheckRule{
			appautoscalingScalableTarget, appautoscalingPolicyConfiguration, appautoscalingTargetTracking,
			appautoscalingCustomizedMetric, appautoscalingResourceLabel, appautoscalingStepScaling,
		},
		Rules: []standin.Rule{appautoscalingTargetRegistered, appautoscalingResourceLabelTarget},
		Id:    by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "autoscaling", "scalingPolicy:"+standin.Uuid()+":resource/"+o.In("serviceNamespace").Text()+"/"+
					o.In("resourceId").Text()+":policyName/"+o.In("name").Text()),
				"alarmArns": []any{},
			}
		},
	}
}

// oneTargetFor refuses a second target tracking policy of a scalable target for the same metric, under any name:
// https://github.com/hashicorp/terraform-provider-aws/issues/41179 has AWS's answer.
func oneTargetFor(metric string) standin.Unique {
	return standin.Unique{
		By: []string{"resourceId", "scalableDimension", metric}, At: metric, Code: scalingInvalid,
		Rule:   "Only one TargetTrackingScaling policy for a given metric specification is allowed",
		Fix:    "keep one policy for the metric, or let the other one follow another metric",
		Ignore: func(o *standin.Op, _ *standin.Resource) bool { return !o.In(metric).Known() },
	}
}
