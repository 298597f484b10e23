package config

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// arnKey has the cases of one key that takes an ARN, in a stack in ap-south-1 and the account 123456789012, which the
// configuration does not name: AWS is asked for it.
type arnKey struct {
	// good is an ARN that is accepted.
	good string
	// wrap returns the key's value with an ARN in it; nil if the ARN is the value.
	wrap func(arn string) string
	// names is the key in errors if it differs.
	names string
	// with are settings that the key needs.
	with map[string]string
	// anyRegion and anyAccount are why an ARN of another region or account is accepted; empty if it is refused.
	anyRegion, anyAccount string
}

const sharedByPolicy = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html"

func arnKeys() map[string]arnKey {
	const key = "arn:aws:kms:ap-south-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	return map[string]arnKey{
		"care:backupCopyVaultArn": {
			good: "arn:aws:backup:eu-west-1:123456789012:backup-vault:copies",
			with: map[string]string{
				"care:backupPlan": "true", "care:databaseBackupWindow": "20:00-20:30",
				"care:databaseMaintenanceWindow": "sat:21:00-sat:21:30",
			},
			anyRegion: "copies belong in another region",
		},
		"care:certificateArn": {
			good: "arn:aws:acm:ap-south-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
			with: map[string]string{"care:domain": "api.care.example.org"},
		},
		"care:databaseRestoreSnapshot": {
			good:       "arn:aws:rds:ap-south-1:123456789012:snapshot:care-db-before",
			with:       map[string]string{"care:databaseRestoreName": "after", "care:stopped": "true"},
			anyAccount: "another account can share a snapshot",
		},
		"care:encryptionKey":        {good: key},
		"care:formerEncryptionKeys": {good: key, wrap: func(arn string) string { return `["` + arn + `"]` }},
		"care:imageCredentialsSecretArn": {
			good:      "arn:aws:secretsmanager:ap-south-1:123456789012:secret:registry-AbCdEf",
			anyRegion: sharedByPolicy, anyAccount: sharedByPolicy,
		},
		"care:permissionsBoundaryArn": {
			good: "arn:aws:iam::123456789012:policy/boundary", anyRegion: "IAM has no regions",
		},
		"care:secretParameters": {
			good:      "arn:aws:secretsmanager:ap-south-1:123456789012:secret:sentry-AbCdEf",
			wrap:      func(arn string) string { return `{"SENTRY_DSN":"` + arn + `"}` },
			names:     "care:secretParameters.SENTRY_DSN",
			anyRegion: sharedByPolicy, anyAccount: sharedByPolicy,
		},
		"care:webAclArn": {
			good: "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/care/12345678-1234-1234-1234-123456789012",
		},
	}
}

// load returns the problems of the key with that ARN.
func (a arnKey) load(t *testing.T, key, arn string) []string {
	t.Helper()
	value := arn
	if a.wrap != nil {
		value = a.wrap(arn)
	}
	config := badInput{key: key, value: value, with: a.with}.config()
	result, err := loaded(config, nil, badInput{}.secrets()...)
	require.Empty(t, result.Resources, "nothing may be registered")
	var found []string
	for _, problem := range problemsOf(err) {
		if a.names != "" {
			assert.Equal(t, a.names, problem.Name)
		} else {
			assert.Equal(t, key, problem.Name)
		}
		assert.Contains(t, show(problem.Value), arn)
		assert.NotEmpty(t, problem.Fix)
		found = append(found, problem.Error())
	}
	return found
}

func show(value any) string { text, _ := value.(string); return text }

// wrong returns ARNs that cannot work, by the reason.
func (a arnKey) wrong() map[string]string {
	fields := strings.SplitN(a.good, ":", 6)
	with := func(at int, value string) string {
		changed := slices.Clone(fields)
		changed[at] = value
		return strings.Join(changed, ":")
	}
	wrong := map[string]string{
		"another service":   with(2, "sqs"),
		"another resource":  with(5, "something-else/1"),
		"malformed":         "arn:aws",
		"no resource":       with(5, ""),
		"a space":           a.good + " ",
		"a short account":   with(4, "12345"),
		"no such account":   with(4, "000000000000"),
		"no such region":    with(3, "xx-moon-9"),
		"another partition": with(1, "aws-cn"),
		"no partition":      with(1, "amazon"),
		"no such partition": with(1, "aws-moon"),
		"a long account":    with(4, "1234567890123"),
		"region elsewhere":  with(3, "us-gov-west-1"),
		"all elsewhere":     strings.Replace(with(3, "us-gov-west-1"), "arn:aws:", "arn:aws-us-gov:", 1),
	}
	if a.anyRegion == "" {
		wrong["another region"] = with(3, "eu-west-1")
	}
	if a.anyAccount == "" {
		wrong["another account"] = with(4, "210987654321")
	}
	return wrong
}

// wrongPart has words about the part of an ARN that is wrong, by the reason.
var wrongPart = map[string]string{
	"a short account": `which has 12 digits, and not "12345"`, "a long account": `which has 12 digits, and not "1234567890123"`,
	"malformed": "six parts, separated by colons, and this one has 2", "no resource": "its sixth part",
	"no partition": "its second part", "no such partition": "its second part", "another partition": "partition",
	"region elsewhere": "partition", "all elsewhere": "partition aws", "no such region": "xx-moon-9 is none",
}

func TestEachKeyThatTakesAnArnRefusesThoseThatCannotWork(t *testing.T) {
	t.Parallel()
	for key, row := range arnKeys() {
		require.Empty(t, row.load(t, key, row.good), key)
		for reason, arn := range row.wrong() {
			t.Run(key+" "+reason, func(t *testing.T) {
				t.Parallel()
				problems := row.load(t, key, arn)
				require.Len(t, problems, 1, "one mistake, one error: %s", arn)
				assert.Contains(t, problems[0], wrongPart[reason])
			})
		}
	}
}

func TestEachKeyWhoseDescriptionNamesAnArnHasItsCases(t *testing.T) {
	t.Parallel()
	var takes []string
	for key, declared := range declarations(t) {
		if strings.HasSuffix(key, "Arn") || strings.Contains(declared.Description, "ARN") {
			takes = append(takes, key)
		}
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(arnKeys())), takes)
}
