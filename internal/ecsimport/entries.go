package ecsimport

import (
	"maps"
	"slices"
	"strings"
)

// given is the value of a container's variable, or the location of its secret.
type given struct {
	text   string
	secret bool
	there  bool
}

// inClear reports whether the value is a secret that everyone with access to the task definition can read.
func (g given) inClear(name string) bool {
	return g.there && !g.secret && g.text != "" && !isPlaceholder(g.text) && isSecret(name, g.text)
}

// entry is a variable in Care's three containers.
type entry struct {
	name string
	in   [roleCount]given
}

// collect returns every variable of the three containers, by name.
func collect(p parts) []entry {
	all := map[string]entry{}
	add := func(name string, r role, g given) {
		e := all[name]
		e.name, e.in[r] = name, g
		all[name] = e
	}
	for _, r := range allRoles {
		for _, v := range p[r].Environment {
			add(v.Name, r, given{text: v.Value, there: true})
		}
		for _, s := range p[r].Secrets {
			add(s.Name, r, given{text: s.ValueFrom, secret: true, there: true})
		}
	}
	entries := make([]entry, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		entries = append(entries, all[name])
	}
	return entries
}

// precedence is the order in which the containers' values are used if they differ. The API comes first, because its
// values are known to work.
var precedence = []role{api, worker, beat}

// taken returns the value that is imported, and the role that it came from. A stored secret comes before one in clear
// text.
func (e entry) taken() (given, role) {
	for _, secret := range []bool{true, false} {
		for _, r := range precedence {
			if g := e.in[r]; g.there && g.secret == secret {
				return g, r
			}
		}
	}
	return given{}, api
}

func (e entry) there() bool {
	taken, _ := e.taken()
	return taken.there
}

// agreed reports whether all three containers have the same value.
func (e entry) agreed() bool { return e.in[api] == e.in[beat] && e.in[beat] == e.in[worker] }

// inWords joins names as in a sentence.
func inWords[T any](items []T, word func(T) string) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = word(item)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func roleWords(roles []role) string { return inWords(roles, role.String) }

func codeWords(names []string) string { return inWords(names, code) }
