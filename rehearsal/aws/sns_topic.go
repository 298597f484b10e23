package aws

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(topicKind, subscriptionKind, topicPolicyKind)

func topicKind() standin.Kind {
	return standin.Kind{
		Token: token.SnsTopic, Args: sns.TopicArgs{}, State: sns.TopicState{},
		Facts:    charged(standin.ByUse("notifications", "sns-email")),
		Name:     standin.Naming{Property: "name", Max: 80, Unless: "namePrefix"},
		Defaults: standin.Props{"contentBasedDeduplication": false, "fifoTopic": false},
		Computed: []string{"fifoThroughputScope", "policy", "signatureVersion", "tracingConfig"},
		Replaces: []string{"fifoTopic", "name", "namePrefix"},
		Json:     []string{"archivePolicy", "deliveryPolicy", "policy"},
		Checks:   []standin.CheckRule{snsTopicName, policy.CheckDocument("policy", policy.TopicGrammar)},
		Refs:     []standin.Ref{toKey("kmsMasterKeyId", "KMSNotFound")},
		Id:       func(o *standin.Op) string { return arn(o, "sns", o.Has("name").Text()) },
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn":                  o.Id,
				"owner":                ident.Account,
				"beginningArchiveTime": "",
				"policy":               "",
				"signatureVersion":     0,
				"tracingConfig":        "",
			}
		},
	}
}

func subscriptionKind() standin.Kind {
	return standin.Kind{
		Token: token.SnsTopicSubscription,
		Args:  sns.TopicSubscriptionArgs{}, State: sns.TopicSubscriptionState{},
		Facts:    setting,
		Required: []string{"topic"},
		Defaults: standin.Props{
			"confirmationTimeoutInMinutes": 1,
			"endpointAutoConfirms":         false,
			"rawMessageDelivery":           false,
		},
		Computed: []string{"filterPolicyScope"},
		Replaces: []string{"endpoint", "protocol", "topic"},
		Checks:   []standin.CheckRule{snsSubscription},
		Json:     []string{"deliveryPolicy", "filterPolicy", "redrivePolicy", "replayPolicy"},
		Refs:     []standin.Ref{toTopic("topic"), toRole("subscriptionRoleArn")},
		Id:       func(o *standin.Op) string { return o.In("topic").Text() + ":" + standin.Uuid() },
		Outputs: func(o *standin.Op) standin.Props {
			return standin.Props{
				"arn": o.Id, "ownerId": ident.Account, "confirmationWasAuthenticated": false, "filterPolicyScope": "",
				// A person has to answer the mail first.
				"pendingConfirmation": o.In("protocol").Text() == "email",
			}
		},
	}
}

func topicPolicyKind() standin.Kind {
	return standin.Kind{
		Token: token.SnsTopicPolicy, Args: sns.TopicPolicyArgs{}, State: sns.TopicPolicyState{},
		Facts:    setting,
		Required: []string{"policy"},
		Replaces: []string{"arn"},
		Checks:   []standin.CheckRule{policy.CheckDocument("policy", policy.TopicGrammar)},
		Json:     []string{"policy"},
		Refs:     []standin.Ref{toTopic("arn")},
		Rules:    []standin.Rule{snsEventTargetPolicy},
		Id:       by("arn"),
		Outputs:  func(*standin.Op) standin.Props { return standin.Props{"owner": ident.Account} },
	}
}
