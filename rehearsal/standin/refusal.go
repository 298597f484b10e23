package standin

import (
	"errors"
	"fmt"
	"strings"
)

// Refusal describes an input that the cloud or its provider would refuse, so that a person finds the line to change.
// Value can be shown: it never contains a secret.
type Refusal struct {
	// By is the rule; nil for a fault of the stand-in itself.
	By *Identity
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
	// Fix is the remedy.
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
	if r.By != nil {
		b.WriteString(r.By.Tag())
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
