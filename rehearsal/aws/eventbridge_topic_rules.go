package aws

import (
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The condition keys that EventBridge does not send when it publishes to an SNS topic
// (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
var unsentKeys = []string{
	"aws:sourceaccount",
	"aws:sourcearn",
	"aws:sourceorgid",
	"aws:sourceorgpaths",
	"aws:sourceowner",
}

// EventBridge accepts such a target, and drops every event.
var eventbridgeTopicPolicy = rule("eventbridge/topic-policy").OnOperation(func(o *standin.Op) {
	if topic := o.World.Find(token.SnsTopic, "arn", o.In("arn").Text()); topic != nil {
		refuseUnmet(o, o.In("arn"), topic, live.TopicPolicy(o.World, topic), live.TopicKey(o.World, topic))
	}
})

var snsEventTargetPolicy = rule("sns/event-target-policy").OnOperation(func(o *standin.Op) {
	topic := o.World.Find(token.SnsTopic, "arn", o.Has("arn").Text())
	if topic != nil && isEventTarget(o.World, topic) {
		refuseUnmet(o, o.In("policy"), topic, o.In("policy").Text(), nil)
	}
})

var kmsEventTargetPolicy = rule("kms/event-target-policy").OnOperation(func(o *standin.Op) {
	if o.Old == nil {
		return
	}
	for _, by := range []string{"arn", "id"} {
		for _, topic := range o.World.Where(token.SnsTopic, "kmsMasterKeyId", o.Old.Out(by).Text()) {
			if isEventTarget(o.World, topic) {
				refuseUnmet(o, o.In("policy"), topic, "", keyWithPolicy(o))
			}
		}
	}
})

// keyWithPolicy returns the key as it is after the update.
func keyWithPolicy(o *standin.Op) *standin.Resource {
	key := *o.Old
	key.Outputs = o.Old.Outputs.Copy()
	key.Outputs["policy"] = o.In("policy").Raw()
	return &key
}

func isEventTarget(world *standin.View, topic *standin.Resource) bool {
	return world.Find(token.CloudwatchEventTarget, "arn", topic.Out("arn").Text()) != nil
}

// refuseUnmet refuses the value if a statement for EventBridge has a condition that EventBridge cannot meet, and no
// other statement lets it in.
func refuseUnmet(o *standin.Op, at standin.Value, topic *standin.Resource, policy string, key *standin.Resource) {
	bridge := live.EventBridge()
	var owner, condition string
	if found := unmetCondition(policy, bridge.Request("sns:Publish", topic.Out("arn").Text(), nil)); found != "" {
		owner, condition = topic.Label(), found
	}
	if key != nil {
		q := bridge.Request("kms:GenerateDataKey", key.Out("arn").Text(), nil)
		if found := unmetCondition(key.Out("policy").Text(), q); found != "" {
			owner, condition = key.Label(), found
		}
	}
	if condition != "" {
		o.Refuse(at, "FailedInvocations", "the policy of "+owner+" lets "+live.EventBridgeService+
			" in under the condition "+condition+
			", and EventBridge sends no such key to SNS and KMS: no event would ever arrive", "give "+live.EventBridgeService+
			" a statement without that condition, on this topic and its key only")
	}
}

// unmetCondition returns the condition key that keeps EventBridge out of a policy, or "".
func unmetCondition(document string, q policy.Request) string {
	doc, err := policy.Read("resource", document)
	if err != nil {
		return ""
	}
	if result, _ := policy.Decide([]policy.Document{doc}, q); result == policy.Allowed {
		return ""
	}
	for _, statement := range doc.Statements {
		bare := statement
		bare.Condition = nil
		fits, _ := bare.Fits(q)
		if fits != policy.Allowed || statement.Effect != "Allow" ||
			!strings.Contains(string(statement.Principal), q.Principal) {
			continue
		}
		for _, keys := range statement.Condition {
			for key := range keys {
				if slices.Contains(unsentKeys, strings.ToLower(key)) {
					return key
				}
			}
		}
	}
	return ""
}
