package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// badInput is one wrong value and what the program must say about it.
type badInput struct {
	// key and value are the wrong setting; "-" leaves a required key out.
	key, value string
	// with are further settings.
	with map[string]string
	// clear leaves the value unencrypted where it is a secret; encrypted encrypts one that is none.
	clear, encrypted bool
	// names is the key that the error names, where it is not key; shows the value that it shows, where it is not value.
	names, shows string
	// rule are words of the rule.
	rule string
	// hides must not be in the message.
	hides string
}

func (b badInput) config() map[string]string {
	config := map[string]string{"aws:region": "ap-south-1", "care:image": "ghcr.io/ohcnetwork/care:24.43.0"}
	maps.Copy(config, b.with)
	config[b.key] = b.value
	if b.value == "-" {
		delete(config, b.key)
	}
	return config
}

// secrets are the keys whose values are encrypted.
func (b badInput) secrets() []string {
	if b.clear {
		return nil
	}
	secrets := []string{"care:secrets", "care:redisPassword", "care:redisUrl", "care:databasePassword", "care:mailPassword", "care:captchaSecretKey"}
	if b.encrypted {
		return append(secrets, b.key)
	}
	return secrets
}

// refused loads the configuration and returns the problems; keys are all keys that the stack sets.
func (b badInput) refused(t *testing.T, keys []string) []*rule.Error {
	t.Helper()
	_, result, err := loaded(b.config(), keys, b.secrets()...)
	require.Error(t, err)
	require.Empty(t, result.Resources, "nothing may be registered")
	require.Empty(t, result.Warnings, "a refused configuration has problems alone")
	assert.Contains(t, err.Error(), "the configuration of stack test has problems")
	if b.hides != "" {
		assert.NotContains(t, err.Error(), b.hides)
	}
	return problemsOf(err)
}

// problemsOf takes joined and wrapped errors apart.
func problemsOf(err error) []*rule.Error {
	switch e := err.(type) { //nolint:errorlint // every level is looked at
	case *rule.Error:
		return []*rule.Error{e}
	case interface{ Unwrap() []error }:
		var all []*rule.Error
		for _, one := range e.Unwrap() {
			all = append(all, problemsOf(one)...)
		}
		return all
	case interface{ Unwrap() error }:
		return problemsOf(e.Unwrap())
	}
	return nil
}

func TestBadInputIsRefusedWithKeyValueRuleAndFix(t *testing.T) {
	t.Parallel()
	cases := slices.Concat(badImages(), badGeneration(), badMail(), badLogin(), badSurroundings(), badWatching(), badExisting(), badSizes(), badScaling(), badHours(), badData(),
		badVariables(), badSecrets())
	require.GreaterOrEqual(t, len(cases), 70)
	for i, bad := range cases {
		t.Run(fmt.Sprintf("%03d %s=%.40s", i, bad.key, bad.value), func(t *testing.T) {
			t.Parallel()
			problems := bad.refused(t, nil)
			require.Len(t, problems, 1, "one mistake, one error: %v", problems)
			checkProblem(t, problems[0], bad)
		})
	}
}

func checkProblem(t *testing.T, problem *rule.Error, bad badInput) {
	t.Helper()
	name, shown := bad.names, bad.shows
	if name == "" {
		name = bad.key
	}
	if shown == "" && bad.names == "" {
		shown = bad.value
	}
	assert.Equal(t, name, problem.Name)
	assert.Contains(t, problem.Rule, bad.rule)
	require.NotEmpty(t, bad.rule, "the test says no rule")
	assert.NotEmpty(t, problem.Fix)
	value, err := json.Marshal(problem.Value)
	require.NoError(t, err)
	if value := strings.ReplaceAll(string(value), `\"`, `"`); bad.value == "" || shown != "" {
		assert.Contains(t, value, shown)
	}
	assert.Equal(t, fmt.Sprintf("%s = %s: %s; %s", problem.Name, value, problem.Rule, problem.Fix), problem.Error())
	assert.NotContains(t, problem.Error(), "\n", "one line")
}

// hexDigest is a digest without its algorithm.
const hexDigest = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"

func badImages() []badInput {
	return []badInput{
		{key: "care:image", value: "-", shows: "null", rule: "is required"},
		{key: "care:image", value: "", rule: "must not be empty"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care", rule: "must have a tag or a digest"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:latest", rule: "must not have a tag that moves"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:production-latest", rule: "must not have a tag that moves"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:", rule: "full image reference"},
		{key: "care:image", value: "ohcnetwork/care:24.43.0", rule: "must name its registry"},
		{key: "care:image", value: "ghcr.io/OHCNetwork/care:24.43.0", rule: "full image reference"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care@sha256:1234", rule: "full image reference"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care@" + hexDigest, rule: "whose digest is @sha256:"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:" + hexDigest, rule: "whose digest is @sha256:"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care@sha512:" + hexDigest, rule: "whose digest is @sha256:"},
		{key: "care:redisImage", value: "docker.io/library/redis@" + hexDigest, rule: "whose digest is @sha256:"},
		{key: "care:image", value: "ghcr.io/ohcnetwork/care:24 43", rule: "full image reference"},
		{key: "care:redisImage", value: "docker.io/redis/redis-stack-server:latest", rule: "must not have a tag that moves"},
		{key: "care:redisImage", value: "redis/redis-stack-server:6.2.6-v10", rule: "must name its registry"},
		{key: "care:redisImage", value: "", rule: "must not be empty"},
		{key: "care:allowMovingImageTag", value: "yes", rule: "must be true or false"},
		{key: "care:imageCredentialsSecretArn", value: "/github/pat", rule: "must be an ARN"},
		{
			key: "care:imageCredentialsSecretArn", value: "arn:aws:ssm:ap-south-1:123456789012:parameter/github/pat",
			rule: "must be an ARN of secretsmanager",
		},
		{key: "care:architecture", value: "arm64", rule: "must be one of X86_64, ARM64"},
		{key: "care:architecture", value: "", rule: "must not be empty"},
		{key: "care:settingsModule", value: "config.settings.local", rule: "must be one of config.settings.production"},
		{key: "care:settingsModule", value: "", rule: "must not be empty"},
		{key: "care:frontendOrigins", value: `["https://care.example.org/"]`, shows: "https://care.example.org/", rule: "must be an origin"},
		{key: "care:frontendOrigins", value: `["care.example.org"]`, shows: "care.example.org", rule: "must be an origin"},
		{key: "care:frontendOrigins", value: `["https://*.example.org"]`, shows: "https://*.example.org", rule: "must be an origin"},
		{key: "care:frontendOrigins", value: `["https://a:b@example.org"]`, shows: "example.org", rule: "must be an origin"},
		{key: "care:frontendOrigins", value: `["https://care.example.org#top"]`, shows: "#top", rule: "must be an origin"},
		{key: "care:frontendOrigins", value: `["https://a.example.org","https://a.example.org"]`, rule: "twice"},
		{key: "care:frontendOrigins", value: "https://care.example.org", rule: "must be a list of strings"},
		{key: "care:frontendOrigins", value: "[1]", rule: "must be a list of strings"},
		{key: "care:frontendOrigins", value: `[""]`, shows: `""`, rule: "must be an origin"},
		{key: "care:sms", value: `"true"`, rule: "must be true or false"},
	}
}

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
		{key: "care:availabilityZones", value: `["ap-south-1a","ap-south-2b"]`, shows: "ap-south-2b", rule: "must be a zone of the region ap-south-1"},
		{key: "care:availabilityZones", value: `["ap-south-1a","b"]`, shows: "b", rule: "must be a zone's name"},
		{key: "care:availabilityZones", value: "ap-south-1a", rule: "must be a list of strings"},
		{key: "care:natGateways", value: "two", rule: "must be one of none, single, onePerZone"},
		{key: "care:natGateways", value: "", rule: "must not be empty"},
		{key: "care:interfaceEndpoints", value: `["s3"]`, shows: "s3", rule: "gateway endpoints"},
		{key: "care:interfaceEndpoints", value: `["logs","logs"]`, rule: "twice"},
		{key: "care:interfaceEndpoints", value: `["nosuch"]`, shows: "nosuch", rule: "must be an AWS service with an interface endpoint"},
		{key: "care:interfaceEndpoints", value: `["ECR API"]`, shows: "ECR API", rule: "must be an AWS service with an interface endpoint"},
		{key: "care:flowLogs", value: "on", rule: "must be true or false"},
		{key: "care:domain", value: "api.care.example.org", rule: "needs care:hostedZoneId or care:certificateArn"},
		{key: "care:domain", value: "https://api.care.example.org", with: zoned, rule: "without scheme"},
		{key: "care:domain", value: "localhost", with: zoned, rule: "must be a full host name"},
		{key: "care:hostedZoneId", value: "Z0123456789EXAMPLE", rule: "has no effect without care:domain"},
		{key: "care:certificateArn", value: "arn:aws:acm:ap-south-1:123456789012:certificate/1", rule: "has no effect without care:domain"},
		{key: "care:hostedZoneId", value: "example.org", with: map[string]string{"care:domain": "a.example.org"}, rule: "hosted zone"},
		{key: "care:certificateArn", value: "certificate/1", with: map[string]string{"care:domain": "a.example.org"}, rule: "must be an ARN"},
		{
			key: "care:certificateArn", value: "arn:aws:iam::123456789012:server-certificate/a", rule: "must be an ARN of acm",
			with: map[string]string{"care:domain": "a.example.org"},
		},
		{
			key: "care:certificateArn", value: "arn:aws:acm:us-east-1:123456789012:certificate/1", rule: "must be a certificate in ap-south-1",
			with: map[string]string{"care:domain": "a.example.org"},
		},
		{key: "care:accessLogsBucket", value: "Logs", rule: "3 to 63 lower-case"},
	}
}

func badWatching() []badInput {
	threshold := func(value, name, shows, words string) badInput {
		return badInput{key: "care:alarmThresholds", value: value, names: "care:alarmThresholds." + name, shows: shows, rule: words}
	}
	return []badInput{
		{key: "care:alarms", value: "loud", rule: "must be true or false"},
		{key: "care:dashboard", value: "1", rule: "must be true or false"},
		{key: "care:serviceConnectLogs", value: "on", rule: "must be true or false"},
		{key: "care:alarmEmail", value: "on call", rule: "must be an e-mail address"},
		{
			key: "care:alarmEmail", value: "oncall@example.org", with: map[string]string{"care:alarms": "false"},
			rule: "has no effect without care:alarms",
		},
		{key: "care:alarmThresholds", value: `{"queueLength":"many"}`, rule: "values are numbers"},
		threshold(`{"queue":1}`, "queue", "queue", "must be one of beatSilentHours, databaseFreeStoragePercent"),
		threshold(`{"queueLength":-1}`, "queueLength", "-1", "must be more than 0"),
		threshold(`{"redisMemoryPercent":101}`, "redisMemoryPercent", "101", "must be at most 100"),
	}
}

func badExisting() []badInput {
	network := map[string]string{
		"care:vpcId": "vpc-0123456789abcdef0", "care:publicSubnetIds": `["subnet-01234567","subnet-11234567"]`,
		"care:applicationSubnetIds": `["subnet-21234567","subnet-31234567"]`, "care:dataSubnetIds": `["subnet-41234567","subnet-51234567"]`,
	}
	external := map[string]string{"care:redisBackend": "external"}
	database := map[string]string{
		"care:databaseAddress": "db.example.org", "care:databaseSecurityGroupId": "sg-01234567", "care:databasePassword": "PasswordOfTheDatabase",
	}
	redis := func(url, words string) badInput {
		return badInput{key: "care:redisUrl", value: url, with: external, shows: "…", hides: "a-password", rule: words}
	}
	return []badInput{
		{key: "care:vpcId", value: "care-vpc", with: network, rule: "must be an id that begins with vpc-"},
		{key: "care:publicSubnetIds", value: `["subnet-01234567"]`, with: network, rule: "in two or more zones"},
		{key: "care:dataSubnetIds", value: `["subnet-01234567","subnet-01234567"]`, with: network, rule: "twice"},
		{key: "care:applicationSubnetIds", value: `["subnet-01234567","b"]`, with: network, shows: `"b"`, rule: "must be an id that begins with subnet-"},
		{key: "care:publicSubnetIds", value: `["subnet-01234567"]`, rule: "has no effect without care:vpcId"},
		{key: "care:assignPublicIp", value: "on", rule: "must be true or false"},
		{key: "care:redisBackend", value: "memcached", rule: "must be one of redis-stack, elasticache, external"},
		{key: "care:redisBackend", value: "elasticache", rule: "cannot load RediSearch"},
		{key: "care:redisUrl", value: "redis://:a-password@redis.example.org:6379", shows: "…", hides: "a-password", rule: "only with care:redisBackend external"},
		redis("", "must be an address"),
		redis("https://:a-password@redis.example.org", "must be an address"),
		redis("redis://:a-password@redis.example.org", "must name its port"),
		redis("redis://:a-password@redis.example.org:6379/1", "must name database 0"),
		redis("rediss://:a-password@redis.example.org:6379/0", "must state how the server's certificate is checked"),
		{
			key: "care:redisUrl", value: "redis://:a-password@redis.example.org:6379", with: external, clear: true, shows: "…", hides: "a-password",
			rule: "must be encrypted",
		},
		{key: "care:elastiCacheNodeType", value: "t4g.micro", rule: "must be an ElastiCache node type"},
		{key: "care:elastiCacheReplicas", value: "6", rule: "must be 0 to 5"},
		{key: "care:databaseAddress", value: "db.example.org:5432", with: database, rule: "must be a full host name"},
		{key: "care:databaseSecurityGroupId", value: "default", with: database, rule: "must be an id that begins with sg-"},
		{key: "care:databasePassword", value: "", with: database, shows: "null", rule: "is required"},
		{key: "care:databasePassword", value: "a-line\nmore", with: database, shows: "…", hides: "a-line", rule: "with no line break"},
		{key: "care:databaseName", value: "care prod", with: database, rule: "without spaces, quotes and backslashes"},
		{key: "care:databaseUsername", value: `care"app`, with: database, shows: "app", rule: "without spaces, quotes and backslashes"},
		{key: "care:patientBucket", value: "Files", rule: "3 to 63 lower-case"},
		{key: "care:facilityBucket", value: "files", with: map[string]string{"care:patientBucket": "files"}, rule: "must not be the patient bucket"},
	}
}

func badSizes() []badInput {
	return []badInput{
		{key: "care:careCpu", value: "300", rule: "Fargate offers 256, 512"},
		{key: "care:careCpu", value: "256", rule: "Service Connect's proxy takes 256"},
		{key: "care:careCpu", value: "half", rule: "must be a whole number"},
		{key: "care:careCpu", value: "0.5", rule: "must be a whole number"},
		{key: "care:careCpu", value: "", shows: `""`, rule: "must be a whole number"},
		{key: "care:careMemory", value: "1500", rule: "with 512 CPU units Fargate offers"},
		{key: "care:careMemory", value: "8192", rule: "with 512 CPU units Fargate offers"},
		{key: "care:careDesiredCount", value: "-1", rule: "must be 0 to 5000"},
		{key: "care:careDesiredCount", value: "two", rule: "must be a whole number"},
		{key: "care:careOnSpot", value: "mostly", rule: "must be true or false"},
		{key: "care:celeryCpu", value: "512", rule: "the containers need 512"},
		{key: "care:celeryMemory", value: "2048", rule: "the containers need 2048"},
		{key: "care:celeryMemory", value: "3000", rule: "with 1024 CPU units Fargate offers"},
		{key: "care:redisCpu", value: "256", with: map[string]string{"care:redisMemory": "1024"}, rule: "Service Connect's proxy takes 256"},
		{key: "care:redisMemory", value: "512", rule: "with 1024 CPU units Fargate offers"},
		{key: "care:redisPersistence", value: "disk", rule: "must be one of none, efs"},
		{key: "care:redisPersistence", value: "", rule: "must not be empty"},
		{key: "care:redisRequirePassword", value: "please", rule: "must be true or false"},
	}
}

func badScaling() []badInput {
	scaled, split := map[string]string{"care:careMaxCount": "4"}, map[string]string{"care:celeryWorkers": "2", "care:celeryMaxWorkers": "4"}
	return []badInput{
		{key: "care:careMaxCount", value: "1", with: map[string]string{"care:careDesiredCount": "2"}, rule: "no less than care:careDesiredCount"},
		{key: "care:careMaxCount", value: "5001", rule: "must be 1 to 5000"},
		{key: "care:careDesiredCount", value: "2147483648", with: scaled, rule: "must be 0 to 5000"},
		{key: "care:careDesiredCount", value: "-2", with: scaled, rule: "must be 0 to 5000"},
		{key: "care:celeryWorkers", value: "2147483648", with: split, rule: "must be 1 to 5000"},
		{key: "care:careMaxCount", value: "-1", rule: "must be 1 to 5000"},
		{key: "care:careMaxCount", value: "4", with: map[string]string{"care:careDesiredCount": "0"}, rule: "scaling measures running tasks"},
		{
			key: "care:careMaxCount", value: "4", with: map[string]string{"care:careCpuPercent": "0", "care:careRequestsPerTarget": "0"},
			rule: "needs something to scale by",
		},
		{key: "care:careCpuPercent", value: "101", with: scaled, rule: "must be 0 to 100"},
		{key: "care:careRequestsPerTarget", value: "-1", with: scaled, rule: "must be 0 to 1000000"},
		{key: "care:celeryWorkers", value: "0", rule: "must be 1 to 5000"},
		{key: "care:celeryWorkers", value: "all", rule: "must be a whole number"},
		{key: "care:celeryMaxWorkers", value: "2", with: map[string]string{"care:celeryWorkers": "3"}, rule: "no less than care:celeryWorkers"},
		{key: "care:celeryMaxWorkers", value: "4", rule: "the only worker is in beat's task, which must not scale"},
		{
			key: "care:celeryMaxWorkers", value: "4", rule: "workers scale with the queue, which is measured only with care:redisBackend redis-stack",
			with: map[string]string{"care:celeryWorkers": "2", "care:redisBackend": "elasticache", "care:imageWithoutRediSearch": "true"},
		},
		{key: "care:celeryWorkersOnSpot", value: "true", rule: "is in beat's task, which must not run on Spot"},
		{key: "care:celeryQueuePerWorker", value: "0", with: split, rule: "must be 1 to 1000000"},
	}
}

func badHours() []badInput {
	const key = "care:schedule"
	unprotected := map[string]string{"care:protectData": "false"}
	part := func(name, value, rule string) badInput {
		parts := map[string]string{"days": "MON-FRI", "start": "08:00", "stop": "20:00", "timeZone": "Asia/Kolkata"}
		parts[name] = value
		encoded, err := json.Marshal(parts)
		if err != nil {
			panic(err)
		}
		return badInput{key: key, value: string(encoded), with: unprotected, names: key + "." + name, shows: value, rule: rule}
	}
	return []badInput{
		{key: key, value: "always", with: unprotected, rule: "must be an object"},
		{
			key: key, value: `{"days":["MON"],"start":"08:00","stop":"20:00","timeZone":"Asia/Kolkata"}`, with: unprotected,
			names: key + ".days", shows: "MON", rule: "must be a string",
		},
		{key: key, value: part("days", "MON-FRI", "").value, shows: "…", rule: "would stop a stack that care:protectData protects"},
		{
			key: key, value: `{"days":"MON-FRI","start":"08:00","stop":"20:00"}`, with: unprotected, names: key + ".timeZone", shows: "null",
			rule: "is required",
		},
		part("timezone", "Asia/Kolkata", "is not a key of a schedule"),
		part("days", "weekdays", "must be days from SUN to SAT"),
		part("start", "8 am", "must be a time of day"),
		part("stop", "20", "must be a time of day"),
		part("timeZone", "IST", "must be a time zone's name"),
		part("start", "00:10", "must leave time on the same day"),
		part("stop", "23:50", "must leave time on the same day for services that stop later"),
		part("stop", "09:00", "must be 2 to 20 hours after"),
	}
}

func badData() []badInput {
	return []badInput{
		{key: "care:redisPassword", value: "too-short", shows: "…", hides: "too-short", rule: "must be 16 to 128"},
		{key: "care:redisPassword", value: "$a-long-password-of-Redis", shows: "…", hides: "a-long-password", rule: "must be 16 to 128"},
		{key: "care:redisPassword", value: "a long password with spaces", shows: "…", hides: "a long", rule: "must be 16 to 128"},
		{key: "care:redisPassword", value: "a-password-in-clear-text", clear: true, shows: "…", hides: "a-password", rule: "must be encrypted"},
		{key: "care:databasePassword", value: "ends/with?signs@", shows: "…", hides: "ends/with", rule: "must be 8 to 128 letters and digits"},
		{key: "care:databasePassword", value: "short1", shows: "…", hides: "short1", rule: "must be 8 to 128 letters and digits"},
		{key: "care:databasePassword", value: "PasswordInClearText", clear: true, shows: "…", hides: "PasswordIn", rule: "must be encrypted"},
		{key: "care:databaseVersion", value: "12", rule: "13 to 18"},
		{key: "care:databaseVersion", value: "sixteen", rule: "13 to 18"},
		{key: "care:databaseVersion", value: "19", rule: "13 to 18"},
		{key: "care:databaseVersion", value: "", rule: "must not be empty"},
		{key: "care:databaseInstanceClass", value: "t4g.micro", rule: "must be an RDS instance class"},
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
			key: "care:databaseBackupWindow", value: "23:45-00:30", with: map[string]string{"care:databaseMaintenanceWindow": "sun:00:00-sun:01:00"},
			rule: "must not overlap care:databaseMaintenanceWindow",
		},
		{key: "care:databaseName", value: "template1", rule: "reserves"},
		{key: "care:databaseUsername", value: "pg_care", rule: "reserves"},
		{key: "care:databaseInstanceClass", value: "db.t2.micro", rule: "must be of a newer family"},
		{key: "care:databaseName", value: "care-db", rule: "must be a letter"},
		{key: "care:databaseName", value: "", rule: "must not be empty"},
		{key: "care:databaseUsername", value: "admin", rule: "reserves"},
		{key: "care:databaseUsername", value: "1care", rule: "must be a letter"},
	}
}

// variable is a bad value of care:environment.
func variable(name, value, words string) badInput {
	encoded, err := json.Marshal(map[string]string{name: value})
	if err != nil {
		panic(err)
	}
	return badInput{key: "care:environment", value: string(encoded), names: "care:environment." + name, shows: value, rule: words}
}

// variableOf is a value of care:environment that has more than one spelling.
func variableOf(name, raw string) badInput {
	return badInput{
		key: "care:environment", value: fmt.Sprintf(`{%q:%s}`, name, raw), names: "care:environment." + name, shows: raw,
		rule: "must be a string, a whole number, true or false",
	}
}

func badVariables() []badInput {
	secret := variable("EMAIL_PASSWORD", "a-password-of-mail", "must not be stored as plain text")
	secret.shows, secret.hides = "…", "a-password-of-mail"
	address := variable("PROXY", "https://user:a-password-of-a-proxy@example.org", "must not contain a password")
	address.shows, address.hides = "…", "a-password"
	taken := variable("REDIS_URL", "redis://redis:6379", "is set by the program")
	taken.shows = "REDIS_URL"
	unread := variable("USE_S3", "1", "is not read by Care")
	unread.shows = "USE_S3"
	name := variable("MY-NAME", "1", "name of an environment variable")
	name.shows = "MY-NAME"
	return []badInput{
		{key: "care:environment", value: "EMAIL_HOST=mail.example.org", rule: "must be an object"},
		{
			key: "care:environment", value: `{"EMAIL_HOST":"mail.example.org","EMAIL_PORT":[587]}`,
			names: "care:environment.EMAIL_PORT", shows: "[587]",
			rule: "must be a string, a whole number, true or false",
		},
		variableOf("EMAIL_TIMEOUT", `1.5`), variableOf("EMAIL_TIMEOUT", `null`), variableOf("ACCOUNT", `1234567890123456`),
		variableOf("A", `{"B":1}`),
		{key: "care:environment", value: `["EMAIL_HOST"]`, rule: "must be an object"},
		{
			key: "care:environment", value: `{"MY_PIN":"1234-5678"}`, encrypted: true, shows: "…", hides: "1234",
			rule: "holds an encrypted value, which would be stored as plain text",
		},
		secret, address, taken, unread, name,
		variable("EMAIL_HOST", "$HOST", "must not begin with $"),
		variable("EMAIL_PORT", "70000", "must be 1 to 65535"),
		variable("EMAIL_PORT", "", "must be a whole number"),
		variable("CONN_MAX_AGE", "a minute", "must be a whole number"),
		variable("MAINTENANCE_MODE", "1", "must be 0"),
		variable("DJANGO_DEBUG", "True", "must be False"),
		variable("DJANGO_SECURE_SSL_REDIRECT", "True", "must be False"),
		variable("DJANGO_ALLOWED_HOSTS", `["api.example.org"]`, `must contain "*"`),
		variable("DJANGO_ALLOWED_HOSTS", "*", "must be a JSON list"),
		variable("CSRF_TRUSTED_ORIGINS", "https://a.example.org", "must be a JSON list"),
		variable("CURRENT_DOMAIN", "care.example.org", "begins with https://"),
		variable("BACKEND_DOMAIN", "http://care.example.org", "begins with https://"),
		variable("HCX_USERNAME", "", "must not be empty"),
	}
}

// hidden is a bad secret, of which only the name may be told.
func hidden(name, value, words, shows string) badInput {
	encoded, err := json.Marshal(map[string]string{name: value})
	if err != nil {
		panic(err)
	}
	return badInput{
		key: "care:secrets", value: string(encoded), names: "care:secrets." + name, shows: shows, rule: words,
		hides: strings.TrimPrefix(value, "$"),
	}
}

func badSecrets() []badInput {
	const parameters = "care:secretParameters"
	dsn := `{"SENTRY_DSN":"https://a-key-of-sentry@sentry.example.org/1"}`
	at := func(location, words string) badInput {
		return badInput{
			key: parameters, value: fmt.Sprintf(`{"SENTRY_DSN":%q}`, location), names: parameters + ".SENTRY_DSN", shows: location, rule: words,
		}
	}
	return []badInput{
		hidden("SENTRY_DSN", "$a-value-with-a-dollar", "must not begin with $", "$…"),
		hidden("EMAIL_PASSWORD", "", "must not be empty", `""`),
		hidden("EMAIL_PASSWORD", strings.Repeat("long", 1025), "4096 characters", "4100 characters"),
		hidden("DATABASE_URL", "postgres://a:b@example.org/c", "is set by the program", "DATABASE_URL"),
		hidden("EMAIL PASSWORD", "a-password-of-mail", "name of an environment variable", "EMAIL PASSWORD"),
		{key: "care:secrets", value: dsn, clear: true, shows: "…", hides: "a-key-of-sentry", rule: "must be encrypted"},
		{key: "care:secrets", value: `{"PIN":[12345678]}`, names: "care:secrets.PIN", shows: "…", hides: "12345678", rule: "must be a string"},
		{key: "care:secrets", value: "not-an-object", shows: "…", hides: "not-an-object", rule: "must be an object"},
		{
			key: "care:secrets", value: `{"VAPID_PUBLIC_KEY":"half-of-a-pair"}`, shows: "VAPID_PUBLIC_KEY", hides: "half-of-a-pair",
			rule: "the two keys are a pair",
		},
		{
			key: "care:secrets", value: `{"EMAIL_USER":"a-user-of-mail"}`, with: map[string]string{"care:environment": `{"EMAIL_USER":"a"}`},
			names: "care:secrets.EMAIL_USER", shows: "EMAIL_USER", hides: "a-user-of-mail", rule: "must not be in care:environment as well",
		},
		{
			key: parameters, value: `{"SENTRY_DSN":"/care/SENTRY_DSN"}`, with: map[string]string{"care:secrets": dsn},
			names: parameters + ".SENTRY_DSN", shows: "SENTRY_DSN", hides: "a-key-of-sentry", rule: "must not be in care:secrets as well",
		},
		{
			key: parameters, value: `{"EMAIL_USER":"/care/EMAIL_USER"}`, with: map[string]string{"care:environment": `{"EMAIL_USER":"a"}`},
			names: parameters + ".EMAIL_USER", shows: "EMAIL_USER", rule: "must not be in care:environment as well",
		},
		at("", "must be the name of an SSM parameter"),
		at("care backend", "must be the name of an SSM parameter"),
		at("arn:aws:secretsmanager:ap-south-1:123456789012:secret:sentry:dsn", "7 fields, or 10"),
		at("arn:aws:s3:::bucket/key", "must be an SSM parameter or a Secrets Manager secret"),
		at("arn:aws:ssm:ap-south-1:parameter/dsn", "must be a full ARN"),
		{
			key: parameters, value: `{"BUCKET_KEY":"/care/key"}`, names: parameters + ".BUCKET_KEY", shows: "BUCKET_KEY",
			rule: "is set by the program",
		},
		{key: parameters, value: `"/care"`, rule: "must be an object"},
	}
}

func TestUnknownKeysAreRefusedWithTheKeyThatWasMeant(t *testing.T) {
	t.Parallel()
	for key, meant := range map[string]string{
		"care:imgae": "care:image", "care:natGateway": "care:natGateways", "care:celeryCPU": "care:celeryCpu", "acre:sms": "care:sms",
	} {
		problems := badInput{key: key, value: "a-value-of-the-user", hides: "a-value-of-the-user"}.refused(t, []string{"aws:region", "care:image", key})
		require.Len(t, problems, 1, key)
		assert.Equal(t, key, problems[0].Name)
		assert.Equal(t, "is not a key of this program", problems[0].Rule)
		assert.Contains(t, problems[0].Fix, meant)
	}
}

func TestSpotForWhatDoesNotBearItIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for key, reason := range map[string]string{
		"care:redisOnSpot":  "Redis has one task, and Spot may stop it",
		"care:celeryOnSpot": "beat has one task",
	} {
		problems := badInput{key: key, value: "true"}.refused(t, []string{"aws:region", "care:image", key})
		require.Len(t, problems, 1, key)
		assert.Contains(t, problems[0].Rule, reason)
		assert.Contains(t, problems[0].Fix, "care:careOnSpot")
	}
}

func TestKeysOfTheEngineAndTheProvidersPass(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"aws:defaultTags", "pulumi:tags", "random:x", "tls:x"} {
		_, _, err := loaded(badInput{key: key, value: "{}"}.config(), []string{key})
		assert.NoError(t, err, key)
	}
}

func TestAllProblemsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	bad := badInput{key: "care:image", value: "-", with: map[string]string{
		"aws:region": "nowhere", "care:vpcCidrBlock": "10.0.0.0/33", "care:careCpu": "half", "care:natGateways": "two",
		"care:databasePassword": "a b", "care:secrets": `{"SENTRY_DSN":"$x"}`, "care:environment": `{"EMAIL_PORT":"0","DJANGO_DEBUG":"1"}`,
		"care:availabilityZones": `["x"]`,
	}}
	names := []string{}
	for _, problem := range bad.refused(t, nil) {
		names = append(names, problem.Name)
	}
	slices.Sort(names)
	assert.Equal(t, []string{
		"aws:region", "care:availabilityZones", "care:availabilityZones", "care:careCpu", "care:databasePassword", "care:environment.DJANGO_DEBUG",
		"care:environment.EMAIL_PORT", "care:image", "care:natGateways", "care:secrets.SENTRY_DSN", "care:vpcCidrBlock",
	}, names)
}
