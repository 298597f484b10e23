package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// worktree is a commit, checked out in a directory outside the repository.
type worktree struct {
	repository string
	commit     string
	// prefix is the path of the Pulumi project within the repository.
	prefix string
	// dir is the directory of the worktree, and project the directory of the Pulumi project in it.
	dir, project string
}

// checkOut creates a worktree of the commit for the project in dir. It does not run the repository's hooks.
func checkOut(ctx context.Context, dir, ref string) (w worktree, err error) {
	w.repository, err = git(ctx, dir, "rev-parse", "--show-toplevel")
	if err != nil {
		return w, fmt.Errorf("diff compares with a commit, so the project must be in a git repository: %w", err)
	}
	w.prefix, err = git(ctx, dir, "rev-parse", "--show-prefix")
	if err != nil {
		return w, err
	}
	w.commit, err = git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return w, stoppedOr(ctx,
			fmt.Errorf("--base %s is not a commit in this repository; in a shallow clone, fetch it first", ref))
	}
	if w.dir, err = os.MkdirTemp("", "care-rehearse-base-"); err != nil {
		return w, fmt.Errorf("make a directory for the base: %w", err)
	}
	tree := filepath.Join(w.dir, "tree")
	w.project = filepath.Join(tree, filepath.FromSlash(w.prefix))
	_, err = git(ctx, w.repository,
		"-c", "core.hooksPath=/dev/null", "worktree", "add", "--detach", "--quiet", tree, w.commit)
	if err != nil {
		return w, errors.Join(stoppedOr(ctx, fmt.Errorf("check out %s: %w", ref, err)), w.remove(ctx))
	}
	return w, nil
}

// remove deletes the worktree, even if the context is cancelled.
func (w worktree) remove(ctx context.Context) error {
	ctx = context.WithoutCancel(ctx)
	// The second --force also removes a worktree that git left locked because it was interrupted while creating it.
	_, gitErr := git(ctx, w.repository, "worktree", "remove", "--force", "--force", filepath.Join(w.dir, "tree"))
	err := os.RemoveAll(w.dir)
	if gitErr == nil && err == nil {
		return nil
	}
	if _, pruneErr := git(ctx, w.repository, "worktree", "prune"); pruneErr != nil {
		err = errors.Join(err, fmt.Errorf("unregister the worktree: %w", pruneErr))
	}
	return err
}

// identity returns the commit and the path of the project in it.
func (w worktree) identity() string { return w.commit + ":" + w.prefix }

// changed returns the files of the repository that differ from the commit, including untracked ones.
func (w worktree) changed(ctx context.Context) ([]string, error) {
	known, err := git(ctx, w.repository, "diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", w.commit, "--")
	if err != nil {
		return nil, fmt.Errorf("compare with the base: %w", err)
	}
	others, err := git(ctx, w.repository, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, fmt.Errorf("look for new files: %w", err)
	}
	files := strings.Split(known+"\x00"+others, "\x00")
	return slices.DeleteFunc(files, func(file string) bool { return file == "" }), nil
}

// git runs git and returns its output. It ignores GIT_DIR and similar variables, which a hook may have set.
func git(ctx context.Context, dir string, arguments ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, "git", arguments...)
	command.Dir = dir
	command.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "GIT_DIR=") || strings.HasPrefix(entry, "GIT_WORK_TREE=") ||
			strings.HasPrefix(entry, "GIT_INDEX_FILE=")
	})
	// On an interrupt, git removes incomplete work.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", fmt.Errorf("git %s: %w: %s", arguments[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimRight(stdout.String(), "\n"), nil
}

func stoppedOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
