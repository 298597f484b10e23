package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func scalingKinds() []standin.Kind {
	return []standin.Kind{scalableTargetKind(), scalingPolicyKind(), scheduledActionKind()}
}

var scalableTarget = []string{"resourceId", "scalableDimension", "serviceNamespace"}

func scalableTargetKind() standin.Kind {
	return standin.Kind{
		Token: token.AppautoscalingTarget, Args: appautoscaling.TargetArgs{}, State: appautoscaling.TargetState{},
		Computed: []string{"roleArn", "suspendedState"},
		Replaces: scalableTarget,
		Refs:     []standin.Ref{toRole("roleArn")},
		Checks:   []standin.CheckRule{scaledResourceIsLegal, capacitiesAreOrdered("minCapacity", "maxCapacity")},
		Rules:    []standin.Rule{scaledServiceExists},
		Id:       by("resourceId"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "application-autoscaling", "scalable-target/0"+standin.Draw(ident.HexDigits, 15)),
				"roleArn": globalArn(o, "iam", "role/aws-service-role/ecs.application-autoscaling.amazonaws.com/"+
					"AWSServiceRoleForApplicationAutoScaling_ECSService"),
				"suspendedState": standin.Props{
					"dynamicScalingInSuspended": false, "dynamicScalingOutSuspended": false, "scheduledScalingSuspended": false,
				},
			}
		},
	}
}

func toScalableTarget() standin.Ref {
	return outside("resourceId", "ObjectNotFoundException", standin.Target{Token: token.AppautoscalingTarget, By: "resourceId"})
}

func scalingPolicyKind() standin.Kind {
	return standin.Kind{
		Token: token.AppautoscalingPolicy, Args: appautoscaling.PolicyArgs{}, State: appautoscaling.PolicyState{},
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"policyType": "StepScaling"},
		Replaces: append([]string{"name"}, scalableTarget...),
		Refs:     []standin.Ref{toScalableTarget()},
		Checks: []standin.CheckRule{
			scaledResourceIsLegal, policyHasItsConfiguration, trackingIsLegal, customizedMetricIsLegal, labelIsLegal, stepsAreLegal,
		},
		Rules: []standin.Rule{targetIsRegistered, labelNamesItsTargets},
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

func scheduledActionKind() standin.Kind {
	return standin.Kind{
		Token: token.AppautoscalingScheduledAction,
		Args:  appautoscaling.ScheduledActionArgs{}, State: appautoscaling.ScheduledActionState{},
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"timezone": "UTC"},
		Replaces: append([]string{"name"}, scalableTarget...),
		Refs:     []standin.Ref{toScalableTarget()},
		Checks: []standin.CheckRule{
			scaledResourceIsLegal, scheduleIsLegal, capacitiesAreOrdered("scalableTargetAction.minCapacity", "scalableTargetAction.maxCapacity"),
		},
		Rules: []standin.Rule{targetIsRegistered},
		Id:    joined("-", "name", "serviceNamespace", "resourceId"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "autoscaling", "scheduledAction:"+standin.Uuid()+":resource/"+o.In("serviceNamespace").Text()+"/"+
					o.In("resourceId").Text()+":scheduledActionName/"+o.In("name").Text()),
			}
		},
	}
}
