package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// FileVersion is the version of the format of a [File]. It rises if a field changes its meaning or goes.
const FileVersion = 1

// A File is a report for other programs. docs/report.schema.json describes it.
type File struct {
	Version int `json:"version"`
	// Command is the command that wrote it: up, preview or diff.
	Command string      `json:"command"`
	Stacks  []StackFile `json:"stacks"`
}

// StackFile is the report on one stack. Lists that are empty are written as [].
type StackFile struct {
	Stack string `json:"stack"`
	// Preview reports that the findings are those of an update that was only previewed.
	Preview bool `json:"preview"`
	// Deployable reports whether the update succeeded. If it did not, there are no findings.
	Deployable bool `json:"deployable"`
	// Refusals are the operations that AWS would refuse.
	Refusals []Refusal `json:"refusals"`
	// Errors are all other reasons of a failure, such as an error of the program or a limit of the command line.
	Errors []Message `json:"errors"`
	// Changes are the resources that the update changes, or would have changed.
	Changes []ResourceChange `json:"changes"`
	// Findings are about the stack after the update.
	Findings *Findings `json:"findings,omitempty"`
}

// A Refusal is an operation that AWS would refuse.
type Refusal struct {
	// Rule is the ID of the rule in docs/rules.md.
	Rule string `json:"rule"`
	// Urn is the resource; it is empty if the rule is about several.
	Urn     string `json:"urn"`
	Message string `json:"message"`
}

// A Message is about the run as a whole if it has no URN.
type Message struct {
	Urn     string `json:"urn"`
	Message string `json:"message"`
}

// ResourceChange is what an update does to a resource.
type ResourceChange struct {
	Urn  string `json:"urn"`
	Type string `json:"type"`
	Name string `json:"name"`
	// Operation is create, update, replace or delete, or another of the engine's operations.
	Operation string `json:"operation"`
	// Properties are the inputs that differ, and Replaced those that force a replacement.
	Properties []string `json:"properties"`
	Replaced   []string `json:"replaced"`
	// LosesData reports that data, or an address that others have configured, is lost with the old resource.
	LosesData bool `json:"losesData"`
}

// NewFile returns an empty report of a command.
func NewFile(command string) *File {
	return &File{Version: FileVersion, Command: command, Stacks: []StackFile{}}
}

// NewStackFile returns the report on a stack with nothing in it.
func NewStackFile(stack string, preview bool) StackFile {
	return StackFile{
		Stack: stack, Preview: preview, Refusals: []Refusal{}, Errors: []Message{}, Changes: []ResourceChange{},
	}
}

// FailAll adds the reports on stacks whose run failed before it had a result.
func (f *File) FailAll(stacks []string, err error) {
	for _, stack := range stacks {
		failed := NewStackFile(stack, f.Command == "preview")
		failed.Fail("", err.Error())
		f.Stacks = append(f.Stacks, failed)
	}
}

// Write writes the report as JSON.
func (f *File) Write(path string) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the report: %w", err)
	}
	const readable = 0o644
	if err := os.WriteFile(path, append(text, '\n'), readable); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// tagged matches a refusal with the ID of its rule at the end of a line.
var tagged = regexp.MustCompile(`(?m)^\s*(.*\S) \[([a-z0-9-]+/[a-z0-9-]+)\]$`)

// checkPrefix matches the words that the engine puts before a refusal of a check, which name the resource.
var checkPrefix = regexp.MustCompile(`^\S+ resource '[^']*' has a problem: `)

// Fail adds the messages of a failed run: refusals, and what is not a refusal. A message that is there is not added
// again, and neither is a refusal that differs in a value alone, because AWS assigns other values in each run.
func (s *StackFile) Fail(urn, message string) {
	matches := tagged.FindAllStringSubmatch(message, -1)
	for _, match := range matches {
		refusal := Refusal{Rule: match[2], Urn: urn, Message: checkPrefix.ReplaceAllString(match[1], "")}
		if !slices.ContainsFunc(s.Refusals, func(known Refusal) bool { return known.same(refusal) }) {
			s.Refusals = append(s.Refusals, refusal)
		}
	}
	each := Message{urn, message}
	if len(matches) == 0 && !slices.Contains(s.Errors, each) {
		s.Errors = append(s.Errors, each)
	}
}

// value matches the value in a refusal.
var value = regexp.MustCompile(` = "[^"]*"`)

func (r Refusal) same(other Refusal) bool {
	return r.Rule == other.Rule && (r.Urn == other.Urn || r.Urn == "" || other.Urn == "") &&
		value.ReplaceAllString(r.Message, "") == value.ReplaceAllString(other.Message, "")
}

// runFailed are the engine's messages about the stack when a resource or the program has failed, which have a message
// of their own.
var runFailed = []string{"update failed", "preview failed"}

// FailRun adds the errors of a run of the engine.
func (s *StackFile) FailRun(failed *rehearsal.RunError) {
	for _, diagnostic := range failed.Diagnostics {
		if text := strings.TrimSpace(diagnostic.Message); len(failed.Diagnostics) == 1 || !slices.Contains(runFailed, text) {
			s.Fail(diagnostic.Urn, text)
		}
	}
	if failed.Hint != "" || len(failed.Diagnostics) == 0 {
		s.Fail("", cmp.Or(failed.Hint, failed.Error()))
	}
}

// replacing are the steps of a replacement.
var replacing = []rehearsal.Op{rehearsal.OpCreateReplacement, rehearsal.OpDeleteReplaced, rehearsal.OpReplace}

// Change sets the changes to the steps of a run, one for each resource.
func (s *StackFile) Change(result *rehearsal.Result) {
	changes := map[string]ResourceChange{}
	for _, step := range result.Changed() {
		c := ResourceChange{
			Urn: step.Urn, Type: step.Type, Name: step.Name(), Operation: string(step.Op),
			Properties: sortedKeys(step.Detailed), Replaced: append([]string{}, step.ReplaceKeys...),
		}
		if step.Op == rehearsal.OpRefresh {
			continue
		}
		if slices.Contains(replacing, step.Op) {
			c.Operation = string(rehearsal.OpReplace)
		}
		if known, ok := changes[c.Urn]; ok {
			c.Properties = union(c.Properties, known.Properties)
			c.Replaced = union(c.Replaced, known.Replaced)
		}
		changes[c.Urn] = c
	}
	s.Changes = []ResourceChange{}
	for _, urn := range slices.Sorted(maps.Keys(changes)) {
		s.Changes = append(s.Changes, changes[urn])
	}
}

// Find sets the findings about a stack whose update succeeded.
func (s *StackFile) Find(model Model) { s.Deployable, s.Findings = true, model.Findings() }

// LoseData marks the changed resources that are lost with their data.
func (s *StackFile) LoseData(urns []string) {
	for i := range s.Changes {
		s.Changes[i].LosesData = slices.Contains(urns, s.Changes[i].Urn)
	}
}

func union(some, others []string) []string {
	all := append(slices.Clone(some), others...)
	slices.Sort(all)
	return slices.Compact(all)
}

func sortedKeys[V any](of map[string]V) []string {
	return append([]string{}, slices.Sorted(maps.Keys(of))...)
}

// Survey adds the refusals that the engine did not reach.
func (s *StackFile) Survey(further []standin.Forgiven) {
	for _, each := range further {
		s.Fail(each.Urn, each.Text)
	}
}
