// Package cron reads the cron expressions of EventBridge and Application Auto Scaling, and computes when they fall due
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
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

// field is one of the six. Every says that it leaves the choice to the others; values are those that it names.
type field struct {
	every  bool
	values []int
	// special are the forms that only a calendar tells: the last day, the nearest weekday, the second Monday.
	special bool
}

// form is what a field may hold.
type form struct {
	name        string
	least, most int
	names       []string
	special     string
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
	{name: "minutes", most: 59},
	{name: "hours", most: 23},
	{name: "day-of-month", least: 1, most: 31, special: "LW"},
	{name: "month", least: 1, most: 12, names: []string{
		"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
	}},
	{name: "day-of-week", least: 1, most: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, special: "L#"},
	{name: "year", least: 1970, most: 2199},
}

// Parse reads cron(minutes hours day-of-month month day-of-week year).
func Parse(text string) (Expression, error) {
	e := Expression{text: text}
	inner, ok := strings.CutPrefix(text, "cron(")
	inner, closed := strings.CutSuffix(inner, ")")
	parts := strings.Fields(inner)
	if !ok || !closed || len(parts) != len(forms) {
		return e, errors.New("a cron expression is cron(…) with the six fields minutes hours day-of-month month day-of-week year")
	}
	for i, part := range parts {
		var err error
		if e.fields[i], err = forms[i].parse(part); err != nil {
			return e, err
		}
	}
	if (parts[dayOfMonth] == "?") == (parts[dayOfWeek] == "?") {
		return e, errors.New("either the day-of-month or the day-of-week is ?, and the other is not")
	}
	return e, nil
}

func (f form) parse(text string) (field, error) {
	if text == "*" || text == "?" && (f.name == forms[dayOfMonth].name || f.name == forms[dayOfWeek].name) {
		return field{every: true}, nil
	}
	var parsed field
	for part := range strings.SplitSeq(text, ",") {
		if f.special != "" && strings.ContainsAny(f.unnamed(part), f.special) {
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

// unnamed takes names away, whose letters are not special.
func (f form) unnamed(text string) string {
	for _, name := range f.names {
		text = strings.ReplaceAll(strings.ToUpper(text), name, "")
	}
	return text
}

// part reads a value, a range, or either with a step: 5, 1-5, 0/15, */2.
func (f form) part(text string) ([]int, error) {
	whole, stepText, stepped := strings.Cut(text, "/")
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 {
			return nil, f.wrong(text)
		}
	}
	first, last := f.least, f.most
	if whole != "*" {
		firstText, lastText, ranged := strings.Cut(whole, "-")
		var ok bool
		if first, ok = f.value(firstText); !ok {
			return nil, f.wrong(text)
		}
		switch {
		case ranged:
			if last, ok = f.value(lastText); !ok {
				return nil, f.wrong(text)
			}
		case !stepped:
			last = first
		}
	}
	var values []int
	for at := first; ; at += step {
		if last < first && at > f.most { // FRI-MON goes over the end of the week
			at, first = at-f.most+f.least-1, f.least
		}
		if at > last && last >= first {
			return values, nil
		}
		values = append(values, at)
	}
}

func (f form) value(text string) (int, bool) {
	if at := slices.Index(f.names, strings.ToUpper(text)); at >= 0 {
		return f.least + at, true
	}
	value, err := strconv.Atoi(text)
	return value, err == nil && value >= f.least && value <= f.most
}

func (f form) wrong(text string) error {
	return fmt.Errorf("%s %q: it is made of values from %d to %d", f.name, text, f.least, f.most)
}

// String returns the expression as it was parsed.
func (e Expression) String() string { return e.text }

// Known reports that Between finds every time. It does not look for the last day of a month, the weekday nearest to a day
// and the like.
func (e Expression) Known() bool {
	return !e.fields[dayOfMonth].special && !e.fields[dayOfWeek].special
}

// Between returns the times from the one up to, and without, the other, in their order. Clocks are those of from's zone.
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

// clocks are the minutes of a day.
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
