package rule

import (
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // So that zones are known where the system has no list of them.
)

var (
	metricNamespacePattern = regexp.MustCompile(`^[A-Za-z0-9._/#-]{1,255}$`)
	taskPattern            = regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*){0,15}$`)
	queuePattern           = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,128}$`)
	atPattern              = regexp.MustCompile(`^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$`)
	cronPattern            = regexp.MustCompile(`^cron\(([^ ()]+( [^ ()]+){5})\)$`)
)

// MetricNamespace checks a namespace that CloudWatch and its log metric filters accept, and that is not one of AWS's
// own (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html,
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html).
func MetricNamespace(name, value string) error {
	const fix = `for example "care/staging"`
	if strings.HasPrefix(value, "AWS/") {
		return Broken(name, value, "must not begin with AWS/, which is for AWS's own metrics", fix)
	}
	return Match(name, value, metricNamespacePattern, "must be 1 to 255 letters, digits and ._/#-", fix)
}

// QueueName checks the name of a list in Redis that a shell and redis-cli pass on unchanged.
func QueueName(name, value string) error {
	return Match(name, value, queuePattern, "must be 1 to 128 letters, digits and ._:-", `for example "celery"`)
}

// TaskName checks that value is the full name of a Celery task, as workers log it.
func TaskName(name, value string) error {
	if len(value) > 200 {
		return Broken(name, value, "must have at most 200 characters", "give the task's full name")
	}
	return Match(name, value, taskPattern, "must be a Python name with dots",
		`for example "care.facility.tasks.cleanup.delete_old_notifications"`)
}

// ScheduleExpression checks a time in the form of Application Auto Scaling: at(…) for once or cron(…) for repetition. A
// cron expression has a question mark for either the day of the month or the day of the week
// (https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html).
func ScheduleExpression(name, value string) error {
	const fix = `for example "cron(0 20 ? * MON-FRI *)"`
	if atPattern.MatchString(value) {
		return nil
	}
	found := cronPattern.FindStringSubmatch(value)
	if found == nil {
		return Broken(name, value, "must be at(yyyy-mm-ddThh:mm:ss), or cron(…) with six fields", fix)
	}
	fields := strings.Fields(found[1])
	if (fields[2] == "?") == (fields[4] == "?") {
		return Broken(name, value,
			"must have ? either as the day of the month, the third field, or as that of the week, the fifth", fix)
	}
	return nil
}

// TimeZone checks the name of a zone in the IANA's list
// (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html).
func TimeZone(name, value string) error {
	if _, err := time.LoadLocation(value); value == "" || value == "Local" || err != nil {
		return Broken(name, value, "must be a time zone's name", `for example "Asia/Kolkata"`)
	}
	return nil
}
