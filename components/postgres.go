package components

import (
	"fmt"
	"net/url"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
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

const (
	postgresPort = 5432
	// passwordLength fits RDS's 8 to 128 characters; 32 letters and digits cannot be guessed
	// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html).
	passwordLength = 32
)

// Postgres is an RDS PostgreSQL database in data subnets. It is encrypted, has daily backups, and accepts only TLS
// connections of the services that connect to it. Its generated password has letters and digits only, so that it can be
// part of a URL.
type Postgres struct {
	pulumi.ResourceState

	// Identifier is the instance's identifier, by which CloudWatch and the CLI know it.
	Identifier pulumi.StringOutput `pulumi:"identifier"`
	// Arn is the instance's ARN.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// Address is the host name, without the port.
	Address pulumi.StringOutput `pulumi:"address"`
	// Port is the TCP port.
	Port pulumi.IntOutput `pulumi:"port"`
	// DatabaseName is the database's name.
	DatabaseName pulumi.StringOutput `pulumi:"databaseName"`
	// Username is the owner's name.
	Username pulumi.StringOutput `pulumi:"username"`
	// Password is the owner's password. Secret.
	Password pulumi.StringOutput `pulumi:"password"`
	// DatabaseUrl is the address with user and password, postgres://…?sslmode=require. Secret.
	DatabaseUrl pulumi.StringOutput `pulumi:"databaseUrl"`
	// SecurityGroupId is the database's security group.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
}

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
	// BackupWindow is the daily time of the backup in UTC, as hh:mm-hh:mm. Default: half an hour at night, which AWS chooses.
	BackupWindow string `pulumi:"backupWindow,optional"`
	// MaintenanceWindow is the weekly time in UTC in which the database may restart, as ddd:hh:mm-ddd:hh:mm. Default: half an
	// hour at night, which AWS chooses.
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
	// ProtectData has Pulumi and RDS refuse to delete the database, and creates a final snapshot if it is deleted in
	// spite of that. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// KmsKeyArn is the KMS key that encrypts the disk, the backups and the statistics of Database Insights, and exported logs. Only
	// creation reads it: AWS cannot change the key of a database, so a later value changes nothing. Default: AWS's own key.
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
		validateKey("kmsKeyArn", a.KmsKeyArn),
		rule.MonitoringSeconds("monitoringSeconds", a.MonitoringSeconds),
		validateBoundary("permissionsBoundaryArn", a.PermissionsBoundaryArn),
		rule.LogRetention("logRetentionDays", a.LogRetentionDays),
	}
	if a.Identifier != "" {
		problems = append(problems, rule.InstanceIdentifier("identifier", a.Identifier))
	}
	if plain, ok := a.Password.(pulumi.String); ok {
		problems = append(problems, rule.Password("password", string(plain)))
	}
	return rule.All(problems...)
}

// NewPostgres checks args and creates the database. It returns an error and registers nothing if args is nil or
// invalid.
func NewPostgres(ctx *pulumi.Context, name string, args *PostgresArgs, opts ...pulumi.ResourceOption) (*Postgres, error) {
	a := args.withDefaults()
	postgres := &Postgres{}
	c, err := register(ctx, "Postgres", name, postgres, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	b := &postgresBuilder{component: c, args: a, postgres: postgres}
	return postgres, b.build(b.createNetwork, b.createParameters, b.createPassword, b.createMonitoring, b.nameInstance,
		b.createLogGroups, b.createInstance, b.setOutputs)
}

// Connection returns the Connection of the database.
func (p *Postgres) Connection() Connection { return PostgresConnection(p.Address, p.SecurityGroupId) }

// PostgresConnection returns the Connection of a database on port 5432, such as an existing one.
func PostgresConnection(address, securityGroupId pulumi.StringInput) Connection {
	return Connection{
		Name:            "postgres",
		SecurityGroupId: securityGroupId,
		Port:            postgresPort,
		Fingerprint:     pulumi.Sprintf("%s:%d", address, postgresPort),
	}
}

// Database returns the address and credentials for Care.
func (p *Postgres) Database() CareDatabase {
	return NewCareDatabase(p.Address, p.DatabaseName, p.Username, p.Password)
}

type postgresBuilder struct {
	*component
	args     PostgresArgs
	postgres *Postgres

	group      *ec2.SecurityGroup
	subnets    *rds.SubnetGroup
	parameters *rds.ParameterGroup
	password   pulumi.StringOutput
	// identifier is nil if Pulumi names the instance.
	identifier pulumi.StringInput
	snapshot   pulumi.StringOutput
	logGroups  []pulumi.Resource
	instance   *rds.Instance
	// monitoringRoleArn is nil without enhanced monitoring.
	monitoringRoleArn pulumi.StringInput
}

func (b *postgresBuilder) createNetwork() error {
	group, err := b.securityGroup("sg", b.args.VpcId, "Database "+b.name)
	if err != nil {
		return err
	}
	subnets, err := rds.NewSubnetGroup(b.ctx, b.name, &rds.SubnetGroupArgs{
		SubnetIds: b.args.SubnetIds, Tags: b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create subnet group: %w", err)
	}
	b.group, b.subnets = group, subnets
	return nil
}

// createParameters creates a parameter group with which the server refuses connections without TLS
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html).
func (b *postgresBuilder) createParameters() error {
	family := "postgres" + rule.Major(b.args.EngineVersion)
	parameters, err := rds.NewParameterGroup(b.ctx, b.child(family), &rds.ParameterGroupArgs{
		Family: pulumi.String(family),
		Parameters: rds.ParameterGroupParameterArray{&rds.ParameterGroupParameterArgs{
			Name: pulumi.String("rds.force_ssl"), Value: pulumi.String("1"),
		}},
		Tags: b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create parameter group: %w", err)
	}
	b.parameters = parameters
	return nil
}

func (b *postgresBuilder) createPassword() error {
	if b.args.Password != nil {
		b.password = pulumi.ToSecret(b.args.Password).(pulumi.StringOutput)
		return nil
	}
	password, err := random.NewRandomPassword(b.ctx, b.child("password"), &random.RandomPasswordArgs{
		Length: pulumi.Int(passwordLength), Special: pulumi.Bool(false),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("generate password: %w", err)
	}
	b.password = password.Result
	return nil
}

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

func (b *postgresBuilder) setOutputs() error {
	p := b.postgres
	p.Identifier = b.instance.Identifier
	p.Arn = b.instance.Arn
	p.Address = b.instance.Address
	p.Port = b.instance.Port
	p.DatabaseName = b.instance.DbName
	p.Username = b.instance.Username
	p.Password = b.password
	p.SecurityGroupId = b.group.ID().ToStringOutput()
	p.DatabaseUrl = databaseUrl(p.Address, p.DatabaseName, p.Username, p.Password)
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
