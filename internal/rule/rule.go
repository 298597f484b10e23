// Package rule has the rules for input values, each in one place, for the stack configuration and for the components. A
// rule takes the name by which the reader knows the value, a config key or an argument, and returns nil or one Error.
package rule

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Error describes the problem of one input value and its fix.
type Error struct {
	// Name is the config key or argument.
	Name string
	// Value is the refused value.
	Value any
	// Rule is the rule in words.
	Rule string
	// Fix is the action that solves the problem.
	Fix string
}

// Error implements error: name, value, rule and fix in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%s = %s: %s; %s", e.Name, show(e.Value), e.Rule, e.Fix)
}

// Broken returns an Error, for rules that only one place needs.
func Broken(name string, value any, rule, fix string) error {
	return &Error{Name: name, Value: value, Rule: rule, Fix: fix}
}

func show(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(encoded)
}

// Present refuses the empty string.
func Present(name, value, fix string) error {
	if strings.TrimSpace(value) == "" {
		return Broken(name, value, "must not be empty", fix)
	}
	return nil
}

// Given refuses an input that is not set.
func Given(name string, given bool, fix string) error {
	if !given {
		return Broken(name, nil, "is required", fix)
	}
	return nil
}

// Between refuses numbers outside lowest to highest.
func Between(name string, value, lowest, highest int) error {
	if value < lowest || value > highest {
		return Broken(name, value, fmt.Sprintf("must be %d to %d", lowest, highest),
			fmt.Sprintf("give a number from %d to %d", lowest, highest))
	}
	return nil
}

// Port refuses a number that is no TCP port.
func Port(name string, value int) error { return Between(name, value, 1, 65535) }

// OneOf refuses values that are not in the list. The empty string in the list allows the value to be left out.
func OneOf[T comparable](name string, value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	if len(allowed) == 0 {
		return Broken(name, value, "names something that does not exist", "add it, or remove the name")
	}
	var words []string
	for _, a := range allowed {
		if word := fmt.Sprint(a); word != "" {
			words = append(words, word)
		}
	}
	return Broken(name, value, "must be one of "+strings.Join(words, ", "), "for example "+words[0])
}

// Unique refuses lists that have a value twice.
func Unique[T comparable](name string, values []T) error {
	seen := map[T]bool{}
	for _, v := range values {
		if seen[v] {
			return Broken(name, values, fmt.Sprintf("must not name %s twice", show(v)), "remove one of them")
		}
		seen[v] = true
	}
	return nil
}

// Match refuses values that the pattern does not match.
func Match(name, value string, pattern *regexp.Regexp, rule, fix string) error {
	if pattern.MatchString(value) {
		return nil
	}
	return Broken(name, value, rule, fix)
}

// All joins the problems into one error, or returns nil if there are none.
func All(problems ...error) error { return errors.Join(problems...) }
