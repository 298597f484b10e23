package report

import (
	"regexp"
	"strings"
)

// Markdown writes the document as GitHub shows it, with the picture as a Mermaid diagram.
func (d Document) Markdown() string {
	var out strings.Builder
	if d.Title != "" {
		out.WriteString("# " + escape(d.Title) + "\n")
	}
	for _, section := range d.Sections {
		out.WriteString("\n")
		section.markdown(&out)
	}
	return out.String()
}

func (s Section) markdown(out *strings.Builder) {
	out.WriteString("## " + escape(s.Title) + "\n")
	if s.Gist != "" {
		out.WriteString("\n**" + escape(s.Gist) + "**\n")
	}
	if s.Lead != "" {
		out.WriteString("\n" + escape(s.Lead) + "\n")
	}
	if s.Table != nil {
		out.WriteString("\n")
		s.Table.markdown(out)
	}
	if len(s.Items) > 0 {
		out.WriteString("\n")
	}
	for _, item := range s.Items {
		out.WriteString("- " + emphasize(escape(item.Text), item.Strong) + "\n")
	}
	if s.Picture != nil {
		out.WriteString("\n```mermaid\n" + s.Picture.Mermaid() + "```\n")
		if legend := s.Picture.Legend(); legend != "" {
			out.WriteString("\n" + escape(legend) + "\n")
		}
	}
}

func (t Table) markdown(out *strings.Builder) {
	line := func(cells []string) { out.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	rules := make([]string, len(t.Header))
	for i := range rules {
		rules[i] = "---"
	}
	line(t.cells(Row{Cells: t.Header}))
	line(rules)
	for _, row := range t.Rows {
		line(t.cells(row))
	}
}

func (t Table) cells(row Row) []string {
	cells := make([]string, len(t.Header))
	for i := range min(len(cells), len(row.Cells)) {
		cells[i] = emphasize(escape(row.Cells[i]), row.Strong)
	}
	return cells
}

func emphasize(text string, strong bool) string {
	if strong && text != "" {
		return "**" + text + "**"
	}
	return text
}

// special matches the characters with a meaning in Markdown, or in GitHub's additions to it, within a line.
var special = regexp.MustCompile("[\\\\`*_{}\\[\\]<>|~$]")

// opening matches the beginning of a heading, a list or a rule.
var opening = regexp.MustCompile(`^(#+|[-+]|\d+[.)])(\s|$)`)

func escape(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = strings.ReplaceAll(text, "&", "&amp;")
	text = special.ReplaceAllStringFunc(text, func(found string) string {
		switch found {
		case "<":
			return "&lt;"
		case ">":
			return "&gt;"
		default:
			return `\` + found
		}
	})
	return opening.ReplaceAllStringFunc(text, func(found string) string {
		at := len(strings.TrimRight(found, " ")) - 1
		return found[:at] + `\` + found[at:]
	})
}
