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
