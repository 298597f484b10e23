package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
)

// ControlsSection returns the controls of AWS Security Hub that apply to the stack. Those that do not hold come first,
// and those of them for which the project has no reason stand out.
func (m Model) ControlsSection() Section {
	s := Section{Title: "Controls", Gist: "none applies"}
	findings := m.Controls.Findings
	if len(findings) == 0 {
		return s
	}
	holding, unexplained := m.Controls.Count()
	s.Gist = fmt.Sprintf("%d of %d hold", holding, len(findings))
	if others := len(findings) - holding - unexplained; others > 0 {
		s.Gist += fmt.Sprintf("; not: %d, with a reason", others)
	}
	if unexplained > 0 {
		s.Gist += fmt.Sprintf("; not: %d, without a reason", unexplained)
	}
	s.Lead = "Controls of AWS Security Hub: those of its Foundational Security Best Practices that depend on " +
		"this stack, and some others."
	s.Table = &Table{Header: []string{"control", "", "holds", "of", "changed by, or why not"}}
	var held []Row
	for _, f := range findings {
		if f.Holds() {
			held = append(held, Row{Cells: []string{f.ID, f.Title, "yes", judged(f), f.Key}})
			continue
		}
		s.Table.Rows = append(s.Table.Rows, BreachRows(f, f.Breaches)...)
	}
	s.Table.Rows = append(s.Table.Rows, held...)
	s.Items = Items(m.Controls.Idle...)
	return s
}

// judged returns the name of the only resource that a control judges, or their number.
func judged(f controls.Finding) string {
	if len(f.Judged) == 1 {
		return bare(f.Judged[0].Label)
	}
	return strconv.Itoa(len(f.Judged)) + " resources"
}

// BreachRows returns a row for each reason, and one for each value without a reason, with the names of the resources.
func BreachRows(f controls.Finding, breaches []controls.Breach) []Row {
	var texts []string
	names := map[string][]string{}
	strong := map[string]bool{}
	for _, b := range breaches {
		text := b.Reason
		if text == "" {
			text = b.Why + "; changed by " + f.Key
			strong[text] = true
		}
		if names[text] == nil {
			texts = append(texts, text)
		}
		names[text] = append(names[text], bare(b.Label))
	}
	rows := make([]Row, 0, len(texts))
	for _, text := range texts {
		rows = append(rows, Row{
			Cells:  []string{f.ID, f.Title, "no", strings.Join(distinct(names[text]), ", "), text},
			Strong: strong[text],
		})
	}
	return rows
}
