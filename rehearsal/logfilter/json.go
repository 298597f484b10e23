package logfilter

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// condition reports whether a JSON object matches.
type condition func(event any) bool

// parser parses the text between the braces of a pattern for JSON events.
type parser struct{ rest string }

func parseJson(text string) (Pattern, error) {
	inner, closed := strings.CutSuffix(text[1:], "}")
	if !closed {
		return Pattern{}, fmt.Errorf("no } at the end of %s", text)
	}
	p := &parser{inner}
	holds, err := p.either()
	if err != nil {
		return Pattern{}, err
	}
	if p.skip(); p.rest != "" {
		return Pattern{}, fmt.Errorf("%q is left over", p.rest)
	}
	return Pattern{func(line string) bool {
		var event map[string]any
		return json.Unmarshal([]byte(line), &event) == nil && holds(event)
	}}, nil
}

func (p *parser) skip() { p.rest = strings.TrimLeft(p.rest, " \t\n") }

// accept consumes the word if it comes next, and reports whether it did.
func (p *parser) accept(word string) bool {
	p.skip()
	rest, found := strings.CutPrefix(p.rest, word)
	p.rest = rest
	return found
}

func (p *parser) either() (condition, error) {
	left, err := p.both()
	for err == nil && p.accept("||") {
		first := left
		var right condition
		right, err = p.both()
		left = func(event any) bool { return first(event) || right(event) }
	}
	return left, err
}

func (p *parser) both() (condition, error) {
	left, err := p.single()
	for err == nil && p.accept("&&") {
		first := left
		var right condition
		right, err = p.single()
		left = func(event any) bool { return first(event) && right(event) }
	}
	return left, err
}

func (p *parser) single() (condition, error) {
	if p.accept("(") {
		inner, err := p.either()
		if err == nil && !p.accept(")") {
			err = fmt.Errorf("no ) before %q", p.rest)
		}
		return inner, err
	}
	p.skip()
	path, rest, ok := cutSelector(p.rest)
	if !ok {
		return nil, fmt.Errorf("a property selector such as $.size is expected before %q", p.rest)
	}
	p.rest = rest
	return p.comparison(path)
}

// tests are the conditions without a value to compare with.
var tests = []struct {
	text  string
	holds func(value any, exists bool) bool
}{
	{"IS TRUE", func(value any, _ bool) bool { return value == true }},
	{"IS FALSE", func(value any, _ bool) bool { return value == false }},
	{"IS NULL", func(value any, exists bool) bool { return exists && value == nil }},
	{"NOT EXISTS", func(_ any, exists bool) bool { return !exists }},
}

func (p *parser) comparison(path selector) (condition, error) {
	for _, test := range tests {
		if p.accept(test.text) {
			return func(event any) bool { return test.holds(path.in(event)) }, nil
		}
	}
	for _, operator := range []string{">=", "<=", "!=", "=", ">", "<"} {
		if p.accept(operator) {
			return p.operand(path, operator)
		}
	}
	return nil, fmt.Errorf("an operator is expected before %q", p.rest)
}

// operandForm matches a quoted text, or unquoted letters, digits and a few other characters. An asterisk is a wildcard.
var operandForm = regexp.MustCompile(`^\s*(?:"((?:[^"\\]|\\.)*)"|([\w.*:/+-]+))`)

func (p *parser) operand(path selector, operator string) (condition, error) {
	found := operandForm.FindStringSubmatch(p.rest)
	if found == nil {
		return nil, fmt.Errorf("a value is expected before %q", p.rest)
	}
	p.rest = p.rest[len(found[0]):]
	number, err := strconv.ParseFloat(found[2], 64)
	switch equality := operator == "=" || operator == "!="; {
	case err == nil:
		return compared(path, operator, number), nil
	case !equality:
		return nil, fmt.Errorf("%s compares numbers, and %q is none", operator, found[1]+found[2])
	}
	like := wildcard(strings.ReplaceAll(found[1], `\"`, `"`) + found[2])
	return func(event any) bool {
		value, exists := path.in(event)
		if !exists || value == nil {
			return false
		}
		return like.MatchString(fmt.Sprint(value)) == (operator == "=")
	}, nil
}

// compared returns a numeric comparison. It is false for a property that is missing or is not a number.
func compared(path selector, operator string, with float64) condition {
	return func(event any) bool {
		found, _ := path.in(event)
		number, ok := found.(float64)
		if !ok {
			return false
		}
		switch operator {
		case ">=":
			return number >= with
		case "<=":
			return number <= with
		case ">":
			return number > with
		case "<":
			return number < with
		case "!=":
			return number != with
		default:
			return number == with
		}
	}
}

func wildcard(text string) *regexp.Regexp {
	return regexp.MustCompile(`(?s)^` + strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `.*`) + `$`)
}

// selector is the path to a property: object keys and array indexes.
type selector []string

var stepForm = regexp.MustCompile(`^(?:\.(\w[\w-]*)|\[(\d+)\])`)

// cutSelector parses a selector such as $.users[0].name at the start of the text.
func cutSelector(text string) (path selector, rest string, ok bool) {
	rest, ok = strings.CutPrefix(text, "$")
	for ok {
		found := stepForm.FindStringSubmatch(rest)
		if found == nil {
			break
		}
		path = append(path, found[1]+found[2])
		rest = rest[len(found[0]):]
	}
	return path, rest, ok && len(path) > 0
}

// in returns the property of an event, and reports whether it exists.
func (s selector) in(event any) (value any, exists bool) {
	value = event
	for _, step := range s {
		switch within := value.(type) {
		case map[string]any:
			if value, exists = within[step]; !exists {
				return nil, false
			}
		case []any:
			at, err := strconv.Atoi(step)
			if err != nil || at >= len(within) {
				return nil, false
			}
			value = within[at]
		default:
			return nil, false
		}
	}
	return value, true
}
