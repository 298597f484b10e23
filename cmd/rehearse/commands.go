package main

import (
	"context"
	"fmt"
	"io"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/change"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/fault"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// session has everything that a command needs.
type session struct {
	*rehearsal.Rehearsal

	settings  settings
	options   rehearsal.Options
	prices    *bill.Prices
	world     *standin.World
	cloud     *cloud.Cloud
	makeCloud cloudMaker
	injector  *fault.Injector
	foreign   *foreign
	watch     *watcher
	stdout    io.Writer
	stderr    io.Writer
	// file is the report on the stack for other programs.
	file *report.StackFile
}

// command is an entry in the table of commands and in the help.
type command struct {
	name    string
	summary string
	// reports is set for commands that end with a report.
	reports bool
	// strikes is set for commands that accept faults.
	strikes bool
	// run runs the command in an open rehearsal. It is nil for prices and for diff, which opens its own rehearsals.
	run func(context.Context, *session) error
	// alone runs a command that needs no rehearsal.
	alone func(ctx context.Context, parsed settings, stdout, stderr io.Writer) error
}

// compares reports whether the command is diff.
func (c command) compares() bool { return c.run == nil && c.alone == nil }

const watchCommand = "watch"

var commands = []command{
	{
		name: "preview", reports: true, run: preview,
		summary: "show what up would create, change and delete, and report on the result",
	},
	{
		name: "up", reports: true, strikes: true, run: up,
		summary: "create or change the stack, print its outputs and report on it",
	},
	{
		name: "destroy", strikes: true, run: destroy,
		summary: "delete the stack and check that nothing is left; without --state, create it first",
	},
	{
		name: "diff", reports: true,
		summary: "report on the changes of the working tree to the deployed --base; status 3 if data would be lost",
	},
	{
		name: "repair", run: repair,
		summary: "repair the state after a kill: clear pending operations and import lost resources",
	},
	{
		name: "prices", alone: downloadPrices,
		summary: "write a file for --prices with AWS's public prices in --region; the only command that uses the network",
	},
	{
		name: watchCommand, reports: true, run: watch,
		summary: "preview after each change of a file, and print the changes in the outcome",
	},
}

func preview(ctx context.Context, s *session) error {
	return s.record(surveyed(ctx, s, previewOnce))
}

func up(ctx context.Context, s *session) error { return s.record(surveyed(ctx, s, upOnce)) }

func upOnce(ctx context.Context, s *session) error {
	// Outputs are printed in full, because commands and addresses are longer than the engine's limit and people copy them.
	if err := s.throughFaults(ctx, "up", func() error {
		done, err := s.Up(ctx, "--show-full-output")
		if done != nil {
			change.Describe(s.file, done)
		}
		return err
	}); err != nil {
		return err
	}
	if err := s.report(s.Rehearsal, s.world); err != nil {
		return err
	}
	s.printStateHint()
	return nil
}

// destroy creates the stack first if no state is kept, so that it tests the order of deletions in any case.
func destroy(ctx context.Context, s *session) error {
	if s.settings.state == "" {
		fmt.Fprintln(s.stderr, "no state is kept: creating the stack first, in order to destroy it")
		if err := s.throughFaults(ctx, "up", func() error { _, err := s.Up(ctx); return err }); err != nil {
			return err
		}
	}
	if err := s.throughFaults(ctx, "destroy", func() error { _, err := s.Destroy(ctx); return err }); err != nil {
		return err
	}
	if err := s.CheckEmpty(); err != nil {
		return fmt.Errorf("destroy left resources behind:\n%w", err)
	}
	fmt.Fprintln(s.stderr, "nothing is left in the state or in the stand-in cloud")
	return nil
}

func (s *session) printStateHint() {
	if s.settings.state != "" {
		fmt.Fprintf(s.stderr, "the state is kept; read it with PULUMI_BACKEND_URL='%s' pulumi stack export --stack %s\n",
			s.BackendUrl(), s.StackName())
	}
}
