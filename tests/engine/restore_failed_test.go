package engine_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// outage makes the operations on one resource fail until it is over, if it is late after AWS has carried them out.
type outage struct {
	name atomic.Pointer[string]
	late bool
}

func (o *outage) of(name string) { o.name.Store(&name) }

func (o *outage) ends() { o.name.Store(nil) }

func (o *outage) intercept(_ context.Context, op standin.Operation, next func() error) error {
	if name := o.name.Load(); name != nil && op.Name == *name {
		err := errors.New("InternalFailure: an outage")
		if o.late {
			return errors.Join(next(), err)
		}
		return err
	}
	return next()
}

// withOutages opens a production and lets time pass, as incident does. It returns a time to which its database can be
// restored.
func withOutages(t *testing.T, o *outage) (s *stack, wanted string) {
	t.Helper()
	s = open(t, rehearsal.Options{Stack: "production"}, standin.Intercept(o.intercept))
	return s, s.incident()
}

// fails asserts that an update fails in the cloud, and not because the program refuses it.
func (s *stack) fails(words string) {
	s.t.Helper()
	_, err := s.Up(s.t.Context())
	require.ErrorContains(s.t, err, words)
}

func TestARestoreNeedsAStopThatSucceeded(t *testing.T) {
	t.Parallel()
	o := &outage{}
	s, wanted := withOutages(t, o)
	o.of("care-backend")
	s.set(map[string]string{"stopped": "true"})
	s.fails("an outage")
	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.refuses("the update that stops it has not succeeded", "care:stopped to true, and run pulumi up until it succeeds")

	o.ends()
	s.set(map[string]string{"databaseRestoreName": "", "databaseRestoreTime": ""})
	s.up()
	s.set(map[string]string{"stopped": "false"})
	o.of("care-backend")
	s.fails("an outage")
	s.set(map[string]string{"stopped": "true", "databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.refuses("Care runs")
}

func TestADatabaseIsDeletedOnlyAfterTheRestoredOneExists(t *testing.T) {
	t.Parallel()
	s, wanted := withOutages(t, &outage{})
	early := time.Now().UTC().AddDate(0, 0, -3).Format(time.RFC3339)
	before := len(s.cloud.History())
	s.set(map[string]string{"stopped": "true"})
	s.up()
	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": early})
	s.fails("earlier than the earliest restorable time")
	s.set(map[string]string{"databaseRestorePrevious": "unprotect"})
	s.refuses("the update that restores a database keeps the previous one")
	s.set(map[string]string{"databaseRestorePrevious": "delete", "databaseRestoreTime": ""})
	s.refuses("the update that restores a database keeps the previous one")

	s.set(map[string]string{"databaseRestorePrevious": "keep", "databaseRestoreName": ""})
	s.up()
	s.serves("care-db")
	assert.NotContains(t, s.operationsOn("care-db", before), standin.Delete)
	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.up()
	s.serves("care-db-a")
}

// A restored database that exists implies that the previous one is as the keys say, also without a time of its backups.
func TestNothingIsRestoredBesideADatabaseThatFails(t *testing.T) {
	t.Parallel()
	o := &outage{}
	s, _ := withOutages(t, o)
	s.set(map[string]string{"stopped": "true"})
	s.up()
	before := len(s.cloud.History())
	o.of("care-db")
	s.set(map[string]string{
		"databaseRestoreName": "a", "databaseRestoreSnapshot": "monday", "databaseInstanceClass": "db.t4g.small",
	})
	s.fails("an outage")
	assert.Empty(t, s.operationsOn("care-db-a", before))
	s.set(map[string]string{"databaseRestoreName": "", "databaseRestoreSnapshot": ""})
	s.fails("an outage")
	o.ends()
	s.up()
	s.serves("care-db")
}

func TestAProtectionThatCouldNotBeRemovedIsKept(t *testing.T) {
	t.Parallel()
	o := &outage{}
	s, wanted := withOutages(t, o)
	s.restore(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	o.of("care-db")
	s.set(map[string]string{"databaseRestorePrevious": "unprotect"})
	s.fails("an outage")
	s.set(map[string]string{"databaseRestorePrevious": "delete", "databaseRestoreTime": ""})
	s.refuses("the previous database is protected", "run pulumi up until it succeeds")
	o.ends()
	s.set(map[string]string{"databaseRestorePrevious": "keep", "databaseRestoreTime": wanted})
	s.up()
	assert.True(t, s.live(databaseToken, "care-db").Out("deletionProtection").Bool())

	o.of("care-db-a")
	s.set(map[string]string{"databaseRestoreDiscard": "true"})
	s.fails("an outage")
	s.set(map[string]string{"databaseRestoreDiscard": "false", "databaseRestoreName": "b"})
	s.refuses(`the database "a" is in use, and would be deleted`)
}

// A protection that is to return may have returned, although the update that returns it failed.
func TestAReleaseIsTakenBackBeforeTheDatabaseIsProtected(t *testing.T) {
	t.Parallel()
	o := &outage{}
	s, wanted := withOutages(t, o)
	s.restore(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.set(map[string]string{"databaseRestorePrevious": "unprotect"})
	s.up()
	o.of("care-db-a")
	s.set(map[string]string{"databaseRestorePrevious": "keep", "databaseMaxStorage": "300"})
	s.fails("an outage")
	o.ends()
	s.set(map[string]string{"databaseRestorePrevious": "delete", "databaseRestoreTime": ""})
	s.refuses("the previous database is protected", "set it to unprotect")

	s.set(map[string]string{
		"databaseRestorePrevious": "keep", "databaseRestoreTime": wanted, "databaseRestoreDiscard": "true",
	})
	s.up()
	o.of("care-db-a")
	s.set(map[string]string{"databaseRestoreDiscard": "false"})
	s.fails("an outage")
	o.ends()
	s.set(map[string]string{"databaseRestoreName": "b"})
	s.refuses(`the database "a" is in use, and would be deleted`)
	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreDiscard": "true"})
	s.up()
	s.set(map[string]string{"databaseRestoreName": "b", "databaseRestoreDiscard": "false"})
	s.up()
	s.serves("care-db-b")
}

// An update of a part of the stack reaches nothing else.
func TestAnUpdateOfAPartIsNotTakenForAStep(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: map[string]string{"alarms": "true"}})
	wanted := s.incident()
	part := func() {
		s.t.Helper()
		_, err := s.Up(t.Context(), "--target", s.live("aws:ec2/vpc:Vpc", "care-vpc").Urn)
		require.NoError(t, err)
	}
	restored := map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted}
	s.set(map[string]string{"stopped": "true"})
	part()
	s.set(restored)
	s.refuses("the update that stops it has not succeeded")
	s.set(map[string]string{"databaseRestoreName": "", "databaseRestoreTime": ""})
	s.up()
	s.set(restored)
	part()
	s.set(map[string]string{"databaseRestorePrevious": "delete", "databaseRestoreTime": ""})
	s.refuses("the update that restores a database keeps the previous one")

	s.set(restored)
	s.set(map[string]string{"databaseRestorePrevious": "keep"})
	s.up()
	s.set(map[string]string{"databaseRestoreDiscard": "true"})
	part()
	s.set(map[string]string{"databaseRestoreDiscard": "false", "databaseRestoreName": "", "databaseRestoreTime": ""})
	s.refuses("would be deleted")
}

func TestTheDatabaseOfTheStackIsNotLeftForAnother(t *testing.T) {
	t.Parallel()
	other := map[string]string{
		"databaseAddress": "db.example.org", "databaseSecurityGroupId": "sg-01234567", "databasePassword": "aLongPassword",
	}
	for name, config := range map[string]map[string]string{"own": nil, "other": other} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, rehearsal.Options{Config: config})
			s.up()
			if config == nil {
				s.set(other)
				s.refuses("care:databaseAddress", "the stack has a database of its own, which would be deleted")
				return
			}
			s.set(map[string]string{"databaseAddress": "", "databaseSecurityGroupId": ""})
			s.refuses("care:databaseAddress", "Care would start with an empty database")
			s.set(map[string]string{"stopped": "true", "databaseAddress": "db.example.org", "databaseSecurityGroupId": "sg-01234567"})
			s.up()
			s.set(map[string]string{
				"databaseAddress": "", "databaseSecurityGroupId": "", "databaseRestoreName": "a",
				"databaseRestoreSnapshot": "monday", "databaseRestorePrevious": "delete",
			})
			s.up()
			s.start()
			assert.Contains(t, s.live(taskToken, "care-backend").Out("containerDefinitions").Text(),
				s.live(databaseToken, "care-db-a").Out("address").Text())
		})
	}
}

func TestARestoreThatAwsReportsAsFailedIsFoundAgain(t *testing.T) {
	t.Parallel()
	o := &outage{late: true}
	s, wanted := withOutages(t, o)
	s.set(map[string]string{"stopped": "true"})
	s.up()
	o.of("care-db-a")
	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.fails("an outage")
	o.ends()
	s.set(map[string]string{"databaseRestoreName": "b"})
	s.refuses(`the update that restores the database "a" has not succeeded`)
	s.set(map[string]string{"databaseRestoreName": "", "databaseRestoreTime": ""})
	tried, err := s.Up(t.Context())
	require.ErrorContains(t, err, "protected")
	assert.Contains(t, warningsOf(tried), `set care:databaseRestoreName to "a" again`)

	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.up()
	s.set(map[string]string{"databaseRestoreDiscard": "true"})
	s.up()
	s.set(map[string]string{"databaseRestoreDiscard": "false", "databaseRestoreName": "", "databaseRestoreTime": ""})
	s.up()
	s.serves("care-db")
}

func TestARestoreOfARestoreIsGivenUpForTheOneBefore(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Stack: "production"})
	wanted := s.incident()
	s.restore(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.set(map[string]string{"databaseRestorePrevious": "unprotect"})
	s.up()
	s.set(map[string]string{"databaseRestorePrevious": "delete", "databaseRestoreTime": ""})
	s.up()
	before := len(s.cloud.History())
	s.restore(map[string]string{
		"databaseRestoreName": "b", "databaseRestoreFrom": "a", "databaseRestoreTime": "latest",
		"databaseRestorePrevious": "keep",
	})
	s.set(map[string]string{"databaseRestoreDiscard": "true"})
	s.up()
	s.set(map[string]string{"databaseRestoreDiscard": "false"})
	s.set(map[string]string{"databaseRestoreName": "", "databaseRestoreFrom": "", "databaseRestoreTime": ""})
	s.refuses("would be deleted with the one before")
	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": "latest"})
	s.refuses("is deleted, and would be created empty", "set it to delete")
	s.set(map[string]string{"databaseRestoreName": "b", "databaseRestoreFrom": "a", "databaseUsername": "other"})
	s.refuses(`care:databaseUsername = "other"`, `set it back to "care"`)
	s.set(map[string]string{
		"databaseRestoreName": "c", "databaseUsername": "care", "databaseRestoreDiscard": "true",
	})
	s.refuses("the database that it gives up is not in use any more")

	s.set(map[string]string{
		"databaseRestoreName": "a", "databaseRestoreFrom": "", "databaseRestoreTime": "", "databaseRestorePrevious": "delete",
		"databaseRestoreDiscard": "false",
	})
	s.up()
	s.start()
	s.serves("care-db-a")
	assert.Empty(t, s.operationsOn("care-db-a", before), "the one before is untouched")
	assert.Equal(t, []standin.Verb{standin.Create, standin.Update, standin.Delete}, s.operationsOn("care-db-b", before))
	assert.Empty(t, s.up().Changed())

	s.set(map[string]string{"stopped": "true"})
	s.up()
	s.set(map[string]string{
		"databaseRestoreName": "b", "databaseRestoreFrom": "a", "databaseRestoreTime": "latest",
		"databaseRestorePrevious": "keep",
	})
	s.refuses("a database of the stack had this name", "choose a new name")
	s.set(map[string]string{"databaseRestorePrevious": "delete", "databaseRestoreTime": ""})
	s.refuses("a database of the stack had this name", "choose a new name")
}

// The state then has two revisions with one URN and one id, of which the update concerns the newer one.
func TestATaskDefinitionThatAwsReportsAsFailedIsUsed(t *testing.T) {
	t.Parallel()
	o := &outage{late: true}
	s, wanted := withOutages(t, o)
	s.set(map[string]string{"stopped": "true"})
	s.up()
	o.of("care-celery")
	s.set(map[string]string{"databaseRestoreName": "a", "databaseRestoreTime": wanted})
	s.fails("an outage")
	o.ends()
	s.up()
	s.start()
	s.serves("care-db-a")
}

func TestAnUpgradeDoesNotLeaveTheDatabaseForAnother(t *testing.T) {
	t.Parallel()
	s := openReleased(t, releasedVersions(t)[0], "staging")
	s.set(map[string]string{
		"databaseAddress": "db.example.org", "databaseSecurityGroupId": "sg-01234567", "databasePassword": "aLongPassword",
	})
	s.refuses("the stack has a database of its own, which would be deleted")
}

// A state of the first version has no record of a database.
func TestAnUpgradeRestoresNothing(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string]map[string]string{
		"staging":    {"databaseRestoreName": "a", "databaseRestorePrevious": "delete"},
		"production": {"databaseRestoreName": "a", "databaseRestoreTime": "latest"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openReleased(t, releasedVersions(t)[0], name)
			keys["stopped"] = "true"
			s.set(keys)
			s.refuses("Care runs", "run pulumi up until it succeeds")
		})
	}
}
