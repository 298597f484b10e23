package model_test

import (
	"iter"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
)

// text returns a text that keeps every constraint of the place, at the edge of the limit if it is a length.
func (g *garden) text(c *model.Constraint, limit string) any {
	want := 1
	for _, other := range g.constraints {
		want = max(want, other.MinLength)
	}
	if limit == "maxLength" {
		want = *c.MaxLength
	}
	for _, other := range g.constraints {
		if other.MaxLength != nil {
			want = min(want, *other.MaxLength)
		}
	}
	for candidate := range g.candidates(want) {
		if g.keepsAll(candidate) {
			return candidate
		}
	}
	return nil
}

// candidates yields texts that may be legal, the longest first.
func (g *garden) candidates(want int) iter.Seq[string] {
	patterns := []*syntax.Regexp{}
	for _, pattern := range g.patterns() {
		if parsed, err := syntax.Parse(pattern, syntax.Perl); err == nil {
			patterns = append(patterns, parsed.Simplify())
		}
	}
	return func(yield func(string) bool) {
		for _, c := range g.constraints {
			for _, legal := range c.Enum {
				if !yield(legal) {
					return
				}
			}
		}
		const choices, shorter = 8, 40
		for length := want; length > max(want-shorter, 0); length-- {
			for _, pattern := range patterns {
				for choice := range choices {
					w := writer{want: length, choice: choice}
					if w.write(pattern); !yield(w.text.String()) {
						return
					}
				}
			}
		}
	}
}

// patterns are those of the place, or some that most texts have.
func (g *garden) patterns() []string {
	var patterns []string
	for _, c := range g.constraints {
		if c.Pattern != "" {
			patterns = append(patterns, c.Pattern)
		}
	}
	if len(patterns) == 0 {
		return []string{"^[a-z]*$", "^/[a-z]*$"}
	}
	return patterns
}

func (g *garden) keepsAll(text string) bool {
	for _, c := range g.constraints {
		length := len([]rune(text))
		switch {
		case text == "" || length < c.MinLength || c.MaxLength != nil && length > *c.MaxLength:
			return false
		case len(c.Enum) > 0 && !slices.Contains(c.Enum, text):
			return false
		case c.Pattern != "" && !regexp.MustCompile(c.Pattern).MatchString(text):
			return false
		case c.NotPattern != "" && regexp.MustCompile(c.NotPattern).MatchString(text):
			return false
		}
	}
	return true
}

// writer writes a text that matches a pattern, as long as is wanted if the pattern allows it.
type writer struct {
	text   strings.Builder
	want   int
	choice int
}

func (w *writer) write(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		w.text.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		w.text.WriteRune(nice(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		w.text.WriteByte('a')
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range re.Sub {
			w.write(sub)
		}
	case syntax.OpAlternate:
		w.write(re.Sub[w.choice%len(re.Sub)])
	case syntax.OpQuest, syntax.OpStar, syntax.OpPlus:
		w.repeat(re)
	default: // anchors and the like stand for no text
	}
}

func (w *writer) repeat(re *syntax.Regexp) {
	most := 1 << 20
	if re.Op == syntax.OpQuest {
		most = 1
	}
	for count := 0; count < most; count++ {
		before := w.text.Len()
		if w.text.Len() >= w.want && (re.Op != syntax.OpPlus || count > 0) {
			return
		}
		w.write(re.Sub[0])
		if w.text.Len() == before {
			return
		}
	}
}

// nice picks a letter or digit of a class if it has one.
func nice(ranges []rune) rune {
	for _, wanted := range "a1A-/" {
		for i := 0; i < len(ranges); i += 2 {
			if ranges[i] <= wanted && wanted <= ranges[i+1] {
				return wanted
			}
		}
	}
	return ranges[0]
}

// brokenText returns a text that breaks the limit.
func (g *garden) brokenText(c *model.Constraint, limit string) any {
	switch limit {
	case "maxLength":
		return strings.Repeat("a", *c.MaxLength+1)
	case "minLength":
		return strings.Repeat("a", c.MinLength-1)
	case "enum":
		return "nosuch"
	case "notPattern":
		for _, candidate := range []string{"aws:x", "arn:x", " ", "a:b", "  a"} {
			if regexp.MustCompile(c.NotPattern).MatchString(candidate) {
				return candidate
			}
		}
		return nil
	}
	for _, candidate := range []string{
		"bad value!", "nosuch", "{bad}\x01", "\x01", "\x00", ":", "*", "☃", "a\nb", "aws:é\x7f", " ", "-", "a b",
	} {
		if !regexp.MustCompile(c.Pattern).MatchString(candidate) {
			return candidate
		}
	}
	return nil
}
