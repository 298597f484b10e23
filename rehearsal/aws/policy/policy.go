package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
)

// A small evaluation of IAM policies within one account: an explicit deny wins, then an allow, else the
// request is denied. It reports a request that it cannot decide, instead of guessing
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).

// Verdict is the decision of the policies about a request.
type Verdict int

// The verdicts. Undecided means that this evaluation does not know something that the policies use.
const (
	Denied Verdict = iota
	Allowed
	Undecided
)

// Request is one call of an AWS API.
type Request struct {
	Action, Resource string
	// Principal is the ARN of the role, or the name of the service, that calls; only the policies of resources ask for it.
	Principal string
	// Context has the condition keys that are known, in lower case.
	Context map[string]string
	// Absent are condition keys that the request does not have, in lower case. Any other key that Context does not have is
	// unknown, and leaves the request undecided.
	Absent []string
}

// Document is a policy with a name for a person.
type Document struct {
	Name       string
	Statements []Statement
}

// Statement is a statement as IAM's grammar has it
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
type Statement struct {
	Sid, Effect             string
	Action, NotAction       oneOrMore
	Resource, NotResource   oneOrMore
	Principal, NotPrincipal json.RawMessage
	Condition               map[string]map[string]oneOrMore
}

// oneOrMore is a value that IAM takes alone or in a list.
type oneOrMore []string

// UnmarshalJSON takes texts, numbers and booleans.
func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	list, many := value.([]any)
	if !many {
		list = []any{value}
	}
	*o = nil
	for _, item := range list {
		*o = append(*o, fmt.Sprint(item))
	}
	return nil
}

// Read reads a document whose Statement is one or a list.
func Read(name, document string) (Document, error) {
	var outer struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(document), &outer); err != nil {
		return Document{}, fmt.Errorf("read policy %s: %w", name, err)
	}
	policy := Document{Name: name}
	if strings.HasPrefix(strings.TrimSpace(string(outer.Statement)), "{") {
		outer.Statement = slices.Concat([]byte("["), outer.Statement, []byte("]"))
	}
	if err := json.Unmarshal(outer.Statement, &policy.Statements); err != nil {
		return Document{}, fmt.Errorf("read statements of policy %s: %w", name, err)
	}
	return policy, nil
}

// Decide returns the verdict of policies that belong together, and the reason.
func Decide(policies []Document, q Request) (Verdict, string) {
	found := map[string]string{} // by effect, with a question mark for undecided statements
	for _, policy := range policies {
		for _, s := range policy.Statements {
			switch fits, why := s.Fits(q); fits {
			case Allowed:
				found[s.Effect] = "policy " + policy.Name
			case Undecided:
				found[s.Effect+"?"] = "policy " + policy.Name + " has " + why
			case Denied:
			}
		}
	}
	switch {
	case found["Deny"] != "":
		return Denied, "an explicit deny in " + found["Deny"]
	case found["Deny?"] != "":
		return Undecided, found["Deny?"]
	case found["Allow"] != "":
		return Allowed, found["Allow"]
	case found["Allow?"] != "":
		return Undecided, found["Allow?"]
	}
	return Denied, "no identity-based policy allows the " + q.Action + " action"
}

// Fits reports whether a statement applies to the request: Allowed if it does, Denied if it does not.
func (s Statement) Fits(q Request) (Verdict, string) {
	action := MatchesAny(s.Action, q.Action, true)
	if len(s.NotAction) > 0 {
		action = !MatchesAny(s.NotAction, q.Action, true)
	}
	if !action {
		return Denied, ""
	}
	resource := len(s.Resource) == 0 || MatchesAny(s.Resource, q.Resource, false)
	if len(s.NotResource) > 0 {
		resource = !MatchesAny(s.NotResource, q.Resource, false)
	}
	switch {
	case resource:
	case hasVariable(s.Resource) || hasVariable(s.NotResource):
		return Undecided, "a policy variable in its resources"
	default:
		return Denied, ""
	}
	if fits := s.isFor(q.Principal); fits != Allowed {
		return fits, "a principal that is not known here"
	}
	return s.conditionsHold(q)
}

// isFor reads the principals of a resource's policy; an identity's policy has none.
func (s Statement) isFor(principal string) Verdict {
	switch {
	case len(s.NotPrincipal) > 0:
		return Undecided
	case len(s.Principal) == 0:
		return Allowed
	}
	var named map[string]oneOrMore
	if json.Unmarshal(s.Principal, &named) != nil {
		var everyone string
		if json.Unmarshal(s.Principal, &everyone) == nil && everyone == "*" {
			return Allowed
		}
		return Undecided
	}
	for kind, names := range named {
		for _, name := range names {
			root := strings.HasSuffix(name, ":root") || name == ident.Account
			// The account's root stands for its roles, and not for AWS's services.
			ours := root && strings.Contains(name, ident.Account) && strings.HasPrefix(principal, "arn:")
			if name == "*" || name == principal || kind == "AWS" && ours {
				return Allowed
			}
		}
	}
	return Denied
}

func hasVariable(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return strings.Contains(p, "${") })
}

// MatchesAny reports whether one of the patterns matches text, with fold in letters of either case.
func MatchesAny(patterns []string, text string, fold bool) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if fold {
			return wildcard(strings.ToLower(p), strings.ToLower(text))
		}
		return wildcard(p, text)
	})
}

// wildcard matches with * for any text and ? for any character.
func wildcard(pattern, text string) bool {
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p, t = p+1, t+1
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// ForEveryone reports whether the statement is for every principal on the internet.
func (s Statement) ForEveryone() bool {
	var one string
	if json.Unmarshal(s.Principal, &one) == nil {
		return one == "*"
	}
	var named map[string]oneOrMore
	if json.Unmarshal(s.Principal, &named) != nil {
		return false
	}
	return len(named["AWS"]) == 1 && named["AWS"][0] == "*"
}
