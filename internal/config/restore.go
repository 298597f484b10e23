package config

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// restoreKey returns the key of a field of the restore, such as care:databaseRestoreName.
func restoreKey(field string) string { return full("databaseRestore" + field) }

// Restore returns the restored database; nil if there is none.
func (d Database) Restore() *components.PostgresRestore {
	if d.RestoreName == "" {
		return nil
	}
	return &components.PostgresRestore{
		Name: d.RestoreName, Time: d.RestoreTime, Snapshot: d.RestoreSnapshot, From: d.RestoreFrom,
		Previous: components.PreviousDatabase(d.RestorePrevious), Discard: d.RestoreDiscard,
	}
}

// restoreProblems checks the keys of a restore. Without a name the others have no effect.
func (c Config) restoreProblems() []error {
	d := c.Database
	if restore := d.Restore(); restore != nil {
		return []error{restore.ValidateAs(restoreKey), c.snapshotProblem()}
	}
	var problems []error
	for _, key := range []struct {
		field string
		value any
		set   bool
	}{
		{"Time", d.RestoreTime, d.RestoreTime != ""},
		{"Snapshot", d.RestoreSnapshot, d.RestoreSnapshot != ""},
		{"From", d.RestoreFrom, d.RestoreFrom != ""},
		{"Previous", d.RestorePrevious, d.RestorePrevious != string(components.PreviousKeep)},
		{"Discard", d.RestoreDiscard, d.RestoreDiscard},
	} {
		if key.set {
			problems = append(problems, rule.Broken(restoreKey(key.field), key.value,
				"has no effect without "+restoreKey("Name"), "set that to a name for the restored database, or remove this key"))
		}
	}
	return problems
}

// snapshotProblem checks that a snapshot with an ARN is in the partition and region of the stack.
func (c Config) snapshotProblem() error {
	snapshot := c.Database.RestoreSnapshot
	parts := strings.Split(snapshot, ":")
	if c.Region == "" || parts[0] != "arn" || len(parts) < 4 || rule.Snapshot("", snapshot) != nil {
		return nil
	}
	if err := rule.Partition(restoreKey("Snapshot"), snapshot, c.Region); err != nil || parts[3] == c.Region {
		return err
	}
	return rule.Broken(restoreKey("Snapshot"), snapshot, "must be in the stack's region "+c.Region,
		"copy it there: aws rds copy-db-snapshot --source-region "+parts[3])
}
