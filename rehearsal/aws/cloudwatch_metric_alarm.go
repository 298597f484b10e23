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
		Facts:    charged(alarmCharge),
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

// alarmCharge counts the metrics that the alarm watches (https://aws.amazon.com/cloudwatch/pricing/).
func alarmCharge(t standin.Tally, r *standin.Resource) {
	metrics := 0
	for _, query := range r.Out("metricQueries").Items() {
		if !query.At("metric").Missing() {
			metrics++
		}
	}
	t.Add(r, float64(max(1, metrics)), "cloudwatch-alarm-month")
}
