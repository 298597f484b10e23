package spec

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// describe returns the description of a schema from a Go comment. It leaves out the Go name at the start and writes
// the names of other fields as programs in all languages know them: MinCount as `minCount`. names are the properties
// by the names of the fields.
func describe(doc, goName string, names map[string]string) string {
	text := strings.Join(strings.Fields(doc), " ")
	if rest, starts := strings.CutPrefix(text, goName+" "); starts {
		text = capital(withoutVerb(rest))
	}
	words := strings.Split(text, " ")
	for i, word := range words {
		if strings.Contains(word, "://") || isOrdinary(words, i) {
			continue
		}
		words[i] = identifier.ReplaceAllStringFunc(word, func(name string) string {
			if property, known := names[name]; known {
				return "`" + property + "`"
			}
			return name
		})
	}
	return strings.Join(words, " ")
}

var identifier = regexp.MustCompile(`\b[A-Z][A-Za-z0-9]*\b`)

// isOrdinary reports whether a word has its capital from the start of a sentence, or is part of a name like Secrets
// Manager. A name of several words, like MinCount, never is.
func isOrdinary(words []string, i int) bool {
	if inner.MatchString(words[i]) {
		return false
	}
	starts := i == 0 || strings.ContainsAny(words[i-1], ".:")
	follows := i > 1 && isCapital(words[i-1]) &&
		!strings.ContainsAny(words[i-2], ".:") && !strings.ContainsAny(words[i-1], ",;.:")
	precedes := i+1 < len(words) && isCapital(words[i+1]) && !strings.ContainsAny(words[i], ",;.:")
	return starts || follows || precedes
}

var inner = regexp.MustCompile(`[a-z0-9][A-Z]`)

func isCapital(word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(first)
}

// withoutVerb returns the noun of "Name is a noun". Any other sentence stays, with the property as its subject.
func withoutVerb(sentence string) string {
	for _, verb := range []string{"is ", "are "} {
		if noun, found := strings.CutPrefix(sentence, verb); found {
			return noun
		}
	}
	return sentence
}

func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
