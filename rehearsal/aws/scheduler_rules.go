package aws

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // So that zones are known where the system has no list of them.

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/cron"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// schedulerInvalid is the code of malformed requests to EventBridge Scheduler
// (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html, Errors).
const schedulerInvalid = "ValidationException"

var (
	scheduleName = regexp.MustCompile(`^[0-9a-zA-Z-_.]{1,64}$`)
	onceOrRate   = regexp.MustCompile(
		`^(at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\([1-9]\d* (minute|minutes|hour|hours|day|days)\))$`,
	)
)

func scheduleNamed(d *standin.Draft, path string) {
	like(d, path,
		form{schedulerInvalid, scheduleName, "a name has at most 64 letters, digits and -_.", "choose such a name"})
}

var schedulerSchedule = rule("scheduler/schedule").OnInputs(func(d *standin.Draft) {
	scheduleNamed(d, "name")
	scheduleNamed(d, "groupName")
	if v := d.In("target.arn"); v.Text() != "" && !strings.HasPrefix(v.Text(), "arn:") {
		d.Refuse(v, schedulerInvalid, "Provided Arn is not in correct format", "give the target's ARN")
	}
})

var schedulerScheduleGroup = rule("scheduler/schedule-group").OnInputs(func(d *standin.Draft) {
	scheduleNamed(d, "name")
})

var schedulerScheduleExpression = rule("scheduler/schedule-expression").OnInputs(func(d *standin.Draft) {
	expression, zone := d.In("scheduleExpression"), d.In("scheduleExpressionTimezone")
	refuseTimes(d, expression, schedulerInvalid, "Invalid Schedule Expression "+expression.Text()+".")
	refuseZone(d, zone, schedulerInvalid)
})

// refuseTimes refuses an expression that is neither a time, nor a rate, nor a cron expression.
func refuseTimes(d *standin.Draft, v standin.Value, code, said string) {
	if v.Text() == "" || onceOrRate.MatchString(v.Text()) {
		return
	}
	if _, err := cron.Parse(v.Text()); err != nil {
		d.Refuse(v, code, said+" "+err.Error(),
			`write it as "cron(0 20 ? * MON-FRI *)", "rate(5 minutes)" or "at(2026-01-31T08:00:00)"`)
	}
}

func refuseZone(d *standin.Draft, v standin.Value, code string) {
	if _, err := time.LoadLocation(v.Text()); v.Text() == "Local" || err != nil {
		d.Refuse(v, code, "it is no time zone of the IANA's list", `write it as "Asia/Kolkata"`)
	}
}

var schedulerFlexibleWindow = rule("scheduler/flexible-window").OnInputs(func(d *standin.Draft) {
	const window, most = "flexibleTimeWindow", "flexibleTimeWindow.maximumWindowInMinutes"
	among(d, window+".mode", schedulerInvalid, "OFF", "FLEXIBLE")
	within(d, most, schedulerInvalid, 1, 1440)
	switch mode, minutes := d.In(window+".mode").Text(), d.In(most); {
	case mode == "OFF" && minutes.Known():
		d.Refuse(minutes, schedulerInvalid, "a window has minutes in the mode FLEXIBLE only", "remove it")
	case mode == "FLEXIBLE" && minutes.Missing():
		d.Refuse(minutes, schedulerInvalid, "a flexible window needs its minutes", "set maximumWindowInMinutes")
	}
})

// unsupported begin the actions that only read
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html#unsupported-api-actions).
var unsupported = []string{
	"get", "describe", "list", "poll", "receive", "search", "scan", "query", "select", "read", "lookup", "discover",
	"validate",
	"batchGet", "batchDescribe", "batchRead", "transactGet", "adminGet", "adminList", "testMigration", "retrieve",
	"testConnection",
	"translateDocument", "isAuthorized", "invokeModel",
}

var schedulerUniversalTarget = rule("scheduler/universal-target").OnInputs(func(d *standin.Draft) {
	target, input := d.In("target.arn"), d.In("target.input")
	match := live.UniversalTarget.FindStringSubmatch(target.Text())
	if match == nil {
		if strings.Contains(target.Text(), ":scheduler:::aws-sdk:") {
			d.Refuse(target, schedulerInvalid,
				"a universal target is arn:aws:scheduler:::aws-sdk:<service>:<apiAction>, the action in camel case",
				`write it as "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance"`)
		}
		return
	}
	if action := match[2]; slices.ContainsFunc(unsupported,
		func(prefix string) bool { return strings.HasPrefix(action, prefix) }) {
		d.Refuse(target, schedulerInvalid, "EventBridge Scheduler does not support actions that read: "+action,
			"call an action that does something")
	}
	parameters := map[string]any{}
	if input.Text() != "" && json.Unmarshal([]byte(input.Text()), &parameters) != nil {
		d.Refuse(input, schedulerInvalid,
			"the input of a universal target is a JSON object with the action's parameters", "write such an object")
		return
	}
	if match[1] == "rds" && strings.HasSuffix(match[2], "DBInstance") && input.Complete() &&
		parameters["DbInstanceIdentifier"] == nil {
		d.Refuse(input, schedulerInvalid,
			"the action needs DbInstanceIdentifier: parameters are named as in AWS's SDKs, not as in RDS's API",
			`write {"DbInstanceIdentifier": "…"}`)
	}
})

var schedulerRoleTrust = rule("scheduler/role-trust").OnOperation(func(o *standin.Op) {
	v := o.In("target.roleArn")
	role := o.World.Find(token.IamRole, "arn", v.Text())
	if !o.Preview && role != nil && !trusts(role, "scheduler.amazonaws.com") {
		o.Refuse(v, schedulerInvalid,
			"The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
			"name scheduler.amazonaws.com as the Service in the assumeRolePolicy of "+role.Label())
	}
})
