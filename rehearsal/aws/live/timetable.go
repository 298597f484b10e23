package live

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/cron"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// timed is something that happens to a service or a database by the clock.
type timed struct {
	of *standin.Resource
	// least is how many tasks a service has from then on, and 1 or 0 whether a database runs.
	least int
	// most is how many a service may have.
	most  int
	times cron.Expression
	zone  *time.Location
}

// happening is one time of it.
type happening struct {
	timed
	at time.Time
}

// The year that schedules are played for, after a month in which whatever they are comes to be as they want it.
var (
	playedFrom = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	warmUp     = playedFrom.AddDate(0, -1, 0)
	playedTo   = playedFrom.AddDate(1, 0, 0)
)

// timetable returns all scheduled events in the order of their times. Stops come before starts.
func timetable(world *standin.View) []happening {
	var all []happening
	for _, each := range slices.Concat(timedServices(world), timedDatabases(world)) {
		for _, at := range each.times.Between(warmUp.In(each.zone), playedTo.In(each.zone)) {
			all = append(all, happening{each, at})
		}
	}
	slices.SortStableFunc(all, func(a, b happening) int {
		if order := a.at.Compare(b.at); order != 0 {
			return order
		}
		return a.least - b.least
	})
	return all
}

// timedServices returns the scheduled actions of Application Auto Scaling.
func timedServices(world *standin.View) []timed {
	var all []timed
	for _, service := range world.Live(token.EcsService) {
		target := scalableTargetOf(world, service)
		if target == nil {
			continue
		}
		for _, action := range world.Where(token.AppautoscalingScheduledAction, "resourceId",
			target.Out("resourceId").Text()) {
			each, ok := timedBy(action.Out("schedule").Text(), action.Out("timezone").Text())
			if least := action.Out("scalableTargetAction.minCapacity"); ok && least.Known() {
				each.of, each.least = service, least.Int()
				each.most = max(each.least, action.Out("scalableTargetAction.maxCapacity").Int())
				all = append(all, each)
			}
		}
	}
	return all
}

// timedDatabases returns the schedules that start and stop instances of RDS.
func timedDatabases(world *standin.View) []timed {
	var all []timed
	for _, schedule := range world.Live(token.SchedulerSchedule) {
		call := UniversalTarget.FindStringSubmatch(schedule.Out("target.arn").Text())
		if call == nil || call[1] != "rds" || schedule.Out("state").Text() == "DISABLED" {
			continue
		}
		database := scheduledDatabase(world, schedule)
		each, ok := timedBy(schedule.Out("scheduleExpression").Text(), schedule.Out("scheduleExpressionTimezone").Text())
		if database == nil || !ok || call[2] != "startDBInstance" && call[2] != "stopDBInstance" {
			continue
		}
		each.of = database
		if strings.HasPrefix(call[2], "start") {
			each.least = 1
		}
		all = append(all, each)
	}
	return all
}

// scheduledDatabase returns the live instance that a schedule's input names.
func scheduledDatabase(world *standin.View, schedule *standin.Resource) *standin.Resource {
	var input struct{ DbInstanceIdentifier string }
	if json.Unmarshal([]byte(schedule.Out("target.input").Text()), &input) != nil {
		return nil
	}
	return world.Find(token.RdsInstance, "identifier", input.DbInstanceIdentifier)
}

func timedBy(expression, zone string) (timed, bool) {
	times, err := cron.Parse(expression)
	location, zoneErr := time.LoadLocation(zone)
	return timed{times: times, zone: location}, err == nil && zoneErr == nil && times.Known()
}

// Clock brings services and databases to where their schedules have them at a time of 2026, as Application Auto Scaling
// and EventBridge Scheduler do. Everything else stays as it is.
func Clock(world *standin.World, at time.Time) {
	world.Happen(func(view *standin.View) {
		latest := map[*standin.Resource]timed{}
		for _, each := range timetable(view) {
			if !each.at.After(at) {
				latest[each.of] = each.timed
			}
		}
		for _, now := range latest {
			now.happen(view)
		}
	})
}

func (t timed) happen(view *standin.View) {
	switch {
	case t.of.Token == token.EcsService:
		view.Alter(scalableTargetOf(view, t.of), standin.Props{"minCapacity": t.least, "maxCapacity": t.most})
		ScaleService(view, t.of, t.least)
	case t.least == 0:
		view.Alter(t.of, standin.Props{"status": DatabaseStopped})
	default:
		view.Alter(t.of, standin.Props{"status": "available"})
	}
}

// Uptime is, for each service and database that a schedule stops and starts, how many run on the average of a year:
// tasks of a service, at least, and instances.
func Uptime(world *standin.View) map[*standin.Resource]float64 {
	running := map[*standin.Resource]int{}
	since := map[*standin.Resource]time.Time{}
	total := map[*standin.Resource]float64{}
	count := func(of *standin.Resource, until time.Time) {
		if from := since[of]; until.After(playedFrom) {
			if from.Before(playedFrom) {
				from = playedFrom
			}
			total[of] += float64(running[of]) * until.Sub(from).Hours()
		}
	}
	for _, each := range timetable(world) {
		if _, seen := since[each.of]; seen {
			count(each.of, each.at)
		}
		running[each.of], since[each.of] = each.least, each.at
	}
	for of := range since {
		count(of, playedTo)
		total[of] /= playedTo.Sub(playedFrom).Hours()
	}
	return total
}

// DatabaseStopped is the status of an instance that somebody has stopped.
const DatabaseStopped = "stopped"

// UniversalTarget matches the target that calls any API
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html).
var UniversalTarget = regexp.MustCompile(`^arn:aws[a-z-]*:scheduler:::aws-sdk:([a-z0-9]+):([a-z][A-Za-z0-9]+)$`)
