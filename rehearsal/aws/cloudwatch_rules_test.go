package aws_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLogsAreNamedAndKeptByTheRules(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const groups, filters = "cloudwatch/logGroup:LogGroup", "cloudwatch/logMetricFilter:LogMetricFilter"
	group := in{"name": "/ecs/care-backend", "retentionInDays": 30}
	filter := in{
		"name": "errors", "logGroupName": "/ecs/outside", "pattern": "ERROR",
		"metricTransformation": in{"name": "errors", "namespace": "care", "value": "1"},
	}
	metric := func(changes in) in {
		return in{"metricTransformation": with(in{"name": "errors", "namespace": "care", "value": "1"}, changes)}
	}
	c.refuses(t, groups, group,
		but("name", in{"name": "/ecs/care backend"}, "InvalidParameterException", `name = "/ecs/care backend"`),
		but("long name", in{"name": strings.Repeat("a", 513)}, "at most 512"),
		but("reserved name", in{"name": "aws/care"}, "reserved for AWS"),
		but("retention", in{"retentionInDays": 45}, "InvalidParameterException", "retentionInDays = 45"),
		but("class", in{"logGroupClass": "CHEAP"}, "logGroupClass"),
	)
	c.refuses(t, filters, filter,
		but("filter's name", in{"name": "a:b"}, "InvalidParameterException", `name = "a:b"`),
		but("metric's name", metric(in{"name": "a$b"}), "metricTransformation.name"),
		but("pattern", in{"pattern": "{ $.n >= }"}, "InvalidParameterException",
			"Invalid filter pattern: a value is expected", `pattern = "{ $.n >= }"`),
		but("terms", in{"pattern": "out-of-memory"}, "invalid character(s) in term 'out-of-memory'"),
		but("value", metric(in{"value": "one"}), "the value is a number"),
		but("unit", metric(in{"unit": "Tasks"}), "metricTransformation.unit", "Percent, Count"),
		but("many dimensions", metric(in{"dimensions": in{"a": "$.a", "b": "$.b", "c": "$.c", "d": "$.d"}}),
			"at most 3 dimensions"),
		but("default with dimensions", metric(in{"defaultValue": "0", "dimensions": in{"a": "$.b"}}), "mutually exclusive"),
	)
	c.refuses(t, filters, with(with(filter, metric(in{"value": "$.n", "unit": "Count"})), in{"pattern": "{ $.n >= 0 }"}),
		but("field that is not in the pattern", in{"pattern": "{ $.m >= 0 }"}, "does not name the field",
			`metricTransformation.value = "$.n"`),
	)
}

func TestAlarmsWatchSomethingForSomeTime(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const token = "cloudwatch/metricAlarm:MetricAlarm"
	alarm := in{
		"metricName": "CPUUtilization", "namespace": "AWS/ECS", "statistic": "Average", "period": 60,
		"evaluationPeriods": 3, "datapointsToAlarm": 2, "comparisonOperator": "GreaterThanThreshold", "threshold": 0,
		"treatMissingData": "breaching",
	}
	c.refuses(t, token, alarm,
		but("operator", in{"comparisonOperator": ">"}, "ValidationError", "comparisonOperator"),
		but("missing data", in{"treatMissingData": "bad"}, "ValidationError", "treatMissingData"),
		but("statistic", in{"statistic": "Mean"}, "ValidationError", `statistic = "Mean"`),
		but("two statistics", in{"extendedStatistic": "p90"}, "exactly one of statistic, extendedStatistic"),
		but("nothing watched", in{"metricName": nil}, "exactly one of metricName, metricQueries"),
		but("no namespace", in{"namespace": nil}, "MissingParameter", "namespace"),
		but("no threshold", in{"threshold": nil}, "exactly one of threshold, thresholdMetricId"),
		but("period", in{"period": 45}, "ValidationError", "period = 45"),
		but("more than a day", in{"evaluationPeriods": 1441}, "must be <= 86400", "evaluationPeriods = 1441"),
		but("no period", in{"evaluationPeriods": 0, "datapointsToAlarm": nil}, "evaluationPeriods = 0"),
		but("more points than periods", in{"datapointsToAlarm": 4}, "datapointsToAlarm = 4"),
		but("many actions", in{"alarmActions": []any{"a", "b", "c", "d", "e", "f"}}, "at most 5 actions"),
	)
	c.refuses(t, token, with(alarm, in{"period": 3600, "evaluationPeriods": 168}), but("more than a week",
		in{"evaluationPeriods": 169}, "must be <= 604800"))
}

func TestDashboardsAndEventRulesAreWellFormed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const (
		boards  = "cloudwatch/dashboard:Dashboard"
		rules   = "cloudwatch/eventRule:EventRule"
		targets = "cloudwatch/eventTarget:EventTarget"
	)
	board := in{"dashboardName": "care", "dashboardBody": `{"widgets":[{"type":"text","properties":{"markdown":"x"}}]}`}
	rule := in{"name": "stopped", "eventPattern": `{"source":["aws.ecs"],"detail":{"lastStatus":["STOPPED"]}}`}
	timed := in{"name": "nightly", "scheduleExpression": "cron(0 20 * * ? *)"}
	topic := c.up("sns/topic:Topic", "t", in{}).out("arn")
	target := in{"rule": "outside", "arn": topic, "input": "{}"}
	c.refuses(t, boards, board,
		but("name", in{"dashboardName": "care board"}, "InvalidParameterValue", "dashboardName"),
		but("no JSON", in{"dashboardBody": `{"widgets":[`}, "InvalidParameterInput", "valid JSON"),
	)
	c.refuses(t, rules, rule,
		but("name", in{"name": "stopped tasks"}, "ValidationException", "name"),
		but("neither pattern nor schedule", in{"eventPattern": nil}, "an event pattern or a schedule"),
		but("no JSON", in{"eventPattern": `{`}, "InvalidEventPatternException"),
		but("plain value", in{"eventPattern": `{"source":["aws.ecs"],"detail":{"lastStatus":"STOPPED"}}`},
			`"lastStatus" must be an object or an array`),
	)
	c.refuses(t, rules, timed,
		but("plural of one", in{"scheduleExpression": "rate(1 minutes)"}, "ScheduleExpression is not valid"),
		but("five fields", in{"scheduleExpression": "cron(0 20 * * ?)"}, "six fields"),
	)
	c.refuses(t, targets, target,
		but("target", in{"arn": "alarms"}, "not in correct format", "arn"),
		but("two inputs", in{"inputPath": "$.detail"}, "Only one of Input, InputPath, or InputTransformer"),
	)
	c.refuses(t, targets,
		with(target, in{
			"ecsTarget": in{"taskDefinitionArn": "arn:aws:ecs:ap-south-1:123456789012:task-definition/x:1"},
			"roleArn":   "arn:aws:iam::123456789012:role/x",
		}),
		but("task without role", in{"roleArn": nil}, "RoleArn is required"),
	)
	c.refuses(t, targets,
		with(target, in{
			"input": nil,
			"inputTransformer": in{
				"inputPaths": in{"why": "$.detail.reason"}, "inputTemplate": `"<why> <aws.events.rule-arn>"`,
			},
		}),
		but("name in a template",
			in{"inputTransformer": in{"inputPaths": in{"why": "$.detail.reason"}, "inputTemplate": `"<reason>"`}},
			"Invalid InputTemplate", "reason is none"),
	)
	c.refuses(t, targets,
		with(target,
			in{"input": nil, "inputTransformer": in{"inputPaths": in{"why": "$.detail.reason"}, "inputTemplate": `"<why>"`}}),
		but("path in a template",
			in{"inputTransformer": in{"inputPaths": in{"why": "detail.reason"}, "inputTemplate": `"<why>"`}}, "begins with $"),
	)
	c.up(rules, "hourly", in{"scheduleExpression": "rate(1 hour)"})
	for i := range 5 {
		c.up(targets, strconv.Itoa(i), in{"rule": "full", "arn": topic})
	}
	_, err := c.attempt(targets, "sixth", in{"rule": "full", "arn": topic})
	require.ErrorContains(t, err, "LimitExceededException")
}

func TestTopicsAndSubscriptionsAreWellFormed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const topics, subscriptions = "sns/topic:Topic", "sns/topicSubscription:TopicSubscription"
	topic := in{"name": "alarms", "fifoTopic": false}
	subscription := in{"topic": c.up(topics, "t", in{}).out("arn"), "protocol": "email", "endpoint": "ops@example.org"}
	c.refuses(t, topics, topic,
		but("name", in{"name": "care alarms"}, "InvalidParameter", `name = "care alarms"`),
		but("FIFO by its name", in{"fifoTopic": true}, "ends in .fifo"),
		but("deduplication", in{"contentBasedDeduplication": true}, "FIFO topics"),
	)
	c.refuses(t, subscriptions, subscription,
		but("protocol", in{"protocol": "mail"}, "InvalidParameter", "protocol"),
		but("endpoint", in{"endpoint": "ops"}, "InvalidParameter", `endpoint = "ops"`),
		but("endpoint of another protocol", in{"protocol": "https"}, "does not match the protocol https"),
	)
	c.refuses(t, subscriptions, with(subscription, in{"protocol": "sms", "endpoint": "+911234567890"}),
		but("number", in{"endpoint": "ops"}, "the protocol sms"),
	)
	c.refuses(
		t, subscriptions, with(subscription, in{"protocol": "sqs", "endpoint": "arn:aws:sqs:ap-south-1:123456789012:q"}),
		but("queue", in{"endpoint": "q"}, "the protocol sqs"),
	)
	c.refuses(t, "sns/topicPolicy:TopicPolicy", in{"arn": subscription["topic"], "policy": tlsOnly("*")},
		but("policy", in{"policy": policy}, "InvalidParameter", "Principal"),
	)
	c.up(topics, "ordered", in{"name": "alarms.fifo", "fifoTopic": true, "contentBasedDeduplication": true})
}
