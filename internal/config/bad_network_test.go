package config

import (
	"strings"
)

func badSurroundings() []badInput {
	zoned := map[string]string{"care:hostedZoneId": "Z0123456789EXAMPLE"}
	return []badInput{
		{key: "aws:region", value: "-", shows: `""`, rule: "must be the name of an AWS region"},
		{key: "aws:region", value: "Mumbai", rule: "must be the name of an AWS region"},
		{key: "care:namespace", value: "Care", rule: "must be lower-case letters"},
		{key: "care:namespace", value: "care_ns", rule: "must be lower-case letters"},
		{key: "care:namespace", value: "-care", rule: "must be lower-case letters"},
		{key: "care:namespace", value: strings.Repeat("a", 64), rule: "63 characters"},
		{key: "care:namespace", value: "", rule: "must not be empty"},
		{key: "care:logGroupPrefix", value: "ecs", rule: "begins with a slash"},
		{key: "care:logGroupPrefix", value: "/ecs/", rule: "does not end with one"},
		{key: "care:logGroupPrefix", value: "", rule: "must not be empty"},
		{key: "care:logRetentionDays", value: "31", rule: "must be one of 1, 3, 5"},
		{key: "care:logRetentionDays", value: "a month", rule: "must be a whole number"},
		{key: "care:containerInsights", value: "1", rule: "must be true or false"},
		{key: "care:enableExecuteCommand", value: "", shows: `""`, rule: "must be true or false"},
		{key: "care:protectData", value: "no", rule: "must be true or false"},
		{key: "care:vpcCidrBlock", value: "10.0.0.0/33", rule: "must be an IPv4 CIDR block"},
		{key: "care:vpcCidrBlock", value: "10.0.0.0", rule: "must be an IPv4 CIDR block"},
		{key: "care:vpcCidrBlock", value: "fd00::/16", rule: "must be an IPv4 CIDR block"},
		{key: "care:vpcCidrBlock", value: "10.0.0.1/16", rule: "without host bits"},
		{key: "care:vpcCidrBlock", value: "10.0.0.0/8", rule: "/16 to /22"},
		{key: "care:vpcCidrBlock", value: "10.0.0.0/24", rule: "/16 to /22"},
		{key: "care:vpcCidrBlock", value: "", rule: "must not be empty"},
		{key: "care:availabilityZones", value: `["ap-south-1a"]`, rule: "2 to 6"},
		{key: "care:availabilityZones", value: `["ap-south-1a","ap-south-1a"]`, rule: "twice"},
		{
			key: "care:availabilityZones", rule: "2 to 6",
			value: `["ap-south-1a","ap-south-1b","ap-south-1c","ap-south-1d","ap-south-1e","ap-south-1f","ap-south-1g"]`,
		},
		{
			key: "care:availabilityZones", value: `["ap-south-1a","ap-south-2b"]`, shows: "ap-south-2b",
			rule: "must be a zone of the region ap-south-1",
		},
		{key: "care:availabilityZones", value: `["ap-south-1a","b"]`, shows: "b", rule: "must be a zone's name"},
		{key: "care:availabilityZones", value: "ap-south-1a", rule: "must be a list of strings"},
		{key: "care:natGateways", value: "two", rule: "must be one of none, single, onePerZone"},
		{key: "care:natGateways", value: "", rule: "must not be empty"},
		{key: "care:interfaceEndpoints", value: `["s3"]`, shows: "s3", rule: "gateway endpoints"},
		{key: "care:interfaceEndpoints", value: `["logs","logs"]`, rule: "twice"},
		{
			key: "care:interfaceEndpoints", value: `["nosuch"]`, shows: "nosuch",
			rule: "must be an AWS service with an interface endpoint",
		},
		{
			key: "care:interfaceEndpoints", value: `["ECR API"]`, shows: "ECR API",
			rule: "must be an AWS service with an interface endpoint",
		},
		{key: "care:flowLogs", value: "on", rule: "must be true or false"},
		{key: "care:flowLogTraffic", value: "all", rule: "must be one of REJECT, ALL"},
		{key: "care:flowLogTraffic", value: "ALL", rule: "has no effect without care:flowLogs"},
		{key: "care:domain", value: "api.care.example.org", rule: "needs care:hostedZoneId or care:certificateArn"},
		{key: "care:domain", value: "https://api.care.example.org", with: zoned, rule: "without scheme"},
		{key: "care:domain", value: "localhost", with: zoned, rule: "must be a full host name"},
		{key: "care:hostedZoneId", value: "Z0123456789EXAMPLE", rule: "has no effect without care:domain"},
		{
			key: "care:certificateArn", value: "arn:aws:acm:ap-south-1:123456789012:certificate/1",
			rule: "has no effect without care:domain",
		},
		{
			key: "care:hostedZoneId", value: "example.org", with: settings{"care:domain": "a.example.org"},
			rule: "hosted zone",
		},
		{
			key: "care:certificateArn", value: "certificate/1", with: settings{"care:domain": "a.example.org"},
			rule: "must be an ARN",
		},
		{
			key: "care:certificateArn", value: "arn:aws:iam::123456789012:server-certificate/a", rule: "must be an ARN of acm",
			with: settings{"care:domain": "a.example.org"},
		},
		{
			key: "care:certificateArn", value: "arn:aws:acm:us-east-1:123456789012:certificate/1",
			rule: "must be a certificate in ap-south-1", with: settings{"care:domain": "a.example.org"},
		},
		{key: "care:accessLogsBucket", value: "Logs", rule: "3 to 63 lower-case"},
	}
}

func badWebAcls() []badInput {
	const (
		key    = "care:webAclArn"
		webAcl = "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/care/12345678-1234-1234-1234-123456789012"
	)
	return []badInput{
		{key: key, value: "care", rule: "must be an ARN"},
		{key: key, value: "arn:aws:waf-regional:ap-south-1:123456789012:webacl/1", rule: "must be an ARN of wafv2"},
		{
			key: key, value: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/care/12345678-1234-1234-1234-123456789012",
			rule: "scope CLOUDFRONT does not fit a load balancer",
		},
		{
			key: key, value: "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/care/12345678-1234-1234-1234-123456789012",
			rule: "must be a web ACL in ap-south-1",
		},
		{
			key: key, value: "arn:aws:wafv2:ap-south-1:123456789012:regional/ipset/care/1",
			rule: "must be the ARN of a web ACL",
		},
		{
			key: key, value: webAcl, with: settings{"aws:allowedAccountIds": `["210987654321"]`},
			rule: "must be a web ACL of the stack's account, which is 210987654321 by aws:allowedAccountIds",
		},
	}
}

func badEncryption() []badInput {
	const (
		name    = "care:encryptionKey"
		former  = "care:formerEncryptionKeys"
		account = ":123456789012:key/12345678-1234-1234-1234-123456789012"
		key     = "arn:aws:kms:ap-south-1" + account
	)
	other := map[string]string{"aws:allowedAccountIds": `["210987654321"]`}
	return []badInput{
		{key: name, value: "", rule: "must not be empty"},
		{key: name, value: "yes", rule: "must be own, aws, or the ARN of a KMS key"},
		{key: name, value: "alias/care", rule: "must be the ARN of a key, and not of an alias"},
		{
			key: name, value: "arn:aws:kms:ap-south-1:123456789012:alias/care",
			rule: "must be the ARN of a key, and not of an alias",
		},
		{key: name, value: "arn:aws:s3:::care", rule: "must be an ARN of kms"},
		{key: name, value: "arn:aws:iam::123456789012:role/care", rule: "must be an ARN of kms"},
		{key: name, value: "arn:aws:kms:ap-south-1:123456789012:key/care", rule: "must be the ARN of a KMS key"},
		{
			key: name, value: "arn:aws:kms:eu-west-1" + account,
			rule: "must be a key of the stack's region, which is ap-south-1",
		},
		{
			key: name, value: key, with: other,
			rule: "must be a key of the stack's account, which is 210987654321 by aws:allowedAccountIds",
		},
		{key: former, value: `["aws"]`, shows: "aws", rule: "must be own or the ARN of a KMS key"},
		{key: former, value: `["own", "own"]`, shows: "own", rule: "twice", with: settings{name: "aws"}},
		{
			key: former, value: `["own"]`, shows: "own", rule: "must not be the key of care:encryptionKey",
			with: settings{name: "own"},
		},
	}
}

func badIdentities() []badInput {
	const (
		key      = "care:permissionsBoundaryArn"
		boundary = "arn:aws:iam::123456789012:policy/github-boundary-0123456"
	)
	return []badInput{
		{key: key, value: "github-boundary", rule: "the ARN of a managed policy of IAM"},
		{key: key, value: "arn:aws:iam::123456789012:role/care-boundary", rule: "must be the ARN of a managed policy of IAM"},
		{key: key, value: "arn:aws:s3:::care-boundary", rule: "must be an ARN of iam, and its third part, the service, is s3"},
		{key: key, value: "arn:aws:iam::12345:policy/care-boundary", rule: "must be the ARN of a managed policy of IAM"},
		{
			key: key, value: boundary, with: settings{"aws:allowedAccountIds": `["210987654321","321098765432"]`},
			rule: "must be a policy of the stack's account, which is 210987654321 or 321098765432 by aws:allowedAccountIds",
		},
		{
			key: key, value: "arn:aws:iam::210987654321:policy/care-boundary",
			rule: "must be a policy of the stack's account, which is 123456789012 by the credentials",
		},
	}
}

func badWatching() []badInput {
	threshold := func(value, name, shows, words string) badInput {
		return badInput{
			key: "care:alarmThresholds", value: value, names: "care:alarmThresholds." + name, shows: shows, rule: words,
		}
	}
	return []badInput{
		{key: "care:alarms", value: "loud", rule: "must be true or false"},
		{key: "care:dashboard", value: "1", rule: "must be true or false"},
		{key: "care:accessLogs", value: "yes", rule: "must be true or false"},
		{key: "care:serviceConnectLogs", value: "on", rule: "must be true or false"},
		{key: "care:alarmEmail", value: "on call", rule: "must be an e-mail address"},
		{
			key: "care:alarmEmail", value: "oncall@example.org", with: settings{"care:alarms": "false"},
			rule: "has no effect without care:alarms",
		},
		{key: "care:alarmThresholds", value: `{"queueLength":"many"}`, rule: "values are numbers"},
		threshold(`{"queue":1}`, "queue", "queue", "must be one of beatSilentHours, databaseFreeStoragePercent"),
		threshold(`{"queueLength":-1}`, "queueLength", "-1", "must be more than 0"),
		threshold(`{"redisMemoryPercent":101}`, "redisMemoryPercent", "101", "must be at most 100"),
	}
}
