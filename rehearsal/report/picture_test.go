package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLabelsAreAlwaysQuotedAndNeverMoreThanText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"web":            `"web"`,
		`say "hi"`:       `"say #quot;hi#quot;"`,
		"<b>&":           `"#lt;b#gt;#amp;"`,
		"a#b;":           `"a#35;b;"`,
		"`md`":           `"#96;md#96;"`,
		"SECRET_KEY":     `"SECRET#95;KEY"`,
		"- item":         "\"-\u00a0item\"",
		"1. item":        "\"1.\u00a0item\"",
		"end":            `"end"`,
		"two\nlines":     `"two lines"`,
		"%%{init: {}}%%": `"#37;#37;{init: {}}#37;#37;"`,
	} {
		assert.Equal(t, want, quote(text), text)
	}
	assert.Equal(t, `"a<br/>b"`, quote("a", "b"))
	assert.Equal(t, `" "`, quote(""), "Mermaid refuses an empty label")
}

// statement is all that a picture may be made of.
var statement = regexp.MustCompile(`^(flowchart TB|subgraph g\d+\["[^"]*"\]|end|` +
	`n\d+(\[|\(\(|\[/|\(\[|\[\()"[^"]*"(\]|\)\)|\\\]|\]\)|\)\])|` +
	`[ng]\d+ (-->|-\.->|~~~)(\|"[^"]*"\|)? [ng]\d+|` +
	`classDef [a-z]+ [a-z0-9:#,-]+|class [ng0-9,]+ [a-z]+)$`)

func TestAPictureIsMadeOfWholeStatements(t *testing.T) {
	t.Parallel()
	odd := []string{`"`, "]", "end", "-->", "|", "<br>", "subgraph x", "```", "a\nend", "%% no"}
	picture := Picture{}
	for _, form := range []Form{FormBox, FormOutside, FormBalancer, FormService, FormStore, ""} {
		for i, label := range odd {
			picture.Things = append(picture.Things, Thing{
				Id: string(form) + label, Lines: []string{label, label}, Form: form,
				Key: []KeyOwner{"", OwnKey, AwsKey, NoKey, UnknownKey}[i%5], Public: i%2 == 0,
			})
		}
	}
	for _, label := range odd {
		group := Group{Id: "group" + label, Label: label, Groups: []Group{{Label: label}}}
		picture.Groups = append(picture.Groups, group)
		picture.Links = append(picture.Links, Link{From: "box" + label, To: "store" + label, Label: label},
			Link{From: "box" + label, To: "gone"}, Link{From: group.Id, To: "box" + label},
			Link{From: group.Id, To: "store" + label, Hidden: true})
	}
	text := picture.Mermaid()
	for line := range strings.Lines(text) {
		assert.Regexp(t, statement, strings.TrimSpace(line))
	}
	assert.Len(t, regexp.MustCompile(`(?m)^\s*end$`).FindAllString(text, -1), strings.Count(text, "subgraph g"))
	assert.NotContains(t, text, "```")
	assert.Equal(t, len(odd), strings.Count(text, "-->|"), "a link to what is not drawn is left out")
}
