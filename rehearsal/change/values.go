package change

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// difference is one thing that is other than before, in words.
type difference struct{ property, what string }

// hidden is what the rehearsal puts in the place of secret values.
const hidden = "[secret]"

// unknown is the engine's sign for a value that only an update finds out (sdk/go/common/resource/plugin, UnknownStringValue).
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// comparison gathers the differences of one resource.
type comparison struct {
	names names
	found []difference
}

func (c *comparison) say(property, format string, arguments ...any) {
	c.found = append(c.found, difference{property, fmt.Sprintf(format, arguments...)})
}

// inputs compares property by property, and those that are read in a way of their own in that way.
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

// secrets tells of those whose value changes: both are hidden alike.
func (c *comparison) secrets(r Resource) {
	for _, path := range slices.Sorted(maps.Keys(r.detailed)) {
		top, _, _ := strings.Cut(path, ".")
		if r.old[top] == hidden && r.now[top] == hidden {
			c.say(path, "another secret value")
		}
	}
}

func keys(a, b map[string]any) []string {
	all := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(all)
	return slices.Compact(all)
}

func (c *comparison) values(path string, old, now any) {
	if reflect.DeepEqual(old, now) || hollow(old) && hollow(now) {
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

// lists of words are compared as sets, unless their order is all that has changed; other lists entry by entry.
func (c *comparison) lists(path string, old, now []any) {
	if !words(old) || !words(now) {
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
	gone, come := without(c.texts(old), c.texts(now)), without(c.texts(now), c.texts(old))
	switch {
	case len(gone)+len(come) == 0:
		c.say(path, "the same in another order, or replaced by namesakes")
	case ordered(path):
		before, after := withoutCommonStart(c.texts(old), c.texts(now))
		c.say(path, "%s → %s", short(before), short(after))
	default:
		for _, word := range gone {
			c.say(path, "%s removed", short(word))
		}
		for _, word := range come {
			c.say(path, "%s added", short(word))
		}
	}
}

// withoutCommonStart joins the words of two lists. Words with which both begin are left out, but for an ellipsis, if one of them is long,
// such as a script: what differs would not be shown after it.
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

// ordered are lists that say something only as a whole.
func ordered(path string) bool {
	return strings.HasSuffix(strings.ToLower(path), "command") || strings.HasSuffix(path, "entryPoint")
}

func words(list []any) bool {
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

func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(word string) bool { return slices.Contains(other, word) })
}

func (c *comparison) scalars(path string, old, now any) {
	switch {
	case versioned(old) && versioned(now):
		c.versions(path, fmt.Sprint(old), fmt.Sprint(now))
	case old == hidden || now == hidden || delicate(path):
		c.say(path, "another value, not shown")
	case old == nil || old == "":
		c.say(path, "%s, before nothing", short(c.text(now)))
	case now == nil || now == "":
		c.say(path, "%s removed", short(c.text(old)))
	case now == unknown:
		c.say(path, "known once it is deployed")
	default:
		before, after := c.text(old), c.text(now)
		if before == after {
			c.say(path, "%s, the new one", short(after))
			return
		}
		before, after = apart(before, after)
		c.say(path, "%s → %s", before, after)
	}
}

// A trigger of a service names what its tasks read when they start, each with its version: "KEY=1 URL=2".
var versionList = regexp.MustCompile(`^[A-Z][A-Z0-9_]*=\S*( [A-Z][A-Z0-9_]*=\S*)*$`)

func versioned(value any) bool {
	text, ok := value.(string)
	return ok && versionList.MatchString(text)
}

// versions tells by name alone whose version is another.
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
	c.say(path, "%s", strings.Join(other, ", "))
}

func versionsOf(text string) map[string]any {
	versions := map[string]any{}
	for word := range strings.FieldsSeq(text) {
		name, version, _ := strings.Cut(word, "=")
		versions[name] = version
	}
	return versions
}

// text writes a value, with the program's names for identifiers.
func (c *comparison) text(value any) string {
	switch value := value.(type) {
	case nil:
		return "nothing"
	case string:
		return c.names.call(mask(strings.ReplaceAll(value, unknown, "…")))
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.2f", value), ".00")
	default:
		encoded, err := json.Marshal(value)
		if err != nil {
			return fmt.Sprint(value)
		}
		return c.names.call(mask(string(encoded)))
	}
}

// document reads a text that is JSON.
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

func hollow(value any) bool {
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

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// delicate are names whose values are not shown even where they are kept in clear: a mistake must not be spread.
func delicate(name string) bool { return delicateNames.MatchString(name) }

var (
	delicateNames = regexp.MustCompile(`(?i)(password|passwd|secret_?key|_secret|token|api_?key|private_?key|credential|_dsn)([^a-z]|$)`)
	userinfo      = regexp.MustCompile(`(://[^/\s:@]*):[^/\s@]+@`)
)

// mask takes the password out of an address.
func mask(text string) string { return userinfo.ReplaceAllString(text, "$1:…@") }

// longest is how much of a value is shown.
const longest = 72

func short(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}

// apart shortens two values so that what differs can be seen.
func apart(old, now string) (before, after string) {
	const context = 16
	a, b := []rune(old), []rune(now)
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	if at > context && max(len(a), len(b)) > longest {
		a = append([]rune("…"), a[at-context:]...)
		b = append([]rune("…"), b[at-context:]...)
	}
	return short(string(a)), short(string(b))
}
