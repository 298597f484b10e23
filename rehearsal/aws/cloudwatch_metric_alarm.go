package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(alarmKind)

func alarmKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchMetricAlarm, Args: cloudwatch.MetricAlarmArgs{}, State: cloudwatch.MetricAlarmState{},
		Name:     standin.Naming{Property: "name"},
		Defaults: standin.Props{"actionsEnabled": true, "treatMissingData": "missing"},
		Computed: []string{"evaluateLowSampleCountPercentiles"},
		Checks: []standin.CheckRule{
			cloudwatchAlarmActions, cloudwatchAlarmMetric, cloudwatchAlarmPeriod, cloudwatchMetricQuery,
			queriesRefer("metricQueries", validationError),
		},
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
