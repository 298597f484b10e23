package report

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMarkdownSaysWhatTheTextSays(t *testing.T) {
	t.Parallel()
	document := Document{Title: "A_B", Sections: []Section{{
		Title: "Ways", Gist: "two*", Lead: "So it is.",
		Table: &Table{
			Header: []string{"from", "to"},
			Rows:   []Row{{Cells: []string{"a|b", ""}, Strong: true}, {Cells: []string{"c"}}},
		},
		Items:   []Item{{Text: "one", Strong: true}, {Text: "two\nlines"}},
		Picture: &Picture{Things: []Thing{{Id: "a", Lines: []string{"A"}}}},
	}}}
	assert.Equal(t, `# A\_B

## Ways

**two\***

So it is.

| from | to |
| --- | --- |
| **a\|b** |  |
| c |  |

- **one**
- two lines

`+"```mermaid\nflowchart TB\n  n1[\"A\"]\n```\n", document.Markdown())
}

func TestNoTextIsReadAsMarkdown(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain-name":        "plain-name",
		"<script>":          "&lt;script&gt;",
		"a & b":             "a &amp; b",
		"[x](y)":            `\[x\](y)`,
		"*b* _i_ `c` ~~d~~": "\\*b\\* \\_i\\_ \\`c\\` \\~\\~d\\~\\~",
		`back\slash`:        `back\\slash`,
		"# heading":         `\# heading`,
		"1. item":           `1\. item`,
		"- item":            `\- item`,
		"-item":             "-item",
		"```\nfence":        "\\`\\`\\` fence",
		"$x$":               `\$x\$`,
	} {
		assert.Equal(t, want, escape(text), text)
	}
}
