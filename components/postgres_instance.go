package components

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// postgresInstance is one database of a Postgres. The zero value is the first one.
type postgresInstance struct {
	// restore is the name of the restore that creates it.
	restore string
	// pointInTime and snapshot are what it is restored from; neither is set if it is created empty, or exists.
	pointInTime *rds.InstanceRestoreToPointInTimeArgs
	snapshot    string
	// released reports whether the next update may delete it, with a final snapshot.
	released bool

	// name is the name of its resource.
	name string
	// identifier is nil if Pulumi names the instance.
	identifier pulumi.StringInput
	logGroups  []pulumi.Resource
	// previous is the database that it is restored from, if that is kept. It changes first, so that a restored database
	// that is done implies a previous one that is.
	previous []pulumi.Resource
}

// restored reports whether RDS copies the database from another one.
func (i postgresInstance) restored() bool { return i.pointInTime != nil || i.snapshot != "" }

func (b *postgresBuilder) createInstance(i postgresInstance) (*rds.Instance, error) {
	b.nameInstance(&i)
	if err := b.createLogGroups(&i); err != nil {
		return nil, err
	}
	keepIdentifier, err := b.keepIdentifier(i)
	if err != nil {
		return nil, err
	}
	protect := b.args.ProtectData && !i.released
	args := b.instanceArgs(i)
	args.DeletionProtection = pulumi.Bool(protect)
	args.SkipFinalSnapshot = pulumi.Bool(!b.args.ProtectData && !i.released)
	kept := []string{"kmsKeyId", "performanceInsightsKmsKeyId"}
	if i.restore != "" {
		kept = append(kept, restoredOnce...)
	}
	if !i.restored() {
		args.AllocatedStorage = pulumi.Int(b.args.AllocatedStorage)
		args.KmsKeyId = pointer(b.args.KmsKeyArn)
		args.DbName = pulumi.String(b.args.DatabaseName)
		args.Username = pulumi.String(b.args.Username)
	}
	if i.pointInTime != nil {
		args.RestoreToPointInTime = i.pointInTime
	}
	instance, err := rds.NewInstance(b.ctx, i.name, args, append(b.guarded(protect), keepKey(kept...), keepIdentifier,
		pulumi.DependsOn(slices.Concat(i.logGroups, i.previous)))...)
	if err != nil {
		return nil, fmt.Errorf("create database %s: %w", i.name, err)
	}
	return instance, nil
}

// instanceArgs returns the inputs that all databases of a Postgres have in common.
func (b *postgresBuilder) instanceArgs(i postgresInstance) *rds.InstanceArgs {
	return &rds.InstanceArgs{
		Identifier:              pointer(i.identifier),
		SnapshotIdentifier:      optional(i.snapshot),
		Engine:                  pulumi.String("postgres"),
		EngineVersion:           pulumi.String(b.args.EngineVersion),
		InstanceClass:           pulumi.String(b.args.InstanceClass),
		MaxAllocatedStorage:     pulumi.Int(b.args.MaxAllocatedStorage),
		StorageType:             pulumi.String("gp3"),
		StorageEncrypted:        pulumi.Bool(true),
		Password:                b.password,
		Port:                    pulumi.Int(postgresPort),
		DbSubnetGroupName:       b.subnets.Name,
		VpcSecurityGroupIds:     pulumi.StringArray{b.group.ID()},
		ParameterGroupName:      b.parameters.Name,
		PubliclyAccessible:      pulumi.Bool(false),
		MultiAz:                 pulumi.Bool(b.args.MultiAz),
		BackupRetentionPeriod:   pulumi.Int(b.args.BackupRetentionDays),
		BackupWindow:            optional(b.args.BackupWindow),
		MaintenanceWindow:       optional(b.args.MaintenanceWindow),
		CopyTagsToSnapshot:      pulumi.Bool(true),
		FinalSnapshotIdentifier: pulumi.Sprintf("%s-final-%s", i.name, b.suffix),
		AutoMinorVersionUpgrade: pulumi.Bool(true),
		// Changes of class and version wait for the maintenance window if the data is protected, because they stop the
		// database.
		ApplyImmediately:         pulumi.Bool(!b.args.ProtectData || b.args.AllowMajorUpgrade),
		AllowMajorVersionUpgrade: allowed(b.args.AllowMajorUpgrade),
		// RDS still has the old name of Database Insights in these three
		// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.html).
		PerformanceInsightsEnabled:         pulumi.Bool(true),
		PerformanceInsightsRetentionPeriod: pulumi.Int(insightsDays),
		PerformanceInsightsKmsKeyId:        pointer(b.args.KmsKeyArn),
		DatabaseInsightsMode:               pulumi.String("standard"),
		MonitoringInterval:                 pulumi.Int(b.args.MonitoringSeconds),
		MonitoringRoleArn:                  pointer(b.monitoringRoleArn),
		EnabledCloudwatchLogsExports:       b.exports(),
		Tags:                               b.tagged(),
	}
}

// allowed returns true, or nil if upgrade is false, so that the property is absent.
func allowed(upgrade bool) pulumi.BoolPtrInput {
	if upgrade {
		return pulumi.Bool(true)
	}
	return nil
}

// databaseUrl returns the database's address with TLS, which the server requires. Names and password are escaped,
// because those of an existing database may have any character.
func databaseUrl(address, name, username, password pulumi.StringInput) pulumi.StringOutput {
	escaped := pulumi.All(username, password, address, name).ApplyT(func(parts []any) string {
		text := make([]string, len(parts))
		for i, part := range parts {
			text[i], _ = part.(string)
		}
		u := url.URL{
			Scheme: "postgres", User: url.UserPassword(text[0], text[1]), Host: fmt.Sprintf("%s:%d", text[2], postgresPort),
			Path: "/" + text[3], RawQuery: "sslmode=require",
		}
		return u.String()
	}).(pulumi.StringOutput)
	return pulumi.ToSecret(escaped).(pulumi.StringOutput)
}
