package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(scheduledActionKind)

func scheduledActionKind() standin.Kind {
	return standin.Kind{
		Token: token.AppautoscalingScheduledAction,
		Args:  appautoscaling.ScheduledActionArgs{}, State: appautoscaling.ScheduledActionState{},
		Facts:    setting,
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"timezone": "UTC"},
		Replaces: append([]string{"name"}, scalableTarget...),
		Refs:     []standin.Ref{toScalableTarget()},
		Checks: []standin.CheckRule{
			appautoscalingScalableTarget, appautoscalingSchedule,
			capacitiesAreOrdered("scalableTargetAction.minCapacity", "scalableTargetAction.maxCapacity"),
		},
		Rules: []standin.Rule{appautoscalingTargetRegistered},
		Id:    joined("-", "name", "serviceNamespace", "resourceId"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "autoscaling", "scheduledAction:"+standin.Uuid()+":resource/"+o.In("serviceNamespace").Text()+"/"+
					o.In("resourceId").Text()+":scheduledActionName/"+o.In("name").Text()),
			}
		},
	}
}
