package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

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
		{
			mistake: "Redis is asked with TLS, which it has not", plants: redisUrl(func(url string) string { return strings.Replace(url, "redis://", "rediss://", 1) }),
			says: "has no TLS, and the client begins with it", names: []string{celeryService, "environment.REDIS_URL", "use redis://"},
		},
		{
			mistake: "Redis is asked for a password, which it has not",
			plants:  redisUrl(func(url string) string { return strings.Replace(url, "redis://", "redis://:a-password@", 1) }),
			says:    "has no password, and the client sends one", names: []string{celeryService, "environment.REDIS_URL = [secret]"},
		},
		{
			mistake: "Redis has no such database", plants: redisUrl(func(url string) string { return url + "/16" }),
			says: "ERR DB index is out of range", names: []string{redisService + " has the databases 0 to 15", "environment.REDIS_URL"},
		},
		{
			mistake: "Redis is looked for in the task itself", plants: redisUrl(func(string) string { return "redis://localhost:6379" }),
			says: "localhost is the task itself", names: []string{celeryService, "Connection refused", "6379"},
		},
		{
			mistake: "a host that only Compose knows", plants: redisUrl(func(string) string { return "redis://cache:6379" }),
			says: "resolves in a task by Service Connect alone", names: []string{celeryService, "Name or service not known", "cache"},
		},
		{
			mistake: "the broker speaks another protocol", plants: redisUrl(func(url string) string { return strings.Replace(url, "redis://", "amqp://", 1) }),
			says: "speaks redis, and the address has the scheme amqp", names: []string{celeryService, "environment.REDIS_URL"},
		},
		{
			mistake: "the database is asked without TLS",
			plants: []plant{{at: "ssm.Parameter 'care-DATABASE_URL'", edit: func(_ *world, in resource.PropertyMap) {
				in["value"] = resource.MakeSecret(resource.NewProperty(
					strings.Replace(in["value"].SecretValue().Element.StringValue(), "sslmode=require", "sslmode=disable", 1)))
			}}},
			says: "takes connections with TLS only (rds.force_ssl is 1)", names: []string{celeryService, "secrets.DATABASE_URL = [secret]"},
		},
	}
}

// redisUrl changes the address of Redis in a container of Celery.
func redisUrl(edit func(string) string) []plant {
	return []plant{{at: "ecs.TaskDefinition 'care-celery'", edit: container("care-celery-beat", environment("REDIS_URL", edit))}}
}
