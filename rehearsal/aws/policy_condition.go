package aws

import (
	"slices"
	"strings"
)

// conditionsHold judges the operators and keys that policies of small deployments use. Any other leaves the
// statement undecided (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
func (s policyStatement) conditionsHold(q request) (verdict, string) {
	doubt := ""
	for operator, keys := range s.Condition {
		for key, values := range keys {
			switch holds(operator, q.context[strings.ToLower(key)], values) {
			case denied:
				return denied, ""
			case undecided:
				doubt = "the condition " + operator + " " + key + ", which is not judged here"
			case allowed:
			}
		}
	}
	if doubt != "" {
		return undecided, doubt
	}
	return allowed, ""
}

// holds judges one key of a condition. A key without a known value is undecided.
func holds(operator, value string, wanted []string) verdict {
	if value == "" || hasVariable(wanted) {
		return undecided
	}
	is := func(match func(pattern, text string) bool) verdict {
		return yes(slices.ContainsFunc(wanted, func(w string) bool { return match(w, value) }))
	}
	switch strings.TrimSuffix(operator, "IfExists") {
	case "StringEquals":
		return is(func(w, v string) bool { return w == v })
	case "StringNotEquals":
		return not(is(func(w, v string) bool { return w == v }))
	case "StringEqualsIgnoreCase", "Bool":
		return is(strings.EqualFold)
	case "StringLike":
		return is(wildcard)
	case "StringNotLike":
		return not(is(wildcard))
	case "ArnLike", "ArnEquals":
		return arnLike(wanted, value)
	case "ArnNotLike", "ArnNotEquals":
		return not(arnLike(wanted, value))
	}
	return undecided
}

// arnLike compares ARNs. A value that is itself open at its end, as the source of a call that is not made
// yet, is decided only by what comes before.
func arnLike(wanted []string, value string) verdict {
	known, open := strings.CutSuffix(value, "*")
	result := denied
	for _, w := range wanted {
		head, _, _ := strings.Cut(w, "*")
		switch {
		case !open && wildcard(w, value), open && wildcard(w, known):
			return allowed
		case open && (strings.HasPrefix(head, known) || strings.HasPrefix(known, head)):
			result = undecided
		}
	}
	return result
}

func yes(holds bool) verdict {
	if holds {
		return allowed
	}
	return denied
}

func not(v verdict) verdict {
	switch v {
	case allowed:
		return denied
	case denied:
		return allowed
	default:
		return undecided
	}
}
