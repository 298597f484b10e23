package engine_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// dataStores are the types whose key AWS cannot change, with their inputs for it.
var dataStores = []string{
	"aws:rds/instance:Instance",
	"aws:efs/fileSystem:FileSystem",
	"aws:elasticache/replicationGroup:ReplicationGroup",
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
