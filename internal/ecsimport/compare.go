package ecsimport

import (
	"slices"
)

// difference is one line of the table of what the three containers do not have in common.
type difference struct {
	name  string
	in    [roleCount]string
	taken string
}

const absent = "–"

// compare finds what API, beat and worker should have in common and have not. What nothing reads may differ.
func (i *importer) compare() {
	for _, facet := range []struct {
		name, key string
		of        func(part) string
	}{
		{"image", imageKey, func(p part) string { return p.Image }},
		{"registry credentials", "care:imageCredentialsSecretArn", func(p part) string { return p.RepositoryCredentials.Parameter }},
		{"processor", "care:architecture", func(p part) string { return p.task.RuntimePlatform.CpuArchitecture }},
	} {
		values := [roleCount]string{}
		for _, r := range allRoles {
			values[r] = facet.of(i.parts[r])
		}
		if values[api] != values[beat] || values[beat] != values[worker] {
			for r, value := range values {
				values[r] = orAbsent(value)
			}
			i.report.differences = append(i.report.differences, difference{facet.name, values, "`" + facet.key + "`"})
		}
	}
	for _, e := range i.entries {
		if i.leftBehind(e.name) == "" && !e.agreed() {
			i.report.differences = append(i.report.differences, i.difference(e))
		}
	}
}

func orAbsent(value string) string {
	if value == "" {
		return absent
	}
	return code(value)
}

func (i *importer) difference(e entry) difference {
	d := difference{name: code(e.name)}
	for _, r := range allRoles {
		d.in[r] = show(e, r)
	}
	_, from := e.taken()
	switch {
	case i.carried(e.name):
		d.taken = "as in " + from.String()
	case i.facts.setByProgram(e.name) != "" || e.name == currentDomain:
		d.taken = "set by the program"
	default:
		d.taken = "left out"
	}
	return d
}

// show gives what a container has, but no secret. Hidden values are told apart by letters.
func show(e entry, r role) string {
	g := e.in[r]
	switch {
	case !g.there:
		return absent
	case g.secret:
		return "kept at " + location(g.text)
	case g.text == "":
		return "empty"
	case !g.inClear(e.name):
		return code(g.text)
	}
	var values []string
	for _, other := range allRoles {
		if e.in[other].inClear(e.name) && !slices.Contains(values, e.in[other].text) {
			values = append(values, e.in[other].text)
		}
	}
	return "plain text, value " + string(rune('A'+slices.Index(values, g.text)))
}
