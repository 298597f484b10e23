package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// conditioned lets EventBridge in under a condition on the source account.
func conditioned(action, key string) in {
	return in{
		"Effect": "Allow", "Principal": in{"Service": []any{"cloudwatch.amazonaws.com", "events.amazonaws.com"}},
		"Action": action, "Resource": "*", "Condition": in{"StringEquals": in{key: "123456789012"}},
	}
}

func TestEventBridgeSendsNoSourceAccountToTopics(t *testing.T) {
	t.Parallel()
	free := in{
		"Effect": "Allow", "Principal": in{"Service": "events.amazonaws.com"}, "Action": []any{"kms:*", "sns:Publish"},
		"Resource": "*",
	}
	owner := in{
		"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*",
	}
	for name, row := range map[string]struct {
		topic, key []in
		refused    string
	}{
		"no condition":       {topic: []in{free}, key: []in{owner, free}},
		"a second statement": {topic: []in{free, conditioned("sns:Publish", "aws:SourceAccount")}, key: []in{owner, free}},
		"on the topic": {
			topic: []in{conditioned("sns:Publish", "aws:SourceAccount")}, key: []in{owner, free}, refused: "sns.Topic 't'",
		},
		"on the topic, by owner": {
			topic: []in{conditioned("sns:Publish", "AWS:SourceOwner")}, key: []in{owner, free}, refused: "sns.Topic 't'",
		},
		"on the key": {
			topic: []in{free}, key: []in{owner, conditioned("kms:*", "aws:SourceAccount")}, refused: "kms.Key 'k'",
		},
		"on the key, by the ARN": {
			topic: []in{free}, key: []in{owner, conditioned("kms:*", "aws:SourceArn")}, refused: "kms.Key 'k'",
		},
		"on the key of no target": {topic: []in{free}, key: []in{
			owner, free, conditioned("kms:Sign", "aws:SourceAccount"),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, nil)
			key := g.up("kms/key:Key", "k", in{"policy": policyText(row.key...)})
			topic := g.up("sns/topic:Topic", "t", in{"kmsMasterKeyId": key.out("arn")}).out("arn")
			policy := g.up("sns/topicPolicy:TopicPolicy", "t", in{"arn": topic, "policy": policyText(row.topic...)})
			rule := g.up("cloudwatch/eventRule:EventRule", "failed", in{"eventPattern": `{"source":["aws.ecs"]}`})
			_, err := g.try("cloudwatch/eventTarget:EventTarget", "failed", in{"rule": rule.out("name"), "arn": topic})
			if row.refused == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "the policy of "+row.refused+" lets events.amazonaws.com in under the condition")
			require.NoError(t, g.update(key, in{"policy": policyText(owner, free)}))
			require.NoError(t, g.update(policy, in{"policy": policyText(free)}))
			g.up("cloudwatch/eventTarget:EventTarget", "failed", in{"rule": rule.out("name"), "arn": topic})
			err = g.update(policy, in{"policy": policyText(row.topic...)})
			if !strings.Contains(row.refused, "kms") {
				require.ErrorContains(t, err, "no event would ever arrive")
				return
			}
			require.NoError(t, err)
			require.ErrorContains(t, g.update(key, in{"policy": policyText(row.key...)}), "no event would ever arrive")
		})
	}
}

func TestAnAccessKeyThatMayUseEverythingIsWarnedOf(t *testing.T) {
	t.Parallel()
	publish := in{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
	for name, row := range map[string]struct {
		statements []in
		warned     string
	}{
		"every topic": {[]in{publish}, "sns:Publish on everything, sns.Topic 't' included"},
		"every topic by ARN": {
			[]in{{"Effect": "Allow", "Action": "sns:*", "Resource": "arn:aws:sns:*:*:*"}}, "sns.Topic 't' included",
		},
		"all but": {
			[]in{{"Effect": "Allow", "Action": "sns:*", "NotResource": "arn:aws:sns:*:*:other"}}, "sns.Topic 't' included",
		},
		"phone numbers": {[]in{
			publish, {"Effect": "Deny", "Action": "sns:Publish", "Resource": "arn:aws:sns:*:*:*"},
		}, ""},
		"phone numbers alone": {[]in{{"Effect": "Allow", "Action": "sns:Publish", "NotResource": "arn:aws:sns:*:*:*"}}, ""},
		"its own topic":       {[]in{{"Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:*:*:t-*"}}, ""},
		"named beside all": {
			[]in{publish, {"Effect": "Allow", "Action": "sns:Publish", "Resource": "arn:aws:sns:*:*:t-*"}}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, nil)
			g.up("sns/topic:Topic", "t", in{})
			user := g.up("iam/user:User", "u", in{}).out("name")
			g.up("iam/userPolicy:UserPolicy", "u", in{"user": user, "policy": policyText(row.statements...)})
			assert.Empty(t, g.warned("on everything"), "there is no key yet")
			g.up("iam/accessKey:AccessKey", "u", in{"user": user})
			warned := g.warned("on everything")
			if row.warned == "" {
				assert.Empty(t, warned)
				return
			}
			assert.Contains(t, strings.Join(warned, "\n"), row.warned)
		})
	}
}

func TestTheTargetOfAnEventIsNotTheOwnerOfItsArn(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	const topic = "arn:aws:sns:ap-south-1:123456789012:pager" // outside the program
	rule := g.up("cloudwatch/eventRule:EventRule", "failed", in{"eventPattern": `{"source":["aws.ecs"]}`})
	g.up("cloudwatch/eventTarget:EventTarget", "failed", in{"rule": rule.out("name"), "arn": topic})
	_, err := g.try(alarms, "cpu", in{
		"metricName": "CPUUtilization", "namespace": "AWS/ECS", "statistic": "Average", "period": 60, "threshold": 80,
		"comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 2, "alarmActions": []any{topic},
	})
	require.NoError(t, err)
}
