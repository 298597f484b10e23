package change

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// linesPerTen limits the report to one screen of differences for every ten resources.
const linesPerTen = 24

// line is a difference and the resources that share it.
type line struct {
	difference

	where []place
}

// changedSections returns one section for the updated resources and one for the new task definition revisions.
func (c Change) changedSections() []report.Section {
	room := linesPerTen * (1 + (len(c.Resources)-1)/10)
	var sections []report.Section
	for _, kind := range []struct {
		title string
		is    func(Resource) bool
	}{
		{"Updated", func(r Resource) bool { return r.Kind == Updated }},
		{"New revisions of task definitions", Resource.revision},
	} {
		var lines []line
		for _, r := range c.Resources {
			if kind.is(r) {
				lines = c.gather(lines, r)
			}
		}
		if len(lines) > 0 {
			sections = append(sections, changedSection(kind.title, lines, room))
		}
	}
	return sections
}

// gather appends the differences of r to lines. A difference that is already there only gets one more place.
func (c Change) gather(lines []line, r Resource) []line {
	found := c.differences(r)
	if len(found) == 0 {
		found = []difference{{"", "nothing that can be shown"}}
	}
	for _, each := range found {
		if r.Type == serviceType && each.property == "taskDefinition" {
			each.what = "the new revision"
		}
		if r.Type == databaseType && slices.Contains(restarting, each.property) {
			each.what += r.restart()
		}
		where := place{resource: r.Label()}
		// Containers of several tasks with the same change share one line.
		if container, property, ok := strings.Cut(each.property, ", "); ok && strings.HasPrefix(container, "container ") {
			where.container, each.property = strings.TrimPrefix(container, "container "), property
		}
		at := slices.IndexFunc(lines, func(l line) bool { return l.difference == each })
		if at < 0 {
			lines = append(lines, line{difference: each})
			at = len(lines) - 1
		}
		lines[at].where = append(lines[at].where, where)
	}
	return lines
}

func changedSection(title string, lines []line, room int) report.Section {
	s := report.Section{Title: title, Table: &report.Table{Header: []string{"resource", "property", "change"}}}
	for i, each := range lines {
		if i == room {
			s.Items = report.Items(fmt.Sprintf("and %d more differences: `pulumi preview --diff` shows all", len(lines)-i))
			break
		}
		s.Table.Rows = append(s.Table.Rows, report.Row{Cells: []string{joinPlaces(each.where), each.property, each.what}})
	}
	return s
}

// place is a resource or one of its containers.
type place struct{ resource, container string }

// joinPlaces groups the labels by resource type, and containers by resource: "ecs.TaskDefinition a, b (web, worker)".
func joinPlaces(places []place) string {
	var labels []string
	containers := map[string][]string{}
	for _, each := range places {
		if !slices.Contains(labels, each.resource) {
			labels = append(labels, each.resource)
		}
		if each.container != "" {
			containers[each.resource] = append(containers[each.resource], each.container)
		}
	}
	var texts []string
	kind := ""
	for _, label := range labels {
		of, name, _ := strings.Cut(label, " ")
		text := name
		if of != kind {
			text, kind = label, of
		}
		if inner := containers[label]; len(inner) > 1 || len(inner) == 1 && inner[0] != name {
			text += " (" + strings.Join(inner, ", ") + ")"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}

// createdSection lists the new resources by type.
func (c Change) createdSection() report.Section {
	s := report.Section{Title: "Created"}
	named := map[string][]string{}
	var kinds []string
	for _, r := range c.Resources {
		if r.Kind != Created {
			continue
		}
		kind := standin.ShortType(r.Type)
		if named[kind] == nil {
			kinds = append(kinds, kind)
		}
		named[kind] = append(named[kind], r.Name)
	}
	const shown = 8
	for _, kind := range kinds {
		names := named[kind]
		text := kind + " " + strings.Join(names[:min(shown, len(names))], ", ")
		if len(names) > shown {
			text += fmt.Sprintf(" and %d more", len(names)-shown)
		}
		s.Items = append(s.Items, report.Item{Text: text})
	}
	return s
}

// servicesSection lists the services that restart, in order, and reports whether any of them has no running task
// meanwhile.
func (c Change) servicesSection() report.Section {
	s := report.Section{Title: "Services that are redeployed"}
	all := c.redeployments()
	if len(all) == 0 {
		s.Gist = "none"
		return s
	}
	s.Table = &report.Table{Header: []string{"turn", "service", "meanwhile"}}
	for _, each := range all {
		s.Table.Rows = append(s.Table.Rows, report.Row{
			Cells: []string{strconv.Itoa(each.turn), each.Name, each.how}, Strong: each.gap,
		})
	}
	return s
}
