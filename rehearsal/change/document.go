package change

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// Document returns the report of the change. Irreversible steps come first.
func (c Change) Document() report.Document {
	d := report.Document{Title: c.title()}
	add := func(sections ...report.Section) {
		for _, s := range sections {
			if s.Gist != "" || s.Lead != "" || s.Table != nil || len(s.Items) > 0 || s.Picture != nil {
				d.Sections = append(d.Sections, s)
			}
		}
	}
	if c.Failure != nil {
		add(c.failureSection())
	}
	if len(c.Resources) == 0 && c.Failure == nil {
		add(report.Section{Title: "No change", Lead: "Nothing in AWS would be touched."})
		return d
	}
	add(c.replacedSection())
	add(c.changedSections()...)
	add(c.createdSection())
	add(c.permissionsSection()...)
	add(c.servicesSection())
	if c.Failure == nil {
		add(c.reachSections()...)
		add(c.limitsSection(), c.controlsSection(), c.durationSection(), c.billSection(),
			c.After.PictureSection("After this change"))
		add(c.After.UnjudgedSections()...)
	}
	return d
}

func (c Change) title() string {
	var counts []string
	count := func(what string, is func(Resource) bool) {
		n := 0
		for _, r := range c.Resources {
			if is(r) {
				n++
			}
		}
		if n > 0 {
			counts = append(counts, strconv.Itoa(n)+" "+what)
		}
	}
	count("replaced", func(r Resource) bool { return r.Kind == Replaced && !r.revision() })
	count("deleted", func(r Resource) bool { return r.Kind == Deleted })
	count("updated", func(r Resource) bool { return r.Kind == Updated })
	count("with a new revision", Resource.revision)
	count("created", func(r Resource) bool { return r.Kind == Created })
	if len(counts) == 0 && c.Failure == nil {
		counts = append(counts, "no change")
	}
	if c.Failure != nil {
		counts = append([]string{"the change would fail"}, counts...)
	}
	counts = append(counts, strconv.Itoa(c.Unchanged)+" unchanged")
	what := "Stack "
	if c.New {
		what = "New stack "
	}
	return what + c.Stack + ": " + strings.Join(counts, ", ")
}

func (c Change) failureSection() report.Section {
	s := report.Section{Title: "It would fail", Lead: "Rehearsed on the deployed stack, the change ends with:"}
	const shown = 12
	lines := strings.Split(strings.TrimSpace(mask(c.names.replaceIds(c.Failure.Error()))), "\n")
	for i, line := range lines {
		if i == shown {
			s.Items = append(s.Items, report.Item{Text: fmt.Sprintf("and %d more lines", len(lines)-i)})
			if failed, ok := errors.AsType[*rehearsal.RunError](c.Failure); ok && failed.Hint != "" {
				s.Items = append(s.Items, report.Item{Text: failed.Hint, Strong: true})
			}
			break
		}
		if strings.TrimSpace(line) != "" {
			s.Items = append(s.Items, report.Item{Text: line, Strong: true})
		}
	}
	return s
}

// replacedSection lists the replaced and deleted resources with the reason and the loss of each.
func (c Change) replacedSection() report.Section {
	s := report.Section{Title: "Replaced and deleted"}
	table := &report.Table{Header: []string{"resource", "what happens", "because of", "lost"}}
	for _, stateful := range []bool{true, false} {
		for _, r := range c.Gone() {
			if (r.loss() != "") != stateful {
				continue
			}
			table.Rows = append(table.Rows, report.Row{
				Cells: []string{r.Label(), r.ending(), c.reason(r), r.loss()}, Strong: stateful,
			})
		}
	}
	if len(table.Rows) > 0 {
		s.Table = table
	}
	if lost := len(c.Stateful()); lost > 0 {
		s.Lead = fmt.Sprintf("%d of these would lose something for good; see the last column.", lost)
	}
	return s
}

func (r Resource) ending() string {
	switch {
	case r.Kind == Deleted:
		return "deleted"
	case r.DeletedFirst:
		return "replaced: deleted, then created"
	default:
		return "replaced: created, then deleted"
	}
}

// reason returns the differences that force a replacement or, if none is known, all differences.
func (c Change) reason(r Resource) string {
	if r.Kind == Deleted {
		return "no longer in the program"
	}
	var forcing, all []string
	for _, each := range c.differences(r) {
		text := each.property + ": " + each.what
		all = append(all, text)
		for _, key := range r.Forcing {
			if each.property == key || strings.HasPrefix(each.property, key+".") || strings.HasPrefix(each.property, key+"[") {
				forcing = append(forcing, text)
			}
		}
	}
	if len(forcing) == 0 {
		forcing = all
	}
	return strings.Join(forcing, "; ")
}

func (c Change) differences(r Resource) []difference {
	compared := comparison{names: c.names}
	return compared.inputs(r)
}
