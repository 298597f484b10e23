// Package cron parses the cron expressions of EventBridge and Application Auto Scaling and computes the times at which
// they are due (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
package cron

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Expression is a cron expression.
type Expression struct {
	text   string
	fields [6]field
}

// field is one of the six fields. If every is set, all values match; otherwise those in values match.
type field struct {
	every  bool
	values []int
	// special is set for forms that depend on the calendar: the last day, the nearest weekday, the second Monday.
	special bool
}

// form describes the values that a field accepts.
type form struct {
	name     string
	min, max int
	names    []string
	special  string
}

const (
	minute = iota
	hour
	dayOfMonth
	month
	dayOfWeek
	year
)

var forms = [6]form{
	{name: "minutes", max: 59},
	{name: "hours", max: 23},
	{name: "day-of-month", min: 1, max: 31, special: "LW"},
	{name: "month", min: 1, max: 12, names: []string{
		"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
	}},
	{name: "day-of-week", min: 1, max: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, special: "L#"},
	{name: "year", min: 1970, max: 2199},
}

// Parse parses cron(minutes hours day-of-month month day-of-week year).
func Parse(text string) (Expression, error) {
	e := Expression{text: text}
	inner, ok := strings.CutPrefix(text, "cron(")
	inner, closed := strings.CutSuffix(inner, ")")
	parts := strings.Fields(inner)
	if !ok || !closed || len(parts) != len(forms) {
		return e, errors.New(
			"a cron expression must be cron(…) with the six fields minutes hours day-of-month month day-of-week year",
		)
	}
	for i, part := range parts {
		var err error
		if e.fields[i], err = forms[i].parse(part); err != nil {
			return e, err
		}
	}
	if (parts[dayOfMonth] == "?") == (parts[dayOfWeek] == "?") {
		return e, errors.New("exactly one of day-of-month and day-of-week must be ?")
	}
	return e, nil
}

func (f form) parse(text string) (field, error) {
	if text == "*" || text == "?" && (f.name == forms[dayOfMonth].name || f.name == forms[dayOfWeek].name) {
		return field{every: true}, nil
	}
	var parsed field
	for part := range strings.SplitSeq(text, ",") {
		if f.special != "" && strings.ContainsAny(f.withoutNames(part), f.special) {
			parsed.special = true
			continue
		}
		values, err := f.part(part)
		if err != nil {
			return field{}, err
		}
		parsed.values = append(parsed.values, values...)
	}
	return parsed, nil
}

// withoutNames removes the names of months and days, so that their letters are not mistaken for special characters.
func (f form) withoutNames(text string) string {
	for _, name := range f.names {
		text = strings.ReplaceAll(strings.ToUpper(text), name, "")
	}
	return text
}

// part parses a value or a range with an optional step: 5, 1-5, 0/15, */2.
func (f form) part(text string) ([]int, error) {
	whole, stepText, stepped := strings.Cut(text, "/")
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 {
			return nil, f.outOfRange(text)
		}
	}
	first, last := f.min, f.max
	if whole != "*" {
		firstText, lastText, ranged := strings.Cut(whole, "-")
		var ok bool
		if first, ok = f.value(firstText); !ok {
			return nil, f.outOfRange(text)
		}
		switch {
		case ranged:
			if last, ok = f.value(lastText); !ok {
				return nil, f.outOfRange(text)
			}
		case !stepped:
			last = first
		}
	}
	var values []int
	for at := first; ; at += step {
		if last < first && at > f.max { // FRI-MON crosses the end of the week
			at, first = at-f.max+f.min-1, f.min
		}
		if at > last && last >= first {
			return values, nil
		}
		values = append(values, at)
	}
}

func (f form) value(text string) (int, bool) {
	if at := slices.Index(f.names, strings.ToUpper(text)); at >= 0 {
		return f.min + at, true
	}
	value, err := strconv.Atoi(text)
	return value, err == nil && value >= f.min && value <= f.max
}

func (f form) outOfRange(text string) error {
	return fmt.Errorf("%s %q: values must be from %d to %d", f.name, text, f.min, f.max)
}

// String returns the expression as it was parsed.
func (e Expression) String() string { return e.text }

// Known reports whether Between finds every time. It does not support the last day of a month, the weekday nearest to a
// day, and similar forms.
func (e Expression) Known() bool {
	return !e.fields[dayOfMonth].special && !e.fields[dayOfWeek].special
}

// Between returns the times t with from <= t < to in ascending order. Hours and minutes are in the time zone of from.
func (e Expression) Between(from, to time.Time) []time.Time {
	var times []time.Time
	if !e.Known() {
		return nil
	}
	clocks := e.clocks()
	for day := from; day.Before(to.AddDate(0, 0, 1)); day = day.AddDate(0, 0, 1) {
		if !e.on(day) {
			continue
		}
		for _, clock := range clocks {
			at := time.Date(day.Year(), day.Month(), day.Day(), clock/60, clock%60, 0, 0, from.Location())
			if !at.Before(from) && at.Before(to) {
				times = append(times, at)
			}
		}
	}
	return times
}

// clocks returns the minutes of a day at which the expression is due.
func (e Expression) clocks() []int {
	var clocks []int
	for clock := range 24 * 60 {
		if e.fields[hour].has(clock/60) && e.fields[minute].has(clock%60) {
			clocks = append(clocks, clock)
		}
	}
	return clocks
}

func (e Expression) on(day time.Time) bool {
	return e.fields[dayOfMonth].has(day.Day()) && e.fields[month].has(int(day.Month())) &&
		e.fields[dayOfWeek].has(int(day.Weekday())+1) && e.fields[year].has(day.Year())
}

func (f field) has(value int) bool { return f.every || slices.Contains(f.values, value) }
