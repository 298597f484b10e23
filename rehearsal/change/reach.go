package change

import (
	"slices"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// reachSections lists the network paths that open and close, the resources that become public, and new warnings and
// assumptions.
func (c Change) reachSections() []report.Section {
	further := report.Model{
		Exposed:     addedTo(c.Before.Exposed, c.After.Exposed),
		Warnings:    addedTo(c.Before.Warnings, c.After.Warnings),
		Assumptions: addedTo(c.Before.Assumptions, c.After.Assumptions),
		Pending:     addedTo(c.Before.Pending, c.After.Pending),
	}
	further.Advise(c.project)
	return append([]report.Section{
		c.pathsSection(), c.publicSection(), retitle("New secrets as plain text",
			further.ExposedSection()), retitle("New warnings", further.WarningsSection()),
		retitle("New assumptions about resources outside the stack", further.AssumptionsSection()),
	},
		further.PendingSections()...)
}

func (c Change) pathsSection() report.Section {
	s := report.Section{Title: "Who can reach whom", Gist: "as before"}
	before, after := pathRows(c.Before), pathRows(c.After)
	table := &report.Table{Header: []string{"", "from", "to", "port", "through"}}
	mark := func(word string, rows, known [][]string) {
		for _, row := range rows {
			if !slices.ContainsFunc(known, func(other []string) bool { return slices.Equal(row, other) }) {
				table.Rows = append(table.Rows, report.Row{Cells: append([]string{word}, row...)})
			}
		}
	}
	mark("new", after, before)
	mark("closed", before, after)
	if len(table.Rows) > 0 {
		s.Gist, s.Table = "", table
	}
	return s
}

func pathRows(m report.Model) [][]string {
	table := m.PathsSection().Table
	if table == nil {
		return nil
	}
	rows := make([][]string, 0, len(table.Rows))
	for _, row := range table.Rows {
		rows = append(rows, row.Cells)
	}
	return rows
}

func (c Change) publicSection() report.Section {
	opened := report.Model{Public: addedTo(c.Before.Public, c.After.Public)}.PublicSection()
	closed := report.Model{Public: addedTo(c.After.Public, c.Before.Public)}.PublicSection()
	s := report.Section{Title: "Public"}
	for _, item := range opened.Items {
		s.Items = append(s.Items, report.Item{Text: "new: " + item.Text, Strong: true})
	}
	for _, item := range closed.Items {
		s.Items = append(s.Items, report.Item{Text: "no longer: " + item.Text})
	}
	return s
}

// retitle returns the section under another title, or an empty section if it has no entries.
func retitle(title string, s report.Section) report.Section {
	return report.Section{Title: title, Items: s.Items}
}

// addedTo returns the entries of after that are not in before.
func addedTo[T comparable](before, after []T) []T {
	return slices.DeleteFunc(slices.Clone(after), func(entry T) bool { return slices.Contains(before, entry) })
}

// durationSection compares the duration of a first deployment before and after the change.
func (c Change) durationSection() report.Section {
	after := c.After.DeploymentSection()
	s := report.Section{Title: after.Title}
	before := c.Before.Deployment.Path.Total().Round(time.Minute)
	switch {
	case c.New:
		s.Gist = after.Gist
	case before != c.After.Deployment.Path.Total().Round(time.Minute):
		s.Gist = after.Gist + ", before " + c.Before.DeploymentSection().Gist
	}
	return s
}
