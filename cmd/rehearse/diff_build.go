package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// programs are the compiled programs, in a temporary directory. They are empty for a program that is not in Go.
type programs struct{ dir, base, head string }

func (p programs) remove() error { return os.RemoveAll(p.dir) }

// build compiles both programs, or one program if the changed files are not part of it.
func (d *differ) build(ctx context.Context) (p programs, err error) {
	if p.dir, err = os.MkdirTemp("", "care-rehearse-programs-"); err != nil {
		return p, fmt.Errorf("make a directory for the programs: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.remove())
		}
	}()
	if compiled, err := d.compiles(); err != nil || !compiled {
		return p, errors.Join(err, d.shareDependencies())
	}
	changed, err := d.base.changed(ctx)
	if err != nil {
		return p, err
	}
	p.head = filepath.Join(p.dir, "head")
	p.base = p.head
	build := func(dir, target string) error { return rehearsal.BuildProgram(ctx, dir, target, d.stderr) }
	if err := buildIn(d.dir, p.head, build); err != nil {
		return p, err
	}
	if !slices.ContainsFunc(changed, isSource) {
		return p, nil
	}
	p.base = filepath.Join(p.dir, "base")
	build = func(dir, target string) error {
		return rehearsal.BuildCommit(ctx, d.base.identity(), dir, target, d.stderr)
	}
	if err := buildIn(d.base.project, p.base, build); err != nil {
		return p, fmt.Errorf("base: %w", err)
	}
	return p, nil
}

// buildIn builds the program of the project in dir.
func buildIn(dir, target string, build func(programDir, target string) error) error {
	manifest, err := workspace.LoadProject(filepath.Join(dir, "Pulumi.yaml"))
	if err != nil {
		return fmt.Errorf("read the project in %s: %w", dir, err)
	}
	return build(filepath.Join(dir, manifest.Main), target)
}

// compiles reports whether both programs are compiled. If one of them is not, the rehearsals build the other.
func (d *differ) compiles() (bool, error) {
	head, err := runtimeOf(d.dir)
	if err != nil {
		return false, err
	}
	base, err := runtimeOf(d.base.project)
	if err != nil {
		return false, fmt.Errorf("base: %w", err)
	}
	return head == "go" && base == "go", nil
}

// shareDependencies links the packages that are installed in the working tree into the worktree of the base, because a
// commit has none: node_modules of the project and of the directories above it, and a virtual environment of Python.
func (d *differ) shareDependencies() error {
	manifest, err := workspace.LoadProject(filepath.Join(d.dir, "Pulumi.yaml"))
	if err != nil {
		return fmt.Errorf("read the project in %s: %w", d.dir, err)
	}
	names := []string{"node_modules"}
	if venv, ok := manifest.Runtime.Options()["virtualenv"].(string); ok && filepath.IsLocal(venv) {
		names = append(names, venv)
	}
	head, base := d.dir, d.base.project
	for {
		for _, name := range names {
			if err := linkIfMissing(filepath.Join(head, name), filepath.Join(base, name)); err != nil {
				return fmt.Errorf("link the packages of the working tree into the base: %w", err)
			}
		}
		if base == filepath.Join(d.base.dir, "tree") || base == filepath.Dir(base) {
			return nil
		}
		head, base = filepath.Dir(head), filepath.Dir(base)
	}
}

func linkIfMissing(target, link string) error {
	if _, err := os.Stat(target); err != nil {
		return nil
	}
	if _, err := os.Lstat(link); err == nil {
		return nil
	}
	return os.Symlink(target, link)
}

// isSource reports whether the file may be part of a program. It returns true in case of doubt, because a program can
// embed any file.
func isSource(file string) bool {
	name := filepath.Base(file)
	switch {
	case strings.HasPrefix(name, "Pulumi.") && strings.HasSuffix(name, ".yaml"), strings.HasSuffix(name, ".md"),
		strings.HasSuffix(name, "_test.go"), strings.HasPrefix(file, "."):
		return false
	default:
		return true
	}
}
