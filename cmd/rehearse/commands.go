package main

import (
	"context"
	"fmt"
	"io"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// session is what a command works with.
type session struct {
	*rehearsal.Rehearsal

	settings settings
	stderr   io.Writer
}

// command is one line of the table below, and of the help.
type command struct {
	name    string
	summary string
	run     func(context.Context, *session) error
}

var commands = []command{
	{"preview", "show what up would create, change and delete", preview},
	{"up", "create or change the stack, and print its outputs", up},
	{"destroy", "delete the stack and check that nothing is left; without --state, create it first", destroy},
}

func preview(ctx context.Context, s *session) error {
	_, err := s.Preview(ctx)
	return err
}

func up(ctx context.Context, s *session) error {
	// Whole, because outputs are there to be copied: commands and addresses are longer than the engine's limit.
	if _, err := s.Up(ctx, "--show-full-output"); err != nil {
		return err
	}
	s.tellState()
	return nil
}

// destroy without a kept state has nothing to delete, so that it makes it: the order down is proven with the order up.
func destroy(ctx context.Context, s *session) error {
	if s.settings.state == "" {
		fmt.Fprintln(s.stderr, "no state is kept: creating the stack first, to destroy it")
		if _, err := s.Up(ctx); err != nil {
			return err
		}
	}
	if _, err := s.Destroy(ctx); err != nil {
		return err
	}
	if err := s.CheckEmpty(ctx); err != nil {
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
