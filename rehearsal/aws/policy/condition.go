package policy

import (
	"slices"
	"strconv"
	"strings"
)

// conditionsHold judges the operators and keys that policies of small deployments use. Any other leaves the statement
// undecided (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
func (s Statement) conditionsHold(q Request) (Verdict, string) {
	doubt := ""
	for operator, keys := range s.Condition {
		for key, values := range keys {
			switch q.holds(operator, strings.ToLower(key), values) {
			case Denied:
				return Denied, ""
			case Undecided:
				doubt = "the condition " + operator + " " + key + ", which is not judged here"
			case Allowed:
			}
		}
	}
	if doubt != "" {
		return Undecided, doubt
	}
	return Allowed, ""
}

// holds judges one key of a condition. A key that the request does not have fails all operators but those that negate
// or end with IfExists
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
func (q Request) holds(operator, key string, wanted []string) Verdict {
	absent := slices.Contains(q.Absent, key)
	switch {
	case operator == "Null":
		if !absent && q.Context[key] == "" {
			return Undecided
		}
		return yes(slices.Contains(wanted, strconv.FormatBool(absent)))
	case absent:
		return yes(strings.HasSuffix(operator, "IfExists") || strings.Contains(operator, "Not"))
	}
	return holds(operator, q.Context[key], wanted)
}

// holds judges one key of a condition. A key without a known value is undecided.
func holds(operator, value string, wanted []string) Verdict {
	if value == "" || hasVariable(wanted) {
		return Undecided
	}
	is := func(match func(pattern, text string) bool) Verdict {
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
	return Undecided
}

// arnLike compares ARNs. A value that is itself open at its end, as the source of a call that is not made yet, is
// decided only by the part before that.
func arnLike(wanted []string, value string) Verdict {
	known, open := strings.CutSuffix(value, "*")
	result := Denied
	for _, w := range wanted {
		head, _, _ := strings.Cut(w, "*")
		switch {
		case !open && wildcard(w, value), open && wildcard(w, known):
			return Allowed
		case open && (strings.HasPrefix(head, known) || strings.HasPrefix(known, head)):
			result = Undecided
		}
	}
	return result
}

func yes(holds bool) Verdict {
	if holds {
		return Allowed
	}
	return Denied
}

func not(v Verdict) Verdict {
	switch v {
	case Allowed:
		return Denied
	case Denied:
		return Allowed
	default:
		return Undecided
	}
}
