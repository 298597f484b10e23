package aws_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// day is when web, store and db start and stop, as "7:45 20:10"; one without times is always up.
type day struct{ web, store, db string }

var soundDay = day{web: "7:55 20:00", store: "7:45 20:10", db: "7:30 20:15"}

// scheduled is a deployment that keeps to a day.
func scheduled(t *testing.T, times day) *graph {
	t.Helper()
	g := newGraph(t, map[string]in{"target": {"deregistrationDelay": 30}})
	require.NoError(t, g.build())
	for name, clocks := range map[string]string{"web": times.web, "store": times.store} {
		if clocks == "" {
			continue
		}
		scaled := in{
			"resourceId": "service/" + g.of("cluster",
				"name") + "/" + name, "serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount",
		}
		g.add("appautoscaling/target:Target", name+"-target", with(scaled, in{"minCapacity": 1, "maxCapacity": 1}))
		for i, count := range []int{1, 0} {
			g.add("appautoscaling/scheduledAction:ScheduledAction", fmt.Sprintf("%s-%d", name, count), with(scaled, in{
				"schedule": weekdays(clocks, i),
				"timezone": "Asia/Kolkata", "scalableTargetAction": in{"minCapacity": count, "maxCapacity": count},
			}))
		}
	}
	if times.db != "" {
		g.databaseHours(times.db)
	}
	return g
}

func (g *graph) databaseHours(clocks string) {
	g.add("iam/role:Role", "nights", in{"assumeRolePolicy": schedulerTrust})
	g.add("iam/rolePolicy:RolePolicy", "nights-policy", in{
		"role": g.of("nights",
			"name"), "policy": policyOf(allow(g.of("db", "arn"), "rds:StartDBInstance", "rds:StopDBInstance")),
	})
	for i, action := range []string{"start", "stop"} {
		g.add("scheduler/schedule:Schedule", "db-"+action, in{
			"scheduleExpression": weekdays(clocks,
				i), "scheduleExpressionTimezone": "Asia/Kolkata", "flexibleTimeWindow": in{"mode": "OFF"},
			"target": in{
				"arn": "arn:aws:scheduler:::aws-sdk:rds:" + action + "DBInstance", "roleArn": g.of("nights", "arn"),
				"input": `{"DbInstanceIdentifier":"` + g.of("db", "identifier") + `"}`,
			},
		})
	}
}

// weekdays is the expression of the first or the second of two clocks.
func weekdays(clocks string, which int) string {
	hour, minute, _ := strings.Cut(strings.Fields(clocks)[which], ":")
	return fmt.Sprintf("cron(%s %s ? * MON-FRI *)", strings.TrimPrefix(minute, "0"), hour)
}

func TestASoundDayHasNoWarning(t *testing.T) {
	t.Parallel()
	for _, times := range []day{{}, soundDay, {web: "8:00 20:00"}, {web: "8:00 20:00", store: "7:57 20:02"}} {
		g := scheduled(t, times)
		assert.Empty(t, g.warned("cron("), "%v", times)
		assert.Empty(t, g.warned("will fail"), "%v", times)
	}
}

func TestAServiceThatIsUpWithoutWhatItNeedsIsWarnedOf(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*day)
		want   string
	}{
		"store after web": {
			func(d *day) { d.store = "7:56 20:10" },
			"ecs.Service 'web': is started by cron(55 7 ? * MON-FRI *) before ecs.Service 'store' (stopped by cron(10 20 ? * " +
				"MON-FRI *)) " +
				"is up, to which it connects",
		},
		"store too late to be ready": {
			func(d *day) { d.store = "7:53 20:10" },
			"ecs.Service 'web': is started by cron(55 7 ? * MON-FRI *) before ecs.Service 'store' (started by cron(53 7 ? * " +
				"MON-FRI *)) " +
				"is up, to which it connects",
		},
		"database too late to be ready": {func(d *day) {
			d.db = "7:50 20:15"
		}, "before rds.Instance 'db' (started by cron(50 7 ? * MON-FRI *)) is up"},
		"store before web": {
			func(d *day) { d.store = "7:45 19:00" },
			"ecs.Service 'store': is stopped by cron(0 19 ? * MON-FRI *) while ecs.Service 'web' (started by cron(55 7 ? * " +
				"MON-FRI *)) " +
				"still connects to it",
		},
		"store while web ends": {
			func(d *day) { d.store = "7:45 20:00" },
			"ecs.Service 'store': is stopped by cron(0 20 ? * MON-FRI *) while ecs.Service 'web'",
		},
		"database before web": {func(d *day) {
			d.db = "7:30 19:59"
		}, "rds.Instance 'db': is stopped by cron(59 19 ? * MON-FRI *) while"},
		"web always up": {
			func(d *day) { d.web = "" },
			"rds.Instance 'db': is stopped by cron(15 20 ? * MON-FRI *) while ecs.Service 'web' still connects to it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			times := soundDay
			row.change(&times)
			warned := scheduled(t, times).warned("cron(")
			require.NotEmpty(t, warned)
			assert.Contains(t, strings.Join(warned, "\n"), row.want)
		})
	}
}

func TestAScheduleThatWouldFailIsWarnedOf(t *testing.T) {
	t.Parallel()
	g := scheduled(t, soundDay)
	require.NoError(t,
		g.update(g.things["nights-policy"], in{"policy": policyOf(allow(g.of("db", "arn"), "rds:StartDBInstance"))}))
	assert.Len(t, g.warned("will fail: its role may not rds:StopDBInstance on rds.Instance 'db'"), 1)
	assert.Empty(t, g.warned("may not rds:StartDBInstance"))
	require.NoError(t, g.update(g.things["db-stop"], in{
		"target": with(g.things["db-stop"].given["target"].(in), in{ //nolint:errcheck // made above
			"input": `{"DbInstanceIdentifier":"other"}`,
		}),
	}))
	assert.Len(t, g.warned("names no database of this program"), 1)
}

func TestUptimeIsTheShareOfTheYear(t *testing.T) {
	t.Parallel()
	got := map[string]float64{}
	scheduled(t, soundDay).look(func(v *standin.View) {
		for r, average := range live.Uptime(v) {
			got[r.Name] = average
		}
	})
	// 2026 has 261 weekdays of 365 days.
	days := 261.0 / 365
	assert.InDeltaMapValues(t,
		map[string]float64{"web": days * 725 / 1440, "store": days * 745 / 1440, "db": days * 765 / 1440}, got, 2e-3)
	scheduled(t, day{}).look(func(v *standin.View) { assert.Empty(t, live.Uptime(v)) })
}
