package report

import (
	"fmt"

	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
)

// LimitsSection returns how much the stack uses of AWS's limits, beginning with the limit that it meets first.
func (m Model) LimitsSection() Section {
	s := Section{Title: "What breaks first", Gist: "nothing that AWS limits is used"}
	first := m.Limits.First()
	if len(first) == 0 {
		return s
	}
	s.Gist = m.limitsGist(first[0])
	s.Lead = "What is used of AWS's limits with the desired number of tasks (now), during a deployment, when old and " +
		"new tasks run " +
		"at once (rolling), at the maximum that scaling allows (max), and during a deployment then (both)."
	s.Table = &Table{Header: []string{"", "of", "now", "rolling", "max", "both", "limit", "changed by"}}
	for _, l := range first {
		s.Table.Rows = append(s.Table.Rows, Row{
			Cells: []string{
				l.Kind.Name, bare(l.Place()), limits.Amount(l.Used.Now), limits.Amount(l.Used.Deploying),
				limits.Amount(l.Used.Max), limits.Amount(l.Used.MaxDeploying), limits.Amount(l.Max), l.Remedy,
			},
			Strong: l.Severity() == limits.Refused,
		})
	}
	s.Items = LimitItems(m.Limits)
	for _, note := range m.Limits.Notes {
		s.Items = append(s.Items, Item{Text: bare(note)})
	}
	return s
}

// LimitItems describes the limits that are exceeded. Those that refuse the stack stand out.
func LimitItems(result limits.Result) []Item {
	var items []Item
	for _, l := range result.Exceeded(limits.Warned) {
		items = append(items, Item{Text: bare(l.String()), Strong: l.Severity() == limits.Refused})
	}
	return items
}

func (m Model) limitsGist(first limits.Limit) string {
	name := first.Kind.Name
	if first.Of != "" {
		name = bare(first.Of) + ", " + name
	}
	const percent = 100
	switch first.Severity() {
	case limits.Refused:
		return counted(len(m.Limits.Exceeded(limits.Refused)),
			"limit") + " exceeded with the desired numbers of tasks; the first is " + name
	case limits.Warned:
		return "none with the desired numbers of tasks; the first is " + name
	default:
		return fmt.Sprintf("no limit is exceeded; the closest is %s, with up to %d%% used", name,
			int(percent*first.Share()))
	}
}
