package engine_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const alarmToken = "aws:cloudwatch/metricAlarm:MetricAlarm"

// muted are the warnings of alarms and rules that notify nobody.
func (s *stack) muted() []live.Warning {
	var warnings []live.Warning
	s.cloud.Look(func(view *standin.View) { warnings = live.Warnings(view) })
	return slices.DeleteFunc(warnings, func(w live.Warning) bool { return !strings.Contains(w.Text, "notifies nobody") })
}

func TestWatchedStacksStayAsTheyAreAndGo(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]rehearsal.Options{
		"staging":    {Stack: "staging"},
		"production": {Stack: "production", Config: map[string]string{"protectData": "false"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			skipUnlessFull(t, options.Stack == "production")
			s := open(t, options)
			s.set(map[string]string{
				"alarms":                       "true",
				"alarmEmail":                   "oncall@example.org",
				"alarmThresholds.errorPercent": "3",
				"dashboard":                    "true",
				"serviceConnectLogs":           "true",
			})
			s.up()
			assert.Empty(t, s.muted())
			assert.InDelta(t, 3, s.live(alarmToken, "care-backend-errors").Out("threshold").Number(), 0)
			assert.Len(t, s.live(serviceToken, "care-backend").Out("alarms.alarmNames").Items(), 2)
			assert.Empty(t, s.up().Changed())
			s.destroy()
		})
	}
}

func TestAlarmsComeAndGoWithoutAReplacement(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Stack: "staging"})
	s.up()
	before := s.cloud.Live()
	s.set(map[string]string{"alarms": "true", "serviceConnectLogs": "true"})
	for _, step := range s.up().Changed() {
		assert.Contains(t, []rehearsal.Op{rehearsal.OpCreate, rehearsal.OpUpdate}, step.Op, "%s: %v", step.Name(),
			step.ReplaceKeys)
	}
	s.set(map[string]string{"alarms": "false", "serviceConnectLogs": "false"})
	for _, step := range s.up().Changed() {
		assert.Contains(t, []rehearsal.Op{rehearsal.OpDelete, rehearsal.OpUpdate}, step.Op, "%s: %v", step.Name(),
			step.ReplaceKeys)
	}
	kept := s.live(serviceToken, "care-backend").Out("alarms.alarmNames").Items()
	assert.Len(t, kept, 2, "ECS keeps the names, as docs/operations.md says")
	assert.ElementsMatch(t, before, s.cloud.Live())
}

func TestAChangeThatWaitsForTheWindowIsPlannedAgain(t *testing.T) {
	t.Parallel()
	s := open(t, rehearsal.Options{Stack: "staging"})
	s.set(map[string]string{"protectData": "true"})
	s.up()
	s.set(map[string]string{"databaseInstanceClass": "db.t4g.small"})
	for range 2 {
		changed := s.up().Changed()
		require.Len(t, changed, 1)
		assert.Contains(t, changed[0].Name(), "care-db")
	}
	var pending []aws.Pending
	s.cloud.Look(func(view *standin.View) { pending = aws.Pendings(view) })
	assert.Equal(t, []aws.Pending{{
		Resource: "rds.Instance 'care-db'", Property: "instanceClass", Now: `"db.t4g.micro"`, Wanted: `"db.t4g.small"`,
	}}, pending)
}
