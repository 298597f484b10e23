package aws_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const instanceToken = "rds/instance:Instance"

// aRestore has the inputs of an instance that is restored, without its source.
var aRestore = in{
	"instanceClass": "db.t4g.micro", "engine": "postgres", "engineVersion": "16", "skipFinalSnapshot": true,
}

// to returns the inputs of a restore of the instance care to a time.
func to(at string) in {
	return with(aRestore, in{"restoreToPointInTime": in{"sourceDbInstanceIdentifier": "care", "restoreTime": at}})
}

func TestARestoreNamesOneSourceAndOneTime(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.up(instanceToken, "care", with(anyDatabase,
		in{"identifier": "care", "engineVersion": "16", "backupRetentionPeriod": 7, "skipFinalSnapshot": true}))
	latest := in{"sourceDbInstanceIdentifier": "care", "useLatestRestorableTime": true}
	sound := with(aRestore, in{"restoreToPointInTime": latest})
	c.refuses(t, instanceToken, sound,
		but("two sources", in{"snapshotIdentifier": "care-final"}, "conflicts with"),
		but("two instances", in{"restoreToPointInTime": with(latest, in{"sourceDbiResourceId": "db-ABC"})},
			"sourceDbiResourceId"),
		but("no instance", in{"restoreToPointInTime": in{"useLatestRestorableTime": true}}, "sourceDbInstanceIdentifier"),
		but("two times", in{"restoreToPointInTime": with(latest, in{"restoreTime": "2026-01-31T03:15:00Z"})},
			"can't be specified if UseLatestRestorableTime"),
		but("no time", in{"restoreToPointInTime": in{"sourceDbInstanceIdentifier": "care"}}, "either RestoreTime or"),
	)
	c.refuses(t, instanceToken, with(aRestore, in{"snapshotIdentifier": "care"}),
		but("a snapshot elsewhere", in{"snapshotIdentifier": "arn:aws:rds:eu-west-1:123456789012:snapshot:care"},
			"DBSnapshotNotFound", "copy the snapshot"),
		but("no snapshot's name", in{"snapshotIdentifier": "care_db"}, "snapshotIdentifier"),
	)
}

func TestARestoreNeedsASourceWithBackupsOfThatTime(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	created := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	at := func(now time.Time) { c.world.SetTime(func() time.Time { return now }) }
	at(created)
	c.up(instanceToken, "care", with(anyDatabase, in{
		"identifier": "care", "engineVersion": "16", "dbName": "care", "allocatedStorage": 60, "backupRetentionPeriod": 7,
		"storageEncrypted": true, "skipFinalSnapshot": true,
	}))
	c.up(instanceToken, "bare", with(anyDatabase,
		in{"identifier": "bare", "engineVersion": "16", "backupRetentionPeriod": 0}))
	refused := func(given in, words ...string) {
		t.Helper()
		_, err := c.try(instanceToken, "restored", given)
		for _, word := range words {
			require.ErrorContains(t, err, word)
		}
	}
	at(created.AddDate(0, 0, 2))
	restored := c.up(instanceToken, "same", to("2026-02-28T12:00:00Z"))
	assert.Contains(t, c.world.Assumptions()[0].What, "this run has created it")
	require.NoError(t, c.remove(restored))

	c.world.Begin()
	refused(to("2026-03-03T11:58:00Z"), "InvalidParameterValue",
		"later than the latest restorable time 2026-03-03T11:55:00Z")
	refused(to("2026-03-01T11:59:00Z"), "earlier than the earliest restorable time 2026-03-01T12:00:00Z")
	refused(
		with(aRestore,
			in{"restoreToPointInTime": in{"sourceDbInstanceIdentifier": "gone", "useLatestRestorableTime": true}}),
		"DBInstanceNotFound",
	)
	refused(
		with(aRestore,
			in{"restoreToPointInTime": in{"sourceDbInstanceIdentifier": "bare", "useLatestRestorableTime": true}}),
		"PointInTimeRestoreNotEnabled",
	)
	refused(with(to("2026-03-02T12:00:00Z"), in{"engineVersion": "17"}),
		"the restored instance has the version of its source, postgres16")
	refused(with(to("2026-03-02T12:00:00Z"), in{"allocatedStorage": 20}), "Invalid storage size", "60 GiB")
	restored = c.up(instanceToken, "restored", to("2026-03-02T12:00:00Z"))
	live := c.world.Live()[2]
	assert.Equal(t, []string{"care", "care", "60"},
		[]string{live.Out("dbName").Text(), live.Out("username").Text(), live.Out("allocatedStorage").Show()})
	require.NoError(t, c.remove(restored))
	at(created.AddDate(0, 0, 10))
	refused(to("2026-03-03T11:00:00Z"), "earlier than the earliest restorable time 2026-03-04T12:00:00Z")
}

func TestASnapshotThatTheWorldDoesNotKnowIsAssumed(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	old := c.up(instanceToken, "care", with(anyDatabase,
		in{"identifier": "care", "finalSnapshotIdentifier": "care-final"}))
	require.NoError(t, c.remove(old))
	c.up(instanceToken, "known", with(aRestore, in{"snapshotIdentifier": "care-final"}))
	assert.Empty(t, c.world.Assumptions())
	c.up(instanceToken, "unknown", with(aRestore, in{"snapshotIdentifier": "rds:care-2026-03-01-12-00"}))
	assert.Equal(t, []string{"is a DB snapshot that is available"}, whats(c.world.Assumptions()))
}

func whats(all []standin.Assumption) []string {
	var texts []string
	for _, each := range all {
		texts = append(texts, each.What)
	}
	return texts
}
