package config

import "strings"

func badExisting() []badInput {
	network := settings{
		"care:vpcId": "vpc-0123456789abcdef0", "care:publicSubnetIds": `["subnet-01234567","subnet-11234567"]`,
		"care:applicationSubnetIds": `["subnet-21234567","subnet-31234567"]`,
		"care:dataSubnetIds":        `["subnet-41234567","subnet-51234567"]`,
	}
	external := settings{"care:redisBackend": "external"}
	database := settings{
		"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-01234567",
		"care:databasePassword": "PasswordOfTheDatabase",
	}
	redis := func(url, words string) badInput {
		return badInput{key: "care:redisUrl", value: url, with: external, shows: "…", hides: "a-password", rule: words}
	}
	return []badInput{
		{key: "care:vpcId", value: "care-vpc", with: network, rule: "must be an id that begins with vpc-"},
		{key: "care:publicSubnetIds", value: `["subnet-01234567"]`, with: network, rule: "in two or more zones"},
		{key: "care:dataSubnetIds", value: `["subnet-01234567","subnet-01234567"]`, with: network, rule: "twice"},
		{
			key: "care:applicationSubnetIds", value: `["subnet-01234567","b"]`, with: network, shows: `"b"`,
			rule: "must be an id that begins with subnet-",
		},
		{key: "care:publicSubnetIds", value: `["subnet-01234567"]`, rule: "has no effect without care:vpcId"},
		{key: "care:assignPublicIp", value: "on", rule: "must be true or false"},
		{key: "care:redisBackend", value: "memcached", rule: "must be one of redis-stack, elasticache, external"},
		{key: "care:redisBackend", value: "elasticache", rule: "cannot load RediSearch"},
		{
			key: "care:redisUrl", value: "redis://:a-password@redis.example.org:6379", shows: "…", hides: "a-password",
			rule: "only with care:redisBackend external",
		},
		{key: "care:redisUrl", value: "", with: external, shows: "null", rule: "is required"},
		redis("https://:a-password@redis.example.org", "must be an address"),
		redis("redis://:a-password@redis.example.org", "must name its port"),
		redis("redis://:a-password@redis.example.org:6379/1", "must name database 0"),
		redis("rediss://:a-password@redis.example.org:6379/0", "must state how the server's certificate is checked"),
		{
			key: "care:redisUrl", value: "redis://:a-password@redis.example.org:6379", with: external, clear: true,
			shows: "…", hides: "a-password", rule: "must be encrypted",
		},
		{key: "care:elastiCacheNodeType", value: "t4g.micro", rule: "must be an ElastiCache node type"},
		{key: "care:elastiCacheReplicas", value: "6", rule: "must be 0 to 5"},
		{key: "care:databaseAddress", value: "db.example.org:5432", with: database, rule: "must be a full host name"},
		{key: "care:databaseSecurityGroupId", value: "default", with: database, rule: "must be an id that begins with sg-"},
		{key: "care:databaseSecurityGroupId", value: "", with: database, shows: "null", rule: "is required"},
		{key: "care:databaseAddress", value: "", with: database, shows: "null", rule: "is required"},
		{key: "care:databasePassword", value: "", with: database, shows: "null", rule: "is required"},
		{
			key: "care:databasePassword", value: "a-line\nmore", with: database, shows: "…", hides: "a-line",
			rule: "with no line break",
		},
		{key: "care:databaseIdentifier", value: "care-db", with: database, rule: "has no use with care:databaseAddress"},
		{key: "care:databaseName", value: "care prod", with: database, rule: "without spaces, quotes and backslashes"},
		{
			key: "care:databaseUsername", value: `care"app`, with: database, shows: "app",
			rule: "without spaces, quotes and backslashes",
		},
		{key: "care:patientBucket", value: "Files", rule: "3 to 63 lower-case"},
		{
			key: "care:facilityBucket", value: "files", with: settings{"care:patientBucket": "files"},
			rule: "must not be the patient bucket",
		},
	}
}

func badData() []badInput {
	return []badInput{
		{key: "care:redisPassword", value: "too-short", shows: "…", hides: "too-short", rule: "must be 16 to 128"},
		{
			key: "care:redisPassword", value: "$a-long-password-of-Redis", shows: "…", hides: "a-long-password",
			rule: "must be 16 to 128",
		},
		{
			key: "care:redisPassword", value: "a long password with spaces", shows: "…", hides: "a long",
			rule: "must be 16 to 128",
		},
		{
			key: "care:redisPassword", value: "a-password-in-clear-text", clear: true, shows: "…", hides: "a-password",
			rule: "must be encrypted",
		},
		{
			key: "care:databasePassword", value: "ends/with?signs@", shows: "…", hides: "ends/with",
			rule: "must be 8 to 128 letters and digits",
		},
		{
			key: "care:databasePassword", value: "short1", shows: "…", hides: "short1",
			rule: "must be 8 to 128 letters and digits",
		},
		{
			key: "care:databasePassword", value: "PasswordInClearText", clear: true, shows: "…", hides: "PasswordIn",
			rule: "must be encrypted",
		},
		{key: "care:databaseVersion", value: "12", rule: "13 to 18"},
		{key: "care:databaseVersion", value: "sixteen", rule: "13 to 18"},
		{key: "care:databaseVersion", value: "19", rule: "13 to 18"},
		{key: "care:databaseVersion", value: "", rule: "must not be empty"},
		{key: "care:databaseInstanceClass", value: "t4g.micro", rule: "must be an RDS instance class"},
		{
			key: "care:databaseInstanceClass", value: "db.t4g.micro", with: settings{"care:careDesiredCount": "26"},
			rule: "accepts 107 connections of applications, and a deployment of care:careDesiredCount 26 and " +
				"care:celeryWorkers 1 opens 109",
		},
		{
			key: "care:databaseInstanceClass", value: "db.t4g.micro", with: settings{"care:celeryWorkers": "18"},
			rule: "care:careDesiredCount 1 and care:celeryWorkers 18 opens 111",
		},
		{key: "care:databaseStorage", value: "10", rule: "must be 20 to 65536"},
		{key: "care:databaseStorage", value: "lots", rule: "must be a whole number"},
		{key: "care:databaseMaxStorage", value: "21", rule: "10 percent more"},
		{key: "care:databaseMultiAz", value: "maybe", rule: "must be true or false"},
		{key: "care:databaseBackupDays", value: "0", rule: "must be 1 to 35"},
		{key: "care:databaseBackupDays", value: "36", rule: "must be 1 to 35"},
		{key: "care:databaseBackupWindow", value: "at night", rule: "must be a daily time in UTC"},
		{key: "care:databaseBackupWindow", value: "20:00-20:20", rule: "must be 30 minutes or more"},
		{key: "care:databaseMaintenanceWindow", value: "20:00-20:30", rule: "must be a weekly time in UTC"},
		{key: "care:databaseMaintenanceWindow", value: "sat:21:00-sat:21:10", rule: "must be 30 minutes to 24 hours long"},
		{key: "care:databaseMaintenanceWindow", value: "sun:21:00-sat:21:30", rule: "must be 30 minutes to 24 hours long"},
		{
			key: "care:databaseBackupWindow", value: "23:45-00:30",
			with: settings{"care:databaseMaintenanceWindow": "sun:00:00-sun:01:00"},
			rule: "must not overlap care:databaseMaintenanceWindow",
		},
		{key: "care:databaseMonitoringSeconds", value: "45", rule: "must be one of 0, 1, 5, 10, 15, 30, 60"},
		{key: "care:databaseMonitoringSeconds", value: "often", rule: "must be a whole number"},
		{key: "care:databaseLogs", value: "on", rule: "must be true or false"},
		{key: "care:databaseIdentifier", value: "care--db", rule: "single hyphens"},
		{key: "care:databaseIdentifier", value: "Care-db", rule: "must be lower-case letters"},
		{key: "care:databaseIdentifier", value: "care-db-", rule: "no hyphen at the end"},
		{key: "care:databaseIdentifier", value: strings.Repeat("a", 64), rule: "63 characters or fewer"},
		{key: "care:databaseName", value: "template1", rule: "reserves"},
		{key: "care:databaseUsername", value: "pg_care", rule: "reserves"},
		{key: "care:databaseInstanceClass", value: "db.t2.micro", rule: "must be of a newer family"},
		{key: "care:databaseName", value: "care-db", rule: "must be a letter"},
		{key: "care:databaseName", value: "", rule: "must not be empty"},
		{key: "care:databaseUsername", value: "admin", rule: "reserves"},
		{key: "care:databaseUsername", value: "1care", rule: "must be a letter"},
	}
}
