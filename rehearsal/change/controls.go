package change

import (
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// controlsSection lists the controls that do not hold after the change for a resource for which they held before, or
// which is new, and those that hold only after it. Controls that the change loses without a reason stand out. It is
// empty if all are as before.
func (c Change) controlsSection() report.Section {
	s := report.Section{Title: "Controls"}
	table := &report.Table{Header: []string{"control", "", "holds", "of", "changed by, or why not"}}
	for _, f := range c.After.Controls.Findings {
		table.Rows = append(table.Rows, report.BreachRows(f, lost(c.Before.Controls, f))...)
	}
	for _, f := range c.Before.Controls.Findings {
		if regained(f, c.After.Controls) {
			s.Items = append(s.Items, report.Item{Text: f.ID + " holds now: " + f.Title})
		}
	}
	if len(table.Rows) > 0 {
		s.Lead, s.Table = "Controls that the change loses:", table
		if c.New {
			s.Lead = "Controls that do not hold:"
		}
	}
	return s
}

// lost returns the breaches of a control that were none before.
func lost(before controls.Result, f controls.Finding) []controls.Breach {
	at := slices.IndexFunc(before.Findings, func(was controls.Finding) bool { return was.ID == f.ID })
	if at < 0 {
		return f.Breaches
	}
	var found []controls.Breach
	for _, b := range f.Breaches {
		broken := func(was controls.Breach) bool { return was.Label == b.Label }
		if !slices.ContainsFunc(before.Findings[at].Breaches, broken) {
			found = append(found, b)
		}
	}
	return found
}

// regained reports whether a control did not hold before and holds now.
func regained(was controls.Finding, after controls.Result) bool {
	holds := func(f controls.Finding) bool { return f.ID == was.ID && f.Holds() }
	return !was.Holds() && slices.ContainsFunc(after.Findings, holds)
}
