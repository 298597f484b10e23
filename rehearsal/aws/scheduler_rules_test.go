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
		"arn":         "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance",
		"roleArn":     role.out("arn"),
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
	c.refuses(t, []mistake{
		{"name", token, sound, in{"name": "my schedule"}, []string{"ValidationException", `name = "my schedule"`}},
		{"long name", groups, in{}, in{"name": strings.Repeat("a", 65)}, []string{"at most 64 letters"}},
		{"state", token, sound, in{"state": "ON"}, []string{"ENABLED, DISABLED"}},
		{
			"expression",
			token,
			sound,
			in{"scheduleExpression": "0 20 * * *"},
			[]string{"Invalid Schedule Expression", "six fields"},
		},
		{
			"both days",
			token,
			sound,
			in{"scheduleExpression": "cron(0 20 * * * *)"},
			[]string{"exactly one of day-of-month and day-of-week must be ?"},
		},
		{
			"hour",
			token,
			with(sound, in{"scheduleExpression": "rate(5 minutes)"}),
			in{"scheduleExpression": "cron(0 25 * * ? *)"},
			[]string{`hours "25"`},
		},
		{
			"zone",
			token,
			sound,
			in{"scheduleExpressionTimezone": "IST"},
			[]string{"no time zone", `scheduleExpressionTimezone = "IST"`},
		},
		{"mode", token, sound, window("NONE", nil), []string{"OFF, FLEXIBLE"}},
		{"minutes when off", token, sound, window("OFF", 5), []string{"in the mode FLEXIBLE only"}},
		{"no minutes", token, with(sound, window("FLEXIBLE", 5)), window("FLEXIBLE", nil), []string{"needs its minutes"}},
		{"age", token, sound, to(in{"retryPolicy": in{"maximumEventAgeInSeconds": 30}}), []string{"from 60 to 86400"}},
		{"attempts", token, sound, to(in{"retryPolicy": in{"maximumRetryAttempts": 186}}), []string{"from 0 to 185"}},
		{"no ARN", token, sound, to(in{"arn": "rds"}), []string{"not in correct format"}},
		{
			"action",
			token,
			sound,
			to(in{"arn": "arn:aws:scheduler:::aws-sdk:rds:StopDBInstance"}),
			[]string{"the action in camel case"},
		},
		{
			"reading",
			token,
			sound,
			to(in{"arn": "arn:aws:scheduler:::aws-sdk:rds:describeDBInstances"}),
			[]string{"does not support actions that read"},
		},
		{"input", token, sound, to(in{"input": "db"}), []string{"a JSON object"}},
		{"parameter", token, sound, to(in{"input": `{"DBInstanceIdentifier":"db"}`}), []string{"needs DbInstanceIdentifier"}},
		{
			"role",
			token,
			sound,
			to(in{"roleArn": other.out("arn")}),
			[]string{"must allow AWS EventBridge Scheduler to assume the role"},
		},
	})
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
