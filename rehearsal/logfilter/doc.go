// Package logfilter reads filter patterns of CloudWatch Logs and reports which log events they match: those of JSON, in braces,
// and those of plain terms
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html). Patterns of space-delimited fields
// and regular expressions are not among them.
package logfilter

import (
	"encoding/json"
	"errors"
	"strings"
)

// ErrUnknown is the error of Parse for a pattern that may be valid, but is of a kind that the package does not know.
var ErrUnknown = errors.New("patterns of space-delimited fields and regular expressions are not known here")

// Pattern is a filter pattern that was understood.
type Pattern struct{ matches func(line string) bool }

// Matches reports whether CloudWatch Logs would take the log event.
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

// Value returns the number that a metric takes from the event, by a selector such as $.size, or false if it has none.
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
