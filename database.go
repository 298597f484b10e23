package main

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// database is PostgreSQL as the services see it, new or existing.
type database struct {
	access     components.CareDatabase
	connection components.Connection
	// identifier, arn and watched are nil for an existing database.
	identifier pulumi.StringInput
	arn        pulumi.StringInput
	watched    *components.WatchedDatabase
}

func deployDatabase(ctx *pulumi.Context, c config.Config, s stack) (database, error) {
	if c.Database.Address != "" {
		return existingDatabase(c.Database), nil
	}
	postgres, err := components.NewPostgres(ctx, "care-db", postgresArgs(c, s))
	if err != nil {
		return database{}, err
	}
	if c.Schedule != nil {
		_, err := components.NewDatabaseSchedule(ctx, "care-db-hours", &components.DatabaseScheduleArgs{
			InstanceIdentifier: postgres.Identifier, InstanceArn: postgres.Arn, Hours: c.Schedule.Database(),
			PermissionsBoundaryArn: boundary(c),
		})
		if err != nil {
			return database{}, err
		}
	}
	return database{
		access: postgres.Database(), connection: postgres.Connection, identifier: postgres.Identifier,
		arn: postgres.Arn, watched: &components.WatchedDatabase{
			Identifier: postgres.Identifier, InstanceClass: c.Database.InstanceClass, AllocatedStorage: c.Database.Storage,
		},
	}, nil
}

func existingDatabase(d config.Database) database {
	address := pulumi.String(d.Address)
	return database{
		access:     components.NewCareDatabase(address, pulumi.String(d.Name), pulumi.String(d.Username), secret(d.Password)),
		connection: components.PostgresConnection(address, pulumi.String(d.SecurityGroupId)),
	}
}

func postgresArgs(c config.Config, s stack) *components.PostgresArgs {
	d := c.Database
	backup, maintenance := d.BackupWindow, d.MaintenanceWindow
	if c.Schedule != nil && backup == "" && maintenance == "" {
		// AWS would choose windows at night, while the database is stopped.
		backup, maintenance = c.Schedule.Windows()
	}
	return &components.PostgresArgs{
		VpcId:               s.network.vpc.VpcId,
		SubnetIds:           s.network.vpc.DataSubnetIds,
		EngineVersion:       d.Version,
		AllowMajorUpgrade:   d.MajorUpgrade,
		InstanceClass:       d.InstanceClass,
		AllocatedStorage:    d.Storage,
		MaxAllocatedStorage: d.MaxStorage,
		MultiAz:             d.MultiAz,
		BackupRetentionDays: d.BackupDays,
		BackupWindow:        backup,
		MaintenanceWindow:   maintenance,
		Identifier:          d.Identifier,
		ExportLogs:          d.Logs,
		LogRetentionDays:    c.Watching.LogRetentionDays,
		DatabaseName:        d.Name,
		Username:            d.Username,
		Password:            secret(d.Password),
		KmsKeyArn:           s.key,
		MonitoringSeconds:   d.MonitoringSeconds,
		Restore:             d.Restore(),
		ProtectData:         c.ProtectData,

		PermissionsBoundaryArn: boundary(c),
	}
}

// recordDatabase records which database serves, so that an update which would abandon that database is refused, and one
// that restores another while Care writes to it. It returns the error before any other resource is registered. A preview
// refuses the same changes.
func recordDatabase(ctx *pulumi.Context, c config.Config) error {
	refused, registered := make(chan error, 1), make(chan struct{})
	r := &record{
		token: "care:index:DatabaseRecord", name: "care:database", subject: "database",
		inputs: newServing(c).inputs(), hook: "keep-database",
		change: func(old, wanted resource.PropertyMap) error {
			before, next := servingOf(old), servingOf(wanted)
			if err := before.change(next); err != nil {
				refused <- err
				return err
			}
			if warning := before.warning(next); warning != "" {
				return ctx.Log.Warn(warning, nil)
			}
			return nil
		},
	}
	if err := r.register(ctx, c.ProtectData); err != nil {
		return err
	}
	r.URN().ApplyT(func(pulumi.URN) bool {
		close(registered)
		return true
	})
	select {
	case <-registered:
		return nil
	case err := <-refused:
		return err
	case <-ctx.Context().Done():
		return ctx.Context().Err()
	}
}

// serving is which database serves, as the keys of the restore describe it. The zero value is the first database.
type serving struct {
	stopped, discard     bool
	name, from, previous string
	time, snapshot       string
}

func newServing(c config.Config) serving {
	s := serving{stopped: c.Stopped}
	if restore := c.Database.Restore(); restore != nil {
		s.name, s.from, s.previous, s.discard = restore.Name, restore.From, string(restore.Previous), restore.Discard
		s.time, s.snapshot = restore.Time, restore.Snapshot
	}
	return s
}

func (s serving) inputs() pulumi.Map {
	return pulumi.Map{
		"stopped": pulumi.Bool(s.stopped), "discard": pulumi.Bool(s.discard), "name": pulumi.String(s.name),
		"from": pulumi.String(s.from), "previous": pulumi.String(s.previous),
		"time": pulumi.String(s.time), "snapshot": pulumi.String(s.snapshot),
	}
}

func servingOf(inputs resource.PropertyMap) serving {
	text := func(key resource.PropertyKey) string {
		if value := inputs[key]; value.IsString() {
			return value.StringValue()
		}
		return ""
	}
	flag := func(key resource.PropertyKey) bool { return inputs[key].IsBool() && inputs[key].BoolValue() }
	return serving{
		stopped: flag("stopped"), discard: flag("discard"), name: text("name"), from: text("from"), previous: text("previous"),
		time: text("time"), snapshot: text("snapshot"),
	}
}

// The keys that the errors of a change name.
const (
	restoreName     = "care:databaseRestoreName"
	restoreFrom     = "care:databaseRestoreFrom"
	restorePrevious = "care:databaseRestorePrevious"
	restoreDiscard  = "care:databaseRestoreDiscard"
)

// change returns an error if an update may not change s to next.
func (s serving) change(next serving) error {
	if next.name != s.name {
		return s.changeName(next)
	}
	if s.name == "" {
		return nil
	}
	const keep, unprotect, remove = string(components.PreviousKeep), string(components.PreviousUnprotect),
		string(components.PreviousDelete)
	switch {
	case next.from != s.from:
		return rule.Broken(restoreFrom, next.from, "the database was restored from another one, which would be deleted",
			fmt.Sprintf("set it back to %q", s.from))
	case s.previous == remove && next.previous != remove:
		return rule.Broken(restorePrevious, next.previous, "the previous database is deleted, and would be created empty",
			"set it back to "+remove)
	case s.previous == keep && next.previous == remove:
		return rule.Broken(restorePrevious, remove, "the previous database is protected",
			"set it to "+unprotect+" and update, and then to "+remove)
	}
	return nil
}

// warning describes a change that has no effect once the restored database exists; it is empty if there is none.
func (s serving) warning(next serving) string {
	changed := next.time != "" && next.time != s.time || next.snapshot != "" && next.snapshot != s.snapshot
	if next.name != s.name || s.name == "" || !changed {
		return ""
	}
	return fmt.Sprintf("The time or the snapshot to restore has changed. It has no effect if the database %q exists. "+
		"To restore to another time, give it up with %s, and choose another %s.", s.name, restoreDiscard, restoreName)
}

// changeName returns an error unless another database may serve from this update on.
func (s serving) changeName(next serving) error {
	again := next.name != "" && next.from == s.name
	back := s.discard && (next.name == "" || next.from == s.from)
	switch {
	case !again && !back:
		return rule.Broken(restoreName, next.name, fmt.Sprintf("the database %q serves, and would be deleted", s.name),
			fmt.Sprintf("set it back to %[1]q. To restore that database again, set %[2]s to %[1]q as well. To give it up, set "+
				"%[3]s to true and update first", s.name, restoreFrom, restoreDiscard))
	case again && s.name != "" && s.previous != string(components.PreviousDelete):
		return rule.Broken(restoreName, next.name, fmt.Sprintf("the database from which %q was restored still exists", s.name),
			"delete it first, with "+restorePrevious)
	case !s.stopped:
		return rule.Broken(restoreName, next.name, "Care runs, and what it writes meanwhile would be lost",
			"set care:stopped to true and update first")
	case next.name != "" && next.previous != string(components.PreviousKeep):
		return rule.Broken(restorePrevious, next.previous, "the update that restores a database keeps the previous one",
			"set it to "+string(components.PreviousKeep))
	}
	return nil
}
