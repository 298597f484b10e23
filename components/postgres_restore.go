package components

import (
	"time"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// PreviousDatabase is what becomes of the database that another one was restored from.
type PreviousDatabase string

// The values of PreviousDatabase, in the order in which a stack has them.
const (
	// PreviousKeep keeps the database as it is.
	PreviousKeep PreviousDatabase = "keep"
	// PreviousUnprotect keeps the database, and lets the next update delete it with a final snapshot.
	PreviousUnprotect PreviousDatabase = "unprotect"
	// PreviousDelete deletes the database.
	PreviousDelete PreviousDatabase = "delete"
)

// LatestTime is, as the Time of a PostgresRestore, the latest time that RDS can restore, about five minutes ago.
const LatestTime = "latest"

// PostgresRestore is a second database, restored from the backups of the first or from a snapshot, that is used instead
// of the first. RDS restores only into a new instance
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html). Time and Snapshot are read when the database
// is created, and never again. It has the disk and the KMS key of its source, and the user, the password and the
// database name of the Postgres, which must be those of the source.
type PostgresRestore struct {
	// Name identifies the restored database: 1 to 20 lower-case letters, digits and hyphens. Its resource is named after
	// it, so a change of the name would create another database. Required.
	Name string `pulumi:"name"`
	// Time is the time to restore, as 2030-01-31T03:15:00Z, or "latest". Required without Snapshot.
	Time string `pulumi:"time,optional"`
	// Snapshot is the DB snapshot to restore: its identifier, or its ARN if another account shares it. Required without
	// Time.
	Snapshot string `pulumi:"snapshot,optional"`
	// From is the Name of the database in use before, if that one was restored as well. Default: the first database
	// of the Postgres.
	From string `pulumi:"from,optional"`
	// Previous decides about the database in use before: "keep", "unprotect" or "delete". With "delete", Time must
	// not be set, because that is a time of the deleted database; a Postgres that does not exist yet has one database
	// then, of Snapshot or empty. Default: "keep".
	Previous PreviousDatabase `pulumi:"previous,optional"`
	// Discard lets the next update delete the restored database, with a final snapshot. Default: false.
	Discard bool `pulumi:"discard,optional"`
}

func (r *PostgresRestore) withDefaults() *PostgresRestore {
	if r == nil {
		return nil
	}
	restore := *r
	restore.Previous = or(restore.Previous, PreviousKeep)
	return &restore
}

// ValidateAs checks every value, and returns all problems at once. It names each field, such as Name, as name returns
// it.
func (r *PostgresRestore) ValidateAs(name func(field string) string) error {
	if r == nil {
		return nil
	}
	a := r.withDefaults()
	problems := []error{
		rule.RestoreName(name("Name"), a.Name),
		rule.OneOf(name("Previous"), a.Previous, PreviousKeep, PreviousUnprotect, PreviousDelete),
		a.validateSource(name),
	}
	if a.From != "" {
		problems = append(problems, rule.RestoreName(name("From"), a.From))
	}
	if a.From != "" && a.From == a.Name {
		problems = append(problems, rule.Broken(name("From"), a.From, "a database cannot be restored from itself",
			"give the restored database a new name in "+name("Name")))
	}
	if a.Discard && a.Previous == PreviousDelete {
		problems = append(problems, rule.Broken(name("Discard"), true,
			"the restored database is the only one, because "+name("Previous")+" is "+string(PreviousDelete), "remove it"))
	}
	return rule.All(problems...)
}

// validateSource checks the time and the snapshot. One of them is required while the previous database exists.
func (r *PostgresRestore) validateSource(name func(field string) string) error {
	var problems []error
	if r.Time != "" && r.Time != LatestTime {
		problems = append(problems, rule.PastTime(name("Time"), r.Time, time.Now(), `, or "`+LatestTime+`"`))
	}
	if r.Snapshot != "" {
		problems = append(problems, rule.Snapshot(name("Snapshot"), r.Snapshot))
	}
	switch {
	case r.Time != "" && r.Snapshot != "":
		problems = append(problems, rule.Broken(name("Snapshot"), r.Snapshot,
			"a database is restored to a time or from a snapshot, and "+name("Time")+" is set", "remove one of them"))
	case r.Time != "" && r.Previous == PreviousDelete:
		problems = append(problems, rule.Broken(name("Time"), r.Time,
			"has no effect with "+name("Previous")+" = "+string(PreviousDelete)+": the previous database has the backups",
			"remove it, or, to restore a database, set "+name("Previous")+" to "+string(PreviousKeep)))
	case r.Time == "" && r.Snapshot == "" && r.Previous != PreviousDelete:
		problems = append(problems, rule.Given(name("Time"), false,
			`set it to a time such as "2030-01-31T03:15:00Z" or to "`+LatestTime+`", or set `+name("Snapshot")+
				`. If the previous database is deleted already, set `+name("Previous")+" back to "+string(PreviousDelete)))
	}
	return rule.All(problems...)
}

// createInstances creates the database. With a restore it creates the restored one, and the previous one unless that is
// deleted. All of them have one security group, subnet group, parameter group and password.
func (b *postgresBuilder) createInstances() (err error) {
	if b.suffix, err = b.snapshotSuffix(); err != nil {
		return err
	}
	restore := b.args.Restore
	if restore == nil {
		b.instance, err = b.createInstance(postgresInstance{})
		return err
	}
	serving := postgresInstance{restore: restore.Name, snapshot: restore.Snapshot, released: restore.Discard}
	if restore.Previous != PreviousDelete {
		previous, err := b.createInstance(postgresInstance{
			restore: restore.From, released: restore.Previous == PreviousUnprotect,
		})
		if err != nil {
			return err
		}
		serving.pointInTime, serving.previous = restore.pointInTime(previous), []pulumi.Resource{previous}
	}
	b.instance, err = b.createInstance(serving)
	return err
}

// pointInTime returns the time of a database to restore; nil for a snapshot.
func (r *PostgresRestore) pointInTime(of *rds.Instance) *rds.InstanceRestoreToPointInTimeArgs {
	switch r.Time {
	case "":
		return nil
	case LatestTime:
		return &rds.InstanceRestoreToPointInTimeArgs{
			SourceDbInstanceIdentifier: of.Identifier, UseLatestRestorableTime: pulumi.Bool(true),
		}
	}
	return &rds.InstanceRestoreToPointInTimeArgs{
		SourceDbInstanceIdentifier: of.Identifier, RestoreTime: pulumi.String(r.Time),
	}
}

// restoredOnce are the properties of a restored database that RDS takes from its source, or reads at its creation only.
var restoredOnce = []string{"restoreToPointInTime", "snapshotIdentifier", "dbName", "username", "allocatedStorage"}
