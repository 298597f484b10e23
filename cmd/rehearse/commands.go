package main

import (
	"context"
	"fmt"
	"io"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/fault"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// session is what a command works with.
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
}

// command is one line of the table below, and of the help.
type command struct {
	name    string
	summary string
	// reports is set if the command ends with a report.
	reports bool
	// strikes is set if faults can strike the command.
	strikes bool
	// run rehearses. It is nil for diff, which opens rehearsals of its own, and for prices.
	run func(context.Context, *session) error
	// alone does what needs no rehearsal.
	alone func(ctx context.Context, parsed settings, stdout, stderr io.Writer) error
}

// compares reports whether the command is diff.
func (c command) compares() bool { return c.run == nil && c.alone == nil }

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
		summary: "report on what the working tree would change in what --base deploys; status 3 when data would be lost",
	},
	{
		name: "repair", run: repair,
		summary: "after a kill: what Pulumi asks for, and an import of what it lost sight of",
	},
	{
		name: "prices", alone: downloadPrices,
		summary: "write a file for --prices with AWS's public prices in --region; the only command that uses the network",
	},
	{
		name: "watch", reports: true, run: watch,
		summary: "preview, and again when a file changes; then print what changed in the outcome",
	},
}

func preview(ctx context.Context, s *session) error { return surveyed(ctx, s, previewOnce) }

func up(ctx context.Context, s *session) error { return surveyed(ctx, s, upOnce) }

func upOnce(ctx context.Context, s *session) error {
	// Whole, because outputs are there to be copied: commands and addresses are longer than the engine's limit.
	if err := s.throughFaults(ctx, "up", func() error {
		_, err := s.Up(ctx, "--show-full-output")
		return err
	}); err != nil {
		return err
	}
	if err := s.report(s.Rehearsal, s.world); err != nil {
		return err
	}
	s.tellState()
	return nil
}

// destroy without a kept state has nothing to delete, so that it makes it: the order down is proven with the order up.
func destroy(ctx context.Context, s *session) error {
	if s.settings.state == "" {
		fmt.Fprintln(s.stderr, "no state is kept: creating the stack first, to destroy it")
		if err := s.throughFaults(ctx, "up", func() error { _, err := s.Up(ctx); return err }); err != nil {
			return err
		}
	}
	if err := s.throughFaults(ctx, "destroy", func() error { _, err := s.Destroy(ctx); return err }); err != nil {
		return err
	}
	if err := s.CheckEmpty(); err != nil {
		return fmt.Errorf("destroy left something:\n%w", err)
	}
	fmt.Fprintln(s.stderr, "nothing is left in the state or in the stand-in cloud")
	return nil
}

func (s *session) tellState() {
	if s.settings.state != "" {
		fmt.Fprintf(s.stderr, "the state is kept; read it with PULUMI_BACKEND_URL='%s' pulumi stack export --stack %s\n",
			s.BackendUrl(), s.StackName())
	}
}
