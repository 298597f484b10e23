package main

import "github.com/ohcnetwork/care-ecs/rehearsal/inprocess"

// logMistakes are mistakes with the firewall, and with the logs of the load balancer, the buckets, the database
// and the network.
func logMistakes() []mistake {
	const database, policy = "rds.Instance 'care-db'", "s3.BucketPolicy 'care-logs'"
	return []mistake{
		{
			name: "access logs into a bucket with a KMS key", stack: production,
			plants: []inprocess.Plant{{
				At:   "s3.BucketServerSideEncryptionConfigurationV2 'care-logs'",
				Edit: set("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm", "aws:kms"),
			}},
			rule: "elb/access-log-bucket", words: "SSE-S3", details: []string{"lb.LoadBalancer 'care-alb'"},
		},
		{
			name: "access logs below a prefix that the bucket's policy does not allow", stack: production,
			plants: []inprocess.Plant{{At: "lb.LoadBalancer 'care-alb'", Edit: set("accessLogs.prefix", "web")}},
			rule:   "elb/access-log-bucket", words: "does not let logdelivery.elasticloadbalancing.amazonaws.com",
			details: []string{"lb.LoadBalancer 'care-alb'"},
		},
		{
			name: "requests to the patient bucket logged into a bucket that does not let S3 write", stack: production,
			plants: []inprocess.Plant{{At: policy, Edit: swap("logging.s3.amazonaws.com", "delivery.logs.amazonaws.com")}},
			rule:   "s3/logging-permission", words: "must let logging.s3.amazonaws.com write the logs",
			details: []string{"s3.BucketLoggingV2 'care-patient'", policy, "targetBucket"},
		},
		{
			name: "a log that PostgreSQL does not have", stack: production,
			plants: []inprocess.Plant{{At: database, Edit: set("enabledCloudwatchLogsExports[0]", "postgres")}},
			rule:   "rds/combinations", words: "postgresql, upgrade", details: []string{database, "enabledCloudwatchLogsExports[0]"},
		},
		{
			name: "an identifier that RDS does not accept", config: map[string]string{"care:databaseIdentifier": "Care_DB"},
			words: "must be lower-case letters, digits and single hyphens", details: []string{`care:databaseIdentifier = "Care_DB"`},
		},
		{
			name: "an identifier for a database that the stack does not manage", config: map[string]string{
				"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-0123456789abcdef0",
				"care:databasePassword": "PasswordOfTheDatabase", "care:databaseIdentifier": "care-db",
			},
			secretKeys: []string{"care:databasePassword"},
			words:      "has no use with care:databaseAddress", details: []string{"care:databaseIdentifier"},
		},
		{
			name: "a web ACL of CloudFront", config: map[string]string{
				"care:webAclArn": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/care/12345678-1234-1234-1234-123456789012",
			},
			words: "scope CLOUDFRONT does not fit a load balancer", details: []string{"care:webAclArn"},
		},
		{
			name: "all traffic in flow logs that are off", config: map[string]string{"care:flowLogTraffic": "ALL"},
			words: "has no effect without care:flowLogs", details: []string{`care:flowLogTraffic = "ALL"`},
		},
	}
}
