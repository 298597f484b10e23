package main

// plantedClients are mistakes with what one service asks of another: its permissions, its address and its protocol.
func plantedClients() []planted {
	return []planted{
		{
			mistake: "EventBridge publishes under a condition on the source account", stack: production,
			plants: []plant{{at: "sns.TopicPolicy 'care-alarms'", edit: swap(
				`"Principal":{"Service":"events.amazonaws.com"}`,
				`"Principal":{"Service":"events.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`,
			)}},
			says: "no event would ever arrive", names: []string{"FailedInvocations", "sns.Topic 'care-alarms'", "aws:SourceAccount"},
		},
		{
			mistake: "EventBridge encrypts under a condition on the source account", stack: production,
			plants: []plant{{at: "kms.Key 'care-alarms'", edit: swap(
				`"Principal":{"Service":"events.amazonaws.com"}`,
				`"Principal":{"Service":"events.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`,
			)}},
			says: "EventBridge sends no such key to SNS and KMS", names: []string{"FailedInvocations", "kms.Key 'care-alarms'", "aws:SourceAccount"},
		},
		{
			mistake: "the key for SMS may publish to every topic", stack: production, warned: true,
			plants: []plant{{at: "iam.UserPolicy 'care-app'", edit: swap("arn:aws:sns:*:*:*", "arn:aws:sns:*:*:none")}},
			says:   "sns:Publish on everything", names: []string{"iam.UserPolicy 'care-app'", "sns.Topic 'care-alarms'"},
		},
	}
}
