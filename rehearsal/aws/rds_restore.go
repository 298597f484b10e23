package aws

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// markBackups is the time, in seconds since 1970, from which an instance has backups: that of its creation, which ends
// with the first one. An instance that was created before this world has no such mark.
const markBackups = "backups"

// restoreDelay is how long after a transaction RDS can restore it: it stores the log every five minutes
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html).
const restoreDelay = 5 * time.Minute

// markFirstBackup notes when the backups of a new instance begin.
func markFirstBackup(o *standin.Op) {
	if o.Verb != standin.Create {
		return
	}
	mark(o, markBackups, o.World.Time().Unix())
}

// mark notes a number about the resource of the operation.
func mark(o *standin.Op, name string, value int64) {
	if o.This.Marks == nil {
		o.This.Marks = map[string]int64{}
	}
	o.This.Marks[name] = value
}

// markSnapshotKey notes that a new instance has the key of a snapshot because its source has it.
func markSnapshotKey(o *standin.Op) {
	if source := restoreSource(o); o.Verb == standin.Create && source != nil && live.HasSnapshotKey(source) {
		mark(o, live.MarkSnapshotKey, 1)
	}
}

// restoreSource returns the live instance that a new one is restored from to a point in time, or nil.
func restoreSource(o *standin.Op) *standin.Resource {
	at := o.In("restoreToPointInTime")
	for _, by := range [][2]string{{"sourceDbInstanceIdentifier", "identifier"}, {"sourceDbiResourceId", "resourceId"}} {
		if v := at.At(by[0]); v.Text() != "" {
			return o.World.Find(token.RdsInstance, by[1], v.Text())
		}
	}
	return nil
}

// restoredOutputs are the properties that a restored instance has from its source, unless its inputs have others.
func restoredOutputs(o *standin.Op) standin.Props {
	props, source := standin.Props{}, restoreSource(o)
	if source == nil {
		return props
	}
	kept := []string{"dbName", "username", "allocatedStorage", "kmsKeyId", "engineVersion", "storageEncrypted"}
	for _, name := range kept {
		if value := source.Out(name); value.Known() {
			props[name] = value.Raw()
		}
	}
	return props
}

var rdsRestore = rule("rds/restore").OnInputs(func(d *standin.Draft) {
	at, snapshot := d.In("restoreToPointInTime"), d.In("snapshotIdentifier")
	if isGiven(snapshot) && isGiven(at) {
		d.Refuse(snapshot, rdsInvalidCombination, "snapshot_identifier conflicts with restore_to_point_in_time",
			"remove one of them")
	}
	if parts := strings.Split(snapshot.Text(), ":"); parts[0] == "arn" && len(parts) > 3 && parts[3] != d.Scope.Region {
		d.Refuse(snapshot, "DBSnapshotNotFound", "the snapshot is in the region "+parts[3]+", and the instance in "+
			d.Scope.Region, "copy the snapshot to "+d.Scope.Region+" first: aws rds copy-db-snapshot")
	}
	if snapshot.Known() {
		like(d, "snapshotIdentifier", form{
			rdsInvalidValue, rdsSnapshotName, "a snapshot is named by its identifier or its ARN",
			"take it from aws rds describe-db-snapshots",
		})
	}
	if !at.Known() {
		return
	}
	exactlyOne(d, at, rdsInvalidCombination, "sourceDbInstanceIdentifier", "sourceDbiResourceId",
		"sourceDbInstanceAutomatedBackupsArn")
	when, latest := at.At("restoreTime"), at.At("useLatestRestorableTime")
	switch {
	case isGiven(when) && latest.Bool():
		d.Refuse(when, rdsInvalidCombination, "RestoreTime can't be specified if UseLatestRestorableTime is enabled",
			"remove one of them")
	case !isGiven(when) && !isGiven(latest):
		d.Refuse(at, rdsInvalidCombination, "either RestoreTime or UseLatestRestorableTime must be specified",
			"give one of them")
	}
})

// rdsSnapshotName matches identifiers of snapshots, with rds: or awsbackup: before those of automated ones, and ARNs.
var rdsSnapshotName = regexp.MustCompile(
	`^(arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:snapshot:)?((rds|awsbackup):)?[A-Za-z](-?[A-Za-z0-9:])*$`)

var rdsRestoreSource = rule("rds/restore-source").OnOperation(func(o *standin.Op) {
	at := o.In("restoreToPointInTime")
	if o.Verb != standin.Create || o.Preview || !isGiven(at) || isGiven(at.At("sourceDbInstanceAutomatedBackupsArn")) {
		return
	}
	source := restoreSource(o)
	if source == nil {
		o.Refuse(at, "DBInstanceNotFound", "the source DB instance does not exist",
			"restore from an instance of this account and region")
		return
	}
	if source.Out("backupRetentionPeriod").Int() == 0 {
		o.Refuse(at, "PointInTimeRestoreNotEnabled", source.Label()+" has no automated backups", "restore a snapshot of it")
	}
	wanted, has := familyOf(o.In("engine").Text(), o.In("engineVersion").Text()),
		familyOf(source.Out("engine").Text(), source.Out("engineVersion").Text())
	if wanted != "" && has != "" && wanted != has {
		o.Refuse(o.In("engineVersion"), rdsInvalidCombination, "the restored instance has the version of its source, "+has+
			", and not "+wanted, "restore with engineVersion and parameter group of the source, and upgrade afterwards")
	}
	if storage := o.In("allocatedStorage"); storage.Known() && storage.Number() < source.Out("allocatedStorage").Number() {
		o.Refuse(storage, rdsInvalidCombination,
			fmt.Sprintf("Invalid storage size for engine name postgres: the source has %d GiB",
				source.Out("allocatedStorage").Int()),
			"leave allocatedStorage out, so that the instance has that of its source")
	}
})

var rdsRestoreTime = rule("rds/restore-time").OnOperation(func(o *standin.Op) {
	v := o.In("restoreToPointInTime").At("restoreTime")
	wanted, err := time.Parse(time.RFC3339, v.Text())
	source := restoreSource(o)
	if o.Verb != standin.Create || err != nil || source == nil {
		return
	}
	if o.World.ThisRun(source.Seq) {
		o.Assume(v, "is a time of which "+source.Label()+" has backups: this run has created it")
		return
	}
	if latest := o.World.Time().Add(-restoreDelay); wanted.After(latest) {
		refuseTime(o, v, "later than the latest restorable time "+latest.Format(time.RFC3339),
			"give an earlier time, or useLatestRestorableTime")
		return
	}
	earliest := o.World.Time().AddDate(0, 0, -source.Out("backupRetentionPeriod").Int())
	if first := source.Marks[markBackups]; first > earliest.Unix() {
		earliest = time.Unix(first, 0).UTC()
	}
	if wanted.Before(earliest) {
		refuseTime(o, v, "earlier than the earliest restorable time "+earliest.Format(time.RFC3339),
			"give a later time, or restore a snapshot")
	}
})

func refuseTime(o *standin.Op, at standin.Value, reason, fix string) {
	o.Refuse(at, rdsInvalidValue, "the instance cannot be restored to a time "+reason, fix)
}

// assumeSnapshot notes a snapshot that this world does not know: most are taken outside any program. Its key is not
// known even if the world knows it.
func assumeSnapshot(o *standin.Op) {
	v := o.In("snapshotIdentifier")
	if o.Verb != standin.Create || v.Text() == "" {
		return
	}
	name := v.Text()
	if !strings.HasPrefix(name, "arn:") {
		name = arn(o, "rds", "snapshot:"+name)
	}
	if !o.World.Minted(name) {
		o.Assume(v, "is a DB snapshot that is available")
	}
	if o.This.Out("storageEncrypted").Bool() && live.HasSnapshotKey(o.This) {
		o.Assume(v, "has the key that the database is to have: a restored one has the key of its snapshot")
	}
}
