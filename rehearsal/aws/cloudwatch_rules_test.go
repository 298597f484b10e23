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
		"name":                 "errors",
		"logGroupName":         "/ecs/outside",
		"pattern":              "ERROR",
		"metricTransformation": in{"name": "errors", "namespace": "care", "value": "1"},
	}
	metric := func(changes in) in {
		return in{"metricTransformation": with(in{"name": "errors", "namespace": "care", "value": "1"}, changes)}
	}
	c.refuses(t, []mistake{
		{
			"name",
			groups,
			group,
			in{"name": "/ecs/care backend"},
			[]string{"InvalidParameterException", `name = "/ecs/care backend"`},
		},
		{"long name", groups, group, in{"name": strings.Repeat("a", 513)}, []string{"at most 512"}},
		{"reserved name", groups, group, in{"name": "aws/care"}, []string{"reserved for AWS"}},
		{
			"retention",
			groups,
			group,
			in{"retentionInDays": 45},
			[]string{"InvalidParameterException", "retentionInDays = 45"},
		},
		{"class", groups, group, in{"logGroupClass": "CHEAP"}, []string{"logGroupClass"}},
		{"filter's name", filters, filter, in{"name": "a:b"}, []string{"InvalidParameterException", `name = "a:b"`}},
		{"metric's name", filters, filter, metric(in{"name": "a$b"}), []string{"metricTransformation.name"}},
		{
			"pattern",
			filters,
			filter,
			in{"pattern": "{ $.n >= }"},
			[]string{"InvalidParameterException", "Invalid filter pattern: a value is expected", `pattern = "{ $.n >= }"`},
		},
		{"terms", filters, filter, in{"pattern": "out-of-memory"}, []string{"invalid character(s) in term 'out-of-memory'"}},
		{
			"field that is not in the pattern",
			filters,
			with(with(filter, metric(in{"value": "$.n", "unit": "Count"})), in{"pattern": "{ $.n >= 0 }"}),
			in{"pattern": "{ $.m >= 0 }"},
			[]string{"does not name the field", `metricTransformation.value = "$.n"`},
		},
		{"value", filters, filter, metric(in{"value": "one"}), []string{"the value is a number"}},
		{"unit", filters, filter, metric(in{"unit": "Tasks"}), []string{"metricTransformation.unit", "Percent, Count"}},
		{
			"many dimensions",
			filters,
			filter,
			metric(in{"dimensions": in{"a": "$.a", "b": "$.b", "c": "$.c", "d": "$.d"}}),
			[]string{"at most 3 dimensions"},
		},
		{
			"default with dimensions",
			filters,
			filter,
			metric(in{"defaultValue": "0", "dimensions": in{"a": "$.b"}}),
			[]string{"mutually exclusive"},
		},
	})
}

func TestAlarmsWatchSomethingForSomeTime(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const token = "cloudwatch/metricAlarm:MetricAlarm"
	alarm := in{
		"metricName":         "CPUUtilization",
		"namespace":          "AWS/ECS",
		"statistic":          "Average",
		"period":             60,
		"evaluationPeriods":  3,
		"datapointsToAlarm":  2,
		"comparisonOperator": "GreaterThanThreshold", "threshold": 0, "treatMissingData": "breaching",
	}
	c.refuses(t, []mistake{
		{"operator", token, alarm, in{"comparisonOperator": ">"}, []string{"ValidationError", "comparisonOperator"}},
		{"missing data", token, alarm, in{"treatMissingData": "bad"}, []string{"ValidationError", "treatMissingData"}},
		{"statistic", token, alarm, in{"statistic": "Mean"}, []string{"ValidationError", `statistic = "Mean"`}},
		{
			"two statistics",
			token,
			alarm,
			in{"extendedStatistic": "p90"},
			[]string{"exactly one of statistic, extendedStatistic"},
		},
		{"nothing watched", token, alarm, in{"metricName": nil}, []string{"exactly one of metricName, metricQueries"}},
		{"no namespace", token, alarm, in{"namespace": nil}, []string{"MissingParameter", "namespace"}},
		{"no threshold", token, alarm, in{"threshold": nil}, []string{"exactly one of threshold, thresholdMetricId"}},
		{"period", token, alarm, in{"period": 45}, []string{"ValidationError", "period = 45"}},
		{
			"more than a day",
			token,
			alarm,
			in{"evaluationPeriods": 1441},
			[]string{"must be <= 86400", "evaluationPeriods = 1441"},
		},
		{
			"more than a week",
			token,
			with(alarm, in{"period": 3600, "evaluationPeriods": 168}),
			in{"evaluationPeriods": 169},
			[]string{"must be <= 604800"},
		},
		{"no period", token, alarm, in{"evaluationPeriods": 0, "datapointsToAlarm": nil}, []string{"evaluationPeriods = 0"}},
		{"more points than periods", token, alarm, in{"datapointsToAlarm": 4}, []string{"datapointsToAlarm = 4"}},
		{
			"many actions",
			token,
			alarm,
			in{"alarmActions": []any{"a", "b", "c", "d", "e", "f"}},
			[]string{"at most 5 actions"},
		},
	})
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
	c.refuses(t, []mistake{
		{"name", boards, board, in{"dashboardName": "care board"}, []string{"InvalidParameterValue", "dashboardName"}},
		{"no JSON", boards, board, in{"dashboardBody": `{"widgets":[`}, []string{"InvalidParameterInput", "valid JSON"}},
		{"name", rules, rule, in{"name": "stopped tasks"}, []string{"ValidationException", "name"}},
		{"neither pattern nor schedule", rules, rule, in{"eventPattern": nil}, []string{"an event pattern or a schedule"}},
		{"no JSON", rules, rule, in{"eventPattern": `{`}, []string{"InvalidEventPatternException"}},
		{
			"plain value",
			rules,
			rule,
			in{"eventPattern": `{"source":["aws.ecs"],"detail":{"lastStatus":"STOPPED"}}`},
			[]string{`"lastStatus" must be an object or an array`},
		},
		{
			"plural of one",
			rules,
			timed,
			in{"scheduleExpression": "rate(1 minutes)"},
			[]string{"ScheduleExpression is not valid"},
		},
		{"five fields", rules, timed, in{"scheduleExpression": "cron(0 20 * * ?)"}, []string{"six fields"}},
		{"target", targets, target, in{"arn": "alarms"}, []string{"not in correct format", "arn"}},
		{
			"task without role",
			targets,
			with(
				target,
				in{
					"ecsTarget": in{"taskDefinitionArn": "arn:aws:ecs:ap-south-1:123456789012:task-definition/x:1"},
					"roleArn":   "arn:aws:iam::123456789012:role/x",
				},
			),
			in{"roleArn": nil},
			[]string{"RoleArn is required"},
		},
		{
			"name in a template",
			targets,
			with(
				target,
				in{
					"input": nil,
					"inputTransformer": in{
						"inputPaths":    in{"why": "$.detail.reason"},
						"inputTemplate": `"<why> <aws.events.rule-arn>"`,
					},
				},
			),
			in{"inputTransformer": in{"inputPaths": in{"why": "$.detail.reason"}, "inputTemplate": `"<reason>"`}},
			[]string{"Invalid InputTemplate", "reason is none"},
		},
		{
			"path in a template",
			targets,
			with(
				target,
				in{"input": nil, "inputTransformer": in{"inputPaths": in{"why": "$.detail.reason"}, "inputTemplate": `"<why>"`}},
			),
			in{"inputTransformer": in{"inputPaths": in{"why": "detail.reason"}, "inputTemplate": `"<why>"`}},
			[]string{"begins with $"},
		},
		{
			"two inputs",
			targets,
			target,
			in{"inputPath": "$.detail"},
			[]string{"Only one of Input, InputPath, or InputTransformer"},
		},
	})
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
	c.refuses(t, []mistake{
		{"name", topics, topic, in{"name": "care alarms"}, []string{"InvalidParameter", `name = "care alarms"`}},
		{"FIFO by its name", topics, topic, in{"fifoTopic": true}, []string{"ends in .fifo"}},
		{"deduplication", topics, topic, in{"contentBasedDeduplication": true}, []string{"FIFO topics"}},
		{"protocol", subscriptions, subscription, in{"protocol": "mail"}, []string{"InvalidParameter", "protocol"}},
		{"endpoint", subscriptions, subscription, in{"endpoint": "ops"}, []string{"InvalidParameter", `endpoint = "ops"`}},
		{
			"number",
			subscriptions,
			with(subscription, in{"protocol": "sms", "endpoint": "+911234567890"}),
			in{"endpoint": "ops"},
			[]string{"the protocol sms"},
		},
		{
			"queue",
			subscriptions,
			with(subscription, in{"protocol": "sqs", "endpoint": "arn:aws:sqs:ap-south-1:123456789012:q"}),
			in{"endpoint": "q"},
			[]string{"the protocol sqs"},
		},
		{
			"endpoint of another protocol",
			subscriptions,
			subscription,
			in{"protocol": "https"},
			[]string{"does not match the protocol https"},
		},
		{
			"policy",
			"sns/topicPolicy:TopicPolicy",
			in{"arn": subscription["topic"], "policy": tlsOnly("*")},
			in{"policy": policy},
			[]string{"InvalidParameter", "Principal"},
		},
	})
	c.up(topics, "ordered", in{"name": "alarms.fifo", "fifoTopic": true, "contentBasedDeduplication": true})
}
