package report

// UnjudgedSections returns the section about types and functions that the stand-in does not know, or none.
func (m Model) UnjudgedSections() []Section {
	if len(m.Unjudged)+len(m.Notes) == 0 {
		return nil
	}
	s := Section{Title: "Not judged", Items: Items(m.Notes...)}
	if len(m.Unjudged) > 0 {
		s.Lead = "The stand-in does not know these. Their identifiers, outputs and results are invented; whether AWS takes " +
			"their inputs, and what they change for other resources, was not checked."
	}
	for _, u := range m.Unjudged {
		s.Items = append(s.Items, Item{Text: u.String(), Strong: true})
	}
	return []Section{s}
}
