package aws_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	logGroups  = "cloudwatch/logGroup:LogGroup"
	encryption = "s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
)

// logsKey returns a key policy that lets CloudWatch Logs use the key for log groups that match the pattern.
func logsKey(pattern string, actions ...any) string {
	return policyText(
		in{"Effect": "Allow", "Principal": in{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"},
		in{
			"Effect": "Allow", "Principal": in{"Service": "logs.ap-south-1.amazonaws.com"}, "Action": actions, "Resource": "*",
			"Condition": in{"ArnLike": in{"kms:EncryptionContext:aws:logs:arn": pattern}},
		})
}

func TestALogGroupNeedsAKeyThatCloudWatchLogsMayUse(t *testing.T) {
	t.Parallel()
	all := []any{"kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"}
	const groups = "arn:aws:logs:ap-south-1:123456789012:log-group:*"
	for name, row := range map[string]struct{ policy, want string }{
		"allowed":           {policy: logsKey(groups, all...)},
		"no policy":         {want: "does not allow kms:Encrypt to logs.ap-south-1.amazonaws.com"},
		"the account alone": {policy: keyPolicy(), want: "does not allow kms:Encrypt"},
		"other log groups": {
			policy: logsKey("arn:aws:logs:ap-south-1:123456789012:log-group:/other/*", all...),
			want:   "does not allow kms:Encrypt",
		},
		"no decryption": {
			policy: logsKey(groups, "kms:Encrypt", "kms:GenerateDataKey"), want: "does not allow kms:Decrypt",
		},
		"another service": {policy: keyPolicy("cloudwatch.amazonaws.com"), want: "does not allow kms:Encrypt"},
		"no encryption data": {
			policy: logsKey(groups, "kms:Encrypt", "kms:Decrypt"), want: "does not allow kms:GenerateDataKey",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			given := in{}
			if row.policy != "" {
				given["policy"] = row.policy
			}
			_, err := c.try(logGroups, "logs", in{"name": "/ecs/web", "kmsKeyId": c.up("kms/key:Key", "k", given).out("arn")})
			if row.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, row.want)
			require.ErrorContains(t, err, "[logs/key-policy]")
		})
	}
}

func TestDataIsEncryptedWithAKeyThatCanBeUsed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	disabled := c.up("kms/key:Key", "disabled", in{"isEnabled": false}).out("arn")
	signing := c.up("kms/key:Key", "signing", in{"customerMasterKeySpec": "RSA_2048", "keyUsage": "SIGN_VERIFY"}).out(
		"arn",
	)
	gone := c.up("kms/key:Key", "gone", in{})
	require.NoError(t, c.remove(gone))
	elsewhere := "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	alias := "arn:aws:kms:ap-south-1:123456789012:alias/care"
	bucket := c.up("s3/bucketV2:BucketV2", "files", in{})
	for token, given := range map[string]func(key any) in{
		"rds/instance:Instance": func(key any) in {
			return with(anyDatabase,
				in{"identifier": "care-db", "storageEncrypted": true, "kmsKeyId": key, "skipFinalSnapshot": true})
		},
		"efs/fileSystem:FileSystem": func(key any) in { return in{"encrypted": true, "kmsKeyId": key} },
		logGroups:                   func(key any) in { return in{"name": "/ecs/web", "kmsKeyId": key} },
		"ssm/parameter:Parameter": func(key any) in {
			return in{"name": "/care/PIN", "type": "SecureString", "value": "1234", "keyId": key}
		},
		encryption: func(key any) in {
			return in{
				"bucket": bucket.id,
				"rules":  []any{in{"applyServerSideEncryptionByDefault": in{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key}}},
			}
		},
	} {
		for key, want := range map[string]string{
			disabled: "is disabled", signing: "is not a symmetric key", gone.out("arn"): "no such kms.Key exists any more",
			elsewhere: "the key is in eu-west-1",
		} {
			_, err := c.try(token, "bad", given(key))
			require.ErrorContains(t, err, want, token)
		}
		_, err := c.try(token, "alias", given(alias))
		if token == encryption || token == "ssm/parameter:Parameter" {
			require.NoError(t, err, token)
		} else {
			require.ErrorContains(t, err, "[kms/key-alias]", token)
		}
	}
}

func TestTheKeysThatAwsHasInEachAccountAreNoAssumption(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	given := in{"name": "/care/PIN", "type": "SecureString", "value": "1234"}
	parameter := c.up("ssm/parameter:Parameter", "pin", given)
	named := with(given, in{"keyId": "alias/aws/ssm"})
	assert.Empty(t, c.diff(parameter, named).Diffs, "it is the key that AWS chooses")
	require.NoError(t, c.update(parameter, in{"keyId": "alias/aws/ssm", "tags": in{"a": "b"}}))
	assert.InDelta(t, 1, parameter.outputs["version"].NumberValue(), 0, "PutParameter was not called")
	assert.Empty(t, c.world.Assumptions())
	require.NoError(t, c.update(parameter, in{"keyId": "alias/care"}))
	assert.InDelta(t, 2, parameter.outputs["version"].NumberValue(), 0)
	assert.Len(t, c.world.Assumptions(), 1)
}

// keyWarnings returns the texts of the warnings of a rule.
func (c *cloud) keyWarnings(rule string) []string {
	var texts []string
	c.world.Look(func(view *standin.View) {
		for _, warning := range live.Warnings(view) {
			if warning.Rule == rule {
				texts = append(texts, warning.Resource+" "+warning.Text)
			}
		}
	})
	return texts
}

func TestReadersOfObjectsNeedTheKeyOfTheBucket(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		actions []string
		want    int
	}{
		"both":        {[]string{"kms:Decrypt", "kms:GenerateDataKey"}, 0},
		"only reads":  {[]string{"kms:Decrypt"}, 1},
		"neither":     {nil, 2},
		"only writes": {[]string{"kms:GenerateDataKey"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t)
			key := c.up("kms/key:Key", "k", in{})
			bucket := c.up("s3/bucketV2:BucketV2", "files", in{})
			c.up(encryption, "files", in{"bucket": bucket.id, "rules": []any{in{
				"applyServerSideEncryptionByDefault": in{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key.out("arn")},
			}}})
			statements := []map[string]any{allow(bucket.out("arn")+"/*", "s3:GetObject", "s3:PutObject")}
			if row.actions != nil {
				use := allow(key.out("arn"), row.actions...)
				use["Condition"] = in{"StringEquals": in{"kms:ViaService": "s3.ap-south-1.amazonaws.com"}}
				statements = append(statements, use)
			}
			user := c.up("iam/user:User", "app", in{"name": "app"})
			c.up("iam/userPolicy:UserPolicy", "app", in{"user": user.out("name"), "policy": policyOf(statements...)})
			role := c.up("iam/role:Role", "task", in{"name": "task", "assumeRolePolicy": trust})
			c.up("iam/rolePolicy:RolePolicy", "task", in{"role": role.id, "policy": policyOf(statements...)})
			assert.Len(t, c.keyWarnings("s3/key-permission"), 2*row.want, "of the user and of the role")
		})
	}
}

func TestADatabaseThatKeepsItsKeyIsWarnedOf(t *testing.T) {
	t.Parallel()
	for _, changed := range []bool{false, true} {
		c := newCloud(t)
		key := c.up("kms/key:Key", "k", in{}).out("arn")
		database := with(anyDatabase, in{"identifier": "care-db", "storageEncrypted": true, "skipFinalSnapshot": true})
		if changed {
			database["kmsKeyId"] = key
		}
		c.up("rds/instance:Instance", "db", database)
		assert.Empty(t, c.keyWarnings("kms/kept-key"), "nothing has another key yet")
		c.up("ssm/parameter:Parameter", "pin", in{"name": "/care/PIN", "type": "SecureString", "value": "1234", "keyId": key})
		assert.Equal(t, !changed, len(c.keyWarnings("kms/kept-key")) == 1)
	}
}

// The key of a snapshot is not known, which is no reason for a warning.
func TestADatabaseWithTheKeyOfItsSnapshotIsAssumedToHaveTheKeyOfTheRest(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	key := c.up("kms/key:Key", "k", in{}).out("arn")
	c.up("ssm/parameter:Parameter", "pin", in{"name": "/care/PIN", "type": "SecureString", "value": "1234", "keyId": key})
	latest := func(source string) in {
		return in{"restoreToPointInTime": in{"sourceDbInstanceIdentifier": source, "useLatestRestorableTime": true}}
	}
	kept := in{"storageEncrypted": true, "backupRetentionPeriod": 7}
	restore := func(name string, source in) {
		c.up(instanceToken, name, with(with(aRestore, kept), with(in{"identifier": name}, source)))
	}
	restore("copied", in{"snapshotIdentifier": "new-key"})
	restore("again", latest("copied"))
	assert.Empty(t, c.keyWarnings("kms/kept-key"))
	assert.Contains(t, whats(c.world.Assumptions()),
		"has the key that the database is to have: a restored one has the key of its snapshot")
	c.up(instanceToken, "old", with(anyDatabase, with(kept, in{"identifier": "old", "engineVersion": "16"})))
	restore("restored", latest("old"))
	assert.Len(t, c.keyWarnings("kms/kept-key"), 2, "a restore to a time keeps AWS's key")
}
