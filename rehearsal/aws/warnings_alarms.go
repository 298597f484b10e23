package aws

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// mutedAlarms are alarms and rules whose topic does not hear them. CloudWatch and EventBridge take every topic, and only
// note in the alarm's history, or in a metric of the rule, that nothing was delivered.
func mutedAlarms(world *standin.View) []Warning {
	var all []Warning
	for _, alarm := range world.Live(alarmToken) {
		for _, path := range []string{"alarmActions", "okActions", "insufficientDataActions"} {
			for _, action := range alarm.All(path) {
				if why := muted(world, action.Text(), "cloudwatch.amazonaws.com"); why != "" {
					all = append(all, warn(alarm, "tells nobody: %s", why))
				}
			}
		}
	}
	for _, target := range world.Live(eventTargetToken) {
		if why := muted(world, target.Out("arn").Text(), "events.amazonaws.com"); why != "" {
			all = append(all, warn(target, "tells nobody: %s", why))
		}
	}
	return all
}

// muted says why a service cannot publish to a topic; the empty text where it can, or where that is not known here
// (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html,
// https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns).
func muted(world *standin.View, topicArn, service string) string {
	topic := world.Find(topicToken, "arn", topicArn)
	if topic == nil {
		return ""
	}
	if !topicTakes(world, topic, service) {
		return "the policy of " + topic.Label() + " does not let " + service + " publish"
	}
	key := topic.Out("kmsMasterKeyId").Text()
	switch used := usedKey(world, key); {
	case strings.HasSuffix(key, "alias/aws/sns"):
		return topic.Label() + " is encrypted with AWS's own key, which " + service + " cannot use"
	case used != nil && !lets(used.Out("policy").Text(), service, "kms:GenerateDataKey", used.Out("arn").Text()):
		return "the policy of " + used.Label() + " does not let " + service + " encrypt"
	}
	return ""
}

func usedKey(world *standin.View, key string) *standin.Resource {
	if key == "" {
		return nil
	}
	if found := world.Find(keyToken, "arn", key); found != nil {
		return found
	}
	return world.Find(keyToken, "id", key)
}

// topicTakes looks at the policy of a topic, wherever it was given. Without any, the account may publish by itself, and
// CloudWatch on its behalf, but EventBridge may not
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html).
func topicTakes(world *standin.View, topic *standin.Resource, service string) bool {
	arn := topic.Out("arn").Text()
	policy := topic.Out("policy").Text()
	if given := world.Find(topicPolicyToken, "arn", arn); given != nil {
		policy = given.Out("policy").Text()
	}
	if policy == "" {
		return service == "cloudwatch.amazonaws.com"
	}
	return lets(policy, service, "sns:Publish", arn)
}

// lets says whether a resource's policy lets a service of this account do something; what is not decided here counts as
// a yes.
func lets(document, service, action, resource string) bool {
	policy, err := readPolicy("resource", document)
	if err != nil {
		return true
	}
	verdict, _ := decide([]policyDocument{policy}, request{
		action: action, resource: resource, principal: service, context: map[string]string{"aws:sourceaccount": Account},
	})
	return verdict != denied
}
