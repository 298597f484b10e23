package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// reader reads keys of the project one by one, and remembers which there are and what was wrong with them.
type reader struct {
	ctx      *pulumi.Context
	keys     []string
	problems []error
}

func (r *reader) report(err error) {
	if err != nil {
		r.problems = append(r.problems, err)
	}
}

// value gives a key's text; false where the key is not set.
func (r *reader) value(key string) (string, bool) {
	r.keys = append(r.keys, key)
	return r.ctx.GetConfig(full(key))
}

func (r *reader) required(key string) string {
	value, ok := r.value(key)
	fix := "set it: pulumi config set " + full(key) + " VALUE"
	if !ok {
		r.report(rule.Given(full(key), false, fix))
		return ""
	}
	r.report(rule.Present(full(key), value, fix))
	return value
}

func (r *reader) text(key, fallback string) string {
	value, ok := r.value(key)
	if !ok {
		return fallback
	}
	if err := rule.Present(full(key), value, "give a value or remove the key"); err != nil {
		r.report(err)
		return fallback
	}
	return value
}

// optional gives a key's text, which may be empty for none.
func (r *reader) optional(key string) string {
	value, _ := r.value(key)
	return value
}

// secret gives a key's text, which must be encrypted in the stack file. Pulumi.yaml cannot ask for that of a key that
// may be left out.
func (r *reader) secret(key string) string {
	value, _ := r.value(key)
	if value != "" && value != "{}" && !r.ctx.IsConfigSecret(full(key)) {
		r.report(rule.Broken(full(key), "…", "must be encrypted", "set it with: pulumi config set --secret "+full(key)))
	}
	return value
}

func (r *reader) integer(key string, fallback int) int {
	return parsed(r, key, fallback, "must be a whole number", "for example 1024")
}

func (r *reader) boolean(key string, fallback bool) bool {
	return parsed(r, key, fallback, "must be true or false", "write one of them, without quotes")
}

func (r *reader) list(key string) []string {
	return parsed[[]string](r, key, nil, "must be a list of strings", `for example ["a", "b"]`)
}

func (r *reader) table(key string) map[string]string {
	return parsed[map[string]string](r, key, nil, "must be an object whose values are strings", "put numbers, true and false in quotes")
}

func (r *reader) numbers(key string) map[string]float64 {
	return parsed[map[string]float64](r, key, nil, "must be an object whose values are numbers", "write numbers without quotes")
}

// clearTable is table for values that reach the containers in clear, and so must not be among the encrypted ones.
func (r *reader) clearTable(key string) map[string]string {
	if !r.ctx.IsConfigSecret(full(key)) {
		return r.table(key)
	}
	r.keys = append(r.keys, key)
	r.report(rule.Broken(full(key), "…", "holds an encrypted value, which would be stored in clear", "move it to "+full("secrets")))
	return nil
}

// secretTable gives an object's values, which are encrypted; what is wrong with them is told without showing any.
func (r *reader) secretTable(key string) map[string]string {
	text := r.secret(key)
	var table map[string]string
	if text != "" && json.Unmarshal([]byte(text), &table) != nil {
		r.report(rule.Broken(full(key), "…", "must be an object whose values are strings",
			"set each with: pulumi config set --secret --path "+full(key)+".NAME VALUE"))
		return nil
	}
	return table
}

func parsed[T any](r *reader, key string, fallback T, words, fix string) T {
	text, ok := r.value(key)
	if !ok {
		return fallback
	}
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		r.report(rule.Broken(full(key), text, words, fix))
		return fallback
	}
	return value
}

// namespaces are those whose keys other programs read: the engine and the providers.
var namespaces = []string{"aws", "pulumi", "random", "tls"}

// declined are keys that one may look for, and why there are none.
var declined = map[string]string{
	"redisOnSpot":  "does not exist: Redis has one task, and Spot may leave it without any",
	"celeryOnSpot": "does not exist: beat has one task, which also migrates the database, and Spot may take it away in the middle",
}

// unknown reports keys that nothing reads, with the key that was probably meant.
func (r *reader) unknown(given []string) []error {
	var problems []error
	for _, key := range given {
		namespace, name, _ := strings.Cut(key, ":")
		if slices.Contains(namespaces, namespace) || namespace == project && slices.Contains(r.keys, name) {
			continue
		}
		if reason, known := declined[name]; known && namespace == project {
			problems = append(problems, rule.Broken(key, "…", reason,
				"remove it; the API and further workers bear Spot, with "+full("careOnSpot")+" and "+full("celeryWorkersOnSpot")))
			continue
		}
		nearest := slices.MinFunc(r.keys, func(a, b string) int {
			return levenshtein.Distance(a, name, nil) - levenshtein.Distance(b, name, nil)
		})
		problems = append(problems, &rule.Error{
			Name: key, Value: "…", Rule: "is not a key of this program",
			Fix: fmt.Sprintf("remove it; perhaps %s was meant", full(nearest)),
		})
	}
	return problems
}

func full(key string) string { return project + ":" + key }

// configKeys gives the keys that the engine has handed to the program.
func configKeys() []string {
	var values map[string]string
	if err := json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &values); err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(values))
}
