package engine_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// dataStores are the types whose key AWS cannot change, with their inputs for it.
var dataStores = []string{
	"aws:rds/instance:Instance", "aws:efs/fileSystem:FileSystem", "aws:elasticache/replicationGroup:ReplicationGroup",
}

func TestAReleasedStackGetsAKeyAndItsDataStoresKeepTheirs(t *testing.T) {
	t.Parallel()
	upgradeEachRelease(t, func(s *stack) {
		s.set(map[string]string{"encryptionKey": "own", "databaseMonitoringSeconds": "60"})
	}, func(s *stack) {
		s.assertEncrypted(false)
		s.assertKeptKeysAreWarnedOf()
	})
}

// assertEncrypted checks the key of everything that can have the stack's. Data stores have it if they are new.
func (s *stack) assertEncrypted(newStores bool) {
	s.t.Helper()
	key := s.live("aws:kms/key:Key", "care-data").Out("arn").Text()
	inPlace := map[string]string{"aws:cloudwatch/logGroup:LogGroup": "kmsKeyId", "aws:ssm/parameter:Parameter": "keyId"}
	for _, each := range s.cloud.World.Live() {
		if property, found := inPlace[each.Token]; found {
			assert.Equal(s.t, key, each.Out(property).Text(), each.Label())
		}
		if slices.Contains(dataStores, each.Token) {
			assert.Equal(s.t, newStores, each.Out("kmsKeyId").Text() == key, each.Label())
		}
	}
}

// assertKeptKeysAreWarnedOf checks that a warning names each data store, and the way to another key.
func (s *stack) assertKeptKeysAreWarnedOf() {
	s.t.Helper()
	var stores, warned []string
	for _, each := range s.cloud.World.Live() {
		if slices.Contains(dataStores, each.Token) {
			stores = append(stores, each.Label())
		}
	}
	s.cloud.Look(func(view *standin.View) {
		for _, warning := range live.Warnings(view) {
			if warning.Rule == "kms/kept-key" {
				assert.Contains(s.t, warning.Text, "copy a snapshot or backup under the new key")
				warned = append(warned, warning.Resource)
			}
		}
	})
	require.NotEmpty(s.t, stores)
	assert.ElementsMatch(s.t, stores, warned)
}

func TestANewStackIsEncryptedWithItsKey(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]map[string]string{
		"redis on EFS": {"redisPersistence": "efs", "redisRequirePassword": "true"},
		"elasticache":  {"redisBackend": "elasticache", "imageWithoutRediSearch": "true"},
		"generation 3": {"generation": "3", "image": "ghcr.io/ohcnetwork/care:3.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := map[string]string{
				"encryptionKey": "own", "privateFacilityImages": "true", "flowLogs": "true", "databaseMonitoringSeconds": "60",
			}
			maps.Copy(config, settings)
			s := open(t, rehearsal.Options{Config: config})
			s.up()
			s.assertEncrypted(true)
			assert.Empty(t, s.up().Changed(), "a second up changes nothing")
			s.destroy()
		})
	}
}

// Data stores keep the key that they were created with, so its deletion would lose them.
func TestTheKeyOfDataIsNeverLetGo(t *testing.T) {
	t.Parallel()
	const central = "arn:aws:kms:ap-south-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	s := open(t, rehearsal.Options{Config: map[string]string{
		"encryptionKey": "own", "protectData": "false", "redisPersistence": "efs", "privateFacilityImages": "true",
	}})
	s.up()
	key := s.live("aws:kms/key:Key", "care-data").Out("arn").Text()
	for _, next := range []string{"aws", central} {
		s.set(map[string]string{"encryptionKey": next})
		before := len(s.cloud.History())
		_, err := s.Preview(t.Context())
		assertRefusesToLetGo(t, err)
		assert.Len(t, s.cloud.History(), before, "nothing was even begun")
		_, err = s.Up(t.Context()) // without a preview
		assertRefusesToLetGo(t, err)
		assert.Equal(t, key, s.live("aws:kms/key:Key", "care-data").Out("arn").Text())
	}

	s.set(map[string]string{"formerEncryptionKeys[0]": "own"})
	planned, err := s.Preview(t.Context())
	require.NoError(t, err)
	assert.Empty(t, stateful(planned))
	assert.Empty(t, stateful(s.up()))
	assert.Empty(t, s.up().Changed(), "a second up changes nothing")
	for _, each := range s.cloud.World.Live() {
		if slices.Contains(dataStores, each.Token) {
			assert.Equal(t, key, each.Out("kmsKeyId").Text(), each.Label())
		}
	}
	assert.Contains(t, s.live("aws:iam/userPolicy:UserPolicy", "care-app").Out("policy").Text(), key,
		"Care reads the files that have the former key")

	s.set(map[string]string{"encryptionKey": "own", "formerEncryptionKeys[0]": central})
	s.up()
	s.set(map[string]string{"formerEncryptionKeys[0]": strings.Replace(central, "key/1", "key/2", 1)})
	_, err = s.Preview(t.Context())
	require.ErrorContains(t, err, "no longer name "+central)
	require.ErrorContains(t, err, "could no longer decrypt the files")

	s.set(map[string]string{"formerEncryptionKeys[0]": central})
	s.destroy()
}

// In each direction a task must start again: ECS reads the parameters with the keys that they have in AWS.
func TestServicesStartAgainAfterEveryChangeOfTheKey(t *testing.T) {
	t.Parallel()
	const central = "arn:aws:kms:ap-south-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	s := open(t, rehearsal.Options{Config: map[string]string{"encryptionKey": "aws", "protectData": "false"}})
	s.up()
	s.set(map[string]string{"encryptionKey": "own"})
	s.up()
	own := s.live("aws:kms/key:Key", "care-data").Out("arn").Text()
	const both, first, second = `["own", "` + central + `"]`, `["own"]`, `["` + central + `"]`
	for _, step := range []struct{ key, former, parameters, logs string }{
		{"aws", first, "alias/aws/ssm", ""},
		{central, first, central, central},
		{"aws", both, "alias/aws/ssm", ""},
		{"own", second, own, own},
		{central, first, central, central},
		{"own", second, own, own},
	} {
		s.set(map[string]string{"encryptionKey": step.key, "formerEncryptionKeys": step.former})
		s.up()
		for _, each := range s.cloud.World.Live() {
			switch each.Token {
			case "aws:ssm/parameter:Parameter":
				assert.Equal(t, step.parameters, each.Out("keyId").Text(), each.Label())
			case "aws:cloudwatch/logGroup:LogGroup":
				assert.Equal(t, step.logs, each.Out("kmsKeyId").Text(), each.Label())
			}
		}
		assert.Empty(t, s.up().Changed(), "a second up changes nothing")
	}
}

func assertRefusesToLetGo(t *testing.T, err error) {
	t.Helper()
	for _, words := range []string{
		"care:encryptionKey", "no longer name own", "Add own to care:formerEncryptionKeys", "database care-db", "snapshots",
		"automated backups", "file system of redis", "bucket care-patient", "bucket care-facility",
	} {
		require.ErrorContains(t, err, words)
	}
	assert.Equal(t, 1, strings.Count(err.Error(), "no longer name own"), err)
}

func TestADestroyNamesWhatTheDeletionOfTheKeyMakesUnreadable(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: map[string]string{
		"encryptionKey": "own", "redisPersistence": "efs", "protectData": "true",
	}})
	assert.NotContains(t, warningsOf(s.up()), "nobody can read")
	s.set(map[string]string{"protectData": "false"})
	warned := warningsOf(s.up())
	done, err := s.Destroy(t.Context())
	require.NoError(t, err)
	var deleted []string
	for _, step := range done.Changed() {
		deleted = append(deleted, step.Name())
	}
	for _, data := range []string{
		"database care-db with its automated backups, snapshots and recovery points", "objects in the bucket care-patient",
		"file system of redis with recovery points under the key",
	} {
		assert.Contains(t, warned, data)
		assert.Contains(t, deleted, data)
	}
}
