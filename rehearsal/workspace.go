package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// PlaceholderSecret replaces each value that the stack file keeps encrypted, because a rehearsal has no key to decrypt
// it. It is 32 lower-case letters and digits, so that most rules for passwords and names accept it.
const PlaceholderSecret = "rehearsalplaceholder000000000000"

// workspaceCopy is the directory that the command line works in: Pulumi writes salts and values into stack files
// (`stack init`, `preview --config`), and the user's must not change.
type workspaceCopy struct {
	dir       string
	stackFile string
	manifest  *workspace.Project
	vault     *vault
	stack     *workspace.ProjectStack
	// placeholders are the paths of the values that are PlaceholderSecret.
	placeholders []string
}

func copyWorkspace(p *project, dir string, v *vault, log io.Writer) (*workspaceCopy, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the workspace: %w", err)
	}
	file := filepath.Join(dir, filepath.Base(p.file))
	if err := copyManifest(p.file, file); err != nil {
		return nil, err
	}
	manifest, err := workspace.LoadProject(file)
	if err != nil {
		return nil, fmt.Errorf("reading the copy of %s: %w", p.file, err)
	}
	w := &workspaceCopy{dir: dir, manifest: manifest, vault: v}
	w.stackFile = workspace.ProjectStackPath(file, manifest, tokens.QName(p.stack))
	if w.stack, err = w.readStack(p, log); err != nil {
		return nil, fmt.Errorf("%s: %w", p.stackFile, err)
	}
	return w, w.save()
}

// copyManifest leaves out the paths, which lead nowhere from the copy or out of it.
func copyManifest(from, to string) error {
	manifest, err := workspace.LoadProject(from)
	if err != nil {
		return fmt.Errorf("reading %s: %w", from, err)
	}
	manifest.Main = ""
	manifest.StackConfigDir = ""
	manifest.Plugins = nil
	for _, plugin := range namedPlugins(context.Background(), manifest) {
		delete(manifest.Packages, plugin.Name)
	}
	if err := manifest.Save(to); err != nil {
		return fmt.Errorf("copying %s: %w", from, err)
	}
	return nil
}

func (w *workspaceCopy) readStack(p *project, log io.Writer) (*workspace.ProjectStack, error) {
	original, err := workspace.LoadProjectStack(nil, p.manifest, p.stackFile)
	if err != nil {
		return nil, err
	}
	if len(original.Environment.Imports()) > 0 {
		fmt.Fprintf(log, "%s: its environments are left out, a rehearsal asks no service\n", filepath.Base(p.stackFile))
	}
	values := maps.Clone(original.Config)
	for _, key := range original.Config.SecureKeys() {
		replaced, err := config.Map{key: original.Config[key]}.Copy(placeholder{}, w.vault.crypter)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		values[key] = replaced[key]
		paths, err := w.securePaths(key, replaced[key])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		w.placeholders = append(w.placeholders, paths...)
	}
	if slices.Sort(w.placeholders); len(w.placeholders) > 0 {
		fmt.Fprintf(log, "%s: a rehearsal cannot decrypt %s and uses %q instead; pass other values with --config\n",
			filepath.Base(p.stackFile), strings.Join(w.placeholders, ", "), PlaceholderSecret)
	}
	return &workspace.ProjectStack{EncryptionSalt: w.vault.state, Config: values}, nil
}

// set takes a key as `pulumi config set --path` does; without a namespace it is the project's. It replaces a
// placeholder with a value that stays secret.
func (w *workspaceCopy) set(key, value string, secret bool) error {
	parsed, err := w.parseKey(key)
	if err != nil {
		return fmt.Errorf("configuration key %q: %w", key, err)
	}
	replaced := w.replacePlaceholder(parsed.String())
	entry, err := w.entry(parsed, value, secret || replaced || w.isSecret(parsed))
	if err != nil {
		return fmt.Errorf("configuration key %q: %w", key, err)
	}
	if err := w.stack.Config.Set(parsed, entry, true); err != nil {
		return fmt.Errorf("configuration key %q: %w", key, err)
	}
	return w.save()
}

// entry returns the value as the stack file holds it. The text of a whole object or array is JSON.
func (w *workspaceCopy) entry(key config.Key, text string, secret bool) (config.Value, error) {
	var content any
	object := w.isObject(key) && json.Unmarshal([]byte(text), &content) == nil
	switch {
	case !secret && !object:
		return config.NewValue(text), nil
	case !secret:
		return config.NewObjectValue(text), nil
	case !object:
		encrypted, err := w.vault.crypter.EncryptValue(context.Background(), text)
		return config.NewSecureValue(encrypted), err
	}
	sealed, err := w.seal(content)
	if err != nil {
		return config.Value{}, err
	}
	encoded, err := json.Marshal(sealed)
	return config.NewSecureObjectValue(string(encoded)), err
}

// seal encrypts every value inside an object or array, as a stack file holds them.
func (w *workspaceCopy) seal(content any) (any, error) {
	var err error
	switch c := content.(type) {
	case map[string]any:
		for name := range c {
			if c[name], err = w.seal(c[name]); err != nil {
				return nil, err
			}
		}
		return c, nil
	case []any:
		for i := range c {
			if c[i], err = w.seal(c[i]); err != nil {
				return nil, err
			}
		}
		return c, nil
	default:
		encrypted, err := w.vault.crypter.EncryptValue(context.Background(), fmt.Sprint(c))
		return map[string]any{"secure": encrypted}, err
	}
}

// maxIndex is the highest index in a path. Pulumi makes a list as long as its index, even one that no memory holds.
const maxIndex = 999

// emptyName matches a path with a dot and no name before it, which Pulumi's parser passes over.
var emptyName = regexp.MustCompile(`^(\["[^"]*"\]|[^"])*(^|\.)\.`)

func (w *workspaceCopy) parseKey(key string) (config.Key, error) {
	if !strings.Contains(key, ":") {
		key = w.manifest.Name.String() + ":" + key
	}
	parsed, err := config.ParseKey(key)
	if err != nil {
		return config.Key{}, err
	}
	path, err := resource.ParsePropertyPathStrict(parsed.Name())
	tooFar := slices.ContainsFunc(path, func(step any) bool { index, ok := step.(int); return ok && index > maxIndex })
	if err != nil || len(path) == 0 || tooFar || emptyName.MatchString(parsed.Name()) {
		return config.Key{}, errors.New("write NAME, NAME.KEY for a value of an object, or NAME[0] for one of a list")
	}
	return parsed, nil
}

// isSecret reports whether the project's schema declares the key, or the one that holds it, as secret.
func (w *workspaceCopy) isSecret(key config.Key) bool {
	schema, _ := w.schema(key)
	return schema.Secret
}

// isObject reports whether the key itself, and not a value in it, is an object or an array by the project's schema.
func (w *workspaceCopy) isObject(key config.Key) bool {
	schema, nested := w.schema(key)
	if nested {
		return false
	}
	switch schema.Default.(type) {
	case map[string]any, []any:
		return true
	}
	return schema.TypeName() == "object" || schema.TypeName() == "array"
}

// schema finds the project's declaration of a key or of the key that holds it. The project's own keys are declared with
// or without its namespace.
func (w *workspaceCopy) schema(key config.Key) (schema workspace.ProjectConfigType, nested bool) {
	name := key.Name()
	if end := strings.IndexAny(name, ".["); end >= 0 {
		name, nested = name[:end], true
	}
	for _, candidate := range []string{key.Namespace() + ":" + name, name} {
		schema, ok := w.manifest.Config[candidate]
		if ok && (candidate != name || key.Namespace() == w.manifest.Name.String()) {
			return schema, nested
		}
	}
	return workspace.ProjectConfigType{}, nested
}

func (w *workspaceCopy) save() error {
	if err := w.stack.Save(w.stackFile); err != nil {
		return fmt.Errorf("writing the copy of the stack file: %w", err)
	}
	return nil
}

func sortedKeys[V any](values map[string]V) []string {
	return slices.Sorted(maps.Keys(values))
}
