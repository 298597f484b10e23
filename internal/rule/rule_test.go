package rule_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

func TestErrorNamesValueRuleAndFixInOneLine(t *testing.T) {
	t.Parallel()
	err := rule.Broken("care:careCpu", 300, "must be one of 256, 512", "for example 256")
	require.EqualError(t, err, `care:careCpu = 300: must be one of 256, 512; for example 256`)
	require.EqualError(t, rule.Broken("a", "x\ny", "r", "f"), `a = "x\ny": r; f`, "a value cannot break the line")
	require.EqualError(t, rule.Broken("a", []string{"x"}, "r", "f"), `a = ["x"]: r; f`)
	require.EqualError(t, rule.Broken("a", nil, "r", "f"), `a = null: r; f`)
	assert.ErrorContains(t, rule.Broken("a", func() {}, "r", "f"), "a = 0x", "what JSON cannot show is shown all the same")
}

func TestAllJoinsWhatIsWrong(t *testing.T) {
	t.Parallel()
	require.NoError(t, rule.All())
	require.NoError(t, rule.All(nil, nil))
	one, two := errors.New("one"), errors.New("two")
	joined := rule.All(one, nil, two)
	require.ErrorIs(t, joined, one)
	assert.ErrorIs(t, joined, two)
}

// texts are values of a rule for text.
type texts struct {
	rule         func(name, value string) error
	good, refuse []string
}

func oneOf[T ~string](allowed ...T) func(string, string) error {
	return func(name, value string) error { return rule.OneOf(name, T(value), allowed...) }
}

func image(moving bool) func(string, string) error {
	return func(name, value string) error { return rule.Image(name, value, moving) }
}

func ofService(service string) func(string, string) error {
	return func(name, value string) error { return rule.Arn(name, value, service) }
}

func redisPassword(name, value string) error { return rule.RedisPassword(name, value, "fix") }

const digest = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func textRules() map[string]texts {
	long := strings.Repeat("a", 64)
	return map[string]texts{
		"Present": {
			func(n, v string) error { return rule.Present(n, v, "fix") },
			[]string{"a", " a "},
			[]string{"", " ", "\t\n"},
		},
		"OneOf": {oneOf("a", "b"), []string{"a", "b"}, []string{"", "A", "c"}},
		"VpcCidrBlock": {
			rule.VpcCidrBlock,
			[]string{"10.0.0.0/16", "172.16.0.0/22", "100.64.0.0/20"},
			[]string{
				"", "10.0.0.0", "10.0.0.0/15", "10.0.0.0/23", "10.0.0.1/16", "10.0.0.0/33", "fd00::/16", "::ffff:10.0.0.0/112",
				" 10.0.0.0/16",
			},
		},
		"Region": {
			rule.Region,
			[]string{"ap-south-1", "us-gov-west-1", "eu-central-2"},
			[]string{"", "ap-south-1a", "AP-SOUTH-1", "apsouth1", "ap-south-12x"},
		},
		"Domain": {
			rule.Domain,
			[]string{"example.org", "a-b.example.org", "api.care.example.org"},
			[]string{
				"", "localhost", "https://example.org", "example.org.", "Example.org", "-a.example.org", "a_b.example.org",
				"example.org:443", long + ".example.org",
			},
		},
		"Origin": {
			rule.Origin,
			[]string{"https://care.example.org", "http://localhost:4000"},
			[]string{
				"", "care.example.org", "https://", "https://a.example.org/", "https://a.example.org/x",
				"https://a.example.org?x", "https://a.example.org?", "https://a.example.org#x", "https://u:p@a.example.org", "*",
				"https://*.example.org", "ftp://a.example.org", "https://a b",
			},
		},
		"HttpsUrl": {
			rule.HttpsUrl,
			[]string{"https://example.org", "https://example.org/x"},
			[]string{"", "http://example.org", "example.org", "https://", "https://a b"},
		},
		"EndpointService": {
			rule.EndpointService,
			[]string{"logs", "ecr.api", "ecr.dkr", "secretsmanager", "ssmmessages"},
			[]string{"", "s3", "dynamodb", "nosuch", "Logs", "ecr..api", "com.amazonaws/logs", ".logs"},
		},
		"HostedZoneId": {
			rule.HostedZoneId,
			[]string{"Z0123456789EXAMPLE", "Z1"},
			[]string{"", "Z", "z0123", "/hostedzone/Z0123", "example.org", "Z" + strings.Repeat("1", 32)},
		},
		"PortName": {
			rule.PortName, []string{"redis", "a", "_a", "a_b-c", "9", long}, []string{"", "-a", "A", "a.b", "a b", long + "a"},
		},
		"DnsName": {
			rule.DnsName,
			[]string{"redis", "redis.care-ns", "_x", strings.Repeat("a", 127)},
			[]string{"", "-redis", "Redis", "redis ns", strings.Repeat("a", 128)},
		},
		"Namespace": {
			rule.Namespace,
			[]string{"care-ns", "care", "care.internal", "a1", long[:63]},
			[]string{"", "Care", "care_ns", "-care", "care-", "care..ns", ".care", "care ns", long},
		},
		"LogGroupPrefix": {
			rule.LogGroupPrefix,
			[]string{"/ecs", "/ecs/care-production", "/a#b.c_d"},
			[]string{"", "/", "ecs", "/ecs/", "//ecs", "/e cs", "/" + strings.Repeat("a", 400)},
		},
		"MetricNamespace": {
			rule.MetricNamespace,
			[]string{"care/staging", "Care.1_a#b", strings.Repeat("a", 255)},
			[]string{"", "AWS/ECS", "care:staging", "care staging", "care*", strings.Repeat("a", 256)},
		},
		"QueueName": {
			rule.QueueName,
			[]string{"celery", "celery:high", strings.Repeat("a", 128)},
			[]string{"", "a b", "a\nFLUSHALL", "a'b", "$x", strings.Repeat("a", 129)},
		},
		"TaskName": {
			rule.TaskName,
			[]string{"good", "care.tasks.good_1", "_a._b", strings.Repeat("a", 200)},
			[]string{"", "a b", "a.", ".a", "1a", `a"`, "a[", "%a%", strings.Repeat("a", 201)},
		},
		"ScheduleExpression": {
			rule.ScheduleExpression,
			[]string{
				"cron(0 20 * * ? *)", "cron(30 6 ? * MON-FRI *)", "cron(0/15 8 1,15 * ? 2026)", "at(2026-01-31T08:00:00)",
			},
			[]string{
				"",
				"0 20 * * *",
				"cron(0 20 * * *)",
				"cron(0 20 * * * *)",
				"cron(0 20 ? * ? *)",
				"cron(0 20 * * ? *) ",
				"rate(1 day)",
				"at(2026-01-31)",
				"at(2026-01-31T08:00)",
			},
		},
		"TimeZone": {
			rule.TimeZone, []string{"UTC", "Asia/Kolkata", "Etc/GMT+9"}, []string{"", "Local", "India", "IST5:30", "../UTC"},
		},
		"DatabaseName": {
			rule.DatabaseName,
			[]string{"care", "Care_1", "postgres", long[:63]},
			[]string{"", "1care", "_care", "care-db", "Admin", "user", "rdsadmin", "template1", "pg_care", long},
		},
		"ExistingDatabaseName": {
			rule.ExistingDatabaseName,
			[]string{"care-app", "care-prod", "1care", "admin", "user@host", "$x", long[:63]},
			[]string{"", "care prod", "a'b", `a"b`, `a\b`, "a`b", "a\nb", "kärnten", long},
		},
		"SecretsPath": {
			rule.SecretsPath,
			[]string{"/care/staging", "/a.b_c-d", strings.Repeat("/a", 14)},
			[]string{
				"", "/", "care", "/care/", "//care", "/care#1", "/aws/care", "/SSM",
				strings.Repeat("/a", 15),
				"/" + strings.Repeat("a", 900),
			},
		},
		"Directory": {
			rule.Directory,
			[]string{"/redis", "/a/b/c/d", "/a.b_c-d"},
			[]string{
				"", "/", "redis", "/redis/", "//redis", "/.redis", "/a/b/c/d/e", "/re dis", "/" + strings.Repeat("a", 100),
			},
		},
		"Arn": {
			ofService("acm"),
			[]string{
				"arn:aws:acm:ap-south-1:123456789012:certificate/1", "arn:aws-cn:acm:cn-north-1:123456789012:certificate/1",
			},
			[]string{
				"", "certificate/1", "arn:aws:acm", "arn:aws:iam::123456789012:server-certificate/a",
				"arn:aws:acm:ap-south-1:1234:certificate/1",
			},
		},
		"SecretLocation": {
			rule.SecretLocation,
			[]string{
				"DSN", "/care/backend/DSN", "arn:aws:ssm:ap-south-1:123456789012:parameter/care/DSN",
				"arn:aws:secretsmanager:ap-south-1:123456789012:secret:dsn-AbCdEf",
				"arn:aws:secretsmanager:ap-south-1:123456789012:secret:dsn-AbCdEf:key::",
			},
			[]string{
				"", "/care/", "a b", "//a", "arn:aws:ssm:ap-south-1:123456789012:document/x", "arn:aws:s3:::bucket/key",
				"arn:aws:secretsmanager:ap-south-1:123456789012:secret:dsn-AbCdEf:key",
				"arn:aws:secretsmanager:ap-south-1:123456789012:secret:dsn-AbCdEf:key:", "arn:x",
			},
		},
		"SecretValue": {
			rule.SecretValue, []string{"x", "a$b", strings.Repeat("a", 4096)}, []string{"", "$x", strings.Repeat("a", 4097)},
		},
		"ClusterName": {
			rule.ClusterName, []string{"care", "Care_1-a"}, []string{"", "a b", "a.b", strings.Repeat("a", 256)},
		},
		"BucketName": {
			rule.BucketName,
			[]string{"care-access-logs", "a.b", "abc"},
			[]string{"", "ab", "Care", "-abc", "abc-", "a_b", long},
		},
		"Image (fixed)": {
			image(false),
			[]string{
				"ghcr.io/ohcnetwork/care:24.43.0", "localhost:5000/care:1", "ghcr.io/a/b" + digest, "ghcr.io/a/b:latest" + digest,
				"ghcr.io/a/b:latest-1234", "ghcr.io/a__b/c:1",
			},
			[]string{
				"", "care", "care:1", "ohcnetwork/care:1", "ghcr.io/a/b", "ghcr.io/a/b:latest", "ghcr.io/a/b:main",
				"ghcr.io/a/b:stable", "ghcr.io/A/b:1", "ghcr.io/a/b:", "ghcr.io/a/b@sha256:12", "https://ghcr.io/a/b:1",
				"ghcr.io/a/b:1 ", "ghcr.io//b:1",
			},
		},
		"Image (moving)": {
			image(true), []string{"ghcr.io/a/b:latest", "ghcr.io/a/b:1"}, []string{"", "ghcr.io/a/b", "a/b:latest"},
		},
		"EnvironmentName": {rule.EnvironmentName, []string{"A", "_a1"}, []string{"", "1A", "A-B", "A B", "A="}},
		"PostgresVersion": {
			rule.PostgresVersion,
			[]string{"13", "16", "17", "18", "16.4", "16.11"},
			[]string{"", "12", "19", "16.", "16.4.1", "latest"},
		},
		"InstanceClass": {
			rule.InstanceClass,
			[]string{"db.t4g.micro", "db.r6g.2xlarge"},
			[]string{"", "t4g.micro", "db.t4g", "DB.t4g.micro", "db.t2.micro", "db.m4.large", "db.r4.large"},
		},
		"ComponentName": {
			func(n, v string) error { return rule.ComponentName(n, v, 20) },
			[]string{"a", "care", "care-db", "a1-b2", strings.Repeat("a", 20)},
			[]string{"", "Care", "1care", "care_db", "care-", "-care", "a--b", "a b", "a.b", strings.Repeat("a", 21)},
		},
		"RedisUrl": {
			rule.RedisUrl,
			[]string{
				"redis://r.example.org:6379", "redis://:p@r.example.org:6379/0",
				"rediss://u:p@r.example.org:6380/?ssl_cert_reqs=none",
			},
			[]string{
				"", "r.example.org:6379", "http://r.example.org:6379", "redis://r.example.org", "redis://:6379",
				"redis://r.example.org:0", "redis://r.example.org:70000", "redis://r.example.org:6379/1",
				"rediss://r.example.org:6379", "rediss://r.example.org:6379?ssl_cert_reqs=CERT_NONE",
			},
		},
		"ResourceId": {
			func(n, v string) error { return rule.ResourceId(n, v, "vpc") },
			[]string{"vpc-01234567", "vpc-0123456789abcdef0"},
			[]string{"", "vpc", "vpc-", "subnet-01234567", "vpc-01234567 ", "vpc-XYZ"},
		},
		"CacheNodeType": {rule.CacheNodeType, []string{"cache.t4g.micro"}, []string{"", "t4g.micro", "cache.t4g"}},
		"Password": {
			rule.Password,
			[]string{"abcdefgh", "Abc12345"},
			[]string{"", "short12", "has space1", "has@sign1", strings.Repeat("a", 129)},
		},
		"ExistingPassword": {
			rule.ExistingPassword,
			[]string{"x", "p@ss/w:rd?#[]%+&=", "with space", strings.Repeat("a", 1000)},
			[]string{"", " x", "x ", "x\n", "a\tb", "a\x00b", strings.Repeat("a", 1001)},
		},
		"RedisPassword": {
			redisPassword,
			[]string{"a-long_password1", strings.Repeat("a", 128)},
			[]string{
				"", "tooshort", "has spaces in it 1", "has$sign-in-it-123", "quote'in-it-12345", strings.Repeat("a", 129),
			},
		},
		"CareSettingsModule": {
			rule.CareSettingsModule,
			[]string{"config.settings.production", "config.settings.staging", "config.settings.deployment"},
			[]string{"", "config.settings.local", "production"},
		},
		"CareSecretName": {
			rule.CareSecretName,
			[]string{"SENTRY_DSN", "HCX_PASSWORD", "JWKS_BASE64"},
			[]string{"", "DATABASE_URL", "REDIS_URL", "AWS_ACCESS_KEY_ID", "A-B"},
		},
	}
}

func TestTextsAreTakenOrRefusedAsAwsAndCareDo(t *testing.T) {
	t.Parallel()
	for name, table := range textRules() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, value := range table.good {
				require.NoError(t, table.rule("name", value), "%.60q", value)
			}
			for _, value := range table.refuse {
				err := table.rule("the-name", value)
				require.Error(t, err, "%.60q", value)
				var broken *rule.Error
				require.ErrorAs(t, err, &broken)
				assert.Equal(t, "the-name", broken.Name)
				assert.NotEmpty(t, broken.Rule)
				assert.NotEmpty(t, broken.Fix)
			}
		})
	}
}

func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		rule.Password("p", "a-secret@value"),
		redisPassword("p", "a-secret@value"),
		rule.ExistingPassword("p", "a-secret@value\n"),
		rule.SecretValue("p", "$a-secret@value"),
		rule.SecretValue("p", strings.Repeat("a-secret@value", 400)),
		rule.CareVariable("k", "EMAIL_PASSWORD", "a-secret@value"),
		rule.CareVariable("k", "PROXY", "https://user:a-secret@value.example.org"),
		rule.RedisUrl("k", "redis://:a-secret@value.example.org"), rule.RedisUrl("k", "redis://:a-secret %zz"),
	} {
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "a-secret")
	}
}

func TestNumbersAreTakenWithinTheirLimits(t *testing.T) {
	t.Parallel()
	for value, good := range map[int]bool{-1: false, 0: false, 1: true, 443: true, 65535: true, 65536: false} {
		assert.Equal(t, good, rule.Port("p", value) == nil, value)
	}
	for value, good := range map[int]bool{
		0:    false,
		1:    true,
		14:   true,
		30:   true,
		31:   false,
		365:  true,
		3653: true,
		4000: false,
	} {
		assert.Equal(t, good, rule.LogRetention("p", value) == nil, value)
	}
	for limit, good := range map[int]bool{0: false, 100: false, 109: false, 110: true, 65536: true, 65537: false} {
		assert.Equal(t, good, rule.Storage("a", 100, "b", limit) == nil, limit)
	}
	require.ErrorContains(t, rule.Storage("a", 19, "b", 100), "a = 19")
	require.ErrorContains(t, rule.Storage("a", 105, "b", 105), "give 116 or more")
	require.NoError(t, rule.Given("a", true, "f"))
	require.EqualError(t, rule.Given("a", false, "f"), "a = null: is required; f")
	assert.Equal(t, []string{"16", "16"}, []string{rule.Major("16"), rule.Major("16.4")})
}

func TestWindowsOfADatabaseDoNotOverlap(t *testing.T) {
	t.Parallel()
	for pair, good := range map[[2]string]bool{
		{"20:00-20:30", "sat:20:30-sat:21:00"}: true,
		{"20:30-21:00", "sat:20:00-sat:20:30"}: true,
		{"20:00-20:31", "sat:20:30-sat:21:00"}: false,
		{"20:00-20:30", "sat:19:00-sat:20:01"}: false,
		{"23:45-00:30", "sun:00:00-sun:01:00"}: false,
		{"00:15-00:45", "sat:23:30-sun:00:30"}: false,
		{"12:00-12:30", "fri:13:00-sun:11:00"}: false,
		{"", "sun:00:00-sun:01:00"}:            true,
	} {
		assert.Equal(t, good, rule.WindowsApart("backup", pair[0], "maintenance", pair[1]) == nil, pair)
	}
}

func TestTheEmptyWordOfAListIsNotProposed(t *testing.T) {
	t.Parallel()
	require.EqualError(t, rule.OneOf("mode", "x", "", "http", "grpc"),
		`mode = "x": must be one of http, grpc; for example http`)
}
