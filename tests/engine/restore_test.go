package engine_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// incident has the time of the world two days before the real one when the stack comes up, and the real one afterwards.
// It returns a time between the two, to which a database may be restored.
func (s *stack) incident() string {
	s.t.Helper()
	s.cloud.SetTime(func() time.Time { return time.Now().AddDate(0, 0, -2) })
	s.up()
	s.cloud.SetTime(time.Now)
	return time.Now().UTC().Add(-12 * time.Hour).Format(time.RFC3339)
}

// restore stops the stack and restores its database, and asserts that nothing uses the new one before it exists.
func (s *stack) restore(keys map[string]string) *rehearsal.Result {
	s.t.Helper()
	s.set(map[string]string{"stopped": "true"})
	s.up()
	for name, count := range s.taskCounts() {
		require.Zero(s.t, count, name)
	}
	before := len(s.cloud.History())
	s.set(keys)
	done := s.up()
	s.assertClientsWaitFor("care-db-"+keys["databaseRestoreName"], before)
	return done
}

// start starts a stopped stack.
func (s *stack) start() {
	s.t.Helper()
	s.set(map[string]string{"stopped": "false"})
	s.up()
}

// serves asserts that the services, the alarms and the outputs use the database of that name.
func (s *stack) serves(name string) {
	s.t.Helper()
	address := s.live(databaseToken, name).Out("address").Text()
	outputs, err := s.Outputs(s.t.Context(), false)
	require.NoError(s.t, err)
	assert.Equal(s.t, address, outputs["databaseAddress"])
	for _, client := range []string{"care-backend", "care-celery"} {
		definition := s.live(taskToken, client)
		assert.Equal(s.t, definition.Out("arn").Text(), s.live(serviceToken, client).Out("taskDefinition").Text())
		assert.Contains(s.t, definition.Out("containerDefinitions").Text(), address, client)
	}
	identifier := s.live(databaseToken, name).Out("identifier").Text()
	alarm := s.live("aws:cloudwatch/metricAlarm:MetricAlarm", "care-database-storage")
	assert.Equal(s.t, identifier, alarm.Out("dimensions.DBInstanceIdentifier").Text())
}

// operationsOn returns the verbs of the operations on the database of that name since a number of them, in order.
func (s *stack) operationsOn(name string, since int) []standin.Verb {
	var verbs []standin.Verb
	for _, op := range s.cloud.History()[since:] {
		if op.Token == databaseToken && op.Name == name {
			verbs = append(verbs, op.Verb)
		}
	}
	return verbs
}

// assertClientsWaitFor asserts that no operation on a service of Care began before the database was created, and that
// none has a task yet.
func (s *stack) assertClientsWaitFor(name string, since int) {
	s.t.Helper()
	history := s.cloud.History()[since:]
	at := slices.IndexFunc(history, func(op standin.Operation) bool {
		return op.Token == databaseToken && op.Name == name && op.Verb == standin.Create
	})
	require.GreaterOrEqual(s.t, at, 0, name)
	for _, op := range history {
		if op.Token == serviceToken && op.Name != "redis" {
			assert.Greater(s.t, op.Start, history[at].End, "%s %s", op.Verb, op.Name)
		}
	}
	for service, count := range s.taskCounts() {
		assert.Zero(s.t, count, service)
	}
}

func TestADatabaseIsRestoredToATimeAndTheOldOneIsRetired(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Stack: "production"})
	wanted := s.incident()
	old, before := s.live(databaseToken, "care-db"), len(s.cloud.History())
	done := s.restore(map[string]string{"databaseRestoreName": "before-fire", "databaseRestoreTime": wanted})
	assert.Empty(t, stateful(done))
	assert.Empty(t, s.up().Changed())

	restored := s.live(databaseToken, "care-db-before-fire")
	assert.Equal(t, wanted, restored.Out("restoreToPointInTime.restoreTime").Text())
	kept := []string{
		"dbName", "username", "password", "allocatedStorage", "kmsKeyId", "multiAz", "deletionProtection",
	}
	for _, property := range kept {
		assert.Equal(t, old.Out(property).Show(), restored.Out(property).Show(), property)
	}
	s.start()
	s.serves("care-db-before-fire")
	assert.Empty(t, s.up().Changed(), "a second up changes nothing")
	assert.Empty(t, s.operationsOn("care-db", before), "the old database is untouched")

	s.set(map[string]string{"databaseRestorePrevious": "unprotect"})
	s.up()
	s.set(map[string]string{"databaseRestorePrevious": "delete", "databaseRestoreTime": ""})
	s.up()
	assert.Equal(t, []standin.Verb{standin.Update, standin.Delete}, s.operationsOn("care-db", before))
	assert.Empty(t, s.up().Changed())
	s.serves("care-db-before-fire")
	s.cloud.Look(func(view *standin.View) {
		assert.True(t, view.Minted("arn:aws:rds:ap-south-1:123456789012:snapshot:"+old.Out("finalSnapshotIdentifier").Text()))
	})

	s.restore(map[string]string{
		"databaseRestoreName": "again", "databaseRestoreFrom": "before-fire", "databaseRestoreTime": "latest",
		"databaseRestorePrevious": "keep",
	})
	s.start()
	s.serves("care-db-again")
	assert.Equal(t, []standin.Verb{standin.Create}, s.operationsOn("care-db-before-fire", before))
	assert.Empty(t, s.up().Changed())
}

func TestADatabaseIsRestoredFromASnapshot(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: map[string]string{"databaseLogs": "true", "alarms": "true"}})
	s.up()
	before := len(s.cloud.History())
	keys := map[string]string{"databaseRestoreName": "new-key", "databaseRestoreSnapshot": "care-db-new-key"}
	s.set(keys)
	s.set(map[string]string{"databaseVersion": "17", "databaseMajorUpgrade": "true"})
	s.refuses(`care:databaseVersion = "17"`, `set it back to "16"`)
	s.set(map[string]string{
		"databaseRestoreName": "", "databaseRestoreSnapshot": "", "databaseVersion": "16", "databaseMajorUpgrade": "false",
	})
	s.restore(keys)
	s.start()
	s.serves("care-db-new-key")
	restored := s.live(databaseToken, "care-db-new-key")
	assert.Equal(t, "/aws/rds/instance/"+restored.Out("identifier").Text()+"/postgresql",
		s.live("aws:cloudwatch/logGroup:LogGroup", "care-db-new-key-postgresql").Out("name").Text())
	assert.Empty(t, s.up().Changed())
	assert.Empty(t, s.operationsOn("care-db", before))
	s.destroy()
}

func TestARestoredDatabaseIsGivenUpForAnotherTimeAndForTheOldOne(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Stack: "production"})
	wanted := s.incident()
	before := len(s.cloud.History())
	s.restore(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.set(map[string]string{"databaseRestoreDiscard": "true"})
	s.up()
	s.set(map[string]string{"databaseRestoreDiscard": "false", "databaseRestoreName": "b"})
	s.up()
	s.set(map[string]string{"databaseRestoreDiscard": "true"})
	s.up()
	s.set(map[string]string{"databaseRestoreDiscard": "false", "databaseRestoreName": "", "databaseRestoreTime": ""})
	s.up()
	s.start()
	s.serves("care-db")
	assert.Empty(t, s.operationsOn("care-db", before), "the first database is untouched")
	for _, name := range []string{"care-db-a", "care-db-b"} {
		assert.Equal(t, []standin.Verb{standin.Create, standin.Update, standin.Delete}, s.operationsOn(name, before), name)
	}
}

// abandoning are updates of a stack whose database "a" serves, and that would lose it or the one before.
var abandoning = map[string]struct {
	set   map[string]string
	words []string
}{
	"the name is taken out": {
		map[string]string{"databaseRestoreName": "", "databaseRestoreTime": ""},
		[]string{`care:databaseRestoreName = "": the database "a" is in use, and would be deleted`, "care:databaseRestoreDiscard"},
	},
	"the name is changed": {
		map[string]string{"databaseRestoreName": "b"}, []string{`set it back to "a"`, "care:databaseRestoreFrom"},
	},
	"the old one exists": {
		map[string]string{"databaseRestoreName": "b", "databaseRestoreFrom": "a"},
		[]string{`the database from which "a" was restored still exists`, "care:databaseRestorePrevious"},
	},
	"the source is changed": {
		map[string]string{"databaseRestoreFrom": "c"}, []string{"care:databaseRestoreFrom", `set it back to ""`},
	},
	"the name of the database is changed": {
		map[string]string{"databaseName": "hospital"}, []string{`care:databaseName = "hospital"`, `set it back to "care"`},
	},
	"the old one is deleted at once": {
		map[string]string{"databaseRestorePrevious": "delete", "databaseRestoreTime": ""},
		[]string{"the previous database is protected", "set it to unprotect, run pulumi up"},
	},
}

func TestTheDatabaseThatServesIsNotAbandoned(t *testing.T) { //nolint:tparallel // one after the other
	t.Parallel()
	s := open(t, rehearsal.Options{Stack: "production"})
	wanted := s.incident()
	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.refuses("care:stopped to true")
	s.set(map[string]string{"databaseRestoreFrom": "zz"})
	s.refuses(`care:databaseRestoreFrom = "zz"`, "was not restored from another one")
	s.set(map[string]string{"databaseRestoreFrom": ""})
	s.set(map[string]string{"databaseRestoreName": "", "databaseRestoreTime": ""})
	restored := map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted}
	s.restore(restored)
	for name, row := range abandoning { //nolint:paralleltest // see above
		t.Run(name, func(t *testing.T) {
			now := &stack{s.Rehearsal, t, s.cloud}
			now.set(row.set)
			now.refuses(row.words...)
			now.set(map[string]string{"databaseRestoreFrom": "", "databaseRestorePrevious": "keep", "databaseName": "care"})
			now.set(restored)
		})
	}
	assert.Empty(t, s.up().Changed())
}

// refuses asserts that a preview and an update are refused with these words, and that the update does nothing.
func (s *stack) refuses(words ...string) {
	s.t.Helper()
	before := len(s.cloud.History())
	_, previewed := s.Preview(s.t.Context())
	_, updated := s.Up(s.t.Context())
	for _, word := range words {
		require.ErrorContains(s.t, previewed, word)
		require.ErrorContains(s.t, updated, word)
	}
	assert.Len(s.t, s.cloud.History(), before, "nothing is begun")
}

func TestATimeThatHasNoBackupIsRefusedByTheCloud(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: map[string]string{"alarms": "true"}})
	s.incident()
	early := time.Now().UTC().AddDate(0, 0, -3).Format(time.RFC3339)
	s.set(map[string]string{"stopped": "true"})
	s.up()
	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": early})
	_, err := s.Up(t.Context())
	require.ErrorContains(t, err, "earlier than the earliest restorable time")
	s.set(map[string]string{"databaseRestoreTime": "latest"})
	s.up()
	s.start()
	s.serves("care-db-a")
}

func TestARecordedProductionIsRestored(t *testing.T) {
	t.Parallel()
	s := openReleased(t, releasedVersions(t)[0], "production")
	s.up()
	before := len(s.cloud.History())
	wanted := time.Now().UTC().Add(-time.Hour).Format(time.RFC3339)
	done := s.restore(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	assertNothingIsLost(t, "production", done, nil)
	s.start()
	s.serves("care-db-a")
	assert.Empty(t, s.up().Changed())
	assert.Empty(t, s.operationsOn("care-db", before))
}

func TestAStackIsCreatedFromASnapshot(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: map[string]string{
		"databaseRestoreName": "drill", "databaseRestoreSnapshot": "care-db-sunday", "databaseRestorePrevious": "delete",
		"stopped": "true", "alarms": "true",
	}})
	s.up()
	s.start()
	s.serves("care-db-drill")
	assert.Empty(t, s.operationsOn("care-db", 0), "there is no empty database beside it")
	assert.Empty(t, s.up().Changed())
	s.destroy()
}

// A project is rehearsed from an empty account as well, and its stack files keep the keys of a restore.
func TestTheConfigurationOfARestoredStackComesUpInAnEmptyAccount(t *testing.T) {
	t.Parallel()
	before := time.Now().UTC().AddDate(0, 0, -40).Format(time.RFC3339)
	for name, config := range map[string]map[string]string{
		"a time, while the old database is kept": {"databaseRestoreTime": before},
		"the old database is deleted":            {"databaseRestorePrevious": "delete"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config["databaseRestoreName"], config["alarms"] = "a", "true"
			s := open(t, rehearsal.Options{Config: config})
			s.up()
			s.serves("care-db-a")
			assert.Empty(t, s.up().Changed())
			s.destroy()
		})
	}
}

func TestTheDeployRoleRestores(t *testing.T) {
	t.Parallel()
	s := withRoles(t).deploy(rehearsal.Options{Config: map[string]string{"alarms": "true"}})
	wanted := s.incident()
	s.restore(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.start()
	s.serves("care-db-a")
	s.set(map[string]string{"databaseRestorePrevious": "unprotect"})
	s.up()
	s.set(map[string]string{"databaseRestorePrevious": "delete", "databaseRestoreTime": ""})
	s.up()
}

func TestBothDatabasesAreBilledAndJudged(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Stack: "production"})
	wanted := s.incident()
	instances := func() (quantity float64) {
		s.cloud.Look(func(view *standin.View) {
			for _, line := range bill.Of(view).Lines {
				if strings.HasPrefix(line.Item, "rds-instance-hour") {
					quantity += line.Quantity
				}
			}
		})
		return quantity
	}
	one := instances()
	require.Positive(t, one)
	before := s.judged("care-db")
	assert.Greater(t, len(before), 5)
	s.restore(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	assert.InDelta(t, 2*one, instances(), 0.1)
	assert.Equal(t, before, s.judged("care-db-a"), "the backup plan follows it too")
	assert.Equal(t, "is in no backup plan", s.judged("care-db")["RDS.26"])
}

// judged returns the controls that judge the database of that name, and the reasons of those that do not hold.
func (s *stack) judged(name string) map[string]string {
	s.t.Helper()
	reasons := map[string]string{}
	s.cloud.Look(func(view *standin.View) {
		for _, finding := range controls.Of(view).Findings {
			for _, resource := range finding.Judged {
				if resource.Name == name {
					reasons[finding.ID] = ""
				}
			}
			for _, breach := range finding.Breaches {
				if breach.Name == name {
					reasons[finding.ID] = breach.Why
				}
			}
		}
	})
	return reasons
}
