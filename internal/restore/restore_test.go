package restore_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/restore"
)

// with returns the database with a change.
func with(d restore.Database, change func(*restore.Database)) restore.Database {
	change(&d)
	return d
}

func named(name, from, previous string) restore.Database {
	return restore.Database{Name: name, From: from, Previous: previous, DatabaseName: "care", Username: "care"}
}

func of(version string, d restore.Database) restore.Database {
	return with(d, func(d *restore.Database) { d.EngineVersion = version })
}

func discarded(d restore.Database) restore.Database {
	return with(d, func(d *restore.Database) { d.Discard = true })
}

func TestTheDatabaseInUseChangesStepByStep(t *testing.T) {
	t.Parallel()
	first := restore.Database{DatabaseName: "care", Username: "care"}
	external := restore.Database{External: true, DatabaseName: "hospital", Username: "owner"}
	a, unprotected, retired := named("a", "", "keep"), named("a", "", "unprotect"), named("a", "", "delete")
	b, again := named("b", "", "keep"), named("b", "a", "keep")
	second := with(named("b", "a", "delete"), func(d *restore.Database) { d.Used = []string{"a", "b"} })
	for _, row := range []struct {
		from, to restore.Database
		words    string
	}{
		{first, first, ""},
		{first, a, ""},
		{first, unprotected, "keeps the previous one"},
		{first, retired, "keeps the previous one"},
		{first, again, "was not restored from another one"},
		{first, discarded(a), "is not in use any more"},
		{first, with(first, func(d *restore.Database) { d.DatabaseName = "x" }), ""},
		{first, with(a, func(d *restore.Database) { d.DatabaseName = "x" }), `care:databaseName = "x"`},
		{first, with(a, func(d *restore.Database) { d.Username = "x" }), `care:databaseUsername = "x"`},
		{restore.Database{}, first, ""},
		{external, external, ""},
		{first, external, "which would be deleted"},
		{a, external, "which would be deleted"},
		{discarded(a), external, "which would be deleted"},
		{external, first, "with an empty database"},
		{external, retired, "with an empty database"},
		{external, with(a, func(d *restore.Database) { d.Snapshot = "monday" }), "with an empty database"},
		{external, with(retired, func(d *restore.Database) { d.Snapshot = "monday" }), ""},
		{of("16", first), of("17", a), `care:databaseVersion = "17": a restored database has the version of its source`},
		{of("17.2", retired), of("18", again), `set it back to "17.2"`},
		{of("17", discarded(a)), of("18", first), "and upgrade in another update"},
		{of("16", first), of("16.4", a), ""},
		{of("16", a), of("17", a), ""},
		{first, of("17", a), ""},
		{of("16", external), of("17", with(retired, func(d *restore.Database) { d.Snapshot = "monday" })), ""},
		{a, a, ""},
		{a, unprotected, ""},
		{unprotected, a, ""},
		{unprotected, retired, ""},
		{a, retired, "is protected"},
		{retired, a, "would be created empty"},
		{retired, unprotected, "would be created empty"},
		{a, first, "would be deleted"},
		{a, b, "would be deleted"},
		{a, again, "still exists"},
		{unprotected, again, "still exists"},
		{discarded(a), again, "still exists"},
		{retired, again, ""},
		{retired, first, "is the only one"},
		{retired, b, "is the only one"},
		{a, discarded(a), ""},
		{discarded(a), a, ""},
		{discarded(a), first, ""},
		{discarded(a), b, ""},
		{discarded(a), discarded(b), "is not in use any more"},
		{a, named("a", "c", "keep"), "would be deleted"},
		{a, with(a, func(d *restore.Database) { d.DatabaseName = "x" }), `set it back to "care"`},
		{again, retired, "would be deleted"},
		{discarded(again), retired, ""},
		{discarded(again), a, "would be created empty"},
		{discarded(again), first, "would be deleted with the one before"},
		{second, named("a", "b", "keep"), "choose a new name"},
		{second, named("a", "b", "delete"), "choose a new name"},
		{second, retired, "is the only one"},
		{second, named("c", "b", "delete"), "keeps the previous one"},
		{discarded(again), named("c", "a", "keep"), ""},
		{discarded(again), named("c", "", "keep"), "would be deleted with the one before"},
		{with(first, func(d *restore.Database) { d.Used = []string{"a"} }), a, "choose a new name"},
		{with(retired, func(d *restore.Database) { d.Used = []string{"a", "b"} }), again, "choose a new name"},
	} {
		err := row.from.Check(row.to, true)
		if row.words == "" {
			require.NoError(t, err, "%+v to %+v", row.from, row.to)
		} else {
			require.ErrorContains(t, err, row.words, "%+v to %+v", row.from, row.to)
		}
		running := row.from.Check(row.to, false)
		switch {
		case row.from.Name == row.to.Name && row.from.External == row.to.External:
			assert.Equal(t, err, running, "the same database stays in use")
		case err == nil:
			require.ErrorContains(t, running, "set care:stopped to true", "%+v to %+v", row.from, row.to)
		default:
			require.Error(t, running)
		}
	}
}

func TestATimeThatChangesTooLateIsWarnedOf(t *testing.T) {
	t.Parallel()
	a := named("a", "", "keep")
	latest := with(a, func(d *restore.Database) { d.Time = "latest" })
	assert.Contains(t, a.Warning(latest), `It has no effect: the database "a" exists`)
	assert.NotEmpty(t, a.Warning(with(a, func(d *restore.Database) { d.Snapshot = "monday" })))
	other := with(named("b", "a", "keep"), func(d *restore.Database) { d.Time = "latest" })
	for _, next := range []restore.Database{{}, a, other} {
		assert.Empty(t, a.Warning(next), "%+v", next)
	}
	assert.Empty(t, latest.Warning(a), "the time may be removed")
}

func TestTheNamesOfRestoredDatabasesAreKept(t *testing.T) {
	t.Parallel()
	var d restore.Database
	allowed := []restore.Database{named("a", "", "keep"), named("a", "", "delete"), named("b", "a", "keep"), {}}
	for _, next := range allowed {
		d = d.Using(next)
	}
	assert.Equal(t, []string{"a", "b"}, d.Used)
	assert.Equal(t, []string{"a", "b"}, restore.Database{}.Using(named("b", "a", "keep")).Used)
}

func TestAReleaseIsBelievedOfTheDatabasesThatAwsLetsGo(t *testing.T) {
	t.Parallel()
	unprotected, retired, b := named("a", "", "unprotect"), named("a", "", "delete"), discarded(named("b", "a", "keep"))
	for _, row := range []struct {
		wanted   restore.Database
		names    []string
		previous string
		discard  bool
	}{
		{unprotected, nil, "keep", false},
		{unprotected, []string{""}, "unprotect", false},
		{unprotected, []string{"a"}, "keep", true},
		{named("a", "", "keep"), []string{""}, "unprotect", false},
		{retired, nil, "delete", false},
		{b, []string{"a"}, "unprotect", false},
		{b, []string{"b"}, "keep", true},
	} {
		released := row.wanted.Released(row.names)
		assert.Equal(t, row.previous, released.Previous, "%+v", row)
		assert.Equal(t, row.discard, released.Discard, "%+v", row)
	}
	assert.Equal(t, []string{"a"}, unprotected.Protected())
	assert.Equal(t, []string{"a", ""}, named("a", "", "keep").Protected())
	assert.Equal(t, []string{"a"}, b.Protected())
	assert.Equal(t, []string{""}, restore.Database{}.Protected())
	assert.Empty(t, restore.Database{External: true}.Protected())
}

func TestARestoreThatDidNotReachItsEndIsWarnedOf(t *testing.T) {
	t.Parallel()
	first, a := restore.Database{}, named("a", "", "keep")
	assert.Contains(t, first.UnfinishedWarning("a", first), `set care:databaseRestoreName to "a" again`)
	b := named("b", "", "keep")
	assert.NotEmpty(t, first.UnfinishedWarning("a", b))
	require.ErrorContains(t, first.CheckAttempted("a", b), `set it to "a" again, or back to ""`)
	for _, next := range []restore.Database{first, a} {
		require.NoError(t, first.CheckAttempted("a", next))
		require.NoError(t, a.CheckAttempted("a", b))
	}
	for _, next := range []restore.Database{first, a} {
		assert.Empty(t, a.UnfinishedWarning("a", next))
		assert.Empty(t, first.UnfinishedWarning("", next))
	}
	assert.Empty(t, first.UnfinishedWarning("a", a))
	assert.Empty(t, first.Using(a).UnfinishedWarning("a", first), "it was given up")
}
