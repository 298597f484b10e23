// Package rules is the table of the rules of AWS and of its provider. Each rule has an ID, by which the code that
// enforces it asks for its entry.
package rules

import (
	_ "embed" // for the table
	"strings"
	"sync"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

//go:embed rules.tsv
var table string

// rows returns the description and the source of each rule, by its ID.
var rows = sync.OnceValue(func() map[string][2]string {
	all := map[string][2]string{}
	for line := range strings.Lines(table) {
		if fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(fields) == 3 {
			all[fields[0]] = [2]string{fields[1], fields[2]}
		}
	}
	return all
})

// Named adds a rule of the table to the list of rules. It is for package variables, and panics if the table does not
// have the rule, so that no program runs without its description.
func Named(id string) *standin.Identity {
	row, ok := rows()[id]
	if !ok {
		panic("rehearsal/aws/rules/rules.tsv has no rule " + id)
	}
	return standin.Identify(id, row[0], row[1])
}

// Names returns the IDs of all rules of the table.
func Names() []string {
	var names []string
	for id := range rows() {
		names = append(names, id)
	}
	return names
}
