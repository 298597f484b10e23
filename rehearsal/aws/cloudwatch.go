package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func logKinds() []standin.Kind { return []standin.Kind{logGroupKind(), logMetricFilterKind()} }

func alarmKinds() []standin.Kind { return []standin.Kind{alarmKind(), dashboardKind()} }

func eventKinds() []standin.Kind { return []standin.Kind{eventRuleKind(), eventTargetKind()} }

func logGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchLogGroup, Args: cloudwatch.LogGroupArgs{}, State: cloudwatch.LogGroupState{},
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Defaults: standin.Props{"retentionInDays": 0, "skipDestroy": false},
		Computed: []string{"logGroupClass"},
		Replaces: []string{"logGroupClass", "name", "namePrefix"},
		Checks:   []standin.CheckRule{logGroupNamed},
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "ResourceAlreadyExistsException", Rule: "a log group's name is unique in the account and region",
		}},
		Id: by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"arn": arn(o, "logs", "log-group:"+o.Has("name").Text()), "logGroupClass": "STANDARD"}
		},
	}
}

func logMetricFilterKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchLogMetricFilter,
		Args:  cloudwatch.LogMetricFilterArgs{}, State: cloudwatch.LogMetricFilterState{},
		Name:     standin.Naming{Property: "name"},
		Replaces: []string{"logGroupName", "name"},
		Absent:   standin.Props{"metricTransformation.unit": "None"},
		Checks:   []standin.CheckRule{metricFilterFormed, metricFilterReads},
		Refs: []standin.Ref{
			outside("logGroupName", "ResourceNotFoundException", standin.Target{Token: token.CloudwatchLogGroup, By: "name"}),
		},
		Id: by("name"),
	}
}

func alarmKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchMetricAlarm, Args: cloudwatch.MetricAlarmArgs{}, State: cloudwatch.MetricAlarmState{},
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"actionsEnabled": true, "treatMissingData": "missing"},
		Computed: []string{"evaluateLowSampleCountPercentiles"},
		Checks:   []standin.CheckRule{alarmFormed, alarmMeasures, alarmPeriods, queriesFormed, queriesRefer("metricQueries", validationError)},
		Replaces: []string{"name"},
		Sets:     []string{"alarmActions", "insufficientDataActions", "metricQueries", "okActions"},
		Refs:     []standin.Ref{toTopic("alarmActions"), toTopic("insufficientDataActions"), toTopic("okActions")},
		Id:       by("name"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": arn(o, "cloudwatch", "alarm:"+o.In("name").Text()), "evaluateLowSampleCountPercentiles": "",
			}
		},
	}
}

func dashboardKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchDashboard, Args: cloudwatch.DashboardArgs{}, State: cloudwatch.DashboardState{},
		Global:   true,
		Replaces: []string{"dashboardName"},
		Json:     []string{"dashboardBody"},
		Checks:   []standin.CheckRule{dashboardFormed},
		Id:       by("dashboardName"),
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{"dashboardArn": globalArn(o, "cloudwatch", "dashboard/"+o.In("dashboardName").Text())}
		},
	}
}

func eventRuleKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchEventRule, Args: cloudwatch.EventRuleArgs{}, State: cloudwatch.EventRuleState{},
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Defaults: standin.Props{"eventBusName": "default", "forceDestroy": false},
		Computed: []string{"isEnabled", "state"},
		Replaces: []string{"eventBusName", "name", "namePrefix"},
		Json:     []string{"eventPattern"},
		Checks:   []standin.CheckRule{eventRuleFormed, eventPatternFormed},
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
		Defaults: standin.Props{"eventBusName": "default", "forceDestroy": false},
		Computed: []string{"targetId"},
		Replaces: []string{"eventBusName", "rule", "targetId"},
		Checks:   []standin.CheckRule{eventTargetFormed, templateFilled},
		Rules:    []standin.Rule{fiveTargets, targetMayPublish},
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
