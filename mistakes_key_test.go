package main

import "github.com/ohcnetwork/care-ecs/rehearsal/inprocess"

// keyMistakes are mistakes with the key that encrypts the data.
func keyMistakes() []mistake {
	const (
		key       = "kms.Key 'care-data'"
		logGroup  = "cloudwatch.LogGroup 'care-exec'"
		database  = "rds.Instance 'care-db'"
		elsewhere = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	)
	own := map[string]string{"care:encryptionKey": "own"}
	return []mistake{
		{
			name: "an alias in place of the key of the data", config: map[string]string{"care:encryptionKey": "alias/care"},
			words: "must be the ARN of a key, and not of an alias", details: []string{`care:encryptionKey = "alias/care"`},
		},
		{
			name: "the key of the data is in another region", config: map[string]string{"care:encryptionKey": elsewhere},
			words: "must be a key of the stack's region", details: []string{"ap-south-1", elsewhere},
		},
		{
			name: "CloudWatch Logs may not use the key of its log groups", config: own,
			plants: []inprocess.Plant{{At: key, Edit: swap("logs.ap-south-1.amazonaws.com", "logs.eu-west-1.amazonaws.com")}},
			rule:   "logs/key-policy", words: "is not allowed to be used with LogGroup", details: []string{"AccessDeniedException", key},
		},
		{
			name: "the execution role may read a parameter and not decrypt it", config: own,
			plants: []inprocess.Plant{{
				At: "iam.RolePolicy 'care-celery-execution'", Edit: swap(`"kms:Decrypt"`, `"kms:DescribeKey"`),
			}},
			rule: "task/permission", words: "may not kms:Decrypt", details: []string{
				"ResourceInitializationError", "ecs.Service 'care-celery'", ".secrets.",
			},
		},
		{
			name: "the user that reads files may not use the key of the bucket", config: own,
			plants: []inprocess.Plant{{At: "iam.UserPolicy 'care-app'", Edit: swap(`"kms:Decrypt"`, `"kms:DescribeKey"`)}},
			warned: true, rule: "s3/key-permission", words: "may s3:GetObject in s3.BucketV2 'care-patient' and not kms:Decrypt",
			details: []string{"iam.User 'care-app'", key},
		},
		{
			name: "the key of the data is disabled", config: own,
			plants: []inprocess.Plant{{At: key, Edit: set("isEnabled", false)}},
			rule:   "kms/key-state", words: "is disabled", details: []string{key, "isEnabled"},
		},
		{
			name: "a log group has a key of another region", config: own,
			plants: []inprocess.Plant{{At: logGroup, Edit: set("kmsKeyId", elsewhere)}},
			rule:   "kms/key-region", words: "the key is in eu-west-1", details: []string{logGroup, "name a key in ap-south-1"},
		},
		{
			name: "the database names the alias of its key", config: own,
			plants: []inprocess.Plant{{
				At: database, Edit: set("kmsKeyId", "arn:aws:kms:ap-south-1:123456789012:alias/care"),
			}},
			rule: "kms/key-alias", words: "an alias is not the ARN of a key", details: []string{database, "alias/care"},
		},
	}
}
