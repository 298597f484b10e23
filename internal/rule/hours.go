package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// weekdays are in the order of AWS's cron expressions, in which a week begins on Sunday
// (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
var weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}

var weekdayRange = regexp.MustCompile(`^([A-Z]{3})(?:-([A-Z]{3}))?$`)

// Weekdays checks days of the week in the form of AWS's cron expressions: names, ranges of names, or several of them.
func Weekdays(name, value string) error {
	const words = "must be days from SUN to SAT, or ranges of them from the earlier to the later"
	for part := range strings.SplitSeq(value, ",") {
		match := weekdayRange.FindStringSubmatch(part)
		if match == nil {
			return Broken(name, value, words, `for example "MON-FRI" or "SUN,TUE"`)
		}
		first, last := slices.Index(weekdays, match[1]), slices.Index(weekdays, match[2])
		if first < 0 || match[2] != "" && last <= first {
			return Broken(name, value, words, `for example "MON-FRI" or "SUN,TUE"`)
		}
	}
	return nil
}

// TimeOfDay checks hours and minutes, from 00:00 to 23:59.
func TimeOfDay(name, value string) error {
	if _, err := time.Parse("15:04", value); err != nil || len(value) != len("15:04") {
		return Broken(name, value, "must be a time of day from 00:00 to 23:59", `for example "08:00"`)
	}
	return nil
}

// Hours checks two times of one day. They must leave enough time before the first and after the second, and be minOpen
// to maxOpen apart. It ignores values that are no times, which TimeOfDay refuses.
func Hours(startName, start string, before time.Duration, stopName, stop string,
	after, minOpen, maxOpen time.Duration,
) error {
	from, fromErr := time.Parse("15:04", start)
	to, toErr := time.Parse("15:04", stop)
	if fromErr != nil || toErr != nil {
		return nil
	}
	midnight := from.Truncate(24 * time.Hour)
	earliest, latest := midnight.Add(before), midnight.Add(24*time.Hour-after-time.Minute)
	switch open := to.Sub(from); {
	case from.Before(earliest):
		clock := earliest.Format("15:04")
		return Broken(startName, start, "must leave time on the same day for services that start earlier",
			"give "+clock+" or later")
	case to.After(latest):
		clock := latest.Format("15:04")
		return Broken(stopName, stop, "must leave time on the same day for services that stop later",
			"give "+clock+" or earlier")
	case open < minOpen || open > maxOpen:
		words := fmt.Sprintf("must be %.0f to %.0f hours after %s, which is %s", minOpen.Hours(), maxOpen.Hours(),
			startName, start)
		return Broken(stopName, stop, words, "move one of them")
	}
	return nil
}
