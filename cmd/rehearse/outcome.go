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

// outcome is the result of a preview as a list of lines, to be compared with another outcome.
type outcome struct {
	// problems are the reasons of a failure, empty if the preview succeeded.
	problems []string
	// lines are the planned resources, one line for each input, followed by the report. A failed preview has the lines of
	// the last successful one after a call of basedOn.
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

// randomDigits matches the random suffix that Pulumi adds to the name of a resource, which differs in each preview.
// Some types allow no hyphen (https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming).
var randomDigits = regexp.MustCompile(`^-?[0-9a-f]{7}$`)

// generatedNames returns a replacer that hides the random suffixes of the names in the preview.
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

func failedOutcome(err error, further []standin.Forgiven) outcome {
	problems := []string{err.Error()}
	if failed, ok := errors.AsType[*rehearsal.RunError](err); ok && len(failed.Diagnostics) > 0 {
		problems = nil
		for _, diagnostic := range failed.Diagnostics {
			problems = append(problems, diagnostic.String())
		}
	}
	for _, each := range further {
		if !slices.ContainsFunc(problems, func(known string) bool { return strings.Contains(known, each.Text) }) {
			problems = append(problems, each.Text)
		}
	}
	return outcome{problems: problems}
}

// contentOf parses a text that is a JSON object or list, such as container definitions, so that a change of one value
// in it is one line.
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

// itemName returns the name of a list item, so that an inserted item does not change the lines of the others, or its
// index if it has no name.
func itemName(item any, index int) string {
	fields, _ := item.(map[string]any)
	if name, ok := fields["name"].(string); ok && name != "" {
		return name
	}
	return strconv.Itoa(index)
}

// appendValues appends a line for each scalar within the value.
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

// reportLines returns the sentences of a report, each prefixed with its heading.
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

// basedOn returns the outcome to compare the next one with. A failed preview has no plan, so the last plan remains.
func (o outcome) basedOn(last outcome) outcome {
	if len(o.problems) > 0 {
		o.lines = last.lines
	}
	return o
}

// since returns the difference from the last outcome: removed lines begin with -, added lines with +.
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
		return "No change: it still cannot be deployed.\n"
	default:
		return "Nothing changes.\n"
	}
}

// difference returns the removed and added lines. Lines that differ only in the value follow each other.
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
