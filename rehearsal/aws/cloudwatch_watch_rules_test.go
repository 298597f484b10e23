package aws_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const alarms = "cloudwatch/metricAlarm:MetricAlarm"

// rate is an alarm about an expression of two metrics.
func rate(queries ...any) in {
	return in{
		"comparisonOperator": "GreaterThanThreshold", "threshold": 5, "evaluationPeriods": 5, "metricQueries": queries,
	}
}

func queried(id string, changes in) in {
	return in{
		"id": id,
		"metric": with(in{"namespace": "AWS/ApplicationELB", "metricName": "RequestCount", "stat": "Sum", "period": 60},
			changes),
	}
}

func computed(id, expression string) in {
	return in{"id": id, "expression": expression, "returnData": true}
}

func TestExpressionsOfAlarmsAreMadeOfTheirQueries(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	sound := rate(computed("rate", "IF(all > 0, 100 * FILL(bad, 0) / all, 0)"), queried("all", nil), queried("bad", nil))
	queries := func(list ...any) in { return in{"metricQueries": list} }
	c.refuses(t, alarms, sound,
		but("id", queries(computed("Rate", "1"), queried("all", nil)), "ValidationError", `id = "Rate"`),
		but("both", queries(with(queried("all", nil), in{"expression": "1", "returnData": true})),
			"exactly one of metric, expression"),
		but("no statistic", queries(with(queried("all", in{"stat": nil}), in{"returnData": true})), "MissingParameter",
			"set stat"),
		but("period", queries(with(queried("all", in{"period": 45}), in{"returnData": true})), "period = 45"),
		but("more than a day", queries(with(queried("all", in{"period": 20000 * 60}), in{"returnData": true})),
			"more than a week"),
		but("no result", queries(queried("all", nil), queried("bad", nil)), "Exactly one element", "return data"),
		but("two results", queries(computed("a", "1"), computed("b", "a + 1")), "Exactly one element"),
		but("same id", queries(computed("all", "1"), queried("all", nil)), "are not unique"),
		but("unknown operand",
			queries(computed("rate", `SUM(all) / bad + FILL(all, REPEAT) + PERIOD("x")`), queried("all", nil)),
			"Unknown identifier bad"),
	)
}

func board(widgets ...string) in {
	return in{"dashboardName": "care", "dashboardBody": `{"widgets":[` + strings.Join(widgets, ",") + `]}`}
}

func shown(metrics string) string {
	return `{"type":"metric","x":0,"y":0,"width":12,"height":6,"properties":{"region":"ap-south-1","metrics":` + metrics + `}}`
}

func TestDashboardsHaveTheStructureOfCloudWatch(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const boards = "cloudwatch/dashboard:Dashboard"
	const text = `{"type":"text","properties":{"markdown":"x"}}`
	placed := func(where string) in { return board(`{"type":"text",` + where + `,"properties":{"markdown":"x"}}`) }
	sound := board(text, `{"type":"alarm","properties":{"alarms":["arn:aws:cloudwatch:ap-south-1:123456789012:alarm:x"]}}`,
		shown(`[["AWS/ECS","CPUUtilization","ClusterName","main",{"stat":"Maximum"}],[{"expression":"1"}]]`))
	c.refuses(t, boards, sound,
		but("no widgets", in{"dashboardBody": `{}`}, "required property widgets"),
		but("many widgets", board(strings.Repeat(text+",", 500)+text), "at most 500 widgets"),
		but("no properties", board(`{"type":"text"}`), "/widgets/0", "type and properties"),
		but("type", board(text, `{"type":"graph","properties":{}}`), "/widgets/1", "has the type graph"),
		but("empty text", board(`{"type":"text","properties":{}}`), "properties/markdown"),
		but("no region", board(`{"type":"metric","properties":{"metrics":[]}}`), "properties/region"),
		but("no query", board(`{"type":"log","properties":{"region":"ap-south-1"}}`), "properties/query"),
		but("only x", placed(`"x":0`), "only one of x and y"),
		but("outside", placed(`"x":24,"y":0`), "x is from 0 to 23"),
		but("above", placed(`"x":0,"y":-1`), "y not negative"),
		but("wide", placed(`"x":0,"y":0,"width":25`), "a width is from 1 to 24"),
		but("flat", placed(`"x":0,"y":0,"height":0`), "a height from 1 to 1000"),
		but("over the edge", placed(`"x":20,"y":0`), "ends in column 26 of 24"),
		but("fraction", placed(`"x":0.5,"y":0`), "valid JSON object"),
		but("nothing shown", board(`{"type":"metric","properties":{"region":"ap-south-1"}}`), "properties/metrics"),
		but("view", board(`{"type":"metric","properties":{"region":"ap-south-1","view":"lines","metrics":[]}}`),
			"has the view"),
		but("flat metric", board(shown(`["AWS/ECS","CPUUtilization"]`)), "array of arrays"),
		but("number", board(shown(`[["AWS/ECS","CPUUtilization","Port",9000]]`)), "/metrics/0", "where a text belongs"),
		but("half a metric", board(shown(`[["AWS/ECS"]]`)), "names no metric"),
		but("half a dimension", board(shown(`[["AWS/ECS","CPUUtilization","ClusterName"]]`)),
			"a dimension without a value"),
		but("many dimensions", board(shown(`[["a","b"`+strings.Repeat(`,"c","d"`, 31)+`]]`)), "more than 30 dimensions"),
		but("many metrics", board(shown(`[`+strings.Repeat(`["a","b"],`, 500)+`["a","b"]]`)), "501 metrics of at most 500"),
		but("many metrics together",
			board(strings.Repeat(shown(`[`+strings.Repeat(`["a","b"],`, 499)+`["a","b"]]`)+",", 5)+shown(`[["a","b"]]`)),
			"at most 2500 metrics"),
	)
}

func TestAServiceWatchesAlarmsThatAreThere(t *testing.T) {
	t.Parallel()
	d := newDeployed(t)
	errors := d.up(alarms, "errors", in{
		"metricName": "HTTPCode_Target_5XX_Count", "namespace": "AWS/ApplicationELB", "statistic": "Sum", "period": 60,
		"threshold": 5, "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2,
	})
	watching := func(names ...any) in {
		return d.serviceOf(d.task, in{"alarms": in{"alarmNames": names, "enable": true, "rollback": true}})
	}
	requireReason(t, d.wrong(service, "app", watching(errors.out("name"), "forgotten")),
		"InvalidParameterException", "forgotten", "no such cloudwatch.MetricAlarm exists")
	requireReason(t, d.wrong(service, "app", watching()), "InvalidParameterException", "alarmNames is required")
	outside := watching(errors.out("name"))
	outside["deploymentController"], outside["deploymentCircuitBreaker"] = in{"type": "EXTERNAL"}, nil
	requireReason(t, d.wrong(service, "app", outside), "rolling update (ECS) deployment type")
	watched := d.up(service, "app", watching(errors.out("name")))
	require.Error(t,
		d.update(watched, in{"alarms": in{"alarmNames": []any{"forgotten"}, "enable": true, "rollback": true}}))
	require.NoError(t, d.update(watched, in{"alarms": nil}))
}

// keyPolicy lets services use a key, under a condition on the source account for all but EventBridge.
func keyPolicy(services ...string) string {
	statements := []in{{
		"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*",
	}}
	for _, name := range services {
		statements = append(statements, ofAccount(in{
			"Effect": "Allow", "Principal": in{"Service": name}, "Action": []any{"kms:Decrypt", "kms:GenerateDataKey*"},
			"Resource": "*",
		}, name))
	}
	return policyText(statements...)
}

func ofAccount(statement in, service string) in {
	if service != "events.amazonaws.com" {
		statement["Condition"] = in{"StringEquals": in{"aws:SourceAccount": "123456789012"}}
	}
	return statement
}

func policyText(statements ...in) string {
	text, _ := json.Marshal(in{"Version": "2012-10-17", "Statement": statements}) // plain values always marshal
	return string(text)
}

func TestKeysCanBeHadBackAndHaveAnOwner(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const keys = "kms/key:Key"
	sound := in{"enableKeyRotation": true, "deletionWindowInDays": 7, "policy": keyPolicy()}
	c.refuses(t, keys, sound,
		but("window", in{"deletionWindowInDays": 3}, "ValidationException", "deletionWindowInDays = 3"),
		but("usage", in{"keyUsage": "SIGN"}, "ValidationException", "keyUsage"),
		but("rotation of a pair", in{"customerMasterKeySpec": "RSA_2048"}, "UnsupportedOperationException"),
		but("rotation period", in{"rotationPeriodInDays": 30}, "from 90 to 2560"),
		but("no principal", in{"policy": policy}, "MalformedPolicyDocumentException", "Principal"),
		but("no owner", in{"policy": strings.Replace(keyPolicy(), "kms:*", "kms:Decrypt", 1)},
			"MalformedPolicyDocumentException", "will not allow you to update"),
	)
}

// publishable lets services publish, under a condition on the source account for all but EventBridge.
func publishable(services ...string) string {
	var statements []in
	for _, name := range services {
		statements = append(statements,
			ofAccount(in{"Effect": "Allow", "Principal": in{"Service": name}, "Action": "sns:Publish", "Resource": "*"}, name))
	}
	return policyText(statements...)
}

func TestAlarmsThatNobodyHearsAreWarnedOf(t *testing.T) {
	t.Parallel()
	const cloudwatch, eventbridge = "cloudwatch.amazonaws.com", "events.amazonaws.com"
	for name, row := range map[string]struct {
		key, keyPolicy, topicPolicy string
		alarm, rule                 string
	}{
		"a topic of its own accord": {rule: "the policy of sns.Topic 't' does not let " + eventbridge + " publish"},
		"AWS's key": {
			key: "alias/aws/sns", topicPolicy: publishable(cloudwatch), alarm: "encrypted with AWS's own key",
			rule: "does not let",
		},
		"a key for both": {
			keyPolicy: keyPolicy(cloudwatch, eventbridge), topicPolicy: publishable(cloudwatch), rule: "does not let",
		},
		"a key for one": {
			keyPolicy: keyPolicy(eventbridge), topicPolicy: publishable(cloudwatch),
			alarm: "the policy of kms.Key 'k' does not let " + cloudwatch + " encrypt", rule: "does not let",
		},
		"policies for both": {keyPolicy: keyPolicy(cloudwatch, eventbridge), topicPolicy: publishable(cloudwatch,
			eventbridge)},
		"a condition on an unknown key": {
			topicPolicy: policyText(in{
				"Effect": "Allow", "Principal": in{"Service": []any{cloudwatch, eventbridge}}, "Action": "sns:Publish",
				"Resource": "*", "Condition": in{"StringEquals": in{"aws:PrincipalOrgID": "o-1234567890"}},
			}),
			alarm: "does not let", rule: "does not let",
		},
		"the default policy": {
			topicPolicy: policyText(in{
				"Effect": "Allow", "Principal": in{"AWS": "*"}, "Action": "SNS:Publish", "Resource": "*",
				"Condition": in{"StringEquals": in{"AWS:SourceOwner": "123456789012"}},
			}),
			rule: "does not let",
		},
		"this alarm, over TLS": {
			topicPolicy: policyText(
				in{
					"Effect": "Allow", "Principal": in{"Service": []any{cloudwatch}}, "Action": "sns:Publish", "Resource": "*",
					"Condition": in{"ArnLike": in{"aws:SourceArn": "arn:aws:cloudwatch:*:123456789012:alarm:*"}},
				},
				in{
					"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*",
					"Condition": in{"Bool": in{"aws:SecureTransport": "false"}},
				},
			),
			rule: "does not let",
		},
		"a policy for the other one": {
			topicPolicy: publishable(eventbridge),
			alarm:       "the policy of sns.Topic 't' does not let " + cloudwatch + " publish",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, nil)
			given := in{}
			if row.key != "" {
				given["kmsMasterKeyId"] = row.key
			}
			if row.keyPolicy != "" {
				given["kmsMasterKeyId"] = g.up("kms/key:Key", "k", in{"policy": row.keyPolicy}).out("arn")
			}
			topic := g.up("sns/topic:Topic", "t", given).out("arn")
			if row.topicPolicy != "" {
				g.up("sns/topicPolicy:TopicPolicy", "t", in{"arn": topic, "policy": row.topicPolicy})
			}
			g.up(alarms, "cpu", in{
				"metricName": "CPUUtilization", "namespace": "AWS/ECS", "statistic": "Average", "period": 60, "threshold": 80,
				"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2, "alarmActions": []any{topic},
			})
			rule := g.up("cloudwatch/eventRule:EventRule", "failed", in{"eventPattern": `{"source":["aws.ecs"]}`})
			g.up("cloudwatch/eventTarget:EventTarget", "failed", in{"rule": rule.out("name"), "arn": topic})
			heard := map[string]string{"cloudwatch.MetricAlarm 'cpu'": row.alarm, "cloudwatch.EventTarget 'failed'": row.rule}
			told := g.warned("notifies nobody")
			wanted := 0
			for resource, why := range heard {
				if why == "" {
					continue
				}
				wanted++
				assert.True(t, strings.Contains(strings.Join(told, "\n"), resource+": notifies nobody: ") &&
					strings.Contains(strings.Join(told, "\n"), why), "%q in %q", why, told)
			}
			assert.Len(t, told, wanted)
		})
	}
}
