package components

import (
	"cmp"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The defaults of a BackupPlan.
const (
	// DefaultBackupTime is at night in India, in UTC.
	DefaultBackupTime = "22:30"
	// DefaultBackupDays is as long as RDS can keep the backups of its own.
	DefaultBackupDays = 35
	// MaxBackupDays is ten years.
	MaxBackupDays = 3650
)

// The types of resources that AWS Backup copies, as it names them in its metrics.
const (
	backupTypeRds = "RDS"
	backupTypeEfs = "EFS"
	backupTypeS3  = "S3"
)

// BackupPlan is a plan of AWS Backup with a vault: it takes a snapshot of a database, a file system and a bucket every
// day, and copies it to a vault elsewhere, where the loss of the region or account does not reach it. The snapshots of
// the database are independent of its automated backups: continuous backups would take over their retention and window
// (https://github.com/hashicorp/terraform-provider-aws/issues/33465). Nothing locks the vault.
type BackupPlan struct {
	pulumi.ResourceState

	// VaultName is the name of the vault.
	VaultName pulumi.StringOutput `pulumi:"vaultName"`
	// VaultArn is its ARN.
	VaultArn pulumi.StringOutput `pulumi:"vaultArn"`

	types  []string
	copied bool
}

// BackupPlanArgs are the inputs of NewBackupPlan. One of Database, FileSystemArn and BucketArn is required.
type BackupPlanArgs struct {
	// Database is an RDS instance. Default: none.
	Database *BackedUpDatabase `pulumi:"database,optional"`
	// FileSystemArn is an EFS file system. Default: none.
	FileSystemArn pulumi.StringInput `pulumi:"fileSystemArn,optional"`
	// BucketArn is an S3 bucket that keeps versions. Default: none.
	BucketArn pulumi.StringInput `pulumi:"bucketArn,optional"`
	// Time is the daily time in UTC, as hh:mm. A backup starts within an hour after it. Default: 22:30.
	Time string `pulumi:"time,optional"`
	// RetentionDays is how long backups and copies are kept, in days: 1 to 3650. Default: 35.
	RetentionDays int `pulumi:"retentionDays,optional"`
	// CopyVaultArn is an existing vault in another region or account, to which every backup is copied. Another account
	// needs KmsKeyArn, and databases and file systems that the key encrypts. Default: none, nothing is copied.
	CopyVaultArn pulumi.StringInput `pulumi:"copyVaultArn,optional"`
	// KmsKeyArn is the KMS key that encrypts the vault and the objects of the bucket. Only the creation of the vault reads
	// it: AWS cannot change the key of a vault. Objects under a key that neither this nor FormerKmsKeyArns names are not
	// backed up. Default: AWS's own key.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// FormerKmsKeyArns are KMS keys that encrypt older objects of the bucket. Default: none.
	FormerKmsKeyArns []pulumi.StringInput `pulumi:"formerKmsKeyArns,optional"`
	// PermissionsBoundaryArn is the policy that bounds the permissions of the plan's role
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html). Default: none.
	PermissionsBoundaryArn pulumi.StringInput `pulumi:"permissionsBoundaryArn,optional"`
	// ProtectData has Pulumi refuse to delete the vault. Without it a destroy deletes the vault with its backups.
	// Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// BackedUpDatabase is an RDS instance with its windows, from which Time must be away. AWS chooses windows at random if
// there are none, and snapshots that are due during one fail.
type BackedUpDatabase struct {
	// Arn is the instance's ARN. Required.
	Arn pulumi.StringInput `pulumi:"arn"`
	// BackupWindow is the daily time of the automated backup in UTC, as hh:mm-hh:mm. Required.
	BackupWindow string `pulumi:"backupWindow"`
	// MaintenanceWindow is the weekly time of the maintenance in UTC, as ddd:hh:mm-ddd:hh:mm. Required.
	MaintenanceWindow string `pulumi:"maintenanceWindow"`
}

func (d *BackedUpDatabase) validate(argument, time string) error {
	if d == nil {
		return nil
	}
	backup, maintenance := argument+".backupWindow", argument+".maintenanceWindow"
	return rule.All(
		rule.Given(argument+".arn", d.Arn != nil, "take it from the Postgres"),
		rule.Given(backup, d.BackupWindow != "", "give the window that the Postgres has"),
		rule.Given(maintenance, d.MaintenanceWindow != "", "give the window that the Postgres has"),
		rule.BackupWindow(backup, d.BackupWindow),
		rule.MaintenanceWindow(maintenance, d.MaintenanceWindow),
		rule.BackupApart("time", time, backup, d.BackupWindow),
		rule.BackupApart("time", time, maintenance, d.MaintenanceWindow),
	)
}

func (args *BackupPlanArgs) withDefaults() BackupPlanArgs {
	var a BackupPlanArgs
	if args != nil {
		a = *args
	}
	a.Time = or(a.Time, DefaultBackupTime)
	a.RetentionDays = or(a.RetentionDays, DefaultBackupDays)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *BackupPlanArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *BackupPlanArgs")
	}
	a := args.withDefaults()
	problems := []error{
		rule.Given("database", a.Database != nil || a.FileSystemArn != nil || a.BucketArn != nil,
			"give a database, a file system or a bucket to back up"),
		a.Database.validate("database", a.Time),
		rule.BackupTime("time", a.Time),
		rule.Between("retentionDays", a.RetentionDays, 1, MaxBackupDays),
		validateKey("kmsKeyArn", a.KmsKeyArn),
		validateBoundary("permissionsBoundaryArn", a.PermissionsBoundaryArn),
	}
	for _, key := range a.FormerKmsKeyArns {
		problems = append(problems, validateKey("formerKmsKeyArns", key))
	}
	if plain, ok := a.CopyVaultArn.(pulumi.String); ok {
		problems = append(problems, rule.BackupVault("copyVaultArn", string(plain)))
	}
	return rule.All(problems...)
}

// NewBackupPlan checks args and creates the vault and the plan. It returns an error and registers nothing if args is
// nil or invalid. A vault for copies in the region and account of the stack fails the preview.
func NewBackupPlan(
	ctx *pulumi.Context, name string, args *BackupPlanArgs, opts ...pulumi.ResourceOption,
) (*BackupPlan, error) {
	a := args.withDefaults()
	plan := &BackupPlan{copied: a.CopyVaultArn != nil}
	c, err := register(ctx, "BackupPlan", name, plan, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	b := &backupPlanBuilder{component: c, args: a, result: plan}
	return plan, b.build(b.createVault, b.createRole, b.createPlan)
}

// Watched returns the vault for Alarms.
func (p *BackupPlan) Watched() *WatchedBackups {
	watched := &WatchedBackups{VaultName: p.VaultName, ResourceTypes: p.types}
	if p.copied {
		watched.CopiedVaultArn = p.VaultArn
	}
	return watched
}

type backupPlanBuilder struct {
	*component
	args   BackupPlanArgs
	result *BackupPlan

	vault     *backup.Vault
	roleArn   pulumi.StringInput
	resources pulumi.StringArray
}

func (b *backupPlanBuilder) createVault() error {
	vault, err := backup.NewVault(b.ctx, b.name, &backup.VaultArgs{
		KmsKeyArn: pointer(b.args.KmsKeyArn), ForceDestroy: pulumi.Bool(!b.args.ProtectData), Tags: b.tagged(),
	}, append(b.guarded(b.args.ProtectData), keepKey("kmsKeyArn"))...)
	if err != nil {
		return fmt.Errorf("create vault: %w", err)
	}
	b.vault, b.result.VaultName, b.result.VaultArn = vault, vault.Name, vault.Arn
	return nil
}

// createRole creates the role with which AWS Backup copies the resources. Its permissions are those of AWS's managed
// policies for backups, on these resources alone
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html,
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForS3Backup.html).
func (b *backupPlanBuilder) createRole() error {
	role, err := iam.NewRole(b.ctx, b.child("backup"), &iam.RoleArgs{
		AssumeRolePolicy:    serviceTrust("backup.amazonaws.com", b.account()),
		Description:         pulumi.String("backups of the plan " + b.name),
		PermissionsBoundary: pointer(b.args.PermissionsBoundaryArn),
		Tags:                b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create backup role: %w", err)
	}
	statements := b.vaultStatements()
	add := func(kind string, arn pulumi.StringInput, more []PolicyStatement) {
		statements = append(statements, more...)
		b.resources, b.result.types = append(b.resources, arn), append(b.result.types, kind)
	}
	if b.args.Database != nil {
		add(backupTypeRds, b.args.Database.Arn, b.databaseStatements())
	}
	if b.args.FileSystemArn != nil {
		add(backupTypeEfs, b.args.FileSystemArn, b.fileSystemStatements())
	}
	if b.args.BucketArn != nil {
		add(backupTypeS3, b.args.BucketArn, b.bucketStatements())
	}
	policy, err := b.rolePolicy("backup", role, list(statements))
	if err != nil {
		return err
	}
	b.roleArn = after(role.Arn, policy.ID())
	return nil
}

func (b *backupPlanBuilder) createPlan() error {
	plan, err := backup.NewPlan(b.ctx, b.name, &backup.PlanArgs{
		Rules: backup.PlanRuleArray{&backup.PlanRuleArgs{
			RuleName:        pulumi.String("daily"),
			TargetVaultName: b.vault.Name,
			Schedule:        pulumi.String(daily(b.args.Time)),
			StartWindow:     pulumi.Int(int(rule.BackupStart.Minutes())),
			Lifecycle:       &backup.PlanRuleLifecycleArgs{DeleteAfter: pulumi.Int(b.args.RetentionDays)},
			CopyActions:     b.copies(),
		}},
		Tags: b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create plan: %w", err)
	}
	_, err = backup.NewSelection(b.ctx, b.name, &backup.SelectionArgs{
		PlanId: plan.ID(), IamRoleArn: b.roleArn, Resources: b.resources,
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create selection: %w", err)
	}
	return nil
}

// daily returns the schedule of a daily time, hh:mm.
func daily(time string) string { return fmt.Sprintf("cron(%s %s * * ? *)", time[3:], time[:2]) }

// copies returns the action that copies each backup; nil if nothing is copied. The account is known in the preview.
func (b *backupPlanBuilder) copies() backup.PlanRuleCopyActionArrayInput {
	if b.args.CopyVaultArn == nil {
		return nil
	}
	unset := ""
	if b.args.KmsKeyArn == nil {
		unset = "kmsKeyArn"
	}
	elsewhere := pulumi.All(b.args.CopyVaultArn, b.region(), b.account()).ApplyT(func(all []any) (string, error) {
		arn, _ := all[0].(string)
		region, _ := all[1].(string)
		account, _ := all[2].(string)
		err := cmp.Or(rule.BackupVault("copyVaultArn", arn), rule.Partition("copyVaultArn", arn, region))
		if err != nil {
			return "", err
		}
		return arn, rule.BackupVaultElsewhere("copyVaultArn", arn, region, account, unset)
	}).(pulumi.StringOutput)
	return backup.PlanRuleCopyActionArray{&backup.PlanRuleCopyActionArgs{
		DestinationVaultArn: elsewhere,
		Lifecycle:           &backup.PlanRuleCopyActionLifecycleArgs{DeleteAfter: pulumi.Int(b.args.RetentionDays)},
	}}
}
