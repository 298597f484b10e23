package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// keepPrograms is how long a program stays in the cache after it was last used.
const keepPrograms = 30 * 24 * time.Hour

// programStore keeps one compiled program in the user's cache.
//
// The file `program` in dir is always complete. While go builds, it has another name: Go takes a file for up to date by
// its beginning alone, so that what a killed build has left must never be mistaken for a program.
type programStore struct {
	dir string
	// lock is not in dir, because dir is removed and a lock's file must not be.
	lock string
}

// openProgramStore opens the store of the program in the directory.
func openProgramStore(dir string) (programStore, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return programStore{}, fmt.Errorf("resolving %s: %w", dir, err)
	}
	if resolved, err := filepath.EvalSymlinks(absolute); err == nil {
		absolute = resolved
	}
	return openStore("directory", absolute)
}

// openCommitStore opens the store of the program that is built from the commit with the go command and the settings of
// this moment. If the source refers to another directory, the commit alone does not identify it; then it returns an
// error.
func openCommitStore(ctx context.Context, commit, dir string) (programStore, error) {
	command := exec.CommandContext(ctx, "go", "env", "GOMOD", "GOVERSION", "GOOS", "GOARCH", "GOFLAGS", "GOEXPERIMENT",
		"CGO_ENABLED", "CC", "CGO_CFLAGS", "CGO_LDFLAGS", "GOAMD64", "GOARM64")
	command.Dir, command.Env = dir, goEnvironment()
	output, err := command.Output()
	if err != nil {
		return programStore{}, &cacheError{fmt.Errorf("reading Go's settings: %w", err)}
	}
	moduleFile, settings, _ := strings.Cut(string(output), "\n")
	module, err := os.ReadFile(strings.TrimSpace(moduleFile))
	if err != nil {
		return programStore{}, &cacheError{fmt.Errorf("reading the base's go.mod: %w", err)}
	}
	if localReplacement.Match(module) {
		return programStore{}, &cacheError{errors.New("the base's go.mod replaces a module by a directory")}
	}
	return openStore("commit", commit, settings)
}

// localReplacement matches a replacement by a directory (go.dev/ref/mod, "replace directive"): its path begins with
// ./ or ../, or it is absolute.
var localReplacement = regexp.MustCompile(`=>\s*"?(\.|/|[A-Za-z]:[/\\])`)

func openStore(key ...string) (programStore, error) {
	programs, err := cacheDir("programs")
	if err != nil {
		return programStore{}, err
	}
	dir := filepath.Join(programs, hashOf(key...))
	return programStore{dir: dir, lock: dir + ".lock"}, nil
}

func (s programStore) program() string { return filepath.Join(s.dir, "program"+executableSuffix()) }

// build lets Go bring the program up to date, and puts it at target.
func (s programStore) build(ctx context.Context, dir, target string, log io.Writer) error {
	return s.locked(ctx, log, func() error {
		if err := s.compile(ctx, dir, log); err != nil {
			return err
		}
		return s.take(target)
	})
}

// buildOnce compiles only if the store is empty.
func (s programStore) buildOnce(ctx context.Context, dir, target string, log io.Writer) error {
	return s.locked(ctx, log, func() error {
		if !exists(s.program()) {
			if err := s.compile(ctx, dir, log); err != nil {
				return err
			}
		}
		return s.take(target)
	})
}

func (s programStore) locked(ctx context.Context, log io.Writer, do func() error) error {
	unlock, err := lockFile(ctx, s.lock, func() {
		fmt.Fprintln(log, "waiting for another rehearsal that builds the program")
	})
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		return &cacheError{err}
	}
	defer unlock()
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return &cacheError{err}
	}
	now := time.Now()
	if err := os.Chtimes(s.dir, now, now); err != nil {
		return &cacheError{err}
	}
	return do()
}

// compile builds in place. If that fails, the program that was there stays, provided that go has not touched it.
func (s programStore) compile(ctx context.Context, dir string, log io.Writer) error {
	unfinished := filepath.Join(s.dir, "unfinished"+executableSuffix())
	if err := os.Remove(unfinished); err != nil && !errors.Is(err, os.ErrNotExist) {
		return &cacheError{err}
	}
	if err := os.Rename(s.program(), unfinished); err != nil && !errors.Is(err, os.ErrNotExist) {
		return &cacheError{err}
	}
	before, _ := os.Stat(unfinished)
	err := compile(ctx, dir, unfinished, log)
	after, _ := os.Stat(unfinished)
	untouched := before != nil && after != nil && os.SameFile(before, after)
	if err != nil && !untouched {
		return errors.Join(err, os.RemoveAll(s.dir))
	}
	if renamed := os.Rename(unfinished, s.program()); renamed != nil {
		return errors.Join(err, renamed)
	}
	if !untouched {
		removeOldPrograms(filepath.Dir(s.dir))
	}
	return err
}

// take links the program to target, or copies it to another file system. Go replaces a program rather than write into
// it, so that a rehearsal keeps what it has taken while others build.
func (s programStore) take(target string) error {
	if err := os.Remove(target); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("replacing %s: %w", target, err)
	}
	if os.Link(s.program(), target) == nil {
		return nil
	}
	if err := copyFile(s.program(), target, 0o700); err != nil {
		return fmt.Errorf("copying the program to %s: %w", target, err)
	}
	return nil
}

// removeOldPrograms removes the programs that no rehearsal has used for a long time. What cannot be removed stays.
func removeOldPrograms(programs string) {
	entries, err := os.ReadDir(programs)
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !entry.IsDir() || time.Since(info.ModTime()) < keepPrograms {
			continue
		}
		removeUnused(filepath.Join(programs, entry.Name()))
	}
}

// removeUnused removes a store, unless somebody holds its lock.
func removeUnused(dir string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	unlock, err := lockFile(ctx, dir+".lock", func() {})
	if err == nil {
		_ = os.RemoveAll(dir)
	}
	unlock()
}
