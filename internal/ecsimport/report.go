package ecsimport

import (
	"fmt"
	"strings"
)

// report collects the contents of the report. Entries have the order in which they were found, which follows the files
// and the alphabet.
type report struct {
	// generation is the paragraph about the generation of Care's images.
	generation string

	todos       []string
	notes       []string
	toSet       []string
	inClear     []clearSecret
	differences []difference
	broken      []finding
	wired       groups
	dropped     groups
}

// finding is a problem and its consequence.
type finding struct{ what, then string }

// clearSecret is a secret that containers have in clear text.
type clearSecret struct {
	name  string
	where []role
}

// groups are names by the sentence of the report about them.
type groups struct {
	order []string
	names map[string][]string
}

func (g *groups) add(heading, name string) {
	if g.names == nil {
		g.names = map[string][]string{}
	}
	if g.names[heading] == nil {
		g.order = append(g.order, heading)
	}
	g.names[heading] = append(g.names[heading], name)
}

func (g *groups) total() int {
	total := 0
	for _, names := range g.names {
		total += len(names)
	}
	return total
}

func (r *report) todo(format string, args ...any) {
	r.todos = append(r.todos, fmt.Sprintf(format, args...))
}

func (r *report) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

func (r *report) breaks(what, then string) { r.broken = append(r.broken, finding{what, then}) }

// longest is the number of characters of a value that the report shows.
const longest = 120

// code returns a value as Markdown code, safe for any content and within tables.
func code(value string) string {
	if short := []rune(value); len(short) > longest {
		value = string(short[:longest]) + "…"
	}
	value = strings.NewReplacer("`", "'", "|", `\|`, "\n", " ", "\r", " ").Replace(value)
	return "`" + value + "`"
}

func codeOrEmpty(value string) string {
	if value == "" {
		return "empty"
	}
	return code(value)
}
