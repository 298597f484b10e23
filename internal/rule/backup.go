package rule

import (
	"regexp"
	"strings"
	"time"
)

var timePattern = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)

// BackupStart is the time within which AWS Backup starts a job after it is due, its default and minimum
// (https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html, StartWindowMinutes).
const BackupStart = time.Hour

// beforeWindow is the time before a window of RDS in which AWS Backup cannot start a snapshot
// (https://docs.aws.amazon.com/aws-backup/latest/devguide/troubleshooting.html).
const beforeWindow = time.Hour

// BackupTime checks a daily time in UTC.
func BackupTime(name, value string) error {
	return Match(name, value, timePattern, "must be a daily time in UTC, as hh:mm", `for example "22:30"`)
}

// BackupApart checks that no backup that is due at a daily time starts during a window of a database, daily or weekly,
// or within an hour before: AWS Backup fails then. A backup starts up to an hour after it is due.
func BackupApart(name, value, windowName, given string) error {
	if !timePattern.MatchString(value) || !backupPattern.MatchString(given) && !maintenancePattern.MatchString(given) {
		return nil
	}
	start, length := window(given, week)
	if backupPattern.MatchString(given) {
		_, length = window(given, day)
	}
	// They are the times from the start of the window to the backup, and from the backup to the next start.
	since := (clock(value) - start%day + day) % day
	if since < length || day-since < BackupStart+beforeWindow {
		return Broken(name, value, "must be at the end of "+windowName+", "+given+", or later, and two hours or more before "+
			"its start: AWS Backup fails during the window and an hour before, and starts up to an hour late",
			"choose another time, or move the window")
	}
	return nil
}

var backupVaultArn = arnForm{
	what: "the ARN of a vault of AWS Backup", service: "backup", regional: true, owned: true,
	resource: regexp.MustCompile(`^backup-vault:[a-zA-Z0-9_-]{2,50}$`),
	example:  "arn:aws:backup:eu-west-1:123456789012:backup-vault:care-copies",
}

// BackupVault checks the ARN of a vault of AWS Backup
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html).
func BackupVault(name, value string) error { return backupVaultArn.check(name, value) }

var accountPattern = regexp.MustCompile(`^\d{12}$`)

// Account checks the id of an AWS account.
func Account(name, value string) error {
	if value == noAccount {
		return Broken(name, value, "must be an account of AWS", `for example "123456789012"`)
	}
	return Match(name, value, accountPattern, "must be the 12 digits of an AWS account", `for example "123456789012"`)
}

// BackupVaultElsewhere checks that a vault for copies is not in the region and account of the backups. Unset is the
// name of the input for a key if AWS's own keys encrypt the data, else empty: snapshots under them cannot be copied to
// another account (https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html).
func BackupVaultElsewhere(name, value, region, account, unset string) error {
	fields := strings.Split(value, ":")
	switch {
	case fields[4] != account && unset != "":
		return Broken(name, value, "must be a vault of the stack's account, "+account+", as long as AWS's own keys encrypt "+
			"the data: they are not shared with other accounts",
			"encrypt the data with another key by "+unset+", or name a vault of that account in another region")
	case fields[4] == account && fields[3] == region:
		return Broken(name, value, "must be a vault in another region or account than the stack, which is in "+region+" of "+
			account+": a copy beside the backups is lost with them", "create a vault elsewhere and name it")
	}
	return nil
}
