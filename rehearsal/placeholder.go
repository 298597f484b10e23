package rehearsal

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

// placeholder decrypts every value to PlaceholderSecret.
type placeholder struct{}

func (placeholder) DecryptValue(context.Context, string) (string, error) {
	return PlaceholderSecret, nil
}

func (p placeholder) BatchDecrypt(ctx context.Context, values []string) ([]string, error) {
	return config.DefaultBatchDecrypt(ctx, p, values)
}

// securePaths returns the paths of the encrypted values in one key, as --config takes them.
func (w *workspaceCopy) securePaths(key config.Key, value config.Value) ([]string, error) {
	text, err := value.Value(w.vault.crypter)
	if err != nil || !value.Object() {
		return []string{key.String()}, err
	}
	var content any
	if err := json.Unmarshal([]byte(text), &content); err != nil {
		return nil, err
	}
	return placeholdersIn(key.String(), content), nil
}

func placeholdersIn(path string, content any) (paths []string) {
	switch c := content.(type) {
	case string:
		if c == PlaceholderSecret {
			return []string{path}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(c)) {
			paths = append(paths, placeholdersIn(path+"."+name, c[name])...)
		}
	case []any:
		for i, element := range c {
			paths = append(paths, placeholdersIn(fmt.Sprintf("%s[%d]", path, i), element)...)
		}
	}
	return paths
}

// replacePlaceholder forgets the placeholders that a new value at the path replaces, and reports whether there were
// any.
func (w *workspaceCopy) replacePlaceholder(path string) bool {
	before := len(w.placeholders)
	w.placeholders = slices.DeleteFunc(w.placeholders, func(p string) bool {
		rest, ok := strings.CutPrefix(p, path)
		return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
	})
	return len(w.placeholders) < before
}

// maskedSecret is the text that the engine prints in place of a secret.
const maskedSecret = "[secret]"

// ofAnyForm matches messages about a key that no other value of it would end: the key is superfluous, or another one is
// missing.
var ofAnyForm = regexp.MustCompile(
	`\bonly (with|without|for|if)\b|\bno (effect|use)\b|\bis set by\b|\bis not a key\b|` +
		`\bneeds \S+:\S|\bwithout which\b`,
)

// placeholderHint returns advice if the messages of a failed run are about the form of a value that is a
// placeholder, and otherwise the empty string. A message that shows a secret without naming its key may be about any of
// them.
func (w *workspaceCopy) placeholderHint(messages string) string {
	lines := slices.DeleteFunc(strings.Split(messages, "\n"), ofAnyForm.MatchString)
	messages = strings.Join(lines, "\n")
	named := slices.DeleteFunc(slices.Clone(w.placeholders), func(path string) bool { return !names(messages, path) })
	if len(named) == 0 && (strings.Contains(messages, PlaceholderSecret) || strings.Contains(messages, maskedSecret)) {
		named = w.placeholders
	}
	if len(named) == 0 {
		return ""
	}
	options := make([]string, len(named))
	for i, path := range named {
		options[i] = "--config '" + path + "=VALUE'"
	}
	return fmt.Sprintf("a rehearsal cannot decrypt the encrypted values of %s and uses %q instead. "+
		"If a rule refuses that, pass a value of the right form, for the rehearsal only: %s",
		filepath.Base(w.stackFile), PlaceholderSecret, strings.Join(options, " "))
}

// names reports whether the messages name the key at the path, and not only one that begins like it. Messages name a
// list, not its elements.
func names(messages, path string) bool {
	key, _, _ := strings.Cut(path, "[")
	return regexp.MustCompile(`(?m)` + regexp.QuoteMeta(key) + `([^\w.]|\.?$|\.\W)`).MatchString(messages)
}
