package config

import (
	"cmp"
	"slices"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const (
	backupPlanKey      = "care:backupPlan"
	backupTimeKey      = "care:backupTime"
	backupRetentionKey = "care:backupRetentionDays"
	backupVaultKey     = "care:backupCopyVaultArn"
)

// Backup is the plan of AWS Backup.
type Backup struct {
	Plan bool
	// Time is the daily time in UTC, as hh:mm.
	Time string
	// RetentionDays is how long backups and copies are kept.
	RetentionDays int
	// CopyVaultArn is empty if nothing is copied.
	CopyVaultArn string
}

func (r *reader) backup() Backup {
	return Backup{
		Plan:          r.boolean("backupPlan", false),
		Time:          r.text("backupTime", components.DefaultBackupTime),
		RetentionDays: r.integer("backupRetentionDays", components.DefaultBackupDays),
		CopyVaultArn:  r.optional("backupCopyVaultArn"),
	}
}

func (c Config) backupProblems() []error {
	b := c.Backup
	problems := []error{
		rule.BackupTime(backupTimeKey, b.Time),
		rule.Between(backupRetentionKey, b.RetentionDays, 1, components.MaxBackupDays),
	}
	if b.CopyVaultArn != "" {
		problems = append(problems, c.copyVaultProblem())
	}
	if !b.Plan {
		return problems
	}
	if !c.ownsDatabase() && c.Storage.PatientBucket != "" && c.Redis.Persistence != PersistenceEfs {
		return append(problems, rule.Broken(backupPlanKey, true, "has nothing to back up: the database and the patient "+
			"bucket exist outside of the stack, and Redis keeps no files", "remove it, and back them up where they are managed"))
	}
	if c.Schedule != nil {
		return append(problems, rule.Broken(backupPlanKey, true, "must not be set with care:schedule: AWS Backup cannot "+
			"copy a database that is stopped", "remove one of them"))
	}
	return append(problems, c.windowProblems()...)
}

// windowProblems requires both windows of the database: AWS chooses a window at random, and no time is known to be away
// from it.
func (c Config) windowProblems() []error {
	if !c.ownsDatabase() {
		return nil
	}
	const backup, maintenance = "care:databaseBackupWindow", "care:databaseMaintenanceWindow"
	return []error{
		rule.Given(backup, c.Database.BackupWindow != "", "with "+backupPlanKey+`, set it, for example to "20:00-20:30"`),
		rule.Given(maintenance, c.Database.MaintenanceWindow != "", "with "+backupPlanKey+
			`, set it, for example to "sat:21:00-sat:21:30"`),
		rule.BackupApart(backupTimeKey, c.Backup.Time, backup, c.Database.BackupWindow),
		rule.BackupApart(backupTimeKey, c.Backup.Time, maintenance, c.Database.MaintenanceWindow),
	}
}

func (c Config) ownsDatabase() bool { return c.Database.Address == "" }

// copyVaultProblem requires a vault in another region or account than the stack's.
func (c Config) copyVaultProblem() error {
	arn := c.Backup.CopyVaultArn
	if !c.Backup.Plan {
		return rule.Broken(backupVaultKey, arn, "has no effect without "+backupPlanKey, "set "+backupPlanKey+" to true")
	}
	if err := cmp.Or(rule.BackupVault(backupVaultKey, arn), rule.Partition(backupVaultKey, arn, c.Region)); err != nil {
		return err
	}
	if len(c.Identities.accounts) == 0 {
		return nil
	}
	account, unset := c.Identities.accounts[0], ""
	if c.inAccount(arn) {
		account = accountOf(arn)
	}
	if c.Encryption.Key == awsKeys {
		unset = encryptionKey
	}
	return rule.BackupVaultElsewhere(backupVaultKey, arn, c.Region, account, unset)
}

// CopyAccount returns the account of the vault for the copies, or "" if nothing is copied or if it is the account of
// the stack.
func (c Config) CopyAccount() string {
	arn := c.Backup.CopyVaultArn
	if arn == "" || slices.Contains(c.Identities.accounts, accountOf(arn)) {
		return ""
	}
	return accountOf(arn)
}
