package report

// Document is a report as it is laid out, before it is written as text or Markdown.
type Document struct {
	Title    string
	Sections []Section
}

// Section is one part of a document. Whatever of it is empty is left out.
type Section struct {
	// Title is the heading; Gist follows it on the same line in text: the answer, if it fits there.
	Title, Gist string
	// Lead is a sentence or two below the heading.
	Lead string
	// Table is shown before Items.
	Table *Table
	// Items is a list.
	Items []Item
	// Picture is drawn in Markdown, and left out of text.
	Picture *Picture
}

// Table has as many columns as Header.
type Table struct {
	Header []string
	Rows   []Row
}

// Row is a line of a table.
type Row struct {
	Cells []string
	// Strong makes the row stand out, where that can be.
	Strong bool
}

// Item is an entry of a list.
type Item struct {
	Text string
	// Strong makes the entry stand out, where that can be.
	Strong bool
}

// Rows makes rows that do not stand out.
func Rows(cells ...[]string) []Row {
	rows := make([]Row, 0, len(cells))
	for _, each := range cells {
		rows = append(rows, Row{Cells: each})
	}
	return rows
}

// Items makes entries that do not stand out.
func Items(texts ...string) []Item {
	items := make([]Item, 0, len(texts))
	for _, text := range texts {
		items = append(items, Item{Text: text})
	}
	return items
}
