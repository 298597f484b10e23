package components

import (
	"fmt"
	"net/url"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (b *postgresBuilder) createInstance() error {
	keepIdentifier, err := b.keepIdentifier()
	if err != nil {
		return err
	}
	instance, err := rds.NewInstance(b.ctx, b.name, &rds.InstanceArgs{
		Identifier:              pointer(b.identifier),
		Engine:                  pulumi.String("postgres"),
		EngineVersion:           pulumi.String(b.args.EngineVersion),
		InstanceClass:           pulumi.String(b.args.InstanceClass),
		AllocatedStorage:        pulumi.Int(b.args.AllocatedStorage),
		MaxAllocatedStorage:     pulumi.Int(b.args.MaxAllocatedStorage),
		StorageType:             pulumi.String("gp3"),
		StorageEncrypted:        pulumi.Bool(true),
		KmsKeyId:                pointer(b.args.KmsKeyArn),
		DbName:                  pulumi.String(b.args.DatabaseName),
		Username:                pulumi.String(b.args.Username),
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
		DeletionProtection:      pulumi.Bool(b.args.ProtectData),
		SkipFinalSnapshot:       pulumi.Bool(!b.args.ProtectData),
		FinalSnapshotIdentifier: b.snapshot,
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
	}, append(b.guarded(b.args.ProtectData), keepKey("kmsKeyId", "performanceInsightsKmsKeyId"), keepIdentifier,
		pulumi.DependsOn(b.logGroups))...)
	if err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	b.instance = instance
	return nil
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
