package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(eventRuleKind, eventTargetKind)

func eventRuleKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchEventRule, Args: cloudwatch.EventRuleArgs{}, State: cloudwatch.EventRuleState{},
		Facts:    setting,
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Defaults: standin.Props{"eventBusName": "default", "forceDestroy": false},
		Computed: []string{"isEnabled", "state"},
		Replaces: []string{"eventBusName", "name", "namePrefix"},
		Json:     []string{"eventPattern"},
		Checks:   []standin.CheckRule{eventbridgeRule, eventbridgeEventPattern},
		Refs:     []standin.Ref{toRole("roleArn")},
		HeldBy:   []standin.Hold{{Token: token.CloudwatchEventTarget, Path: "rule", By: "name"}},
		InUse:    "ValidationException",
		Id:       by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": arn(o, "events", "rule/"+o.Has("name").Text()), "isEnabled": true, "state": "ENABLED"}
		},
	}
}

func eventTargetKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchEventTarget, Args: cloudwatch.EventTargetArgs{}, State: cloudwatch.EventTargetState{},
		Facts:    setting,
		Defaults: standin.Props{"eventBusName": "default", "forceDestroy": false},
		Computed: []string{"targetId"},
		Replaces: []string{"eventBusName", "rule", "targetId"},
		Checks:   []standin.CheckRule{eventbridgeTarget, eventbridgeInputTransformer},
		Rules:    []standin.Rule{eventbridgeTargetCount, eventbridgeTopicPolicy},
		Json:     []string{"input"},
		Refs: []standin.Ref{
			outside("rule", "ResourceNotFoundException", standin.Target{Token: token.CloudwatchEventRule, By: "name"}),
			toRole("roleArn"), toTaskDefinition("ecsTarget.taskDefinitionArn"),
		},
		Id: eventTargetId,
	}
}

// eventTargetId is the provider's own; it also names a target that the program leaves unnamed.
func eventTargetId(o *standin.Op) string {
	if o.In("targetId").Missing() {
		o.Compute(standin.Props{"targetId": "terraform-" + standin.Draw(lowerDigits, 26)})
	}
	return o.In("rule").Text() + "-" + o.Has("targetId").Text()
}
