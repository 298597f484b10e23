package change

import (
	"encoding/json"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// statements compares two policies statement by statement. It matches statements by Sid, and those without a Sid as a
// whole.
func (c *comparison) statements(path string, old, now any) {
	before, after := bySid(old), bySid(now)
	for _, sid := range keys(before, after) {
		was, _ := before[sid].(map[string]any)
		is, _ := after[sid].(map[string]any)
		at := path
		if sid != "" && !strings.HasPrefix(sid, "{") {
			at = join(path, sid)
		}
		switch {
		case was == nil:
			c.add(at, "statement added: %s", c.statement(is))
		case is == nil:
			c.add(at, "statement removed: %s", c.statement(was))
		default:
			for _, key := range keys(was, is) {
				c.values(join(at, key), asList(was[key]), asList(is[key]))
			}
		}
	}
}

func bySid(statements any) map[string]any {
	found := map[string]any{}
	list, ok := statements.([]any)
	if !ok && statements != nil {
		list = []any{statements}
	}
	for _, each := range list {
		object, _ := each.(map[string]any)
		sid, _ := object["Sid"].(string)
		if encoded, err := json.Marshal(object); sid == "" && err == nil {
			sid = string(encoded)
		}
		found[sid] = object
	}
	return found
}

// asList wraps a single value in a list, because policies accept one value in place of a list.
func asList(value any) any {
	if text, ok := value.(string); ok {
		return []any{text}
	}
	return value
}

// statement describes in one line the permissions of a statement.
func (c *comparison) statement(s map[string]any) string {
	effect, _ := s["Effect"].(string)
	text := strings.ToLower(effect)
	for _, part := range [][2]string{
		{"Action", ""},
		{"NotAction", "all but"},
		{"Resource", "on"},
		{"NotResource", "on all but"},
		{"Principal", "to"},
		{"NotPrincipal", "to all but"},
		{"Condition", "if"},
	} {
		if s[part[0]] == nil {
			continue
		}
		text = strings.TrimSpace(text+" "+part[1]) + " " + c.joined(asList(s[part[0]]))
	}
	const line = 160
	if runes := []rune(text); len(runes) > line {
		return string(runes[:line-1]) + "…"
	}
	return text
}

func (c *comparison) joined(value any) string {
	if list, ok := value.([]any); ok && allText(list) {
		return strings.Join(c.texts(list), ", ")
	}
	return c.text(value)
}

// permissionsSection lists the statements of new policies. The statements of existing policies are among the updates.
func (c Change) permissionsSection() []report.Section {
	var lines []line
	for _, r := range c.Resources {
		if r.Kind != Created || r.now["policy"] == nil {
			continue
		}
		compared := comparison{names: c.names}
		compared.values("policy", nil, r.now["policy"])
		for _, each := range compared.found {
			lines = append(lines, line{each, []place{{resource: r.Label()}}})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return []report.Section{changedSection("New policies", lines, linesPerTen)}
}
