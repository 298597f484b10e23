package change

import (
	"fmt"

	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// Limit is the maximum size of a report in bytes. GitHub accepts comments of up to 64 KiB.
const Limit = 60 << 10

// Markdown renders the document in at most limit bytes. To fit, it first drops the picture and then whole entries of
// the longest tables and lists, and adds a note. It never cuts inside a code fence or a table row.
func Markdown(d report.Document, limit int) string {
	text := d.Markdown()
	if len(text) <= limit {
		return text
	}
	d.Sections = append([]report.Section(nil), d.Sections...)
	for i := range d.Sections {
		if d.Sections[i].Picture != nil {
			d.Sections[i].Picture = nil
			d.Sections[i].Lead = "The picture is left out, because the report would be too long with it."
		}
	}
	left := 0
	for {
		text = withNote(d, left).Markdown()
		cut := shorten(d.Sections)
		if len(text) <= limit || cut == 0 {
			return text
		}
		left += cut
	}
}

func withNote(d report.Document, left int) report.Document {
	if left == 0 {
		return d
	}
	d.Sections = append([]report.Section{{
		Title: "Shortened",
		Lead: fmt.Sprintf("%d entries are left out, because the report would be too long. The log has all of them.",
			left),
	}}, d.Sections...)
	return d
}

// shorten drops half of the longest table or list and returns the number of entries it dropped.
func shorten(sections []report.Section) int {
	longest, at := 0, -1
	for i, s := range sections {
		if n := entries(s); n > longest {
			longest, at = n, i
		}
	}
	if at < 0 {
		return 0
	}
	s := &sections[at]
	if s.Table != nil && len(s.Table.Rows) >= len(s.Items) {
		table := *s.Table
		keep := len(table.Rows) / 2
		cut := len(table.Rows) - keep
		table.Rows = table.Rows[:keep]
		s.Table = &table
		return cut
	}
	keep := len(s.Items) / 2
	cut := len(s.Items) - keep
	s.Items = s.Items[:keep]
	return cut
}

func entries(s report.Section) int {
	if s.Table != nil {
		return max(len(s.Table.Rows), len(s.Items))
	}
	return len(s.Items)
}
