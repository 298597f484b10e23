package tests

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const scheduleType = "aws:scheduler/schedule:Schedule"

func TestWhatIsNeededStartsFirstAndStopsLast(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		schedule    []components.ScheduledCount
		start, stop string
		most        int
	}{
		"API":     {hours.Api(2, 2), "cron(55 7 ? * MON-FRI *)", "cron(0 20 ? * MON-FRI *)", 2},
		"workers": {hours.Workers(1, 3), "cron(55 7 ? * MON-FRI *)", "cron(0 20 ? * MON-FRI *)", 3},
		"Celery":  {hours.Celery(), "cron(50 7 ? * MON-FRI *)", "cron(5 20 ? * MON-FRI *)", 1},
		"Redis":   {hours.Redis(), "cron(45 7 ? * MON-FRI *)", "cron(10 20 ? * MON-FRI *)", 1},
	} {
		require.Len(t, row.schedule, 2, name)
		start, stop := row.schedule[0], row.schedule[1]
		assert.Equal(t, row.start, start.Expression, name)
		assert.Equal(t, row.stop, stop.Expression, name)
		assert.Equal(t, row.most, start.MaxCount, name)
		assert.Positive(t, start.MinCount, name)
		assert.Zero(t, stop.MinCount+stop.MaxCount, name)
		assert.Equal(t, "Asia/Kolkata", start.TimeZone)
		assert.Equal(t, "Asia/Kolkata", stop.TimeZone)
	}
	assert.Equal(t, components.InstanceHours{
		Start: "cron(30 7 ? * MON-FRI *)", Stop: "cron(15 20 ? * MON-FRI *)", TimeZone: "Asia/Kolkata",
	}, hours.Database())
}

func TestHoursThatCannotBeKeptAreRefused(t *testing.T) {
	t.Parallel()
	require.NoError(t, hours.Validate())
	for words, spoil := range map[string]func(*components.CareHours){
		`days = "Mon-Fri"`:                      func(h *components.CareHours) { h.Days = "Mon-Fri" },
		`days = ""`:                             func(h *components.CareHours) { h.Days = "" },
		`days = "FRI-MON"`:                      func(h *components.CareHours) { h.Days = "FRI-MON" },
		`days = "MON,"`:                         func(h *components.CareHours) { h.Days = "MON," },
		`start = "8:00": must be a time of day`: func(h *components.CareHours) { h.Start = "8:00" },
		`stop = "24:00": must be a time of day`: func(h *components.CareHours) { h.Stop = "24:00" },
		`timeZone = "IST"`:                      func(h *components.CareHours) { h.TimeZone = "IST" },
		`start = "00:20": must leave time`:      func(h *components.CareHours) { h.Start = "00:20" },
		`stop = "23:45": must leave time`: func(h *components.CareHours) {
			h.Stop, h.Start = "23:45", "10:00"
		},
		`stop = "07:00": must be 2 to 20 hours after`: func(h *components.CareHours) { h.Stop = "07:00" },
		`stop = "08:00": must be 2 to 20 hours after`: func(h *components.CareHours) { h.Stop = "08:00" },
		`stop = "23:00": must be 2 to 20 hours after st`: func(h *components.CareHours) {
			h.Start, h.Stop = "02:00", "23:00"
		},
	} {
		h := hours
		spoil(&h)
		err := h.Validate()
		require.ErrorContains(t, err, words)
		assert.NotContains(t, err.Error(), "\n", "one mistake, one error")
	}
	nearest := hours
	nearest.Start, nearest.Stop = "00:30", "20:30"
	require.NoError(t, nearest.Validate())
	nearest.Start, nearest.Stop = "21:44", "23:44"
	require.NoError(t, nearest.Validate())
}

func TestADatabaseIsBackedUpAndMaintainedWhileItRuns(t *testing.T) {
	t.Parallel()
	for zone, row := range map[string]struct{ start, days, backup, maintenance string }{
		"Asia/Kolkata":     {"08:00", "MON-FRI", "03:00-03:30", "mon:03:30-mon:04:00"},
		"Europe/Berlin":    {"08:00", "TUE,THU", "07:30-08:00", "tue:08:00-tue:08:30"},
		"Australia/Sydney": {"09:00", "MON-FRI", "23:30-00:00", "mon:00:00-mon:00:30"},
		"Pacific/Auckland": {"08:00", "MON-FRI", "20:30-21:00", "sun:21:00-sun:21:30"},
		"America/New_York": {"21:00", "SAT", "02:30-03:00", "sun:03:00-sun:03:30"},
	} {
		h := components.CareHours{Days: row.days, Start: row.start, Stop: "23:30", TimeZone: zone}
		backup, maintenance := h.Windows()
		assert.Equal(t, row.backup, backup, zone)
		assert.Equal(t, row.maintenance, maintenance, zone)
		args := postgresArgs("care-db")
		args.BackupWindow, args.MaintenanceWindow = backup, maintenance
		require.NoError(t, args.Validate(), zone)
	}
	backup, maintenance := components.CareHours{Days: "MON", Start: "x", Stop: "20:00", TimeZone: "UTC"}.Windows()
	assert.Empty(t, backup+maintenance)
}

func TestASingletonIsStoppedAndStartedByTheClock(t *testing.T) {
	t.Parallel()
	redis := redisArgs("redis")
	redis.Schedule = hours.Redis()
	result, _ := create(t, components.NewRedisStack, "redis", redis)
	assertScheduled(t, result, "redis")

	celery := celeryArgs("care-celery")
	celery.Schedule = hours.Celery()
	result, _ = create(t, components.NewCelery, "care-celery", celery)
	assertScheduled(t, result, "care-celery")
}

func assertScheduled(t *testing.T, result *pulumitest.Result, name string) {
	t.Helper()
	target := result.Only(t, scalableTargetType)
	assert.InDelta(t, 1, target.In("maxCapacity"), 0)
	for suffix, count := range map[string]float64{"start": 1, "stop": 0} {
		action := result.Named(t, scheduledActionType, name+"-"+suffix)
		assert.Equal(t, map[string]any{"minCapacity": count, "maxCapacity": count}, action.In("scalableTargetAction"))
	}
	assert.Contains(t, result.Only(t, serviceType).Options.GetIgnoreChanges(), "desiredCount")
}

func TestADatabaseIsStoppedByARoleThatMayDoNothingElse(t *testing.T) {
	t.Parallel()
	result, _ := create(t, components.NewDatabaseSchedule, "care-db-hours", databaseScheduleArgs(""))
	group := result.Only(t, "aws:scheduler/scheduleGroup:ScheduleGroup")
	role := result.Only(t, "aws:iam/role:Role")
	assert.JSONEq(
		t,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
		"Principal":{"Service":"scheduler.amazonaws.com"},"Condition":{"StringEquals":{
		"aws:SourceAccount":"123456789012","aws:SourceArn":"`+group.State["arn"].StringValue()+`"}}}]}`,
		role.Text("assumeRolePolicy"),
	)
	policy := result.Only(t, rolePolicyType)
	assert.JSONEq(
		t,
		`{"Version":"2012-10-17","Statement":[{"Sid":"StartAndStop","Effect":"Allow",
		"Action":["rds:StartDBInstance","rds:StopDBInstance"],"Resource":["arn:aws:rds:ap-south-1:123456789012:db:care-db"]}]}`,
		policy.Text("policy"),
	)
	for suffix, action := range map[string]string{"start": "startDBInstance", "stop": "stopDBInstance"} {
		schedule := result.Named(t, scheduleType, "care-db-hours-"+suffix)
		assert.True(t, schedule.DependsOn(policy), "it may be due at once")
		assert.Equal(t, map[string]any{
			"arn": "arn:aws:scheduler:::aws-sdk:rds:" + action, "roleArn": role.State["arn"].StringValue(),
			"input": `{"DbInstanceIdentifier":"care-db"}`, "retryPolicy": map[string]any{"maximumEventAgeInSeconds": 3600.0},
		}, schedule.In("target"))
		assert.Equal(t, "Asia/Kolkata", schedule.In("scheduleExpressionTimezone"))
		assert.Equal(t, map[string]any{"mode": "OFF"}, schedule.In("flexibleTimeWindow"))
	}
}
