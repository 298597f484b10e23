package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// report tells what there is now that the stack is up, on the screen and in the file that was asked for.
func (s *session) report(ctx context.Context, deployed *rehearsal.Rehearsal, world *standin.World) error {
	state, err := deployed.Resources(ctx, true)
	if err != nil {
		return fmt.Errorf("read the state for the report: %w", err)
	}
	model, err := report.Build(s.StackName(), world, state)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if s.prices != nil {
		if err := s.prices.Suit(model.Bill); err != nil {
			return err
		}
		model.Prices = s.prices
	}
	document := model.Document()
	fmt.Fprint(s.stdout, document.Text(s.options.Color))
	if s.settings.report == "" {
		return nil
	}
	const readable = 0o644
	if err := os.WriteFile(s.settings.report, []byte(document.Markdown()), readable); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// foresee reports on what an update would leave, by making it, unseen, on a copy of the state: a preview does not know
// what nothing but an update finds out.
func (s *session) foresee(ctx context.Context) (err error) {
	options := s.options
	options.Stdout, options.Stderr = nil, nil
	if options.Program, err = s.Program(ctx); err != nil {
		return err
	}
	made, err := s.makeCloud()
	if err != nil {
		return err
	}
	options.Providers, options.World = made.Providers, made
	if options.StateDir != "" {
		var remove func()
		if options.StateDir, remove, err = copyState(options.StateDir); err != nil {
			return err
		}
		defer remove()
	}
	second, err := rehearsal.New(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, second.Close()) }()
	s.watch.running.Store(second)
	defer s.watch.running.Store(s.Rehearsal)
	if _, err := second.Up(ctx); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		// Not wrapped: nobody has seen the engine's reasons yet, and whoever shortens its errors relies on that.
		return fmt.Errorf("up would fail, rehearsed on a copy:\n%v", err) //nolint:errorlint // see above
	}
	return s.report(ctx, second, made.World)
}

func copyState(dir string) (copied string, remove func(), err error) {
	copied, err = os.MkdirTemp("", "care-rehearse-state-")
	if err != nil {
		return "", nil, fmt.Errorf("make a directory for a copy of the state: %w", err)
	}
	remove = func() { os.RemoveAll(copied) }
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		remove()
		return "", nil, fmt.Errorf("copy the state: %w", err)
	}
	return copied, remove, nil
}
