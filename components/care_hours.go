package components

import (
	"fmt"
	"strings"
	"time"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// CareHours are the hours in which a stack of Care is up; outside them it has no tasks, and its database is stopped. What
// is needed starts first and stops last. Holidays are days like any other.
type CareHours struct {
	// Days are days of the week as in cron expressions of AWS: MON-FRI, or SUN,TUE. Required.
	Days string `pulumi:"days"`
	// Start is the time of day by which Care answers, as 08:00. Required.
	Start string `pulumi:"start"`
	// Stop is the time of day at which it stops answering, on the same day. Required.
	Stop string `pulumi:"stop"`
	// TimeZone is the zone of both, as Asia/Kolkata. Required.
	TimeZone string `pulumi:"timeZone"`
}

// turn is who starts how long before the hours begin, and stops how long after they have ended.
type turn struct{ lead, lag time.Duration }

// The order of a day. Each starts early enough to be ready for the next, and stops when nobody uses it any more.
var (
	// An API task collects its static files and passes the load balancer's checks in about four minutes; a leaving one has
	// 30 seconds for its last requests and two minutes at the most to end.
	apiTurn = turn{lead: 5 * time.Minute}
	// Workers go with the API: both only work off what is there.
	workersTurn = apiTurn
	// Beat's task migrates the database first, for which a worker and the API wait.
	celeryTurn = turn{lead: 10 * time.Minute, lag: 5 * time.Minute}
	// Redis answers about three minutes after its start, and with persistence loads what it has kept.
	redisTurn = turn{lead: 15 * time.Minute, lag: 10 * time.Minute}
	// An instance takes some minutes to start, and now and then many
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StartInstance.html). Celery needs it 20 minutes later.
	databaseTurn = turn{lead: 30 * time.Minute, lag: 15 * time.Minute}
)

const (
	// leastOpen keeps a start that has to be tried again clear of the next stop.
	leastOpen = 2 * time.Hour
	// mostOpen keeps a stop clear of the next start. Who needs more need not stop at all.
	mostOpen = 20 * time.Hour
)

// Validate checks every value and gives all problems at once.
func (h CareHours) Validate() error { return h.ValidateAs("") }

// ValidateAs is Validate for a reader who knows the values under a prefix, such as that of a configuration key.
func (h CareHours) ValidateAs(prefix string) error {
	return rule.All(
		rule.Weekdays(prefix+"days", h.Days),
		rule.TimeOfDay(prefix+"start", h.Start),
		rule.TimeOfDay(prefix+"stop", h.Stop),
		rule.TimeZone(prefix+"timeZone", h.TimeZone),
		rule.Hours(prefix+"start", h.Start, databaseTurn.lead, prefix+"stop", h.Stop, databaseTurn.lag, leastOpen, mostOpen),
	)
}

// Api gives the times of the API, which has least to most tasks within the hours.
func (h CareHours) Api(least, most int) []ScheduledCount { return h.schedule(apiTurn, least, most) }

// Workers gives the times of workers beside beat's, of which there are least to most within the hours.
func (h CareHours) Workers(least, most int) []ScheduledCount {
	return h.schedule(workersTurn, least, most)
}

// Celery gives the times of beat's task.
func (h CareHours) Celery() []ScheduledCount { return h.schedule(celeryTurn, 1, 1) }

// Redis gives the times of Redis.
func (h CareHours) Redis() []ScheduledCount { return h.schedule(redisTurn, 1, 1) }

// Database gives the times of the database.
func (h CareHours) Database() InstanceHours {
	return InstanceHours{Start: h.at(h.Start, -databaseTurn.lead), Stop: h.at(h.Stop, databaseTurn.lag), TimeZone: h.TimeZone}
}

// window is how long RDS wants a window to be at least, and how far into the hours the first of them begins.
const window = 30 * time.Minute

// Windows give times in UTC for the daily backup of the database and for its weekly maintenance, on the first of Days. RDS
// does neither while the instance is stopped, and would choose the night for both
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html). UTC knows no summer time:
// in a zone that does, both are an hour later in summer, and still within the hours.
func (h CareHours) Windows() (backup, maintenance string) {
	zone, err := time.LoadLocation(h.TimeZone)
	start, clockErr := time.Parse("15:04", h.Start)
	if err != nil || clockErr != nil || h.Validate() != nil {
		return "", ""
	}
	standard := inStandardTime(h.Days[:3], start, zone)
	first, second, end := standard.Add(window), standard.Add(2*window), standard.Add(3*window)
	weekly := func(at time.Time) string { return strings.ToLower(at.Format("Mon:15:04")) }
	return first.Format("15:04") + "-" + second.Format("15:04"), weekly(second) + "-" + weekly(end)
}

// inStandardTime gives a clock on a day of the week in UTC, as it is when the zone has no summer time.
func inStandardTime(weekday string, clock time.Time, zone *time.Location) time.Time {
	var standard time.Time
	least := 24 * 60 * 60
	for _, month := range []time.Month{time.January, time.July} {
		at := time.Date(2026, month, 1, clock.Hour(), clock.Minute(), 0, 0, zone)
		for !strings.EqualFold(at.Weekday().String()[:3], weekday) {
			at = at.AddDate(0, 0, 1)
		}
		if _, offset := at.Zone(); offset < least {
			standard, least = at.UTC(), offset
		}
	}
	return standard
}

func (h CareHours) schedule(t turn, least, most int) []ScheduledCount {
	return []ScheduledCount{
		{Name: "start", Expression: h.at(h.Start, -t.lead), TimeZone: h.TimeZone, MinCount: least, MaxCount: most},
		{Name: "stop", Expression: h.at(h.Stop, t.lag), TimeZone: h.TimeZone},
	}
}

// at gives the cron expression of a time of day, moved by a while.
func (h CareHours) at(clock string, moved time.Duration) string {
	parsed, err := time.Parse("15:04", clock)
	if err != nil {
		return "" // Validate says so
	}
	parsed = parsed.Add(moved)
	return fmt.Sprintf("cron(%d %d ? * %s *)", parsed.Minute(), parsed.Hour(), h.Days)
}
