package change

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// difference is a changed property with a description of the change.
type difference struct{ property, what string }

// hidden is the text that the rehearsal puts in place of secret values.
const hidden = "[secret]"

// unknown is the engine's marker for a value that only an update computes (sdk/go/common/resource/plugin,
// UnknownStringValue).
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// comparison collects the differences of one resource.
type comparison struct {
	names names
	found []difference
}

func (c *comparison) add(property, format string, arguments ...any) {
	c.found = append(c.found, difference{property, fmt.Sprintf(format, arguments...)})
}

// inputs compares the inputs of a resource property by property. Container definitions have a comparison of their own.
func (c *comparison) inputs(r Resource) []difference {
	for _, key := range keys(r.old, r.now) {
		if strings.HasPrefix(key, "__") {
			continue // the bridge's own notes, such as __defaults
		}
		old, now := r.old[key], r.now[key]
		switch {
		case r.Type == taskDefinitionType && key == "containerDefinitions":
			c.containers(old, now)
		default:
			c.values(key, old, now)
		}
	}
	c.secrets(r)
	return c.found
}

// secrets adds the secrets whose values change. The engine's detailed diff shows them, because both values are hidden.
func (c *comparison) secrets(r Resource) {
	for _, path := range slices.Sorted(maps.Keys(r.detailed)) {
		top, _, _ := strings.Cut(path, ".")
		if r.old[top] == hidden && r.now[top] == hidden {
			c.add(path, "another secret value")
		}
	}
}

func keys(a, b map[string]any) []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}

func (c *comparison) values(path string, old, now any) {
	if reflect.DeepEqual(old, now) || isEmpty(old) && isEmpty(now) {
		return
	}
	old, now = document(old), document(now)
	oldObject, oldIs := old.(map[string]any)
	nowObject, nowIs := now.(map[string]any)
	if oldIs && nowIs || (oldIs && now == nil) || (nowIs && old == nil) {
		c.objects(path, oldObject, nowObject)
		return
	}
	oldList, oldIs := old.([]any)
	nowList, nowIs := now.([]any)
	if (oldIs || old == nil) && (nowIs || now == nil) && (oldIs || nowIs) {
		c.lists(path, oldList, nowList)
		return
	}
	c.scalars(path, old, now)
}

func (c *comparison) objects(path string, old, now map[string]any) {
	if old["Statement"] != nil || now["Statement"] != nil {
		c.statements(path, old["Statement"], now["Statement"])
		return
	}
	for _, key := range keys(old, now) {
		c.values(join(path, key), old[key], now[key])
	}
}

// lists compares lists of strings as sets, unless only the order differs, and other lists entry by entry.
func (c *comparison) lists(path string, old, now []any) {
	if !allText(old) || !allText(now) {
		for i := range max(len(old), len(now)) {
			var before, after any
			if i < len(old) {
				before = old[i]
			}
			if i < len(now) {
				after = now[i]
			}
			at := fmt.Sprintf("%s[%d]", path, i)
			if len(old) <= 1 && len(now) <= 1 {
				at = path
			}
			c.values(at, before, after)
		}
		return
	}
	gone, come := subtract(c.texts(old), c.texts(now)), subtract(c.texts(now), c.texts(old))
	switch {
	case len(gone)+len(come) == 0:
		c.add(path, "the same in another order, or replaced by others of the same names")
	case ordered(path):
		before, after := withoutCommonStart(c.texts(old), c.texts(now))
		c.add(path, "%s → %s", truncate(before), truncate(after))
	default:
		for _, word := range gone {
			c.add(path, "%s removed", truncate(word))
		}
		for _, word := range come {
			c.add(path, "%s added", truncate(word))
		}
	}
}

// withoutCommonStart joins the strings of each list. If one of them is long, such as a script, it replaces the strings
// with which both lists begin by an ellipsis, so that the shortened texts still show the difference.
func withoutCommonStart(old, now []string) (before, after string) {
	same := 0
	for same < min(len(old), len(now))-1 && old[same] == now[same] {
		same++
	}
	const long = 40
	if !slices.ContainsFunc(old[:same], func(word string) bool { return len(word) > long }) {
		return strings.Join(old, " "), strings.Join(now, " ")
	}
	return "… " + strings.Join(old[same:], " "), "… " + strings.Join(now[same:], " ")
}

// ordered reports whether the order of the list at path matters, as in a command.
func ordered(path string) bool {
	return strings.HasSuffix(strings.ToLower(path), "command") || strings.HasSuffix(path, "entryPoint")
}

func allText(list []any) bool {
	return !slices.ContainsFunc(list, func(item any) bool {
		switch item.(type) {
		case map[string]any, []any:
			return true
		default:
			return false
		}
	})
}

func (c *comparison) texts(list []any) []string {
	texts := make([]string, 0, len(list))
	for _, item := range list {
		texts = append(texts, c.text(item))
	}
	return texts
}

func subtract(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(word string) bool { return slices.Contains(other, word) })
}

func (c *comparison) scalars(path string, old, now any) {
	switch {
	case isVersionList(old) && isVersionList(now):
		c.versions(path, fmt.Sprint(old), fmt.Sprint(now))
	case old == hidden || now == hidden || isSensitive(path):
		c.add(path, "another value, not shown")
	case old == nil || old == "":
		c.add(path, "%s, not set before", truncate(c.text(now)))
	case now == nil || now == "":
		c.add(path, "%s removed", truncate(c.text(old)))
	case now == unknown:
		c.add(path, "known after deployment")
	default:
		before, after := c.text(old), c.text(now)
		if before == after {
			c.add(path, "%s, the new one", truncate(after))
			return
		}
		before, after = shortenBoth(before, after)
		c.add(path, "%s → %s", before, after)
	}
}

// versionList matches a trigger of a service, which lists the values that its tasks read when they start, each with its
// version: "KEY=1 URL=2".
var versionList = regexp.MustCompile(`^[A-Z][A-Z0-9_]*=\S*( [A-Z][A-Z0-9_]*=\S*)*$`)

func isVersionList(value any) bool {
	text, ok := value.(string)
	return ok && versionList.MatchString(text)
}

// versions reports by name the entries whose versions differ.
func (c *comparison) versions(path, old, now string) {
	before, after := versionsOf(old), versionsOf(now)
	var other []string
	for _, name := range keys(before, after) {
		switch {
		case before[name] == after[name]:
		case before[name] == nil:
			other = append(other, name+" added")
		case after[name] == nil:
			other = append(other, name+" removed")
		default:
			other = append(other, "another version of "+name)
		}
	}
	c.add(path, "%s", strings.Join(other, ", "))
}

func versionsOf(text string) map[string]any {
	versions := map[string]any{}
	for word := range strings.FieldsSeq(text) {
		name, version, _ := strings.Cut(word, "=")
		versions[name] = version
	}
	return versions
}

// text formats a value and replaces identifiers with the program's names.
func (c *comparison) text(value any) string {
	switch value := value.(type) {
	case nil:
		return "nothing"
	case string:
		return c.names.replaceIds(mask(strings.ReplaceAll(value, unknown, "…")))
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.2f", value), ".00")
	default:
		encoded, err := json.Marshal(value)
		if err != nil {
			return fmt.Sprint(value)
		}
		return c.names.replaceIds(mask(string(encoded)))
	}
}

// document parses a text that is JSON, and returns any other value unchanged.
func document(value any) any {
	text, ok := value.(string)
	if !ok || !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return value
	}
	var read any
	if json.Unmarshal([]byte(text), &read) != nil {
		return value
	}
	return read
}

func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	default:
		return false
	}
}
