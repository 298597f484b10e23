package ecsimport

import (
	"slices"
)

// difference is a row of the table of differences between the three containers.
type difference struct {
	name  string
	in    [roleCount]string
	taken string
}

const absent = "–"

// compare finds the differences between the API, beat and the worker in variables that they should share. Variables
// that Care does not read may differ.
func (i *importer) compare() {
	for _, facet := range []struct {
		name, key string
		of        func(part) string
	}{
		{"image", imageKey, func(p part) string { return p.Image }},
		{"registry credentials", "care:imageCredentialsSecretArn", func(p part) string {
			return p.RepositoryCredentials.Parameter
		}},
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

// show returns the value of a container's variable, or a letter in place of a secret. Different secrets have different
// letters.
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
