package docs_test

import "strings"

const pageWidth = 120

var escape = strings.NewReplacer("<", "&lt;", ">", "&gt;", "*", `\*`)

// plain returns a doc comment's text as one line of Markdown.
func plain(words string) string { return escape.Replace(strings.Join(strings.Fields(words), " ")) }

// paragraphs returns a doc comment's text as Markdown, with a blank line after each paragraph.
func paragraphs(words string) string {
	var out strings.Builder
	for part := range strings.SplitSeq(strings.TrimSpace(words), "\n\n") {
		out.WriteString(wrap(plain(part), "") + "\n\n")
	}
	return out.String()
}

func bullet(words string) string { return "- " + wrap(strings.TrimSpace(words), "  ") + "\n" }

// wrap breaks a line so that each, with its indent, fits the page.
func wrap(words, indent string) string {
	var out strings.Builder
	width := len(indent)
	for i, word := range strings.Fields(words) {
		switch {
		case i == 0:
		case width+1+len(word) > pageWidth:
			out.WriteString("\n" + indent)
			width = len(indent)
		default:
			out.WriteString(" ")
			width++
		}
		out.WriteString(word)
		width += len(word)
	}
	return out.String()
}
