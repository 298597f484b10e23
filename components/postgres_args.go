package components

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The defaults of a Postgres.
const (
	// DefaultPostgresVersion is the newest major version in Care's own guides. RDS chooses and upgrades the minor
	// version.
	DefaultPostgresVersion = "16"
	// DefaultPostgresInstanceClass is the smallest class that RDS offers for it.
	DefaultPostgresInstanceClass = "db.t4g.micro"
	// DefaultPostgresStorage and DefaultPostgresMaxStorage are in GiB: the minimum of RDS, and the limit of growth.
	DefaultPostgresStorage    = 20
	DefaultPostgresMaxStorage = 100
	// DefaultPostgresBackupDays keeps a week of days to go back to.
	DefaultPostgresBackupDays = 7
	// DefaultPostgresName is the name of the database and of its owner.
	DefaultPostgresName = "care"
)

// PostgresArgs are the inputs of NewPostgres.
type PostgresArgs struct {
	// VpcId is the VPC of the subnets. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the subnets for the database, in two zones or more. Required.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// EngineVersion is the major version, 13 to 18, with or without a minor one. Default: 16.
	EngineVersion string `pulumi:"engineVersion,optional"`
	// AllowMajorUpgrade lets a change of EngineVersion upgrade an existing database to a later major version. The
	// upgrade starts at once and not in the maintenance window, because a parameter group of the new version cannot
	// wait for it. The database is unavailable during it, and there is no downgrade
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.MajorVersion.html).
	// Default: false, RDS refuses such a change.
	AllowMajorUpgrade bool `pulumi:"allowMajorUpgrade,optional"`
	// InstanceClass is the size of the machine. Default: db.t4g.micro.
	InstanceClass string `pulumi:"instanceClass,optional"`
	// AllocatedStorage is the disk at the start, in GiB: 20 to 65536. A smaller value later changes nothing: RDS cannot
	// shrink a disk, and the provider ignores the difference. Default: 20.
	AllocatedStorage int `pulumi:"allocatedStorage,optional"`
	// MaxAllocatedStorage is the size in GiB up to which RDS enlarges the disk. Default: 100.
	MaxAllocatedStorage int `pulumi:"maxAllocatedStorage,optional"`
	// MultiAz keeps a standby in a second zone. Default: false.
	MultiAz bool `pulumi:"multiAz,optional"`
	// BackupRetentionDays is how many days one can go back: 1 to 35. Default: 7.
	BackupRetentionDays int `pulumi:"backupRetentionDays,optional"`
	// BackupWindow is the daily time of the backup in UTC, as hh:mm-hh:mm. Default: half an hour at night,
	// which AWS chooses.
	BackupWindow string `pulumi:"backupWindow,optional"`
	// MaintenanceWindow is the weekly time in UTC in which the database may restart, as ddd:hh:mm-ddd:hh:mm. Default: half
	// an hour at night, which AWS chooses.
	MaintenanceWindow string `pulumi:"maintenanceWindow,optional"`
	// DatabaseName is the database that RDS creates. A later change replaces the instance. Default: care.
	DatabaseName string `pulumi:"databaseName,optional"`
	// Username is the owner; changing it later replaces the instance. Default: care.
	Username string `pulumi:"username,optional"`
	// Identifier is the name of the instance in AWS: 1 to 63 lower-case letters, digits and hyphens. An update that would
	// change it is refused. Default: with ExportLogs the component's name with a random suffix, and otherwise a name that
	// Pulumi chooses. Exporting the logs of a database that Pulumi has named therefore needs that name.
	Identifier string `pulumi:"identifier,optional"`
	// ExportLogs has RDS write PostgreSQL's logs to log groups of CloudWatch, which charges for them. The lines of refused
	// statements may contain values of patients' records. Default: false.
	ExportLogs bool `pulumi:"exportLogs,optional"`
	// LogRetentionDays is the retention of these logs in days. Default: 365.
	LogRetentionDays int `pulumi:"logRetentionDays,optional"`
	// Password is used instead of a generated one: 8 to 128 letters and digits. Default: generated.
	Password pulumi.StringInput `pulumi:"password,optional"`
	// Restore is a restored database that is used in place of the one above. Default: none.
	Restore *PostgresRestore `pulumi:"restore,optional"`
	// ProtectData has Pulumi and RDS refuse to delete the database, and creates a final snapshot if it is deleted in
	// spite of that. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// KmsKeyArn is the KMS key that encrypts the disk, the backups and the statistics of Database Insights, and exported
	// logs. Only creation reads it: AWS cannot change the key of a database, so a later value changes nothing. Default:
	// AWS's own key.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// MonitoringSeconds is the interval in seconds at which RDS measures the operating system of the instance and writes
	// to CloudWatch Logs, which charges for it: 0, 1, 5, 10, 15, 30 or 60. Default: 0, never.
	MonitoringSeconds int `pulumi:"monitoringSeconds,optional"`
	// PermissionsBoundaryArn is the policy that bounds the permissions of the role of this monitoring
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html). Default: none.
	PermissionsBoundaryArn pulumi.StringInput `pulumi:"permissionsBoundaryArn,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *PostgresArgs) withDefaults() PostgresArgs {
	var a PostgresArgs
	if args != nil {
		a = *args
	}
	a.EngineVersion = or(a.EngineVersion, DefaultPostgresVersion)
	a.InstanceClass = or(a.InstanceClass, DefaultPostgresInstanceClass)
	a.AllocatedStorage = or(a.AllocatedStorage, DefaultPostgresStorage)
	a.MaxAllocatedStorage = or(a.MaxAllocatedStorage, DefaultPostgresMaxStorage)
	a.BackupRetentionDays = or(a.BackupRetentionDays, DefaultPostgresBackupDays)
	a.DatabaseName = or(a.DatabaseName, DefaultPostgresName)
	a.Username = or(a.Username, DefaultPostgresName)
	a.LogRetentionDays = or(a.LogRetentionDays, DefaultLogRetentionDays)
	a.Restore = a.Restore.withDefaults()
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *PostgresArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *PostgresArgs")
	}
	a := args.withDefaults()
	problems := []error{
		rule.Given("vpcId", a.VpcId != nil, "give the id of the subnets' VPC"),
		rule.Given("subnetIds", a.SubnetIds != nil, "give the ids of data subnets in two zones"),
		rule.PostgresVersion("engineVersion", a.EngineVersion),
		rule.InstanceClass("instanceClass", a.InstanceClass),
		rule.Storage("allocatedStorage", a.AllocatedStorage, "maxAllocatedStorage", a.MaxAllocatedStorage),
		rule.Between("backupRetentionDays", a.BackupRetentionDays, 1, 35),
		rule.BackupWindow("backupWindow", a.BackupWindow),
		rule.MaintenanceWindow("maintenanceWindow", a.MaintenanceWindow),
		rule.WindowsApart("backupWindow", a.BackupWindow, "maintenanceWindow", a.MaintenanceWindow),
		rule.DatabaseName("databaseName", a.DatabaseName),
		rule.DatabaseName("username", a.Username),
		rule.MonitoringSeconds("monitoringSeconds", a.MonitoringSeconds),
		validateArguments(a.arguments()),
		rule.LogRetention("logRetentionDays", a.LogRetentionDays),
		a.Restore.ValidateAs(func(field string) string { return "restore." + strings.ToLower(field) }),
	}
	if a.Identifier != "" {
		problems = append(problems, rule.InstanceIdentifier("identifier", a.Identifier))
	}
	return rule.All(problems...)
}

func (args *PostgresArgs) arguments() []argument {
	return []argument{
		{"password", &args.Password, rule.Password, false},
		{"permissionsBoundaryArn", &args.PermissionsBoundaryArn, rule.PolicyArn, false},
		{"kmsKeyArn", &args.KmsKeyArn, rule.KeyArn, false},
	}
}
