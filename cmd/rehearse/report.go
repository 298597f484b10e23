package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// report reports on the deployed stack, on the screen and in the file that was asked for.
func (s *session) report(deployed *rehearsal.Rehearsal, world *standin.World) error {
	state, err := deployed.Resources(true)
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

// previewOnce previews the stack and reports on what an update would leave. Beside the preview it makes that update, unseen,
// on a copy of the state: a preview does not know what nothing but an update finds out.
func previewOnce(ctx context.Context, s *session) (err error) {
	second, copied, err := s.openCopy(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, second.Close()) }()
	s.watch.follow(s.Rehearsal, second.Rehearsal)
	defer s.watch.follow(s.Rehearsal)
	updating, cancel := context.WithCancel(ctx)
	defer cancel()
	updated := make(chan error, 1)
	go func() {
		_, err := second.Up(updating)
		updated <- err
	}()
	if _, err := s.Preview(ctx); err != nil {
		cancel()
		second.Kill()
		<-updated
		return err
	}
	if err := <-updated; err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		// Not wrapped: nobody has seen the engine's reasons yet, and whoever shortens its errors relies on that.
		return fmt.Errorf("up would fail, rehearsed on a copy:\n%v", err) //nolint:errorlint // see above
	}
	return s.report(second.Rehearsal, copied.World)
}

// rehearsedCopy is a rehearsal of the same stack on a copy of its state.
type rehearsedCopy struct {
	*rehearsal.Rehearsal

	remove func()
}

// Close also removes the copy of the state.
func (c *rehearsedCopy) Close() error {
	err := c.Rehearsal.Close()
	c.remove()
	return err
}

// openCopy opens a second rehearsal with an account of its own. It runs the same program and prints nothing.
func (s *session) openCopy(ctx context.Context, with ...standin.Option) (*rehearsedCopy, *cloud.Cloud, error) {
	options, cli := s.options, s.Cli()
	options.Stdout, options.Stderr, options.Cli, options.SkipCheckpoints = nil, nil, &cli, true
	var err error
	if options.Program, err = s.Program(ctx); err != nil {
		return nil, nil, err
	}
	made, err := s.makeCloud(with...)
	if err != nil {
		return nil, nil, err
	}
	options.Providers, options.World = made.Providers, made
	remove := func() {}
	if options.StateDir != "" {
		if options.StateDir, remove, err = copyState(options.StateDir); err != nil {
			return nil, nil, err
		}
	}
	opened, err := rehearsal.New(ctx, options)
	if err != nil {
		remove()
		return nil, nil, err
	}
	return &rehearsedCopy{opened, remove}, made, nil
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
