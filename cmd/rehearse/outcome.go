package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// outcome is what a preview found, in lines that can be compared with those of another.
type outcome struct {
	// problems are why it failed; there are none if it succeeded.
	problems []string
	// lines are the planned resources, each input on a line, and then the report. A failed preview has those of the last
	// one that succeeded, once after has been called.
	lines []string
}

func newOutcome(planned *rehearsal.Result, document report.Document) outcome {
	var lines []string
	for _, step := range planned.Changed() {
		label := standin.ShortType(step.Type) + " " + step.Name()
		lines = append(lines, label+": "+string(step.Op))
		if step.New != nil {
			lines = appendValues(lines, label+" ", step.New.Inputs)
		}
	}
	slices.Sort(lines) // the engine plans in no order
	lines = append(slices.Compact(lines), reportLines(document)...)
	names := generatedNames(planned)
	for i := range lines {
		lines[i] = names.Replace(lines[i])
	}
	return outcome{lines: lines}
}

// randomDigits are those that Pulumi adds to the name of a resource, others in each preview. Some types take no hyphen
// (https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming).
var randomDigits = regexp.MustCompile(`^-?[0-9a-f]{7}$`)

// generatedNames replaces the random digits of the names that the preview generated.
func generatedNames(planned *rehearsal.Result) *strings.Replacer {
	var pairs []string
	for _, step := range planned.Changed() {
		if step.New == nil {
			continue
		}
		for _, value := range step.New.Inputs {
			text, _ := value.(string)
			if digits, ok := strings.CutPrefix(text, step.Name()); ok && randomDigits.MatchString(digits) {
				pairs = append(pairs, text, step.Name()+"-*")
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

func failedOutcome(err error, further []string) outcome {
	problems := []string{err.Error()}
	if failed, ok := errors.AsType[*rehearsal.RunError](err); ok && len(failed.Diagnostics) > 0 {
		problems = nil
		for _, diagnostic := range failed.Diagnostics {
			problems = append(problems, diagnostic.String())
		}
	}
	for _, each := range further {
		if !slices.ContainsFunc(problems, func(known string) bool { return strings.Contains(known, each) }) {
			problems = append(problems, each)
		}
	}
	return outcome{problems: problems}
}

// contentOf returns the content of a text that is a JSON object or list, such as container definitions: of that a person
// changes one value.
func contentOf(value any) any {
	text, ok := value.(string)
	if !ok || !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return value
	}
	var content any
	if err := json.Unmarshal([]byte(text), &content); err != nil {
		return value
	}
	return content
}

// itemName returns the name of an item of a list, so that one more before it changes no other, or its index.
func itemName(item any, index int) string {
	fields, _ := item.(map[string]any)
	if name, ok := fields["name"].(string); ok && name != "" {
		return name
	}
	return strconv.Itoa(index)
}

// appendValues adds a line for each value within a value.
func appendValues(lines []string, path string, value any) []string {
	switch value := contentOf(value).(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if strings.HasPrefix(key, "__") {
				continue // it is the engine's own
			}
			separator := "."
			if strings.HasSuffix(path, " ") {
				separator = ""
			}
			lines = appendValues(lines, path+separator+key, value[key])
		}
	case []any:
		for i, item := range value {
			lines = appendValues(lines, path+"["+itemName(item, i)+"]", item)
		}
	default:
		text, err := json.Marshal(value)
		if err != nil {
			text = []byte(fmt.Sprint(value))
		}
		lines = append(lines, path+" = "+string(text))
	}
	return lines
}

// reportLines are the sentences of a report, each with the heading that it is under.
func reportLines(document report.Document) []string {
	lines := []string{document.Title}
	for _, section := range document.Sections {
		add := func(text string) {
			if text != "" {
				lines = append(lines, section.Title+": "+text)
			}
		}
		add(section.Gist)
		add(section.Lead)
		if section.Table != nil {
			for _, row := range section.Table.Rows {
				add(strings.Join(row.Cells, ", "))
			}
		}
		for _, item := range section.Items {
			add(item.Text)
		}
	}
	return lines
}

// after returns the outcome as the next one is compared with it: a failed preview has planned nothing, so that the plan
// before it stays.
func (o outcome) after(last outcome) outcome {
	if len(o.problems) > 0 {
		o.lines = last.lines
	}
	return o
}

// since returns the difference between the last outcome and this one: lines that are gone begin with -, new ones with +.
func (o outcome) since(last outcome) string {
	changes := difference(last.problems, o.problems)
	if len(o.problems) == 0 {
		if len(last.problems) > 0 {
			changes = []string{"It can be deployed again."}
		}
		changes = append(changes, difference(last.lines, o.lines)...)
	}
	switch {
	case len(changes) > 0:
		return strings.Join(changes, "\n") + "\n"
	case len(o.problems) > 0:
		return "Nothing changes: it still cannot be deployed.\n"
	default:
		return "Nothing changes.\n"
	}
}

// difference puts what is gone before what is new of the same kind: those that are alike up to the value.
func difference(before, after []string) []string {
	gone, added := without(before, after), without(after, before)
	var lines []string
	for _, line := range gone {
		lines = append(lines, "- "+line)
		kind, _, isValue := strings.Cut(line, " = ")
		at := slices.IndexFunc(added, func(other string) bool { return strings.HasPrefix(other, kind+" = ") })
		if isValue && at >= 0 {
			lines = append(lines, "+ "+added[at])
			added = slices.Delete(added, at, at+1)
		}
	}
	for _, line := range added {
		lines = append(lines, "+ "+line)
	}
	return lines
}

func without(lines, others []string) []string {
	known := map[string]bool{}
	for _, line := range others {
		known[line] = true
	}
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return known[line] })
}
