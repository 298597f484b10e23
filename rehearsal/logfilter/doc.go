// Package logfilter parses filter patterns of CloudWatch Logs and reports which log events they match. It supports
// patterns for JSON events, in braces, and patterns of terms
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html). It does not support patterns
// for space-delimited fields or regular expressions.
package logfilter

import (
	"encoding/json"
	"errors"
	"strings"
)

// ErrUnknown is the error of Parse for a pattern of an unsupported kind, which may be valid.
var ErrUnknown = errors.New("patterns of space-delimited fields and regular expressions are not known here")

// Pattern is a parsed filter pattern.
type Pattern struct{ matches func(line string) bool }

// Matches reports whether the log event matches.
func (p Pattern) Matches(line string) bool { return p.matches(line) }

// Parse parses a pattern. Its error describes the mistake.
func Parse(text string) (Pattern, error) {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "[") || strings.Contains(text, "%"):
		return Pattern{}, ErrUnknown
	case strings.HasPrefix(text, "{"):
		return parseJson(text)
	default:
		return parseTerms(text)
	}
}

// Value returns the number that a metric reads from the event by a selector such as $.size. It returns false if there
// is none.
func Value(selector, line string) (float64, bool) {
	path, rest, ok := cutSelector(selector)
	if !ok || rest != "" {
		return 0, false
	}
	var event any
	if json.Unmarshal([]byte(line), &event) != nil {
		return 0, false
	}
	found, _ := path.in(event)
	number, ok := found.(float64)
	return number, ok
}
