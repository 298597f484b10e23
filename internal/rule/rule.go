// Package rule holds the rules that input values must keep, each in one place, for the stack configuration and for the
// components alike. A rule takes the name under which the reader knows the value (a config key or an argument) and
// gives nil or one Error.
package rule

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Error says what is wrong with one input value and how to mend it.
type Error struct {
	// Name is the config key or argument that holds the value.
	Name string
	// Value is the refused value as it was given.
	Value any
	// Rule says in words what values must be.
	Rule string
	// Fix says what to do instead.
	Fix string
}

// Error implements error: name, value, rule and fix in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%s = %s: %s; %s", e.Name, show(e.Value), e.Rule, e.Fix)
}

// Broken makes an Error, for rules that only one place needs.
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

// Given refuses an input that was left out altogether.
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

// Port refuses what is not a TCP port.
func Port(name string, value int) error { return Between(name, value, 1, 65535) }

// OneOf refuses values that are not in the list.
func OneOf[T comparable](name string, value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	if len(allowed) == 0 {
		return Broken(name, value, "names something that does not exist", "add it, or remove the name")
	}
	words := make([]string, len(allowed))
	for i, a := range allowed {
		words[i] = fmt.Sprint(a)
	}
	return Broken(name, value, "must be one of "+strings.Join(words, ", "), fmt.Sprintf("for example %v", allowed[0]))
}

// Unique refuses lists that name something twice.
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

// All joins every problem into one error, nil where there is none.
func All(problems ...error) error { return errors.Join(problems...) }
