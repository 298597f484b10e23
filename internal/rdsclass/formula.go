package rdsclass

import (
	"regexp"
	"strconv"
	"strings"
)

const bytesPerMebibyte = 1 << 20

var (
	functionPattern = regexp.MustCompile(`^(LEAST|GREATEST|SUM)\((.+)\)$`)
	memoryPattern   = regexp.MustCompile(`^\{?DBInstanceClassMemory(?:([/*])(\d+))?\}?$`)
)

// Evaluate returns the value of a parameter on an instance class: a number, or a formula of DBInstanceClassMemory. It
// reports whether it understands the formula and knows the class
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ParamValuesRef.html).
func Evaluate(formula, class string) (value int, known bool) {
	formula = strings.ReplaceAll(formula, " ", "")
	if number, err := strconv.Atoi(formula); err == nil {
		return number, true
	}
	if call := functionPattern.FindStringSubmatch(formula); call != nil {
		return evaluateCall(call[1], arguments(call[2]), class)
	}
	term := memoryPattern.FindStringSubmatch(formula)
	mebibytes, found := Memory(class)
	if term == nil || !found {
		return 0, false
	}
	bytes := mebibytes * bytesPerMebibyte
	number, _ := strconv.Atoi(term[2])
	switch {
	case term[1] == "/" && number > 0:
		return bytes / number, true
	case term[1] == "*":
		return bytes * number, true
	}
	return bytes, term[1] == ""
}

func evaluateCall(function string, arguments []string, class string) (value int, known bool) {
	for i, argument := range arguments {
		each, ok := Evaluate(argument, class)
		if !ok {
			return 0, false
		}
		switch {
		case i == 0:
			value = each
		case function == "LEAST":
			value = min(value, each)
		case function == "GREATEST":
			value = max(value, each)
		default:
			value += each
		}
	}
	return value, true
}

// arguments splits at the commas that are not within parentheses.
func arguments(text string) []string {
	var parts []string
	depth, start := 0, 0
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			parts, start = append(parts, text[start:i]), i+1
		}
	}
	return append(parts, text[start:])
}
