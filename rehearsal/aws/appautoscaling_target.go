package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(scalableTargetKind)

var scalableTarget = []string{"resourceId", "scalableDimension", "serviceNamespace"}

func scalableTargetKind() standin.Kind {
	return standin.Kind{
		Token: token.AppautoscalingTarget, Args: appautoscaling.TargetArgs{}, State: appautoscaling.TargetState{},
		Facts:    setting,
		Computed: []string{"roleArn", "suspendedState"},
		Replaces: scalableTarget,
		Refs:     []standin.Ref{toRole("roleArn")},
		Checks:   []standin.CheckRule{appautoscalingScalableTarget, capacitiesAreOrdered("minCapacity", "maxCapacity")},
		Rules:    []standin.Rule{appautoscalingServiceExists},
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
	return outside("resourceId", "ObjectNotFoundException",
		standin.Target{Token: token.AppautoscalingTarget, By: "resourceId"})
}
