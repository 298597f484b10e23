package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
	"github.com/ohcnetwork/care-ecs/internal/restore"
)

// databaseName is the name of the resource of the first database.
const databaseName = "care-db"

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
	postgres, err := components.NewPostgres(ctx, databaseName, postgresArgs(c, s))
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

// newDatabase returns the database that the configuration describes.
func newDatabase(c config.Config) restore.Database {
	d := restore.Database{
		DatabaseName: c.Database.Name, Username: c.Database.Username, EngineVersion: c.Database.Version,
		External: c.Database.Address != "",
	}
	if r := c.Database.Restore(); r != nil {
		d.Name, d.From, d.Previous, d.Discard = r.Name, r.From, string(r.Previous), r.Discard
		d.Time, d.Snapshot = r.Time, r.Snapshot
	}
	return d
}
