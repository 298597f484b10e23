package change

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// limitsSection lists the limits of AWS of which the stack uses more or less than before, and all that are exceeded.
func (c Change) limitsSection() report.Section {
	s := report.Section{Title: "What breaks first", Gist: "as before"}
	before := map[[2]string]limits.Limit{}
	for _, l := range c.Before.Limits.Limits {
		before[[2]string{l.Kind.Key, l.Of}] = l
	}
	table := &report.Table{Header: []string{"", "of", "at worst before", "after", "limit", "changed by"}}
	for _, l := range c.After.Limits.First() {
		was, known := before[[2]string{l.Kind.Key, l.Of}]
		if known && was.Used == l.Used && was.Max == l.Max {
			continue
		}
		used, limit := "", limits.Amount(l.Max)
		if known {
			used = limits.Amount(was.Used.Worst())
		}
		if known && was.Max != l.Max {
			limit += ", before " + limits.Amount(was.Max)
		}
		table.Rows = append(table.Rows, report.Row{
			Cells: []string{
				l.Kind.Name, c.names.replaceIds(l.Place()), used, limits.Amount(l.Used.Worst()), limit, l.Remedy,
			},
			Strong: l.Severity() == limits.Refused,
		})
	}
	if len(table.Rows) > 0 {
		s.Gist, s.Table = "", table
	}
	s.Items = report.LimitItems(c.After.Limits)
	return s
}
