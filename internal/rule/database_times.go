package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	backupPattern      = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$`)
	maintenancePattern = regexp.MustCompile(
		`^` + dayPattern + `:([01]\d|2[0-3]):[0-5]\d-` + dayPattern + `:([01]\d|2[0-3]):[0-5]\d$`,
	)
)

const (
	dayPattern = `(sun|mon|tue|wed|thu|fri|sat)`

	day  = 24 * time.Hour
	week = 7 * day
	// minWindow is the minimum of RDS
	// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html), and maxWindow its maximum
	// (https://github.com/getmoto/moto/pull/5839).
	minWindow = 30 * time.Minute
	maxWindow = 24 * time.Hour
)

// BackupWindow checks a daily time in UTC of 30 minutes or more. It may be empty: RDS then chooses one.
func BackupWindow(name, value string) error {
	if value == "" {
		return nil
	}
	const fix = `for example "20:00-20:30"`
	if !backupPattern.MatchString(value) {
		return Broken(name, value, "must be a daily time in UTC, as hh:mm-hh:mm", fix)
	}
	if _, length := window(value, day); length < minWindow {
		return Broken(name, value, "must be 30 minutes or more", fix)
	}
	return nil
}

// MaintenanceWindow checks a weekly time in UTC of 30 minutes to 24 hours. It may be empty: RDS then chooses one.
func MaintenanceWindow(name, value string) error {
	if value == "" {
		return nil
	}
	const fix = `for example "sat:21:00-sat:21:30"`
	if !maintenancePattern.MatchString(value) {
		return Broken(name, value, "must be a weekly time in UTC, as ddd:hh:mm-ddd:hh:mm", fix)
	}
	if _, length := window(value, week); length < minWindow || length > maxWindow {
		return Broken(name, value, "must be 30 minutes to 24 hours long", fix)
	}
	return nil
}

// WindowsApart checks that the two windows of a database do not overlap, which RDS refuses.
func WindowsApart(backupName, backup, maintenanceName, maintenance string) error {
	if !backupPattern.MatchString(backup) || !maintenancePattern.MatchString(maintenance) {
		return nil
	}
	daily, backupLength := window(backup, day)
	weekly, maintenanceLength := window(maintenance, week)
	// It is the time from the start of one window to the next start of the other, in both directions.
	until := (daily - weekly%day + day) % day
	since := (weekly%day - daily + day) % day
	if until < maintenanceLength || since < backupLength {
		return Broken(backupName, backup, "must not overlap "+maintenanceName+", "+maintenance, "move one of them")
	}
	return nil
}

// window returns the start of a window within its period, and its length.
func window(value string, period time.Duration) (start, length time.Duration) {
	from, to, _ := strings.Cut(value, "-")
	start = clock(from)
	return start, (clock(to) - start + period) % period
}

// clock returns the time since the beginning of the day, or of the week.
func clock(value string) (since time.Duration) {
	if name, rest, ok := strings.Cut(value, ":"); ok && len(name) == len("mon") {
		since, value = time.Duration(slices.Index(weekdays, strings.ToUpper(name)))*day, rest
	}
	var hours, minutes int
	_, _ = fmt.Sscanf(value, "%d:%d", &hours, &minutes)
	return since + time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
}
