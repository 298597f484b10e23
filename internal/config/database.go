package config

import (
	"fmt"
	"slices"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Database is Care's PostgreSQL. Address and SecurityGroupId are empty unless it exists already.
type Database struct {
	Version           string
	MajorUpgrade      bool
	InstanceClass     string
	Storage           int
	MaxStorage        int
	MultiAz           bool
	BackupDays        int
	BackupWindow      string
	MaintenanceWindow string
	MonitoringSeconds int

	Name         string
	Username     string
	Password     string
	OfUserExists bool

	// Identifier is empty unless the stack names the instance.
	Identifier string
	Logs       bool

	// RestoreName is empty unless the database in use was restored.
	RestoreName     string
	RestoreTime     string
	RestoreSnapshot string
	RestoreFrom     string
	RestorePrevious string
	RestoreDiscard  bool

	Address         string
	SecurityGroupId string
}

func (r *reader) database() Database {
	return Database{
		Version:           r.text("databaseVersion", components.DefaultPostgresVersion),
		MajorUpgrade:      r.boolean("databaseMajorUpgrade", false),
		InstanceClass:     r.text("databaseInstanceClass", components.DefaultPostgresInstanceClass),
		Storage:           r.integer("databaseStorage", components.DefaultPostgresStorage),
		MaxStorage:        r.integer("databaseMaxStorage", components.DefaultPostgresMaxStorage),
		MultiAz:           r.boolean("databaseMultiAz", false),
		BackupDays:        r.integer("databaseBackupDays", components.DefaultPostgresBackupDays),
		BackupWindow:      r.optional("databaseBackupWindow"),
		MaintenanceWindow: r.optional("databaseMaintenanceWindow"),
		MonitoringSeconds: r.integer("databaseMonitoringSeconds", 0),
		Name:              r.text("databaseName", components.DefaultPostgresName),
		Username:          r.text("databaseUsername", components.DefaultPostgresName),
		Password:          r.secret("databasePassword"),
		OfUserExists:      r.boolean("databaseOfUserExists", false),
		Identifier:        r.optional("databaseIdentifier"),
		Logs:              r.boolean("databaseLogs", false),
		RestoreName:       r.optional("databaseRestoreName"),
		RestoreTime:       r.optional("databaseRestoreTime"),
		RestoreSnapshot:   r.optional("databaseRestoreSnapshot"),
		RestoreFrom:       r.optional("databaseRestoreFrom"),
		RestorePrevious:   r.text("databaseRestorePrevious", string(components.PreviousKeep)),
		RestoreDiscard:    r.boolean("databaseRestoreDiscard", false),
		Address:           r.optional("databaseAddress"),
		SecurityGroupId:   r.optional("databaseSecurityGroupId"),
	}
}

func (c Config) databaseProblems() []error {
	d := c.Database
	problems := []error{
		rule.PostgresVersion("care:databaseVersion", d.Version),
		rule.InstanceClass("care:databaseInstanceClass", d.InstanceClass),
		rule.Storage("care:databaseStorage", d.Storage, "care:databaseMaxStorage", d.MaxStorage),
		rule.Between("care:databaseBackupDays", d.BackupDays, 1, 35),
		rule.BackupWindow("care:databaseBackupWindow", d.BackupWindow),
		rule.MaintenanceWindow("care:databaseMaintenanceWindow", d.MaintenanceWindow),
		rule.MonitoringSeconds("care:databaseMonitoringSeconds", d.MonitoringSeconds),
		rule.WindowsApart("care:databaseBackupWindow", d.BackupWindow, "care:databaseMaintenanceWindow", d.MaintenanceWindow),
	}
	if d.Address != "" || d.SecurityGroupId != "" {
		return append(problems, d.existingProblems()...)
	}
	return slices.Concat(problems, d.newProblems(), c.restoreProblems())
}

// newProblems checks the names and the password that RDS creates the database with.
func (d Database) newProblems() []error {
	problems := []error{
		rule.DatabaseName("care:databaseName", d.Name),
		rule.DatabaseName("care:databaseUsername", d.Username),
	}
	if d.Identifier != "" {
		problems = append(problems, rule.InstanceIdentifier("care:databaseIdentifier", d.Identifier))
	}
	if d.Password != "" {
		problems = append(problems, rule.Password("care:databasePassword", d.Password))
	}
	return problems
}

// existingProblems requires that an existing database is described completely. Its names and its password were chosen
// elsewhere, so RDS's rules for new ones do not apply.
func (d Database) existingProblems() []error {
	problems := []error{
		required("care:databaseAddress", d.Address, "with care:databaseSecurityGroupId, set the host name of that database",
			rule.Domain("care:databaseAddress", d.Address)),
		required("care:databaseSecurityGroupId", d.SecurityGroupId,
			"with care:databaseAddress, set the id of the database's security group, which Care's tasks are let into",
			rule.ResourceId("care:databaseSecurityGroupId", d.SecurityGroupId, "sg")),
		rule.ExistingDatabaseName("care:databaseName", d.Name),
		rule.ExistingDatabaseName("care:databaseUsername", d.Username),
	}
	if d.MajorUpgrade {
		problems = append(problems, rule.Broken("care:databaseMajorUpgrade", true,
			"has no use with care:databaseAddress: the program does not manage that database",
			"remove it, and upgrade the database yourself"))
	}
	if d.Identifier != "" {
		problems = append(problems, rule.Broken("care:databaseIdentifier", d.Identifier,
			"has no use with care:databaseAddress: the program does not manage that database", "remove it"))
	}
	if d.RestoreName != "" {
		problems = append(problems, rule.Broken(restoreKey("Name"), d.RestoreName,
			"has no use with care:databaseAddress: the program does not manage that database", "remove it"))
	}
	if d.Password == "" {
		return append(problems, rule.Given("care:databasePassword", false,
			"set the password of the existing database: pulumi config set --secret care:databasePassword"))
	}
	return append(problems, rule.ExistingPassword("care:databasePassword", d.Password))
}

// required returns the problem that an empty value is, and otherwise the one of its form.
func required(key, value, fix string, form error) error {
	if value == "" {
		return rule.Given(key, false, fix)
	}
	return form
}

// ofUserProblem checks that a database with the user's name exists. The start scripts of generation 3 wait for the
// database with a connection that names none, and PostgreSQL then uses the one with the user's name
// (scripts/wait_for_db.sh of Care; https://www.postgresql.org/docs/current/libpq-connect.html). Every server has one
// called postgres.
func (d Database) ofUserProblem() error {
	if d.Username == d.Name || d.Username == "postgres" || d.OfUserExists {
		return nil
	}
	return rule.Broken("care:databaseUsername", d.Username,
		"with generation 3 there must be a database of this name as well, or Care's containers end when they start",
		fmt.Sprintf(`give it the value of care:databaseName, or run CREATE DATABASE "%s" and set `+
			"care:databaseOfUserExists to true", d.Username))
}

// databaseWarnings reminds the reader to allow an upgrade for one update only.
func (c Config) databaseWarnings() []string {
	if !c.Database.MajorUpgrade {
		return nil
	}
	return []string{"care:databaseMajorUpgrade is set: a change of care:databaseVersion to a later major version stops " +
		"the database for some minutes at once, and cannot be undone. Remove the key after the upgrade."}
}
