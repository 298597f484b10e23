package rehearsal

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Op is an operation of the engine on a resource.
type Op string

// The operations that a Pulumi program meets; the engine has a few more for reads and imports.
const (
	OpSame              Op = "same"
	OpCreate            Op = "create"
	OpUpdate            Op = "update"
	OpDelete            Op = "delete"
	OpReplace           Op = "replace"
	OpCreateReplacement Op = "create-replacement"
	OpDeleteReplaced    Op = "delete-replaced"
	OpRead              Op = "read"
	OpRefresh           Op = "refresh"
)

// StepStatus is the progress of a step.
type StepStatus string

// A step that was begun and neither done nor failed was cut off.
const (
	StepBegun  StepStatus = ""
	StepDone   StepStatus = "done"
	StepFailed StepStatus = "failed"
)

// Severities of diagnostics, in the engine's words.
const (
	SeverityError   = "error"
	SeverityWarning = "warning"
)

// Result holds the steps and diagnostics of one run of the engine.
type Result struct {
	// Command is "preview", "up", "refresh" or "destroy".
	Command string
	// Duration is the time of the command line's whole run, including the wait for a program that is being built.
	Duration time.Duration
	// Stdout is its output.
	Stdout string
	// Steps are the resources in the order in which the engine took them up.
	Steps []Step
	// Changes counts resources by operation, as the engine's summary does.
	Changes map[Op]int
	// Diagnostics are the messages of the engine, the program and the providers.
	Diagnostics []Diagnostic
}

// Step is one operation on one resource. Secrets in it are "[secret]".
type Step struct {
	Op       Op
	Urn      string
	Type     string
	Provider string
	Status   StepStatus
	// Diffs are the properties that changed, ReplaceKeys those that force a replacement.
	Diffs       []string
	ReplaceKeys []string
	// Detailed maps a property path to "add", "update", "delete-replace" and the like.
	Detailed map[string]string
	// Old and New are the resource before and after; either may be nil.
	Old, New *ResourceState
}

// ResourceState is a resource as the engine knows it.
type ResourceState struct {
	Id      string
	Custom  bool
	Parent  string
	Protect bool
	Inputs  map[string]any
	Outputs map[string]any
}

// Diagnostic is a message about the run or about one resource.
type Diagnostic struct {
	Severity string
	Urn      string
	Message  string
}

// Name is the resource's name in the program.
func (s Step) Name() string { return urnName(s.Urn) }

// Changed returns the steps that change something: all but "same" and reads.
func (r *Result) Changed() []Step {
	return slices.DeleteFunc(slices.Clone(r.Steps), func(step Step) bool {
		return step.Op == OpSame || step.Op == OpRead
	})
}

// Errors returns the diagnostics of severity error.
func (r *Result) Errors() []Diagnostic {
	return slices.DeleteFunc(slices.Clone(r.Diagnostics), func(d Diagnostic) bool {
		return d.Severity != SeverityError
	})
}

// String returns the message after the name of its resource.
func (d Diagnostic) String() string {
	if d.Urn == "" {
		return d.Message
	}
	return urnType(d.Urn) + " " + urnName(d.Urn) + ": " + d.Message
}

// RunError is a run of the command line that did not succeed.
type RunError struct {
	// Command is "preview", "up", "refresh", "destroy" or another of the command line's.
	Command string
	// Diagnostics are the engine's errors.
	Diagnostics []Diagnostic
	// Stderr is the standard error of the command line.
	Stderr string
	// Hint is advice, if the rehearsal knows more than the engine.
	Hint string
	// Cause is how the process ended, or why it was interrupted.
	Cause error
}

// shownErrors bounds the length of an error: the rest is in the engine's own output.
const shownErrors = 5

// Error returns the first errors of the engine, or else the standard error of the command line.
func (e *RunError) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "pulumi %s: %v", e.Command, e.Cause)
	for i, diagnostic := range e.Diagnostics {
		if i == shownErrors {
			fmt.Fprintf(&text, "\n  and %d more", len(e.Diagnostics)-i)
			break
		}
		text.WriteString("\n  " + strings.ReplaceAll(diagnostic.String(), "\n", "\n    "))
	}
	if len(e.Diagnostics) == 0 && e.Stderr != "" {
		text.WriteString("\n  " + strings.ReplaceAll(strings.TrimSpace(e.Stderr), "\n", "\n  "))
	}
	if e.Hint != "" {
		text.WriteString("\n  " + e.Hint)
	}
	return text.String()
}

// Unwrap returns the cause, so that errors.Is finds context.Canceled after an interrupt.
func (e *RunError) Unwrap() error { return e.Cause }

// A URN is urn:pulumi:<stack>::<project>::<types of parents>$<type>::<name>; a name may hold "::" itself.
func urnParts(urn string) []string { return strings.SplitN(urn, "::", 4) }

func urnName(urn string) string {
	parts := urnParts(urn)
	return parts[len(parts)-1]
}

func urnType(urn string) string {
	parts := urnParts(urn)
	if len(parts) < 4 {
		return ""
	}
	types := parts[2]
	return types[strings.LastIndex(types, "$")+1:]
}
