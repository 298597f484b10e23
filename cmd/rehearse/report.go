package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/change"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// report prints the report on the deployed stack and writes it to the file of --report.
func (s *session) report(deployed *rehearsal.Rehearsal, world *standin.World) error {
	model, err := s.model(deployed, world)
	if err != nil {
		return err
	}
	return s.publish(model)
}

func (s *session) model(deployed *rehearsal.Rehearsal, world *standin.World) (report.Model, error) {
	state, err := deployed.Resources(true)
	if err != nil {
		return report.Model{}, fmt.Errorf("read the state for the report: %w", err)
	}
	model, err := report.Build(s.StackName(), world, state)
	if err != nil {
		return report.Model{}, fmt.Errorf("report: %w", err)
	}
	project, err := report.ReadProject(deployed.ProjectDir())
	if err != nil {
		return report.Model{}, err
	}
	model.Advise(project)
	model.Notes = s.foreign.notes
	if s.prices != nil {
		if err := s.prices.Suit(model.Bill); err != nil {
			return report.Model{}, err
		}
		model.Prices = s.prices
	}
	return model, nil
}

func (s *session) publish(model report.Model) error {
	s.file.Find(model)
	document := model.Document()
	fmt.Fprint(s.stdout, document.Text(s.options.Color))
	if err := s.settings.writeReport(document.Markdown(), s.stderr); err != nil {
		return err
	}
	return errors.Join(
		s.settings.controls.require(model), overLimits(s.StackName(), model.Limits),
		s.settings.monthly.compare(s.StackName(), model.Bill, s.prices, s.stderr),
	)
}

// record adds the error of the command to the report for other programs, and returns it.
func (s *session) record(err error) error {
	if failed, ok := errors.AsType[*rehearsal.RunError](err); ok {
		s.file.FailRun(failed)
	} else if err != nil && len(s.file.Refusals)+len(s.file.Errors) == 0 {
		s.file.Fail("", err.Error())
	}
	return err
}

// previewOnce previews the stack and reports on its state after the update.
func previewOnce(ctx context.Context, s *session) error {
	_, model, err := s.foresee(ctx)
	if err != nil {
		return err
	}
	return s.publish(model)
}

// foresee previews the stack. At the same time it runs the update on a copy of the state, without output, and returns
// the report on it, because only an update computes some of the values.
func (s *session) foresee(ctx context.Context) (_ *rehearsal.Result, _ report.Model, err error) {
	var none report.Model
	second, copied, err := s.twin(ctx)
	if err != nil {
		return nil, none, err
	}
	defer func() { err = errors.Join(err, second.Close()) }()
	s.watch.follow(s.Rehearsal, second)
	defer s.watch.follow(s.Rehearsal)
	updating, cancel := context.WithCancel(ctx)
	defer cancel()
	updated := make(chan error, 1)
	go func() {
		_, err := second.Up(updating)
		updated <- err
	}()
	planned, err := s.Preview(ctx)
	if planned != nil {
		change.Describe(s.file, planned)
	}
	if err != nil {
		cancel()
		second.Kill()
		<-updated //nolint:errcheck // the run was cancelled
		return nil, none, err
	}
	if err := <-updated; err != nil {
		if ctx.Err() != nil {
			return nil, none, context.Cause(ctx)
		}
		if failed, ok := errors.AsType[*rehearsal.RunError](err); ok {
			s.file.FailRun(failed)
		}
		// The error is not wrapped, so that the engine's messages, which nothing has printed yet, are not shortened.
		return nil, none, fmt.Errorf("up would fail, as a rehearsal on a copy shows:\n%v",
			err) //nolint:errorlint // see above
	}
	model, err := s.model(second, copied.World)
	model.Preview = true
	return planned, model, err
}

// twin opens a second rehearsal of the same stack in a cloud with the options.
func (s *session) twin(ctx context.Context, with ...standin.Option) (*rehearsal.Rehearsal, *cloud.Cloud, error) {
	made, err := s.makeCloud(with...)
	if err != nil {
		return nil, nil, err
	}
	opened, err := s.Twin(ctx, made.Providers, made)
	return opened, made, err
}
