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

// programs are the compiled programs, in a temporary directory.
type programs struct{ dir, base, head string }

func (p programs) remove() error { return os.RemoveAll(p.dir) }

// build compiles both programs, or one program if the changed files are not part of it.
func (d *differ) build(ctx context.Context) (p programs, err error) {
	changed, err := d.base.changed(ctx)
	if err != nil {
		return p, err
	}
	if p.dir, err = os.MkdirTemp("", "care-rehearse-programs-"); err != nil {
		return p, fmt.Errorf("make a directory for the programs: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.remove())
		}
	}()
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
