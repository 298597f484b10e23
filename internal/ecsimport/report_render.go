package ecsimport

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// heading returns the comment at the top of the stack file. Others read the file on other machines, so it has names and
// no directories.
func (i *importer) heading() string {
	names := make([]string, len(i.files))
	for at, file := range i.files {
		names[at] = filepath.Base(file.Name)
	}
	return "From the task definitions in " + inWords(names, func(name string) string { return name }) +
		"; the report of the import lists the rest."
}

// closing adds the tasks that always remain.
func (i *importer) closing() {
	i.data()
	if i.pin != "" {
		i.report.todo("%s", i.pin)
	}
	i.report.todo("Set the keys that task definitions do not have: `care:domain` with `care:hostedZoneId` for HTTPS, " +
		"`care:careDesiredCount`, and the database's size, `care:databaseInstanceClass` and " +
		"`care:databaseStorage`; docs/configuration.md has every key")
	i.report.todo("Rehearse: `go run ./cmd/rehearse up --stack %s`", i.options.Stack)
}

// data explains how to keep existing data. The stack file leaves the decision open, because the two ways treat data
// differently.
func (i *importer) data() {
	how := []string{"`care:databaseAddress`, `care:databaseSecurityGroupId` and the encrypted `care:databasePassword`"}
	for _, bucket := range [][2]string{
		{"FILE_UPLOAD_BUCKET", "care:patientBucket"},
		{"FACILITY_S3_BUCKET", "care:facilityBucket"},
	} {
		taken, _ := i.entry(bucket[0]).taken()
		if !taken.secret && rule.BucketName(bucket[1], taken.text) == nil {
			how = append(how, fmt.Sprintf("`pulumi config set %s %s`", bucket[1], taken.text))
		}
	}
	i.report.todo(
		"Decide where the data will be. The stack creates an empty database and empty buckets. To use the existing ones: %s",
		strings.Join(how, "; "),
	)
}

func (i *importer) render() []byte {
	var out strings.Builder
	fmt.Fprintf(&out, "# Care's task definitions as stack %s\n\n", i.options.Stack)
	out.WriteString("| | File | Family | Container |\n|---|---|---|---|\n")
	for _, r := range allRoles {
		p := i.parts[r]
		fmt.Fprintf(&out, "| %s | %s | %s | %s |\n", r, code(p.task.file), code(p.task.Family), code(p.Name))
	}
	fmt.Fprintf(&out, "\n%s\n", i.report.generation)
	out.WriteString(i.summary())
	i.renderTodos(&out)
	i.renderInClear(&out)
	i.renderDifferences(&out)
	i.renderBroken(&out)
	i.renderMapped(&out)
	renderGroups(&out, "Set by the program", "The program sets these itself, alike in all containers.", i.report.wired)
	renderGroups(&out, "Not imported", "", i.report.dropped)
	i.renderNotes(&out)
	return []byte(out.String())
}

func (i *importer) summary() string {
	carried := 0
	for _, e := range i.entries {
		if i.carried(e.name) {
			carried++
		}
	}
	return fmt.Sprintf(
		"\n%d variables: %d were imported, %d are set by the program, %d were not imported, %d must be set again. "+
			"API, beat and worker differ in %d; %d rules are broken.\n",
		len(i.entries),
		carried,
		i.report.wired.total(),
		i.report.dropped.total(),
		len(i.entries)-carried-i.report.wired.total()-i.report.dropped.total(),
		len(i.report.differences),
		len(i.report.broken),
	)
}

// carried reports whether the stack file has a variable, by its name or as a key of its own.
func (i *importer) carried(name string) bool {
	return i.stack.has(environmentKey, name) || i.stack.has(parametersKey, name) || slices.Contains(i.keyed, name)
}

func (i *importer) renderTodos(out *strings.Builder) {
	out.WriteString("\n## Remaining tasks\n\n")
	for at, todo := range i.report.todos {
		fmt.Fprintf(out, "%d. %s.\n", at+1, todo)
	}
}

func (i *importer) renderInClear(out *strings.Builder) {
	if len(i.report.inClear) == 0 {
		return
	}
	out.WriteString(
		"\n## Secrets as plain text\n\nEveryone who can read the task definitions has these, so change them where they " +
			"are issued:\n\n",
	)
	for _, each := range i.report.inClear {
		fmt.Fprintf(out, "- %s, in %s\n", code(each.name), roleWords(each.where))
	}
	if len(i.report.toSet) == 0 {
		return
	}
	out.WriteString(
		"\nThe stack file has none of them. Set those that Care still needs; each command asks for the value:\n\n```sh\n",
	)
	for _, name := range i.report.toSet {
		fmt.Fprintf(out, "pulumi config set --secret --path %s.%s\n", secretsKey, name)
	}
	out.WriteString("```\n")
}

func (i *importer) renderDifferences(out *strings.Builder) {
	if len(i.report.differences) == 0 {
		return
	}
	out.WriteString(
		"\n## Differences between API, beat and worker\n\n| | API | beat | worker | In the stack |\n|---|---|---|---|---|\n",
	)
	for _, d := range i.report.differences {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", d.name, d.in[api], d.in[beat], d.in[worker], d.taken)
	}
}

func (i *importer) renderBroken(out *strings.Builder) {
	if len(i.report.broken) == 0 {
		return
	}
	out.WriteString("\n## Violations of the rules of Care, ECS or Service Connect\n\n")
	for _, each := range i.report.broken {
		fmt.Fprintf(out, "- %s. %s.\n", each.what, each.then)
	}
}

func (i *importer) renderMapped(out *strings.Builder) {
	out.WriteString("\n## Imported\n\n| Key | Value | From | Changed |\n|---|---|---|---|\n")
	for _, each := range i.stack.settings {
		value, from := fmt.Sprint(each.value), each.from
		switch v := each.value.(type) {
		case table:
			value, from = from, "`environment`"
			if each.key == parametersKey {
				from = "`secrets`"
			}
		case []string:
			value = inWords(v, code)
		case []int:
			value = inWords(v, func(number int) string { return code(strconv.Itoa(number)) })
		default:
			value = code(value)
		}
		fmt.Fprintf(out, "| `%s` | %s | %s | %s |\n", each.key, value, from, each.comment)
	}
}

func renderGroups(out *strings.Builder, title, text string, g groups) {
	if len(g.order) == 0 {
		return
	}
	fmt.Fprintf(out, "\n## %s\n\n", title)
	if text != "" {
		fmt.Fprintf(out, "%s\n\n", text)
	}
	for _, heading := range g.order {
		fmt.Fprintf(out, "- %s: %s.\n", strings.ToUpper(heading[:1])+heading[1:], codeWords(g.names[heading]))
	}
}

func (i *importer) renderNotes(out *strings.Builder) {
	for _, p := range i.others {
		i.report.note("Container %s of %s is none of Care's, and the program has no place for it", code(p.Name),
			code(p.task.file))
	}
	i.report.notes = append(i.report.notes, i.volumeNotes()...)
	if len(i.report.notes) == 0 {
		return
	}
	out.WriteString("\n## Other\n\n")
	for _, note := range i.report.notes {
		fmt.Fprintf(out, "- %s.\n", note)
	}
}

func (i *importer) volumeNotes() []string {
	var notes []string
	i.eachTask(func(t *taskDefinition, _ []role) {
		for _, volume := range t.Volumes {
			notes = append(
				notes,
				fmt.Sprintf("Volume %s of %s was not imported: Care stores nothing on disk", code(volume.Name), code(t.file)),
			)
		}
	})
	return notes
}
