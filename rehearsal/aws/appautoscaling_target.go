package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
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
		Steady:   []standin.Rule{standin.Effect(scaleIntoBounds)},
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

// scaleIntoBounds brings the number of tasks into the bounds of a target that is registered, or registered again with
// other bounds (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html).
func scaleIntoBounds(o *standin.Op) {
	service := scaledService(o)
	if service == nil || !o.Changed("minCapacity") && !o.Changed("maxCapacity") {
		return
	}
	count := service.Out("desiredCount").Int()
	if bounded := min(max(count, o.In("minCapacity").Int()), o.In("maxCapacity").Int()); bounded != count {
		live.ScaleService(o.World, service, bounded)
	}
}

func toScalableTarget() standin.Ref {
	return outside("resourceId", "ObjectNotFoundException",
		standin.Target{Token: token.AppautoscalingTarget, By: "resourceId"})
}
