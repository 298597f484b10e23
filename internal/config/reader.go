package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/near"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// reader reads the keys of the project one by one, and collects the keys and the problems with their values.
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

// reported reports whether a problem with the key has been reported.
func (r *reader) reported(key string) bool {
	return slices.ContainsFunc(r.problems, func(problem error) bool {
		broken, ok := errors.AsType[*rule.Error](problem)
		return ok && broken.Name == key
	})
}

// value returns a key's text, and whether the key is set.
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

// optional returns a key's text, which may be empty.
func (r *reader) optional(key string) string {
	value, _ := r.value(key)
	return value
}

// secret returns a key's text, which must be encrypted in the stack file. Pulumi.yaml cannot require that of a key that
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

func (r *reader) integers(key string) []int {
	return parsed[[]int](r, key, nil, "must be a list of whole numbers", "for example [80, 8080]")
}

// table returns an object's values as text. Whole numbers and booleans have one spelling, in which Pulumi stores them.
func (r *reader) table(key string) map[string]string {
	text, ok := r.value(key)
	if !ok {
		return nil
	}
	return r.texts(key, text, "for example "+full(key)+`: {NAME: "value"}`, func(raw json.RawMessage) any { return raw })
}

func (r *reader) numbers(key string) map[string]float64 {
	return parsed[map[string]float64](r, key, nil,
		"must be an object whose values are numbers", "write numbers without quotes")
}

// texts reads an object whose values are text; show returns the part of an invalid value that an error may contain.
func (r *reader) texts(key, text, fix string, show func(json.RawMessage) any) map[string]string {
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		r.report(rule.Broken(full(key), show(json.RawMessage(strconv.Quote(text))), "must be an object", fix))
		return nil
	}
	table := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		value, ok := textOf(object[name])
		if !ok {
			r.report(rule.Broken(full(key)+"."+name, show(object[name]),
				"must be a string, a whole number, true or false", "put the value in quotes"))
			continue
		}
		table[name] = value
	}
	return table
}

// onlySpelling matches the values that JSON and YAML spell in one way only: booleans, and whole numbers that a float
// holds exactly.
var onlySpelling = regexp.MustCompile(`^(true|false|-?(0|[1-9]\d{0,14}))$`)

// textOf returns the text of a string, a whole number or a boolean.
func textOf(raw json.RawMessage) (text string, ok bool) {
	if onlySpelling.Match(raw) {
		return string(raw), true
	}
	if string(raw) == "null" || json.Unmarshal(raw, &text) != nil {
		return "", false
	}
	return text, true
}

// clearTable is table for values that the containers receive as plain text, and which therefore must not be encrypted.
func (r *reader) clearTable(key string) map[string]string {
	if !r.ctx.IsConfigSecret(full(key)) {
		return r.table(key)
	}
	r.keys = append(r.keys, key)
	r.report(rule.Broken(full(key), "…", "holds an encrypted value, which would be stored as plain text",
		"move it to "+full("secrets")))
	return nil
}

// secretTable is table for encrypted values, which its errors do not contain.
func (r *reader) secretTable(key string) map[string]string {
	text := r.secret(key)
	if text == "" {
		return nil
	}
	return r.texts(key, text, "set each value with: pulumi config set --secret --path "+full(key)+".NAME VALUE",
		func(json.RawMessage) any { return "…" })
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

// namespaces are the namespaces of the keys that the engine and the providers read.
var namespaces = []string{"aws", "pulumi", "random", "tls"}

// declined maps keys that a reader may expect to the reason why they do not exist.
var declined = map[string]string{
	"redisOnSpot": "is not a key: Redis has one task, and Spot may stop it",
	"celeryOnSpot": "is not a key: beat has one task, which also migrates the database, " +
		"and Spot may stop it during a migration",
}

// unknown returns a problem for each of the stack's keys that nothing reads, with the key that was probably meant.
func (r *reader) unknown(keys []string) []error {
	var problems []error
	for _, key := range keys {
		namespace, name, _ := strings.Cut(key, ":")
		if slices.Contains(namespaces, namespace) || namespace == project && slices.Contains(r.keys, name) {
			continue
		}
		if reason, known := declined[name]; known && namespace == project {
			problems = append(problems, rule.Broken(key, "…", reason,
				"remove it; the API and the extra workers tolerate Spot interruptions, with care:careOnSpot and "+
					"care:celeryWorkersOnSpot"))
			continue
		}
		fix := "remove it; docs/configuration.md lists the keys"
		if meant := near.Of(name, r.keys); meant != "" {
			fix = fmt.Sprintf("remove it; perhaps %s was meant", full(meant))
		}
		problems = append(problems, &rule.Error{Name: key, Value: "…", Rule: "is not a key of this program", Fix: fix})
	}
	return problems
}

// full returns the key with its namespace.
func full(key string) string { return project + ":" + key }

// stackKeys returns the keys that the engine has passed to the program.
func stackKeys() []string {
	var values map[string]string
	if err := json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &values); err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(values))
}
