package engine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// bill returns the quantities of a month by their items.
func (s *stack) bill() map[string]float64 {
	s.t.Helper()
	quantities := map[string]float64{}
	s.cloud.Look(func(view *standin.View) {
		for _, line := range bill.Of(view).Lines {
			quantities[line.Item] = line.Quantity
		}
	})
	return quantities
}

func TestAStackRunsOnArmAndItsApiOnSpot(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{})
	s.up()
	assert.InDelta(t, 1825, s.bill()["fargate-vcpu-hour/X86_64"], 1e-6)
	assert.NotContains(t, s.bill(), "fargate-vcpu-hour/ARM64")

	s.set(map[string]string{"architecture": "ARM64", "careOnSpot": "true"})
	for _, change := range changes(s.up()) {
		assert.NotContains(t, change, "rds/", "nothing that holds data is touched")
	}
	assert.Empty(t, s.up().Changed())
	assert.InDelta(t, 1460, s.bill()["fargate-vcpu-hour/ARM64"], 1e-6)
	assert.InDelta(t, 365, s.bill()["fargate-vcpu-hour/ARM64/spot"], 1e-6)
	assert.NotContains(t, s.bill(), "fargate-vcpu-hour/X86_64")
	s.destroy()
}

// officeHours are the settings of a staging that sleeps.
var officeHours = map[string]string{
	"schedule.days": "MON-FRI", "schedule.start": "08:00", "schedule.stop": "20:00", "schedule.timeZone": "Asia/Kolkata",
}

// clock lets schedules act up to a time of Monday, the 1st of June 2026.
func (s *stack) clock(at string) {
	s.t.Helper()
	zone, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(s.t, err)
	parsed, err := time.ParseInLocation(time.DateTime, "2026-06-01 "+at+":00", zone)
	require.NoError(s.t, err)
	live.Clock(s.cloud.World, parsed)
}

// running are how many tasks each service has, and whether the database runs.
func (s *stack) running() map[string]any {
	s.t.Helper()
	return map[string]any{
		"redis": s.live(serviceToken, "redis").Out("desiredCount").Int(), "celery": s.live(serviceToken,
			"care-celery").Out("desiredCount").Int(),
		"care":     s.live(serviceToken, "care-backend").Out("desiredCount").Int(),
		"database": s.live("aws:rds/instance:Instance", "care-db").Out("status").Text(),
	}
}

func TestAStackSleepsAndWakesInTheOrderOfWhoNeedsWhom(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: officeHours})
	s.up()
	assert.Empty(t, s.up().Changed())
	s.cloud.Look(func(view *standin.View) {
		for _, warning := range live.Warnings(view) {
			assert.NotContains(t, warning.Text, "cron(", warning.Resource)
			assert.NotContains(t, warning.Text, "will fail", warning.Resource)
		}
	})
	for _, turn := range []struct {
		at                  string
		database            string
		redis, celery, care int
	}{
		{"07:29", "stopped", 0, 0, 0},
		{"07:30", "available", 0, 0, 0},
		{"07:45", "available", 1, 0, 0},
		{"07:50", "available", 1, 1, 0},
		{"07:55", "available", 1, 1, 1},
		{"19:59", "available", 1, 1, 1},
		{"20:00", "available", 1, 1, 0},
		{"20:05", "available", 1, 0, 0},
		{"20:10", "available", 0, 0, 0},
		{"20:15", "stopped", 0, 0, 0},
	} {
		s.clock(turn.at)
		assert.Equal(t, map[string]any{
			"redis": turn.redis, "celery": turn.celery, "care": turn.care, "database": turn.database,
		}, s.running(), turn.at)
	}
}

func TestAnUpdateOutsideTheHoursWakesNobody(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Config: officeHours})
	s.up()
	for at, image := range map[string]string{"23:00": "24.45.0", "07:52": "24.46.0", "12:00": "24.47.0"} {
		s.clock(at)
		before := s.running()
		assert.Empty(t, s.up().Changed(), at)
		s.set(map[string]string{"image": "ghcr.io/ohcnetwork/care:" + image})
		s.up()
		assert.Equal(t, before, s.running(), at)
	}
	// The tasks of the API cannot start without their connections.
	s.clock("23:00")
	care := s.live(serviceToken, "care-backend")
	s.cloud.Happen(func(view *standin.View) { live.ScaleService(view, care, 1) })
	s.set(map[string]string{"image": "ghcr.io/ohcnetwork/care:24.48.0"})
	_, err := s.Up(t.Context())
	require.ErrorContains(t, err, "rds.Instance 'care-db' is stopped")
	require.ErrorContains(t, err, "ecs.Service 'redis', which publishes redis.care-ns:6379, has no task")
	s.clock("12:00")
	s.up()
	s.destroy()
}

func TestHoursSaveWhatIsNotRunning(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{})
	s.up()
	always := s.bill()
	s.set(officeHours)
	for _, change := range changes(s.up()) {
		assert.NotContains(t, change, "replace", "nothing is replaced")
		if strings.Contains(change, "rds/") {
			assert.Equal(t, "update aws:rds/instance:Instance care-db", change, "its windows move into the day")
		}
	}
	for item, quantity := range s.bill() {
		switch {
		case strings.HasPrefix(item, "fargate-"), strings.HasPrefix(item, "rds-instance-hour"):
			assert.InDelta(t, 0.365, quantity/always[item], 0.02, item)
		case item == "public-ipv4-hour":
			assert.Less(t, quantity, always[item])
		default:
			assert.InDelta(t, always[item], quantity, 1e-9, item)
		}
	}
}
