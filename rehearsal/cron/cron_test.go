package cron

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// monday is Monday, 5 January 2026.
var monday = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

func TestTimesAreThoseOfTheFields(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"cron(0 8 ? * MON-FRI *)":   {"Mon 08:00", "Tue 08:00", "Wed 08:00", "Thu 08:00", "Fri 08:00"},
		"cron(30 7 ? * 2,FRI *)":    {"Mon 07:30", "Fri 07:30"},
		"cron(0 20 ? * FRI-MON *)":  {"Mon 20:00", "Fri 20:00", "Sat 20:00", "Sun 20:00"},
		"cron(0/30 8 6 1 ? *)":      {"Tue 08:00", "Tue 08:30"},
		"cron(15 */8 8 JAN ? 2026)": {"Thu 00:15", "Thu 08:15", "Thu 16:15"},
		"cron(5 1-3/2 ? * sun *)":   {"Sun 01:05", "Sun 03:05"},
		"cron(0 8 1 * ? *)":         nil,
		"cron(0 8 * * ? 2025)":      nil,
	} {
		e, err := Parse(text)
		require.NoError(t, err, text)
		assert.True(t, e.Known())
		assert.Equal(t, text, e.String())
		var got []string
		for _, at := range e.Between(monday, monday.AddDate(0, 0, 7)) {
			got = append(got, at.Format("Mon 15:04"))
		}
		assert.Equal(t, want, got, text)
	}
}

func TestTimesAreThoseOfTheZone(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("IST", 19800)
	e, err := Parse("cron(0 2 ? * MON *)")
	require.NoError(t, err)
	got := e.Between(monday.AddDate(0, 0, -1).In(zone), monday.AddDate(0, 0, 1).In(zone))
	require.Len(t, got, 1)
	assert.Equal(t, "2026-01-04T20:30:00Z", got[0].UTC().Format(time.RFC3339))
}

func TestTheBoundsAreFromTheOneUpToTheOther(t *testing.T) {
	t.Parallel()
	e, err := Parse("cron(0 8 * * ? *)")
	require.NoError(t, err)
	at := monday.Add(8 * time.Hour)
	assert.Len(t, e.Between(at, at.AddDate(0, 0, 1)), 1)
	assert.Empty(t, e.Between(at.Add(time.Minute), at.AddDate(0, 0, 1)))
}

func TestWhatIsNoExpressionIsRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0 8 * * ? *":             "six fields",
		"cron(0 8 * * ?)":         "six fields",
		"cron(60 8 * * ? *)":      `minutes "60": values must be from 0 to 59`,
		"cron(0 24 * * ? *)":      `hours "24"`,
		"cron(0 8 0 * ? *)":       `day-of-month "0"`,
		"cron(0 8 ? 13 MON *)":    `month "13"`,
		"cron(0 8 ? * MONDAY *)":  `day-of-week "MONDAY"`,
		"cron(0 8 ? * 0 *)":       `day-of-week "0"`,
		"cron(0 8 * * ? 26)":      `year "26"`,
		"cron(0/0 8 * * ? *)":     `minutes "0/0"`,
		"cron(? 8 * * ? *)":       `minutes "?"`,
		"cron(0 8 * * * *)":       "exactly one of day-of-month and day-of-week must be ?",
		"cron(0 8 ? * ? *)":       "exactly one of day-of-month and day-of-week must be ?",
		"cron(0 8 1 * MON *)":     "exactly one of day-of-month and day-of-week must be ?",
		"cron(0 8 ? * MON-XYZ *)": `day-of-week "MON-XYZ"`,
	} {
		_, err := Parse(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func TestWhatOnlyACalendarTellsIsSoundAndNotKnown(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"cron(0 8 L * ? *)",
		"cron(0 8 15W * ? *)",
		"cron(0 8 ? * 6L *)",
		"cron(0 8 ? * 2#1 *)",
	} {
		e, err := Parse(text)
		require.NoError(t, err, text)
		assert.False(t, e.Known(), text)
		assert.Empty(t, e.Between(monday, monday.AddDate(1, 0, 0)))
	}
}
