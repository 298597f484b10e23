// Package restore decides which database an update may put into use. It is safe if every step of docs/restore.md has
// succeeded, and also if one failed: it decides from what the last update reached, and not from what it was to reach.
package restore

import (
	"fmt"
	"slices"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Database is the database of a stack, as an update has left it or is to leave it. The zero value is the first
// database, which was not restored.
type Database struct {
	// Name is the name of the restored database that is in use; empty for the first one.
	Name string `pulumi:"name"`
	// From, Previous, Discard, Time and Snapshot are as in components.PostgresRestore.
	From     string `pulumi:"from"`
	Previous string `pulumi:"previous"`
	Discard  bool   `pulumi:"discard"`
	Time     string `pulumi:"time"`
	Snapshot string `pulumi:"snapshot"`
	// DatabaseName and Username are the name and the owner of the PostgreSQL database.
	DatabaseName string `pulumi:"databaseName"`
	Username     string `pulumi:"username"`
	// EngineVersion is that of PostgreSQL; empty if an older version of the program has written the record.
	EngineVersion string `pulumi:"engineVersion"`
	// External reports whether the stack uses a database that it does not manage.
	External bool `pulumi:"external"`
	// Used are the names of all restored databases that the stack has had. AWS keeps a final snapshot under each.
	Used []string `pulumi:"used"`
}

// The keys that the errors name.
const (
	name         = "care:databaseRestoreName"
	from         = "care:databaseRestoreFrom"
	previous     = "care:databaseRestorePrevious"
	discard      = "care:databaseRestoreDiscard"
	snapshot     = "care:databaseRestoreSnapshot"
	databaseName = "care:databaseName"
	username     = "care:databaseUsername"
	version      = "care:databaseVersion"
	address      = "care:databaseAddress"
)

// The values of Previous.
const (
	keep      = string(components.PreviousKeep)
	unprotect = string(components.PreviousUnprotect)
	remove    = string(components.PreviousDelete)
)

// Using returns next with the names that d and its predecessors have used.
func (d Database) Using(next Database) Database {
	next.Used = slices.Clone(d.Used)
	for _, used := range []string{next.From, next.Name} {
		if used != "" && !slices.Contains(next.Used, used) {
			next.Used = append(next.Used, used)
		}
	}
	return next
}

// Protected returns the names of the databases that an update to d protects.
func (d Database) Protected() (names []string) {
	if !d.External && !d.Discard {
		names = append(names, d.Name)
	}
	if d.Name != "" && d.Previous == keep {
		names = append(names, d.From)
	}
	return names
}

// Released returns d as it is if AWS lets the databases of these names be deleted, with a final snapshot, and no
// others.
func (d Database) Released(names []string) Database {
	d.Discard = slices.Contains(names, d.Name)
	if d.Previous != remove {
		d.Previous = keep
		if slices.Contains(names, d.From) {
			d.Previous = unprotect
		}
	}
	return d
}

// Check returns an error if an update may not put next into use after d. Stopped reports whether Care has no task that
// writes. It returns all problems at once.
func (d Database) Check(next Database, stopped bool) error {
	if d.External || next.External {
		return d.checkExternal(next, stopped)
	}
	if next.Name != d.Name {
		return rule.All(d.checkAnother(next, stopped), d.checkNames(next))
	}
	return rule.All(d.checkSame(next), d.checkNames(next))
}

// checkExternal checks the changes from and to a database that the stack does not manage.
func (d Database) checkExternal(next Database, stopped bool) error {
	switch {
	case d.External && next.External:
		return nil
	case next.External:
		return rule.Broken(address, nil, "the stack has a database of its own, which would be deleted",
			"remove it. To use another database, create another stack with it")
	case next.Name == "" || next.Snapshot == "" || next.Previous != remove:
		return rule.Broken(address, "", "Care would start with an empty database", fmt.Sprintf("set it back. To have "+
			"the stack manage a copy of that database, set %s to a snapshot of it, %s to a name and %s to %s", snapshot, name,
			previous, remove))
	}
	return d.checkStopped(next, stopped)
}

// checkSame checks the other keys of a restored database that stays in use.
func (d Database) checkSame(next Database) error {
	switch {
	case d.Name == "":
		return nil
	case next.From != d.From:
		return rule.Broken(from, next.From, "the database was restored from another one, which would be deleted",
			fmt.Sprintf("set it back to %q", d.From))
	case d.Previous == remove && next.Previous != remove:
		return rule.Broken(previous, next.Previous, "the previous database is deleted, or its deletion has begun: it "+
			"would be created empty", "set it back to "+remove+", and run pulumi up until it succeeds")
	case d.Previous == keep && next.Previous == remove:
		return rule.Broken(previous, remove,
			"the previous database is protected, or has no final snapshot when it is deleted",
			"set it to "+unprotect+", run pulumi up until it succeeds, and then set it to "+remove)
	}
	return nil
}

// checkAnother checks the change to another database. The state of the services and the other keys matter only for one
// that may follow.
func (d Database) checkAnother(next Database, stopped bool) error {
	if err := d.checkOrigin(next); err != nil {
		return err
	}
	return rule.All(d.checkStopped(next, stopped), d.checkKeys(next), d.checkVersion(next))
}

// checkVersion refuses another major version together with another database: a restored database has the version of its
// source, which would be upgraded at the same time.
func (d Database) checkVersion(next Database) error {
	if d.EngineVersion == "" || rule.Major(next.EngineVersion) == rule.Major(d.EngineVersion) {
		return nil
	}
	return rule.Broken(version, next.EngineVersion, "a restored database has the version of its source, and this update "+
		"would upgrade the databases of the stack", fmt.Sprintf("set it back to %q, and upgrade in another update",
		d.EngineVersion))
}

// again reports whether next is restored from d.
func (d Database) again(next Database) bool { return next.Name != "" && next.From == d.Name }

// back reports whether next is the database from which d was restored, and that still exists.
func (d Database) back(next Database) bool {
	return d.Name != "" && next.Name == d.From && d.Previous != remove && !d.again(next)
}

// sibling reports whether next is restored from the same database as d.
func (d Database) sibling(next Database) bool {
	return d.Name != "" && next.Name != "" && next.From == d.From && d.Previous != remove
}

// checkOrigin accepts a database that is restored from the one in use, and, after the one in use was given up, the
// previous one and another restore of that.
func (d Database) checkOrigin(next Database) error {
	inUse := fmt.Sprintf("the database %q is in use", d.Name)
	switch {
	case d.again(next) && d.Name != "" && d.Previous != remove:
		return rule.Broken(name, next.Name, fmt.Sprintf("the database from which %q was restored still exists", d.Name),
			"delete it first, with "+previous)
	case d.again(next), (d.back(next) || d.sibling(next)) && d.Discard:
		return nil
	case d.Name == "":
		return rule.Broken(from, next.From, "the database in use was not restored from another one", "remove it")
	case d.Previous == remove:
		return rule.Broken(name, next.Name, inUse+", and is the only one", fmt.Sprintf(
			"set it back to %[1]q. To restore that database again, set %[2]s to %[1]q as well", d.Name, from))
	case d.back(next), d.sibling(next):
		return rule.Broken(name, next.Name, inUse+", and would be deleted", fmt.Sprintf(
			"set it back to %[1]q. To restore that database again, set %[2]s to %[1]q as well. To give it up, set %[3]s to "+
				"true and run pulumi up first, until it succeeds", d.Name, from, discard))
	}
	return rule.Broken(name, next.Name, inUse+", and would be deleted with the one before", fmt.Sprintf(
		"set it back to %q. To give that database up, follow docs/restore.md#4-check-the-data", d.Name))
}

func (d Database) checkStopped(next Database, stopped bool) error {
	if stopped {
		return nil
	}
	return rule.Broken(name, next.Name, "Care runs, or the update that stops it has not succeeded: what it writes "+
		"meanwhile would be lost", fmt.Sprintf("first set this key and those beside it back (it was %q), set care:stopped "+
		"to true, and run pulumi up until it succeeds", d.Name))
}

// checkKeys checks the keys beside the name of another database.
func (d Database) checkKeys(next Database) error {
	var problems []error
	switch {
	case next.Name == "":
	case d.back(next):
		if next.Previous != remove {
			problems = append(problems, rule.Broken(previous, next.Previous,
				fmt.Sprintf("the database from which %q was restored is deleted, and would be created empty", next.Name),
				"set it to "+remove))
		}
	case slices.Contains(d.Used, next.Name):
		problems = append(problems, rule.Broken(name, next.Name,
			"a database of the stack had this name, and AWS keeps its final snapshot under it", "choose a new name"))
	case next.Previous != keep:
		problems = append(problems, rule.Broken(previous, next.Previous,
			"the update that restores a database keeps the previous one", "set it to "+keep))
	}
	if next.Discard {
		problems = append(problems, rule.Broken(discard, true, "the database that it gives up is not in use any more",
			"remove it"))
	}
	return rule.All(problems...)
}

// checkNames refuses other names in a restored database: it has those of its source, and Care would not find its data.
func (d Database) checkNames(next Database) error {
	restored := d.Name != "" || next.Name != ""
	if !restored || d.DatabaseName == "" {
		return nil
	}
	var problems []error
	for _, key := range []struct{ key, was, is string }{
		{databaseName, d.DatabaseName, next.DatabaseName}, {username, d.Username, next.Username},
	} {
		if key.is != key.was {
			problems = append(problems, rule.Broken(key.key, key.is,
				"a restored database has that of its source", fmt.Sprintf("set it back to %q", key.was)))
		}
	}
	return rule.All(problems...)
}

// Warning describes a change that has no effect because the restored database exists; it is empty if there is none.
func (d Database) Warning(next Database) string {
	changed := next.Time != "" && next.Time != d.Time || next.Snapshot != "" && next.Snapshot != d.Snapshot
	if next.Name != d.Name || d.Name == "" || !changed {
		return ""
	}
	return fmt.Sprintf("The time or the snapshot to restore has changed. It has no effect: the database %q exists. "+
		"To restore to another time, give it up with %s, and choose another %s.", d.Name, discard, name)
}

// CheckAttempted refuses another name while it is open whether AWS has created the database of an attempted restore: it
// would be left over, and protected.
func (d Database) CheckAttempted(attempted string, next Database) error {
	if !d.unfinished(attempted, next) || next.Name == d.Name {
		return nil
	}
	return rule.Broken(name, next.Name,
		fmt.Sprintf("the update that restores the database %q has not succeeded", attempted),
		fmt.Sprintf("set it to %q again, or back to %q, and run pulumi up until it succeeds", attempted, d.Name))
}

// unfinished reports whether a restore under the name attempted did not reach its end, and next leaves it.
func (d Database) unfinished(attempted string, next Database) bool {
	return attempted != "" && attempted != d.Name && attempted != next.Name && !slices.Contains(d.Used, attempted)
}

// UnfinishedWarning describes a restore under the name attempted that did not reach its end and that next leaves; it is
// empty if there is none.
func (d Database) UnfinishedWarning(attempted string, next Database) string {
	if !d.unfinished(attempted, next) {
		return ""
	}
	return fmt.Sprintf("The update that restores the database %q has not succeeded. If this one ends because that "+
		"database is protected, AWS has created it: set %s to %[1]q again, run pulumi up, and then give it up with %[3]s.",
		attempted, name, discard)
}
