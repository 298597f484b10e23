package rehearsal

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// PlaceholderSecret stands for each value that the stack file keeps encrypted: a rehearsal has no key for those. It
// is what the strictest readers of a secret accept, such as an RDS master password: letters and a hyphen, 21 long.
const PlaceholderSecret = "rehearsal-placeholder"

// workspaceCopy is the directory that the command line works in: Pulumi writes salts and values into stack files
// (`stack init`, `preview --config`), and the user's must not change.
type workspaceCopy struct {
	dir       string
	stackFile string
	manifest  *workspace.Project
	vault     *vault
	stack     *workspace.ProjectStack
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
	secret := original.Config.SecureKeys()
	for _, key := range secret {
		replaced, err := config.Map{key: original.Config[key]}.Copy(placeholder{}, w.vault.crypter)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		values[key] = replaced[key]
	}
	if len(secret) > 0 {
		fmt.Fprintf(log, "%s: placeholders stand for its encrypted values (%s)\n",
			filepath.Base(p.stackFile), joinKeys(secret))
	}
	return &workspace.ProjectStack{EncryptionSalt: w.vault.state, Config: values}, nil
}

// set takes a key as `pulumi config set --path` does; without a namespace it is the project's.
func (w *workspaceCopy) set(key, value string, secret bool) error {
	parsed, err := w.parseKey(key)
	if err != nil {
		return fmt.Errorf("configuration key %q: %w", key, err)
	}
	entry := config.NewValue(value)
	if secret || w.isSecret(parsed) {
		encrypted, err := w.vault.crypter.EncryptValue(context.Background(), value)
		if err != nil {
			return fmt.Errorf("encrypting %s: %w", key, err)
		}
		entry = config.NewSecureValue(encrypted)
	}
	if err := w.stack.Config.Set(parsed, entry, true); err != nil {
		return fmt.Errorf("configuration key %q: %w", key, err)
	}
	return w.save()
}

func (w *workspaceCopy) parseKey(key string) (config.Key, error) {
	if !strings.Contains(key, ":") {
		key = w.manifest.Name.String() + ":" + key
	}
	return config.ParseKey(key)
}

// isSecret looks in the project's schema, where keys stand with or without the project's namespace.
func (w *workspaceCopy) isSecret(key config.Key) bool {
	name, _, _ := strings.Cut(key.Name(), ".")
	name, _, _ = strings.Cut(name, "[")
	for _, candidate := range []string{key.Namespace() + ":" + name, name} {
		schema, ok := w.manifest.Config[candidate]
		if ok && (candidate != name || key.Namespace() == w.manifest.Name.String()) {
			return schema.Secret
		}
	}
	return false
}

func (w *workspaceCopy) save() error {
	if err := w.stack.Save(w.stackFile); err != nil {
		return fmt.Errorf("writing the copy of the stack file: %w", err)
	}
	return nil
}

// placeholder decrypts everything to PlaceholderSecret.
type placeholder struct{}

func (placeholder) DecryptValue(context.Context, string) (string, error) {
	return PlaceholderSecret, nil
}

func (p placeholder) BatchDecrypt(ctx context.Context, values []string) ([]string, error) {
	return config.DefaultBatchDecrypt(ctx, p, values)
}

func joinKeys(keys []config.Key) string {
	names := make([]string, 0, len(keys))
	for _, key := range keys {
		names = append(names, key.String())
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func sortedKeys(values map[string]string) []string {
	return slices.Sorted(maps.Keys(values))
}
