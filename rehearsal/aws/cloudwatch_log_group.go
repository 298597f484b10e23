package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(logGroupKind, logMetricFilterKind)

func logGroupKind() standin.Kind {
	return standin.Kind{
		Token: token.CloudwatchLogGroup, Args: cloudwatch.LogGroupArgs{}, State: cloudwatch.LogGroupState{},
		Facts:    charged(standin.ByUse("logs written and kept", "log-ingestion-gb", "log-storage-gb-month")),
		Name:     standin.Naming{Property: "name", Unless: "namePrefix"},
		Defaults: standin.Props{"retentionInDays": 0, "skipDestroy": false},
		Computed: []string{"logGroupClass"},
		Replaces: []string{"logGroupClass", "name", "namePrefix"},
		Checks:   []standin.CheckRule{logsLogGroupName},
		Refs:     []standin.Ref{ofData(token.CloudwatchLogGroup)},
		Rules:    append(keyRules(), logsGroupOfDatabase, logsKeyPolicy),
		Unique: []standin.Unique{{
			By: []string{"name"}, Code: "ResourceAlreadyExistsException",
			Rule: "a log group's name is unique in the account and region",
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
		Facts:    setting,
		Name:     standin.Naming{Property: "name"},
		Replaces: []string{"logGroupName", "name"},
		Absent:   standin.Props{"metricTransformation.unit": "None"},
		Checks:   []standin.CheckRule{logsMetricFilter, logsMetricFilterPattern},
		Refs: []standin.Ref{
			outside("logGroupName", "ResourceNotFoundException", standin.Target{Token: token.CloudwatchLogGroup, By: "name"}),
		},
		Id: by("name"),
	}
}
