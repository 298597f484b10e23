package standin

import (
	"errors"
	"fmt"
	"strings"
)

// Refusal is what the stand-in says when the cloud or its provider would refuse: everything a person
// needs to find the line to change. Value is already fit to be shown (a secret is never in it).
type Refusal struct {
	// Code is the cloud's own error code, such as InvalidSubnet.Conflict.
	Code string
	// Resource names the resource as the program does.
	Resource string
	// Property is the path of the offending property; empty when it is the resource as a whole.
	Property string
	// Value is the offending value as shown.
	Value string
	// Rule is the broken rule in words.
	Rule string
	// Fix is what to do about it.
	Fix string
}

// Error writes the refusal on one line.
func (r *Refusal) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s (%s", r.Code, r.Rule, r.Resource)
	if r.Property != "" {
		fmt.Fprintf(&b, " %s = %s", r.Property, r.Value)
	}
	b.WriteString(")")
	if r.Fix != "" {
		b.WriteString("; fix: " + r.Fix)
	}
	return b.String()
}

// join makes one error of all refusals, nil of none.
func join(refusals []*Refusal) error {
	errs := make([]error, 0, len(refusals))
	for _, refusal := range refusals {
		errs = append(errs, refusal)
	}
	return errors.Join(errs...)
}

func reasons(refusals []*Refusal) []string {
	texts := make([]string, 0, len(refusals))
	for _, refusal := range refusals {
		texts = append(texts, refusal.Error())
	}
	return texts
}
