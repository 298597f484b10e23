package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/change"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// errStateful reports that the change would lose data and --allow-stateful is not set.
var errStateful = errors.New("data would be replaced or deleted; --allow-stateful permits this")

// errBroken reports that the change cannot be deployed. The report has the reason.
var errBroken = errors.New("the change would fail; the report has the reason")

// differ compares the program and the stack files in a commit with those in the working tree.
type differ struct {
	settings  settings
	options   rehearsal.Options
	prices    *bill.Prices
	watch     *watcher
	makeCloud cloudMaker
	stdout    io.Writer
	stderr    io.Writer
	// file is the report for other programs.
	file *report.File

	dir      string
	base     worktree
	programs programs
}

// run compares the stacks. It opens its own rehearsals because it needs two programs and several stacks.
func (d *differ) run(ctx context.Context) (err error) {
	if d.options, err = d.settings.options(nil, nil); err != nil {
		return err
	}
	d.options.Color = rehearsal.IsTerminal(d.stdout) && os.Getenv("NO_COLOR") == ""
	if d.dir, err = projectDir(d.settings.dir); err != nil {
		return err
	}
	stacks, err := d.stacks()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil && len(d.file.Stacks) == 0 {
			d.file.FailAll(stacks, err)
		}
	}()
	if d.base, err = checkOut(ctx, d.dir, d.settings.diff.base); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.base.remove(ctx)) }()
	if d.programs, err = d.build(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.programs.remove()) }()
	cli, err := rehearsal.FindCli(ctx, d.dir, d.stderr)
	if err != nil {
		return err
	}
	d.options.Cli = &cli
	return d.compare(ctx, stacks)
}

func projectDir(named string) (string, error) {
	start, err := filepath.Abs(named)
	if err != nil {
		return "", fmt.Errorf("resolve %s: %w", named, err)
	}
	file, err := workspace.DetectProjectPathFrom(start)
	if err != nil {
		return "", fmt.Errorf("no Pulumi.yaml in %s or above: %w", start, err)
	}
	return filepath.Dir(file), nil
}

// stacks returns the stacks in the flags or, by default, all stacks with a stack file.
func (d *differ) stacks() ([]string, error) {
	if len(d.settings.stacks) > 0 {
		return d.settings.stacks, nil
	}
	files, err := filepath.Glob(filepath.Join(d.dir, "Pulumi.*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("look for stack files: %w", err)
	}
	names := make([]string, 0, len(files))
	for _, file := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("no stack file in %s: name the stacks with --stack", d.dir)
	}
	return names, nil
}

// compare reports on one stack after the other and then returns the most severe problem.
func (d *differ) compare(ctx context.Context, stacks []string) error {
	var markdown []string
	var stateful, broken bool
	var over error
	for i, stack := range stacks {
		fmt.Fprintf(d.stderr, "rehearse: stack %s: comparing the working tree with %s\n", stack, d.settings.diff.base)
		found, err := change.Rehearse(ctx, d.stackOptions(stack))
		if err != nil {
			d.file.FailAll([]string{stack}, err)
			return d.fullError(ctx, stack, err)
		}
		file := found.File()
		document := found.Document()
		if i > 0 {
			fmt.Fprintln(d.stdout)
		}
		fmt.Fprint(d.stdout, document.Text(d.options.Color))
		markdown = append(markdown, change.Markdown(document, change.Limit/len(stacks)-1))
		stateful = stateful || len(found.Stateful()) > 0
		broken = broken || found.Failure != nil
		if found.Failure == nil {
			limit := errors.Join(d.settings.controls.require(found.After), overLimits(stack, found.After.Limits),
				d.settings.monthly.compare(stack, found.After.Bill, d.prices, d.stderr))
			if limit != nil {
				file.Fail("", limit.Error())
			}
			over = errors.Join(over, limit)
		}
		d.file.Stacks = append(d.file.Stacks, file)
	}
	if err := d.settings.writeReport(strings.Join(markdown, "\n"), d.stderr); err != nil {
		return err
	}
	switch {
	case broken:
		return errBroken
	case stateful && !d.settings.diff.allowStateful:
		return errors.Join(errStateful, over)
	default:
		return over
	}
}

// fullError keeps all messages of the engine in the error, because nothing has printed them yet.
func (d *differ) fullError(ctx context.Context, stack string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("stack %s: %v", stack, err) //nolint:errorlint // withoutDiagnostics shortens wrapped errors
}

func (d *differ) stackOptions(stack string) change.Options {
	head, base := d.options, d.options
	head.Dir, head.Stack, head.Program = d.dir, stack, d.programs.head
	base.Dir, base.Stack, base.Program = d.base.project, stack, d.programs.base
	head.Stderr = d.stderr
	options := change.Options{
		Head: head, Base: &base, Prices: d.prices, Cloud: func() (*cloud.Cloud, error) { return d.makeCloud() },
		Watch: func(opened *rehearsal.Rehearsal) { d.watch.follow(opened) },
	}
	for _, file := range []string{"Pulumi.yaml", "Pulumi." + stack + ".yaml"} {
		if exists(filepath.Join(d.dir, file)) && !exists(filepath.Join(d.base.project, file)) {
			options.Base = nil // the stack is new
		}
	}
	return options
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}
