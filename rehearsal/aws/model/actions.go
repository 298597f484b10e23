package model

import (
	_ "embed" // for the tables
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed actions.json
var generatedActions []byte

//go:embed actions.tsv
var writtenActions string

// Handlers are the IAM actions that AWS publishes for a type, by verb: create, read, update or delete.
type Handlers struct {
	// Schema is the CloudFormation type.
	Schema string `json:"schema"`
	// Service is the prefix of the actions of the type's own service, such as elasticloadbalancing.
	Service string   `json:"service"`
	Create  []string `json:"create"`
	Read    []string `json:"read"`
	Update  []string `json:"update"`
	Delete  []string `json:"delete"`
}

func (h Handlers) of(verb string) []string {
	return map[string][]string{"create": h.Create, "read": h.Read, "update": h.Update, "delete": h.Delete}[verb]
}

// actionRow is a row of actions.tsv.
type actionRow struct {
	token, sort string
	verbs       []string
	actions     []string
}

func (r actionRow) is(token, verb string) bool {
	return matches(r.token, token) && (slices.Contains(r.verbs, verb) || r.verbs[0] == "*")
}

// matches compares with * for any text, slashes included.
func matches(pattern, text string) bool {
	found, err := path.Match(strings.ReplaceAll(pattern, "/", "|"), strings.ReplaceAll(text, "/", "|"))
	return err == nil && found
}

type actionTables struct {
	Handlers map[string]Handlers `json:"handlers"`
	Patterns map[string][]string `json:"actions"`

	rows []actionRow
}

// loadActions reads the tables once. They are part of the program, and a test reads them: an error in them is a panic.
var loadActions = sync.OnceValue(func() *actionTables {
	t := &actionTables{}
	if err := json.Unmarshal(generatedActions, t); err != nil {
		panic(fmt.Sprintf("actions.json: %v", err))
	}
	for number, row := range rowsOf(writtenActions) {
		if len(row) != 5 || !slices.Contains([]string{"schema", "also", "without"}, row[2]) { //nolint:mnd // the fields
			panic(fmt.Sprintf("actions.tsv, row %d: not five fields with a known sort", number+1))
		}
		t.rows = append(t.rows, actionRow{
			token: row[0], verbs: strings.Split(row[1], ","), sort: row[2], actions: strings.Split(row[3], " "),
		})
	}
	return t
})

// Actions returns the IAM actions that the provider needs for a type or function, without its package, and a verb:
// create, read, update or delete. A creation, a change and a deletion read the resource as well, for which the actions
// are at the end. Service is the prefix of the actions of its own service.
func Actions(token, verb string) (actions []string, service string) {
	t := loadActions()
	published := t.Handlers[token]
	reading := t.needed(token, "read", published.Read)
	if verb != "read" {
		actions = t.needed(token, verb, published.of(verb))
		actions = slices.DeleteFunc(actions, func(action string) bool { return slices.Contains(reading, action) })
	}
	actions = append(actions, reading...)
	service = published.Service
	if service == "" && len(actions) > 0 {
		service, _, _ = strings.Cut(actions[0], ":")
	}
	return actions, service
}

// needed returns the published actions, corrected by the rows of actions.tsv in their order, sorted.
func (t *actionTables) needed(token, verb string, published []string) []string {
	actions := slices.Clone(published)
	for _, row := range t.rows {
		switch {
		case !row.is(token, verb):
		case row.sort == "also":
			actions = append(actions, row.actions...)
		case row.sort == "without":
			actions = slices.DeleteFunc(actions, func(action string) bool {
				return slices.ContainsFunc(row.actions, func(pattern string) bool { return matches(pattern, action) })
			})
		}
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// ActionArns returns the patterns of the ARNs that a policy may name for the action, as in
// "arn:${Partition}:iam::${Account}:role/.*"; none if it may name only *. It reports whether the action is known.
func ActionArns(action string) (patterns []string, known bool) {
	patterns, known = loadActions().Patterns[action]
	return patterns, known
}

// PublishedActions returns the actions that AWS publishes for each type of the catalogue, without the rows of
// actions.tsv.
func PublishedActions() map[string][]string {
	published := map[string][]string{}
	for token, handlers := range loadActions().Handlers {
		published[token] = slices.Concat(handlers.Create, handlers.Read, handlers.Update, handlers.Delete)
	}
	return published
}
