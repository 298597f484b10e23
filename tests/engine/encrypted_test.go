package engine_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/change"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
)

// formOf has a value for each text key without a default to fall back on, whose values need a form that the placeholder
// of an encrypted value does not have.
var formOf = map[string]string{
	"care:image":                     "ghcr.io/ohcnetwork/care:24.43.0",
	"care:imageCredentialsSecretArn": "arn:aws:secretsmanager:ap-south-1:123456789012:secret:registry-AbCdEf",
	"care:vpcId":                     "vpc-0123456789abcdef0",
	"care:domain":                    "api.care.example.org",
	"care:hostedZoneId":              "Z0123456789EXAMPLE",
	"care:certificateArn":            "arn:aws:acm:ap-south-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
	"care:redisUrl":                  "redis://:a-password@redis.example.org:6379/0",
	"care:databaseBackupWindow":      "20:00-20:30",
	"care:databaseMaintenanceWindow": "sat:21:00-sat:21:30",
	"care:databaseAddress":           "db.example.org",
	"care:databaseSecurityGroupId":   "sg-0123456789abcdef0",
	"care:permissionsBoundaryArn":    "arn:aws:iam::123456789012:policy/github-boundary-0123456",
	"care:databaseIdentifier":        "care-db-1a2b3c4",
	"care:alarmEmail":                "oncall@example.org",
	"care:webAclArn":                 "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/care/12345678-1234-1234-1234-123456789012",
	"care:mailHost":                  "mail.example.org",
	"care:mailUser":                  "care",
	"care:mailPassword":              "a-password-of-mail",
	"care:mailSender":                "Care <care@example.org>",
	"care:loginRateLimit":            "100/10m",
	"care:databaseRestoreName":       "restored",
	"care:databaseRestoreTime":       "latest",
	"care:databaseRestoreSnapshot":   "before-the-upgrade",
	"care:databaseRestoreFrom":       "an-earlier-restore",
	"care:backupCopyVaultArn":        "arn:aws:backup:ap-southeast-1:123456789012:backup-vault:care-copies",
}

var (
	existingVpc = map[string]any{
		"care:vpcId": formOf["care:vpcId"], "care:publicSubnetIds": []string{"subnet-01234567", "subnet-11234567"},
		"care:applicationSubnetIds": []string{"subnet-21234567", "subnet-31234567"},
		"care:dataSubnetIds":        []string{"subnet-41234567", "subnet-51234567"},
	}
	existingDatabase = map[string]any{
		"care:databaseAddress":         formOf["care:databaseAddress"],
		"care:databaseSecurityGroupId": formOf["care:databaseSecurityGroupId"],
		"care:databasePassword":        sealed,
	}
	mailServer = map[string]any{
		"care:mailHost": formOf["care:mailHost"], "care:mailUser": formOf["care:mailUser"],
		"care:mailSender": formOf["care:mailSender"], "care:mailPassword": sealed,
	}
	captcha = map[string]any{"care:captchaSiteKey": "a-site-key", "care:captchaSecretKey": sealed}
	restore = map[string]any{
		"care:databaseRestoreName": formOf["care:databaseRestoreName"],
		"care:databaseRestoreTime": formOf["care:databaseRestoreTime"],
	}
	// besides are the keys without which a text key has no use.
	besides = map[string]map[string]any{
		"care:vpcId":                   existingVpc,
		"care:domain":                  {"care:hostedZoneId": formOf["care:hostedZoneId"]},
		"care:hostedZoneId":            {"care:domain": formOf["care:domain"]},
		"care:certificateArn":          {"care:domain": formOf["care:domain"]},
		"care:redisUrl":                {"care:redisBackend": "external"},
		"care:databaseAddress":         existingDatabase,
		"care:databaseSecurityGroupId": existingDatabase,
		"care:mailHost":                mailServer,
		"care:mailUser":                mailServer,
		"care:mailPassword":            mailServer,
		"care:mailSender":              mailServer,
		"care:captchaSiteKey":          captcha,
		"care:captchaSecretKey":        captcha,
		"care:databaseRestoreName":     restore,
		"care:databaseRestoreTime":     restore,
		"care:databaseRestoreSnapshot": {"care:databaseRestoreName": formOf["care:databaseRestoreName"]},
		"care:databaseRestoreFrom":     restore,
		"care:databaseRestorePrevious": restore,
		"care:backupCopyVaultArn": {
			"care:backupPlan": true, "care:databaseBackupWindow": formOf["care:databaseBackupWindow"],
			"care:databaseMaintenanceWindow": formOf["care:databaseMaintenanceWindow"],
		},
	}
	// sealed is a value that somebody else has encrypted.
	sealed = map[string]string{"secure": "v1:AAAAAAAAAAA=:AAAA"}
)

// textKeys are the keys whose values are text, with their defaults.
func textKeys(t *testing.T) map[string]string {
	t.Helper()
	project, err := workspace.LoadProject(filepath.Join(projectDir, "Pulumi.yaml"))
	require.NoError(t, err)
	keys := map[string]string{}
	for key, declared := range project.Config {
		text, isText := declared.Default.(string)
		if isText || declared.TypeName() == "string" {
			keys[key] = text
		}
	}
	return keys
}

// encryptedProject is a project whose stack file holds that key encrypted.
func encryptedProject(t *testing.T, key string) rehearsal.Options {
	t.Helper()
	dir := t.TempDir()
	copyFile(t, filepath.Join(projectDir, "Pulumi.yaml"), dir)
	config := map[string]any{"aws:region": "ap-south-1", "care:image": formOf["care:image"]}
	maps.Copy(config, besides[key])
	config[key] = sealed
	file, err := yaml.Marshal(map[string]any{"config": config})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.encrypted.yaml"), file, 0o600))
	return rehearsal.Options{Dir: dir, Stack: "encrypted", Cli: &shared.cli, Program: shared.program}
}

// rehearseEncrypted compares the stack with itself, which runs up, preview and up again.
func rehearseEncrypted(t *testing.T, options rehearsal.Options) error {
	t.Helper()
	base := options
	found, err := change.Rehearse(t.Context(),
		change.Options{Base: &base, Head: options, Cloud: func() (*cloud.Cloud, error) { return cloud.New() }})
	if err == nil {
		err = found.Failure
	}
	return err
}

func TestEveryTextKeyCanBeRehearsedEncrypted(t *testing.T) {
	t.Parallel()
	keys := textKeys(t)
	sampled := []string{"care:databasePassword", "care:redisUrl"}
	require.Subset(t, slices.Collect(maps.Keys(keys)), slices.Concat(sampled, slices.Collect(maps.Keys(formOf))))
	for key, value := range keys {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			skipUnlessFull(t, slices.Contains(sampled, key))
			options := encryptedProject(t, key)
			err := rehearseEncrypted(t, options)
			if err == nil {
				return
			}
			want := "--config '" + key + "=VALUE'"
			require.ErrorContains(t, err, want, "diff")
			assertRefusedWith(t, options, want)
			if options.Config = map[string]string{key: formOf[key]}; formOf[key] == "" {
				require.NotEmpty(t, value, "formOf needs a value for %s", key)
				options.Config[key] = value
			}
			require.NoError(t, rehearseEncrypted(t, options))
		})
	}
}

// assertRefusedWith previews and updates the stack, which must end with the hint.
func assertRefusedWith(t *testing.T, options rehearsal.Options, hint string) {
	t.Helper()
	made, err := cloud.New()
	require.NoError(t, err)
	options.Providers, options.World = made.Providers, made
	opened, err := rehearsal.New(t.Context(), options)
	require.NoError(t, err)
	defer func() { assert.NoError(t, opened.Close()) }()
	_, err = opened.Preview(t.Context())
	require.ErrorContains(t, err, hint, "preview")
	_, err = opened.Up(t.Context())
	require.ErrorContains(t, err, hint, "up")
}
