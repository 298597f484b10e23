package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A small evaluation of IAM policies within one account: an explicit deny wins, then an allow, else the
// request is denied. What it cannot decide it says, instead of guessing
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).

// verdict is what the policies say about a request.
type verdict int

const (
	denied verdict = iota
	allowed
	// undecided: something in the policies is beyond this evaluation.
	undecided
)

// request is one call of an AWS API.
type request struct {
	action, resource string
	// principal is the ARN of the role, or the name of the service, that calls; only the policies of resources ask for it.
	principal string
	// context has the condition keys that are known, in lower case.
	context map[string]string
}

// policyDocument is a policy with a name for a person.
type policyDocument struct {
	name       string
	statements []policyStatement
}

// policyStatement is a statement as IAM's grammar has it
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
type policyStatement struct {
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

// readPolicy reads a document whose Statement is one or a list.
func readPolicy(name, document string) (policyDocument, error) {
	var outer struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(document), &outer); err != nil {
		return policyDocument{}, fmt.Errorf("read policy %s: %w", name, err)
	}
	policy := policyDocument{name: name}
	if strings.HasPrefix(strings.TrimSpace(string(outer.Statement)), "{") {
		outer.Statement = slices.Concat([]byte("["), outer.Statement, []byte("]"))
	}
	if err := json.Unmarshal(outer.Statement, &policy.statements); err != nil {
		return policyDocument{}, fmt.Errorf("read statements of policy %s: %w", name, err)
	}
	return policy, nil
}

// decide gives the verdict of policies that belong together, and why.
func decide(policies []policyDocument, q request) (verdict, string) {
	found := map[string]string{} // by effect, with a question mark for what is undecided
	for _, policy := range policies {
		for _, s := range policy.statements {
			switch fits, why := s.fits(q); fits {
			case allowed:
				found[s.Effect] = "policy " + policy.name
			case undecided:
				found[s.Effect+"?"] = "policy " + policy.name + " has " + why
			case denied:
			}
		}
	}
	switch {
	case found["Deny"] != "":
		return denied, "an explicit deny in " + found["Deny"]
	case found["Deny?"] != "":
		return undecided, found["Deny?"]
	case found["Allow"] != "":
		return allowed, found["Allow"]
	case found["Allow?"] != "":
		return undecided, found["Allow?"]
	}
	return denied, "no identity-based policy allows the " + q.action + " action"
}

// fits says whether a statement is about the request: allowed for yes, denied for no.
func (s policyStatement) fits(q request) (verdict, string) {
	action := matchesAny(s.Action, q.action, true)
	if len(s.NotAction) > 0 {
		action = !matchesAny(s.NotAction, q.action, true)
	}
	if !action {
		return denied, ""
	}
	resource := len(s.Resource) == 0 || matchesAny(s.Resource, q.resource, false)
	if len(s.NotResource) > 0 {
		resource = !matchesAny(s.NotResource, q.resource, false)
	}
	switch {
	case resource:
	case hasVariable(s.Resource) || hasVariable(s.NotResource):
		return undecided, "a policy variable in its resources"
	default:
		return denied, ""
	}
	if fits := s.isFor(q.principal); fits != allowed {
		return fits, "a principal that is not known here"
	}
	return s.conditionsHold(q)
}

// isFor reads the principals of a resource's policy; an identity's policy has none.
func (s policyStatement) isFor(principal string) verdict {
	switch {
	case len(s.NotPrincipal) > 0:
		return undecided
	case len(s.Principal) == 0:
		return allowed
	}
	var named map[string]oneOrMore
	if json.Unmarshal(s.Principal, &named) != nil {
		var everyone string
		if json.Unmarshal(s.Principal, &everyone) == nil && everyone == "*" {
			return allowed
		}
		return undecided
	}
	for kind, names := range named {
		for _, name := range names {
			root := strings.HasSuffix(name, ":root") || name == Account
			// The account's root stands for its roles, and not for AWS's services.
			ours := root && strings.Contains(name, Account) && strings.HasPrefix(principal, "arn:")
			if name == "*" || name == principal || kind == "AWS" && ours {
				return allowed
			}
		}
	}
	return denied
}

func hasVariable(patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return strings.Contains(p, "${") })
}

func matchesAny(patterns []string, text string, fold bool) bool {
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
