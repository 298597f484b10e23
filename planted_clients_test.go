package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// plantedClients are mistakes with what one service asks of another: its permissions, its address and its protocol.
func plantedClients() []planted {
	return []planted{
		{
			mistake: "EventBridge publishes under a condition on the source account", stack: production,
			plants: []inprocess.Plant{{At: "sns.TopicPolicy 'care-alarms'", Edit: swap(
				`"Principal":{"Service":"events.amazonaws.com"}`,
				`"Principal":{"Service":"events.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`,
			)}},
			says:  "no event would ever arrive",
			names: []string{"FailedInvocations", "sns.Topic 'care-alarms'", "aws:SourceAccount"},
		},
		{
			mistake: "EventBridge encrypts under a condition on the source account", stack: production,
			plants: []inprocess.Plant{{At: "kms.Key 'care-alarms'", Edit: swap(
				`"Principal":{"Service":"events.amazonaws.com"}`,
				`"Principal":{"Service":"events.amazonaws.com"},"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`,
			)}},
			says:  "EventBridge sends no such key to SNS and KMS",
			names: []string{"FailedInvocations", "kms.Key 'care-alarms'", "aws:SourceAccount"},
		},
		{
			mistake: "the key for SMS may publish to every topic", stack: production, warned: true,
			plants: []inprocess.Plant{{At: "iam.UserPolicy 'care-app'", Edit: swap("arn:aws:sns:*:*:*", "arn:aws:sns:*:*:none")}},
			says:   "sns:Publish on everything",
			names:  []string{"iam.UserPolicy 'care-app'", "sns.Topic 'care-alarms'"},
		},
		{
			mistake: "Redis is asked with TLS, which it has not",
			plants:  redisUrl(func(url string) string { return strings.Replace(url, "redis://", "rediss://", 1) }),
			says:    "has no TLS, and the client begins with it",
			names:   []string{celeryService, "environment.REDIS_URL", "use redis://"},
		},
		{
			mistake: "Redis is asked for a password, which it has not",
			plants:  redisUrl(func(url string) string { return strings.Replace(url, "redis://", "redis://:a-password@", 1) }),
			says:    "has no password, and the client sends one",
			names:   []string{celeryService, "environment.REDIS_URL = [secret]"},
		},
		{
			mistake: "Redis has no such database", plants: redisUrl(func(url string) string { return url + "/16" }),
			says:  "ERR DB index is out of range",
			names: []string{redisService + " has the databases 0 to 15", "environment.REDIS_URL"},
		},
		{
			mistake: "Redis is looked for in the task itself",
			plants:  redisUrl(func(string) string { return "redis://localhost:6379" }),
			says:    "localhost is the task itself", names: []string{celeryService, "Connection refused", "6379"},
		},
		{
			mistake: "a host that only Compose knows",
			plants:  redisUrl(func(string) string { return "redis://cache:6379" }),
			says:    "resolves in a task by Service Connect alone",
			names:   []string{celeryService, "Name or service not known", "cache"},
		},
		{
			mistake: "the broker speaks another protocol",
			plants:  redisUrl(func(url string) string { return strings.Replace(url, "redis://", "amqp://", 1) }),
			says:    "speaks redis, and the address has the scheme amqp",
			names:   []string{celeryService, "environment.REDIS_URL"},
		},
		{
			mistake: "the database is asked without TLS",
			plants: []inprocess.Plant{{At: "ssm.Parameter 'care-DATABASE_URL'", Edit: func(_ *inprocess.World, in resource.PropertyMap) {
				in["value"] = resource.MakeSecret(resource.NewProperty(
					strings.Replace(
						in["value"].SecretValue().Element.StringValue(),
						"sslmode=require",
						"sslmode=disable",
						1)),
				)
			}}},
			says:  "takes connections with TLS only (rds.force_ssl is 1)",
			names: []string{celeryService, "secrets.DATABASE_URL = [secret]"},
		},
		{
			mistake: "a security group of another VPC",
			plants: []inprocess.Plant{{At: celeryService, Edit: func(w *inprocess.World, in resource.PropertyMap) {
				vpc, err := w.Another("aws:ec2/vpc:Vpc", resource.PropertyMap{"cidrBlock": resource.NewProperty("10.99.0.0/16")})
				if err != nil {
					return
				}
				group, err := w.Another("aws:ec2/securityGroup:SecurityGroup", resource.PropertyMap{"vpcId": resource.NewProperty(vpc)})
				if err == nil {
					set("networkConfiguration.securityGroups[0]", group)(w, in)
				}
			}}},
			says: "the security group belongs to ec2.Vpc 'another'", names: []string{"ecs.Service 'care-celery'"},
		},
		{
			mistake: "a task definition that is too long",
			plants: []inprocess.Plant{
				{At: "ecs.TaskDefinition 'care-celery'", Edit: container("care-celery-beat",
					environment(
						"REDIS_URL",
						func(string) string { return "redis://redis.care-ns:6379?" + strings.Repeat("x", 65536) }))},
			},
			says:  "Max allowed length is '65536' bytes",
			names: []string{"ecs.TaskDefinition 'care-celery'", "containerDefinitions"},
		},
		{
			mistake: "access logs into a bucket that does not let the load balancer write",
			plants: []inprocess.Plant{{At: "lb.LoadBalancer 'care-alb'", Edit: func(w *inprocess.World, in resource.PropertyMap) {
				if bucket, err := w.Another("aws:s3/bucketV2:BucketV2", resource.PropertyMap{"bucket": resource.NewProperty("care-access-logs")}); err == nil {
					in["accessLogs"] = resource.NewProperty(resource.PropertyMap{
						"bucket": resource.NewProperty(bucket), "enabled": resource.NewProperty(true),
					})
				}
			}}},
			says:  "Access Denied for bucket: care-access-logs",
			names: []string{"lb.LoadBalancer 'care-alb'", "no policy of s3.BucketV2 'another'"},
		},
		{
			mistake: "a service without a count has no task", warned: true,
			plants: []inprocess.Plant{{At: "ecs.Service 'care-celery'", Edit: set("desiredCount", nil)}},
			says:   "has no desiredCount, and so no task", names: []string{"ecs.Service 'care-celery'"},
		},
		{
			mistake: "inline rules beside rules of their own", warned: true,
			plants: []inprocess.Plant{{At: "ec2.SecurityGroup 'care-celery-sg'", Edit: set("egress", []any{map[string]any{
				"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": []any{"0.0.0.0/0"},
			}})}},
			says:  "has inline egress rules",
			names: []string{"ec2.SecurityGroup 'care-celery-sg'", "each update of the group removes that one"},
		},
		{
			mistake: "an alarm about a metric that nothing writes", warned: true, stack: production,
			plants: []inprocess.Plant{{At: "cloudwatch.MetricAlarm 'care-queue'", Edit: set("metricQueries[1].metric.metricName", "QueueLenght")}},
			says:   "which nothing in this program writes",
			names:  []string{"cloudwatch.MetricAlarm 'care-queue'", "QueueLenght"},
		},
	}
}

// redisUrl changes the address of Redis in a container of Celery.
func redisUrl(edit func(string) string) []inprocess.Plant {
	return []inprocess.Plant{{At: "ecs.TaskDefinition 'care-celery'", Edit: container("care-celery-beat", environment("REDIS_URL", edit))}}
}
