package components

import (
	"fmt"
	"strings"
	"time"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// CareHours are the hours in which a stack of Care is up. Outside them it has no tasks, and its database is stopped. A
// service starts before those that need it and stops after them. Holidays are ordinary days.
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

// These are the times of a day, relative to the hours. Each service starts early enough to be ready for the next, and
// stops when no other service uses it.
var (
	// An API task collects its static files and passes the load balancer's checks in about four minutes. A task that
	// stops has 30 seconds for its last requests and at most two minutes to end.
	apiTurn = turn{lead: 5 * time.Minute}
	// Workers start and stop with the API, because both only process existing requests and tasks.
	workersTurn = apiTurn
	// Beat's task migrates the database first, for which a worker and the API wait.
	celeryTurn = turn{lead: 10 * time.Minute, lag: 5 * time.Minute}
	// Redis answers about three minutes after its start, and with persistence loads its data then.
	redisTurn = turn{lead: 15 * time.Minute, lag: 10 * time.Minute}
	// An instance takes some minutes to start, and now and then many
	// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StartInstance.html). Celery needs it 20 minutes later.
	databaseTurn = turn{lead: 30 * time.Minute, lag: 15 * time.Minute}
)

const (
	// minOpen keeps a start that has to be tried again clear of the next stop.
	minOpen = 2 * time.Hour
	// maxOpen keeps a stop clear of the next start. Who needs more need not stop at all.
	maxOpen = 20 * time.Hour
)

// Validate checks every value and returns all problems at once.
func (h CareHours) Validate() error { return h.ValidateAs("") }

// ValidateAs is Validate for a reader who knows the values under a prefix, such as that of a configuration key.
func (h CareHours) ValidateAs(prefix string) error {
	return rule.All(
		rule.Weekdays(prefix+"days", h.Days),
		rule.TimeOfDay(prefix+"start", h.Start),
		rule.TimeOfDay(prefix+"stop", h.Stop),
		rule.TimeZone(prefix+"timeZone", h.TimeZone),
		rule.Hours(prefix+"start", h.Start, databaseTurn.lead, prefix+"stop", h.Stop, databaseTurn.lag, minOpen, maxOpen),
	)
}

// Api returns the schedule of the API, which has minCount to maxCount tasks within the hours.
func (h CareHours) Api(minCount, maxCount int) []ScheduledCount {
	return h.schedule(apiTurn, minCount, maxCount)
}

// Workers returns the schedule of the additional workers, of which there are minCount to maxCount within the hours.
func (h CareHours) Workers(minCount, maxCount int) []ScheduledCount {
	return h.schedule(workersTurn, minCount, maxCount)
}

// Celery returns the schedule of beat's task.
func (h CareHours) Celery() []ScheduledCount { return h.schedule(celeryTurn, 1, 1) }

// Redis returns the schedule of Redis.
func (h CareHours) Redis() []ScheduledCount { return h.schedule(redisTurn, 1, 1) }

// Database returns the hours of the database.
func (h CareHours) Database() InstanceHours {
	return InstanceHours{
		Start:    h.at(h.Start, -databaseTurn.lead),
		Stop:     h.at(h.Stop, databaseTurn.lag),
		TimeZone: h.TimeZone,
	}
}

// window is the minimum length of a window of RDS, and the time from the start of the hours to the first window.
const window = 30 * time.Minute

// Windows returns UTC windows for the daily backup of the database and for its weekly maintenance, on the first of
// Days. RDS does neither while the instance is stopped, and would choose the night for both
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html). UTC has no summer
// time: in a zone that has, both are an hour later in summer, and still within the hours.
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

// inStandardTime returns a time on a day of the week in UTC, as it is when the zone has no summer time.
func inStandardTime(weekday string, clock time.Time, zone *time.Location) time.Time {
	var standard time.Time
	smallest := 24 * 60 * 60
	for _, month := range []time.Month{time.January, time.July} {
		at := time.Date(2026, month, 1, clock.Hour(), clock.Minute(), 0, 0, zone)
		for !strings.EqualFold(at.Weekday().String()[:3], weekday) {
			at = at.AddDate(0, 0, 1)
		}
		if _, offset := at.Zone(); offset < smallest {
			standard, smallest = at.UTC(), offset
		}
	}
	return standard
}

func (h CareHours) schedule(t turn, minCount, maxCount int) []ScheduledCount {
	return []ScheduledCount{
		{Name: "start", Expression: h.at(h.Start, -t.lead), TimeZone: h.TimeZone, MinCount: minCount, MaxCount: maxCount},
		{Name: "stop", Expression: h.at(h.Stop, t.lag), TimeZone: h.TimeZone},
	}
}

// at returns the cron expression of a time of day, moved by a duration.
func (h CareHours) at(clock string, moved time.Duration) string {
	parsed, err := time.Parse("15:04", clock)
	if err != nil {
		return "" // Validate says so
	}
	parsed = parsed.Add(moved)
	return fmt.Sprintf("cron(%d %d ? * %s *)", parsed.Minute(), parsed.Hour(), h.Days)
}
