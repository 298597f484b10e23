package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSchedulesAreHeldToTheApi(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	const token, groups = "scheduler/schedule:Schedule", "scheduler/scheduleGroup:ScheduleGroup"
	role := c.up("iam/role:Role", "scheduler", in{"assumeRolePolicy": schedulerTrust})
	other := c.up("iam/role:Role", "task", in{"assumeRolePolicy": trust})
	target := in{
		"arn": "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance", "roleArn": role.out("arn"),
		"input":       `{"DbInstanceIdentifier":"db"}`,
		"retryPolicy": in{"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 10},
	}
	sound := in{
		"scheduleExpression": "cron(0 20 ? * MON-FRI *)", "scheduleExpressionTimezone": "Asia/Kolkata",
		"flexibleTimeWindow": in{"mode": "OFF"}, "target": target,
	}
	to := func(changes in) in { return in{"target": with(target, changes)} }
	window := func(mode string, minutes any) in {
		return in{"flexibleTimeWindow": with(in{"mode": mode}, in{"maximumWindowInMinutes": minutes})}
	}
	c.refuses(t, token, sound,
		but("name", in{"name": "my schedule"}, "ValidationException", `name = "my schedule"`),
		but("state", in{"state": "ON"}, "ENABLED, DISABLED"),
		but("expression", in{"scheduleExpression": "0 20 * * *"}, "Invalid Schedule Expression", "six fields"),
		but("both days", in{"scheduleExpression": "cron(0 20 * * * *)"},
			"exactly one of day-of-month and day-of-week must be ?"),
		but("zone", in{"scheduleExpressionTimezone": "IST"}, "no time zone", `scheduleExpressionTimezone = "IST"`),
		but("mode", window("NONE", nil), "OFF, FLEXIBLE"),
		but("minutes when off", window("OFF", 5), "in the mode FLEXIBLE only"),
		but("age", to(in{"retryPolicy": in{"maximumEventAgeInSeconds": 30}}), "from 60 to 86400"),
		but("attempts", to(in{"retryPolicy": in{"maximumRetryAttempts": 186}}), "from 0 to 185"),
		but("no ARN", to(in{"arn": "rds"}), "not in correct format"),
		but("action", to(in{"arn": "arn:aws:scheduler:::aws-sdk:rds:StopDBInstance"}), "the action in camel case"),
		but("reading", to(in{"arn": "arn:aws:scheduler:::aws-sdk:rds:describeDBInstances"}),
			"does not support actions that read"),
		but("input", to(in{"input": "db"}), "a JSON object"),
		but("parameter", to(in{"input": `{"DBInstanceIdentifier":"db"}`}), "needs DbInstanceIdentifier"),
		but("role", to(in{"roleArn": other.out("arn")}), "must allow AWS EventBridge Scheduler to assume the role"),
	)
	c.refuses(t, groups, in{}, but("long name", in{"name": strings.Repeat("a", 65)}, "at most 64 letters"))
	c.refuses(t, token, with(sound, in{"scheduleExpression": "rate(5 minutes)"}), but("hour",
		in{"scheduleExpression": "cron(0 25 * * ? *)"}, `hours "25"`))
	c.refuses(t, token, with(sound, window("FLEXIBLE", 5)), but("no minutes", window("FLEXIBLE", nil),
		"needs its minutes"))
}

func TestASchedulesNameIsItsOwnWithinItsGroup(t *testing.T) {
	t.Parallel()
	s := newStack(newCloud(t))
	var stop *thing
	for _, th := range s.made {
		if th.token == "scheduler/schedule:Schedule" {
			stop = th
		}
	}
	_, err := s.attempt(stop.token, "again", with(stop.given, in{"name": stop.out("name")}))
	require.ErrorContains(t, err, "ConflictException")
	_, err = s.attempt(stop.token, "other", with(stop.given, in{"name": stop.out("name"), "groupName": nil}))
	require.NoError(t, err)
}
