package live

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	cloudWatchService = "cloudwatch.amazonaws.com"
	// EventBridgeService is the principal of EventBridge.
	EventBridgeService = "events.amazonaws.com"
)

// CloudWatch and EventBridge accept every topic. A failed delivery shows only in the alarm's history or in a metric
// of the rule.
var mutedAlarms = warnsOf("cloudwatch/muted-alarm").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, alarm := range world.Live(token.CloudwatchMetricAlarm) {
		for _, path := range []string{"alarmActions", "okActions", "insufficientDataActions"} {
			for _, action := range alarm.All(path) {
				if why := muted(world, action.Text(), byAlarm(alarm)); why != "" {
					all = append(all, warn(alarm, "notifies nobody: %s", why))
				}
			}
		}
	}
	for _, target := range world.Live(token.CloudwatchEventTarget) {
		if why := muted(world, target.Out("arn").Text(), EventBridge()); why != "" {
			all = append(all, warn(target, "notifies nobody: %s", why))
		}
	}
	return all
})

// ECS keeps the names when a program no longer has them, and the provider neither shows nor can change that.
var goneAlarms = warnsOf("ecs/deleted-alarm").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		for _, name := range service.All("alarms.alarmNames") {
			if world.Minted(name.Text()) && world.Find(token.CloudwatchMetricAlarm, "name", name.Text()) == nil {
				all = append(
					all,
					warn(
						service,
						"still names the deleted alarm %s: take it away by aws ecs update-service --deployment-configuration "+
							"'alarms={alarmNames=[],enable=false,rollback=false}'",
						name.Text(),
					),
				)
			}
		}
	}
	return all
})

// Publisher is an AWS service that publishes to a topic, with the condition keys that it sends to SNS and KMS.
type Publisher struct {
	service string
	context map[string]string
}

// byAlarm returns CloudWatch as it publishes for an alarm
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html).
func byAlarm(alarm *standin.Resource) Publisher {
	return Publisher{cloudWatchService, map[string]string{
		"aws:sourceaccount": ident.Account, "aws:sourceowner": ident.Account, "aws:sourcearn": alarm.Out("arn").Text(),
	}}
}

// EventBridge returns EventBridge, which names neither a source account nor a source ARN
// (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
func EventBridge() Publisher { return Publisher{service: EventBridgeService} }

// muted returns why a service cannot publish to a topic. It returns the empty string if it can, or if the topic or its
// key is not of this world (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
// https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns).
func muted(world *standin.View, topicArn string, by Publisher) string {
	topic := world.Find(token.SnsTopic, "arn", topicArn)
	if topic == nil {
		return ""
	}
	if !topicTakes(world, topic, by) {
		return "the policy of " + topic.Label() + " does not let " + by.service + " publish"
	}
	if strings.HasSuffix(topic.Out("kmsMasterKeyId").Text(), "alias/aws/sns") {
		return topic.Label() + " is encrypted with AWS's own key, which " + by.service + " cannot use"
	}
	if key := TopicKey(world, topic); key != nil && !by.mayUse(key, topic) {
		return "the policy of " + key.Label() + " does not let " + by.service + " encrypt"
	}
	return ""
}

// TopicKey returns the key of this world that encrypts the topic, or nil.
func TopicKey(world *standin.View, topic *standin.Resource) *standin.Resource {
	key := topic.Out("kmsMasterKeyId").Text()
	if key == "" {
		return nil
	}
	return FindKey(world, key)
}

// TopicPolicy returns the policy of a topic, which stands in a resource of its own or in the topic.
func TopicPolicy(world *standin.View, topic *standin.Resource) string {
	if own := world.Find(token.SnsTopicPolicy, "arn", topic.Out("arn").Text()); own != nil {
		return own.Out("policy").Text()
	}
	return topic.Out("policy").Text()
}

// topicTakes reports whether the policy of a topic lets the publisher publish. Without a policy the account itself may,
// and CloudWatch on its behalf, but EventBridge may not
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html).
func topicTakes(world *standin.View, topic *standin.Resource, by Publisher) bool {
	policy := TopicPolicy(world, topic)
	if policy == "" {
		return by.service == cloudWatchService
	}
	return by.may(policy, "sns:Publish", topic.Out("arn").Text(), nil)
}

// mayUse reports whether the policy of the topic's key lets the publisher encrypt a message and read it back.
func (p Publisher) mayUse(key, topic *standin.Resource) bool {
	context := map[string]string{"kms:encryptioncontext:aws:sns:topicarn": topic.Out("arn").Text()}
	for _, action := range []string{"kms:GenerateDataKey", "kms:Decrypt"} {
		if !p.may(key.Out("policy").Text(), action, key.Out("arn").Text(), context) {
			return false
		}
	}
	return true
}

// may reports whether a resource's policy lets the publisher do something. An undecided policy is not one that allows:
// a condition on a key that the service does not send never holds. A key without a policy of its own has the default
// one, which names no service.
func (p Publisher) may(document, action, resource string, context map[string]string) bool {
	doc, err := policy.Read("resource", document)
	if err != nil {
		return false
	}
	result, _ := policy.Decide([]policy.Document{doc}, p.Request(action, resource, context))
	return result == policy.Allowed
}

// Request returns the call of an AWS API as the publisher makes it.
func (p Publisher) Request(action, resource string, context map[string]string) policy.Request {
	known := policy.WithKeys(p.context, map[string]string{"aws:securetransport": "true"})
	return policy.Request{
		Action:    action,
		Resource:  resource,
		Principal: p.service,
		Context:   policy.WithKeys(known, context),
	}
}
