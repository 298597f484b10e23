package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// markerDir is the directory of the rehearsal in a kept state, beside Pulumi's own .pulumi.
const markerDir = ".rehearsal"

func (r *Rehearsal) openState(ctx context.Context) error {
	if r.options.StateDir == "" {
		return r.openTemporaryState()
	}
	dir, err := filepath.Abs(r.options.StateDir)
	if err != nil {
		return fmt.Errorf("resolving %s: %w", r.options.StateDir, err)
	}
	r.stateDir = dir
	if strings.ContainsAny(dir, "?#%") {
		return fmt.Errorf("state directory %s: a path with ?, # or %% cannot be a backend's address", dir)
	}
	if err := refuseForeignState(dir); err != nil {
		return err
	}
	marker := filepath.Join(dir, markerDir)
	if err := os.MkdirAll(marker, 0o700); err != nil {
		return fmt.Errorf("making the state directory: %w", err)
	}
	r.unlock, err = lockFile(ctx, filepath.Join(marker, "lock"), func() {
		fmt.Fprintf(r.options.Stderr, "waiting for another rehearsal that uses %s\n", dir)
	})
	if err != nil {
		return err
	}
	if r.vault, err = openStoredVault(filepath.Join(marker, "encryptionsalt"), r.options.Passphrase); err != nil {
		return fmt.Errorf("opening the state in %s: %w", dir, err)
	}
	return r.loadWorld(marker)
}

func (r *Rehearsal) openTemporaryState() error {
	var err error
	if r.options.Passphrase == "" {
		r.options.Passphrase = randomPassphrase()
	}
	r.stateDir = filepath.Join(r.tempDir, "state")
	if err := os.MkdirAll(r.stateDir, 0o700); err != nil {
		return fmt.Errorf("making the temporary state: %w", err)
	}
	if r.vault == nil { // a twin has its original's, because making one takes a while
		r.vault, err = newVault(r.options.Passphrase)
	}
	return err
}

// refuseForeignState protects a state whose resources are real: rehearsed, it would be destroyed in records alone.
func refuseForeignState(dir string) error {
	if exists(filepath.Join(dir, ".pulumi")) && !exists(filepath.Join(dir, markerDir)) {
		return fmt.Errorf("%s holds Pulumi state that no rehearsal made: choose another directory", dir)
	}
	return nil
}

// openStoredVault keeps the salt of a kept state: one passphrase opens it for good.
func openStoredVault(path, passphrase string) (*vault, error) {
	stored, err := os.ReadFile(path)
	if err == nil {
		return openVault(passphrase, strings.TrimSpace(string(stored)))
	}
	if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	made, err := newVault(passphrase)
	if err != nil {
		return nil, err
	}
	return made, writeFileAtomic(path, []byte(made.state+"\n"))
}

func (r *Rehearsal) loadWorld(marker string) error {
	if r.options.World == nil {
		return nil
	}
	r.worlds = &worldStore{
		path:  filepath.Join(marker, "worlds", r.project.manifest.Name.String(), r.options.Stack),
		vault: r.vault,
	}
	return r.worlds.load(r.options.World)
}

// plainFiles keeps the backend from writing a file of attributes beside each checkpoint. It is not written atomically
// (gocloud.dev/blob/fileblob, setAttrs): of a killed command line half of one may stay, and then no command opens the
// stack any more.
const plainFiles = "?metadata=skip"

// fileUrl leaves the path as it is: the backend takes what follows `file://` for a path (pkg/backend/diy,
// massageBlobPath), not for an encoded one.
func fileUrl(dir string) string { return "file://" + filepath.ToSlash(dir) }

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
