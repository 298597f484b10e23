package aws

import (
	"strings"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/cron"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var backupSchedule = rule("backup/schedule").OnInputs(func(d *standin.Draft) {
	for _, each := range d.In("rules").Items() {
		v := each.At("schedule")
		if _, err := cron.Parse(v.Text()); v.Text() != "" && err != nil {
			d.Refuse(v, backupInvalid, "the schedule is a cron expression: "+err.Error(), `write it as "cron(30 22 * * ? *)"`)
		}
		refuseZone(d, each.At("scheduleExpressionTimezone"), backupInvalid)
	}
})

// coldDays is the number of days for which a backup stays in cold storage, or is paid for.
const coldDays = 90

var backupLifecycle = rule("backup/lifecycle").OnInputs(func(d *standin.Draft) {
	for _, each := range d.In("rules").Items() {
		for _, lifecycle := range append(each.All("copyActions.lifecycle"), each.At("lifecycle")) {
			cold, end := lifecycle.At("coldStorageAfter"), lifecycle.At("deleteAfter")
			if cold.Int() > 0 && end.Int() > 0 && end.Int() < cold.Int()+coldDays {
				d.Refuse(end, backupInvalid, "DeleteAfterDays cannot be less than 90 days apart from MoveToColdStorageAfterDays",
					"delete later, or leave out coldStorageAfter")
			}
		}
	}
})

var backupContinuousDays = rule("backup/continuous-days").OnInputs(func(d *standin.Draft) {
	const most = 35
	for _, each := range d.In("rules").Items() {
		lifecycle := each.At("lifecycle")
		end, cold := lifecycle.At("deleteAfter"), lifecycle.At("coldStorageAfter")
		switch {
		case !each.At("enableContinuousBackup").Bool() || !lifecycle.Complete() && lifecycle.Known():
		case end.Int() < 1 || end.Int() > most:
			d.Refuse(end, backupInvalid, "continuous backups are kept for 1 to 35 days", "set deleteAfter to 35 or less")
		case cold.Int() > 0:
			d.Refuse(cold, backupInvalid, "continuous backups cannot move to cold storage", "remove coldStorageAfter")
		}
	}
})

// backedUp is what AWS Backup does with a type of resource.
type backedUp struct {
	token string
	// charge and item name the charge of its backups in a bill.
	charge, item string
}

// backedUpBy returns the type of a resource that AWS Backup copies, by the ARN.
func backedUpBy(arn string) (backedUp, bool) {
	for part, found := range map[string]backedUp{
		":rds:":               {token.RdsInstance, "snapshots of databases by a backup plan", "rds-backup-gb-month"},
		":elasticfilesystem:": {token.EfsFileSystem, "backups of EFS", "efs-backup-gb-month"},
		":s3:":                {token.S3BucketV2, "backups of buckets", "s3-backup-gb-month"},
	} {
		if strings.Contains(arn, part) {
			return found, true
		}
	}
	return backedUp{}, false
}

// eachSelected calls judge with each resource of a type that a selection names by its ARN.
func eachSelected(o *standin.Op, typ string, judge func(at standin.Value, r *standin.Resource)) {
	for _, v := range o.All("resources") {
		if r := o.World.Find(typ, "arn", v.Text()); r != nil {
			judge(v, r)
		}
	}
}

var backupSelectionResources = rule("backup/selection-resources").OnOperation(func(o *standin.Op) {
	all := o.All("resources")
	if len(all) == 0 && len(o.In("selectionTags").Items()) == 0 && !o.In("resources").Unknown() {
		o.Refuse(o.In("resources"), backupInvalid, "a selection names resources or tags", "give the ARNs of resources")
	}
	for _, v := range all {
		named, ok := backedUpBy(v.Text())
		switch {
		case !ok || strings.Contains(v.Text(), "*") || o.World.Find(named.token, "arn", v.Text()) != nil:
		case o.World.Minted(v.Text()):
			o.Refuse(v, backupInvalid, "the resource does not exist any more", "select a resource that exists")
		default:
			o.Assume(v, "it is a resource that exists")
		}
	}
})

var backupRoleTrust = rule("backup/role-trust").OnOperation(func(o *standin.Op) {
	v := o.In("iamRoleArn")
	role := o.World.Find(token.IamRole, "arn", v.Text())
	if !o.Preview && role != nil && !trusts(role, "backup.amazonaws.com") {
		o.Refuse(v, backupInvalid, "IAM Role "+v.Text()+" cannot be assumed by AWS Backup",
			"name backup.amazonaws.com as the Service in the assumeRolePolicy of "+role.Label())
	}
})

// AWS accepts the selection, and each backup of the bucket fails.
var backupBucketVersions = rule("backup/bucket-versions").OnOperation(func(o *standin.Op) {
	eachSelected(o, token.S3BucketV2, func(at standin.Value, bucket *standin.Resource) {
		for _, versions := range o.World.Where(token.S3BucketVersioningV2, "bucket", bucket.Out("bucket").Text()) {
			if versions.Out("versioningConfiguration.status").Text() == "Enabled" {
				return
			}
		}
		if !o.Preview {
			o.Refuse(at, backupInvalid, "AWS Backup copies a bucket only if its versioning is enabled, and "+bucket.Label()+
				" keeps no versions", "enable its versioning, and have the selection depend on it")
		}
	})
})

// rulesOf returns the rules of the plan of a selection, and the plan, which is nil if it is from outside.
func rulesOf(o *standin.Op) (*standin.Resource, []standin.Value) {
	plan := o.World.Get(token.BackupPlan, o.In("planId").Text())
	if plan == nil {
		return nil, nil
	}
	return plan, plan.Out("rules").Items()
}

// AWS accepts it and changes the retention and the backup window of the database, so that each plan of the provider
// changes them back.
var backupContinuousDatabase = rule("backup/continuous-database").OnOperation(func(o *standin.Op) {
	plan, rules := rulesOf(o)
	eachSelected(o, token.RdsInstance, func(at standin.Value, database *standin.Resource) {
		for _, each := range rules {
			if each.At("enableContinuousBackup").Bool() && database.Out("backupRetentionPeriod").Int() > 0 {
				o.Refuse(at, backupInvalid, plan.Label()+" would take over the retention and the backup window of "+
					database.Label()+", which each update sets back", "leave out enableContinuousBackup for databases")
				return
			}
		}
	})
})

// Snapshots that are due within an hour before the windows of a database, or during them, fail. A window that AWS
// chooses is not known here.
var backupDatabaseWindows = rule("backup/database-windows").OnOperation(func(o *standin.Op) {
	_, rules := rulesOf(o)
	eachSelected(o, token.RdsInstance, func(at standin.Value, database *standin.Resource) {
		for _, each := range rules {
			for _, window := range []string{"backupWindow", "maintenanceWindow"} {
				given := database.In(window).Text()
				if given != "" && !each.At("enableContinuousBackup").Bool() && dueDuring(each, given) {
					o.Refuse(at, backupInvalid, "AWS cannot take snapshots of "+database.Label()+" within an hour before its "+
						window+" or during it, "+given+", and they are due at "+each.At("schedule").Text(), "move one of them")
					return
				}
			}
		}
	})
})

// AWS accepts the plan, and each copy fails. A snapshot of RDS has the key of its database, whereas AWS Backup encrypts
// backups of EFS and S3 with the key of the vault.
var backupCopyKey = rule("backup/copy-key").OnOperation(func(o *standin.Op) {
	selections := []standin.Value{o.In("resources")}
	rules := o.In("rules").Items()
	if o.Kind.Token == token.BackupSelection {
		_, rules = rulesOf(o)
	} else {
		selections = nil
		for _, selection := range o.World.Where(token.BackupSelection, "planId", o.Id) {
			selections = append(selections, selection.Out("resources"))
		}
	}
	for _, each := range rules {
		for _, vault := range each.All("copyActions.destinationVaultArn") {
			fields := strings.Split(vault.Text(), ":")
			if len(fields) > 4 && fields[4] != o.Scope.Account {
				refuseAwsKeys(o, selections, vault, fields[4])
			}
		}
	}
})

// refuseAwsKeys refuses copies to a vault of another account if AWS's own key encrypts a selected database. The key of
// a snapshot is not known.
func refuseAwsKeys(o *standin.Op, selections []standin.Value, vault standin.Value, account string) {
	for _, selection := range selections {
		for _, v := range selection.Items() {
			database := o.World.Find(token.RdsInstance, "arn", v.Text())
			if database == nil || !database.Out("storageEncrypted").Bool() || database.Out("kmsKeyId").Text() != "" ||
				live.HasSnapshotKey(database) {
				continue
			}
			o.Refuse(vault, backupInvalid, "AWS's own key encrypts "+database.Label()+", and snapshots under that key cannot "+
				"be copied to another account, "+account, "copy to another region of the same account, or first give the database "+
				"a key of its own: copy a snapshot under that key and restore the copy")
		}
	}
}

// sunday is the first day of a week that is long past daylight saving time in every zone.
var sunday = time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC)

// dueDuring reports whether a backup rule is due during a window of RDS, daily or weekly, or within an hour before.
func dueDuring(rule standin.Value, window string) bool {
	expression, err := cron.Parse(rule.At("schedule").Text())
	zone, zoneErr := time.LoadLocation(rule.At("scheduleExpressionTimezone").Text())
	if err != nil || zoneErr != nil {
		return false
	}
	const week = 7 * 24 * time.Hour
	begins, lasts, period := windowOf(window)
	if period == 0 {
		return false
	}
	// Two weeks of times, so that a window that ends after the week's end is met too.
	for _, due := range expression.Between(sunday.In(zone), sunday.Add(2*week).In(zone)) {
		since := (due.Sub(sunday) - begins + time.Hour + 2*week) % period
		if since < lasts+time.Hour {
			return true
		}
	}
	return false
}

// windowOf returns when a window of RDS begins in its day or week, how long it lasts, and the length of the day or
// week, which is 0 if the text is no window.
func windowOf(text string) (begins, lasts, period time.Duration) {
	period = 24 * time.Hour
	clock := func(text string) time.Duration {
		var since time.Duration
		if name, rest, ok := strings.Cut(text, ":"); ok && len(name) == len("sun") {
			day := strings.Index("sunmontuewedthufrisat", name) / len("sun") //nolint:gocritic // a malformed name is day 0
			since, text, period = time.Duration(day)*24*time.Hour, rest, 7*24*time.Hour
		}
		at, err := time.Parse("15:04", text)
		if err != nil {
			period = 0
		}
		return since + time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	}
	from, to, _ := strings.Cut(text, "-")
	begins, lasts = clock(from), clock(to)
	if period == 0 {
		return 0, 0, 0
	}
	return begins, (lasts - begins + period) % period, period
}
