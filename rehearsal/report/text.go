package report

import (
	"strings"
	"unicode/utf8"
)

const (
	textWidth = 100
	indent    = "  "
	gap       = "  "
	// narrowest is the minimum width of a wrapped column.
	narrowest = 12
)

// Text writes the document for a terminal or a log, at most 100 columns wide. Bold makes headings and strong items
// stand out by terminal codes; without it there are none, and strong items begin with an exclamation mark.
func (d Document) Text(bold bool) string {
	t := textWriter{bold: bold}
	t.line(t.heading(d.Title))
	for _, section := range d.Sections {
		if section.drawn() {
			continue
		}
		t.line("")
		t.section(section)
	}
	return t.out.String()
}

type textWriter struct {
	out  strings.Builder
	bold bool
}

func (t *textWriter) line(text string) {
	t.out.WriteString(strings.TrimRight(text, " ") + "\n")
}

func (t *textWriter) heading(text string) string {
	if t.bold && text != "" {
		return "\x1b[1m" + text + "\x1b[0m"
	}
	return text
}

// drawn is a section that is nothing without its picture.
func (s Section) drawn() bool {
	return s.Picture != nil && s.Gist == "" && s.Lead == "" && s.Table == nil && len(s.Items) == 0
}

func (t *textWriter) section(s Section) {
	first := s.Title
	if s.Gist != "" {
		first += ": " + s.Gist
	}
	for i, part := range wrap(first, textWidth) {
		if i == 0 {
			part = t.heading(part)
		}
		t.line(part)
	}
	t.paragraph(s.Lead)
	if s.Table != nil {
		t.table(*s.Table)
	}
	for _, item := range s.Items {
		t.item(item)
	}
}

func (t *textWriter) paragraph(text string) {
	if text == "" {
		return
	}
	for _, part := range wrap(text, textWidth-len(indent)) {
		t.line(indent + part)
	}
}

func (t *textWriter) item(item Item) {
	mark := t.mark(item.Strong)
	for i, part := range wrap(item.Text, textWidth-len(indent)-len(mark)) {
		if i > 0 {
			mark = strings.Repeat(" ", len(mark))
		}
		t.line(indent + mark + t.strong(part, item.Strong))
	}
}

func (t *textWriter) mark(strong bool) string {
	if strong && !t.bold {
		return "! "
	}
	return "- "
}

func (t *textWriter) strong(text string, strong bool) string {
	if strong {
		return t.heading(text)
	}
	return text
}

func (t *textWriter) table(table Table) {
	rows := append([]Row{{Cells: table.Header}}, table.Rows...)
	lead := indent
	if !t.bold && anyStrong(table.Rows) {
		lead += "  "
	}
	widths := fit(columns(rows, len(table.Header)), textWidth-len(lead))
	for _, row := range rows {
		t.row(row, lead, widths)
	}
}

func anyStrong(rows []Row) bool {
	for _, row := range rows {
		if row.Strong {
			return true
		}
	}
	return false
}

// row writes the cells beside each other, each over as many lines as it needs.
func (t *textWriter) row(row Row, lead string, widths []int) {
	cells := make([][]string, len(widths))
	height := 1
	for i := range widths {
		if i < len(row.Cells) {
			cells[i] = wrap(row.Cells[i], widths[i])
			height = max(height, len(cells[i]))
		}
	}
	for n := range height {
		var line strings.Builder
		for i, width := range widths {
			if i > 0 {
				line.WriteString(gap)
			}
			line.WriteString(pad(nth(cells[i], n), width))
		}
		before := lead
		if row.Strong && !t.bold && n == 0 {
			before = strings.TrimSuffix(lead, "  ") + "! "
		}
		t.line(before + t.strong(strings.TrimRight(line.String(), " "), row.Strong))
	}
}

func nth(lines []string, n int) string {
	if n < len(lines) {
		return lines[n]
	}
	return ""
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// columns returns the widths that each column would like.
func columns(rows []Row, count int) []int {
	widths := make([]int, count)
	for _, row := range rows {
		for i := range min(count, len(row.Cells)) {
			widths[i] = max(widths[i], utf8.RuneCountInString(row.Cells[i]))
		}
	}
	return widths
}

// fit takes from the widest column, a little at a time, until the row fits.
func fit(widths []int, room int) []int {
	room -= len(gap) * (len(widths) - 1)
	for {
		total, widest := 0, 0
		for i, width := range widths {
			total += width
			if width > widths[widest] {
				widest = i
			}
		}
		if total <= room || widths[widest] <= narrowest {
			return widths
		}
		widths[widest]--
	}
}

// wrap breaks text between words, and words that are longer than a line.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		for {
			room := width - utf8.RuneCountInString(line)
			if line != "" {
				room--
			}
			if utf8.RuneCountInString(word) <= room {
				break
			}
			if line != "" {
				lines, line = append(lines, line), ""
				continue
			}
			runes := []rune(word)
			lines, word = append(lines, string(runes[:width])), string(runes[width:])
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
