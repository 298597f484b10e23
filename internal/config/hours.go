package config

import (
	"maps"
	"slices"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// schedule reads the hours of a stack, which need all four parts; nil if there are none.
func (r *reader) schedule() *components.CareHours {
	const key, fix = project + ":schedule.", "give days, start, stop and timeZone"
	set := r.table("schedule")
	if len(set) == 0 {
		return nil
	}
	hours := &components.CareHours{}
	parts := map[string]*string{
		"days": &hours.Days, "start": &hours.Start, "stop": &hours.Stop, "timeZone": &hours.TimeZone,
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if parts[name] == nil {
			r.report(rule.Broken(key+name, set[name], "is not a key of a schedule", fix))
			continue
		}
		*parts[name] = set[name]
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if _, ok := set[name]; !ok && !r.reported(key+name) {
			r.report(rule.Given(key+name, false, fix+", as in docs/deploy.md"))
		}
	}
	return hours
}

// scheduleProblems checks the hours, unless a part of them is missing, which the reader reports.
func (c Config) scheduleProblems() []error {
	const key = "care:schedule"
	h := c.Schedule
	switch {
	case h == nil:
		return nil
	case c.ProtectData:
		return []error{rule.Broken(key, "…",
			"would stop a stack that care:protectData protects, and patients come at night too",
			"remove it, or set care:protectData to false if there are none")}
	case h.Days == "" || h.Start == "" || h.Stop == "" || h.TimeZone == "":
		return nil
	}
	return []error{h.ValidateAs(key + ".")}
}
