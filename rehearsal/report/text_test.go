package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func long(words int) string { return strings.TrimSpace(strings.Repeat("word ", words)) }

func TestTextIsNeverWiderThanAHundredColumns(t *testing.T) {
	t.Parallel()
	document := Document{Title: "t", Sections: []Section{{
		Title: "Section", Gist: long(40), Lead: long(60),
		Table: &Table{Header: []string{"a", "b", "c"}, Rows: []Row{
			{Cells: []string{"short", long(30), strings.Repeat("x", 150)}},
			{Cells: []string{"é", long(3)}, Strong: true},
		}},
		Items: Items(long(50), strings.Repeat("y", 230)),
	}}}
	for _, bold := range []bool{false, true} {
		text := document.Text(bold)
		plain := strings.NewReplacer("\x1b[1m", "", "\x1b[0m", "").Replace(text)
		for line := range strings.Lines(plain) {
			assert.LessOrEqual(t, utf8.RuneCountInString(strings.TrimSuffix(line, "\n")), textWidth)
			assert.Equal(t, strings.TrimRight(line, " \n")+"\n", line)
		}
		assert.Equal(t, 40+60+30+3+50, strings.Count(plain, "word"), "nothing is cut")
		assert.Equal(t, 150, strings.Count(plain, "x"))
		assert.Equal(t, 230, strings.Count(plain, "y"))
		assert.Equal(t, bold, strings.Contains(text, "\x1b"))
	}
}

func TestColumnsAreAlignedAndWhatIsStrongStandsOut(t *testing.T) {
	t.Parallel()
	document := Document{Title: "Title", Sections: []Section{
		{Title: "Ways", Gist: "two", Table: &Table{Header: []string{"from", "to"}, Rows: []Row{
			{Cells: []string{"internet", "web"}, Strong: true}, {Cells: []string{"é", "db"}},
		}}},
		{Title: "List", Items: []Item{{Text: "one"}, {Text: "two", Strong: true}}},
		{Title: "Drawn", Picture: &Picture{}},
	}}
	assert.Equal(t, `Title

Ways: two
    from      to
  ! internet  web
    é         db

List
  - one
  ! two
`, document.Text(false))
	assert.Equal(
		t,
		"\x1b[1mTitle\x1b[0m\n\n\x1b[1mWays: two\x1b[0m\n  from      to\n  \x1b[1minternet  web\x1b[0m\n  é         db\n"+
			"\n\x1b[1mList\x1b[0m\n  - one\n  - \x1b[1mtwo\x1b[0m\n",
		document.Text(true),
	)
}
