package change

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// Options say what is compared.
type Options struct {
	// Base is the stack as it is deployed; nil when there is none yet. State, providers and world are given by Rehearse.
	Base *rehearsal.Options
	// Head is the stack as it would be.
	Head rehearsal.Options
	// Cloud makes an empty account.
	Cloud func() (*cloud.Cloud, error)
	// Prices, unless nil, turn the monthly bill into money.
	Prices *bill.Prices
	// Watch, unless nil, is told which rehearsal runs, so that it can be killed.
	Watch func(*rehearsal.Rehearsal)
}

// Change is what became of a stack.
type Change struct {
	// Stack is the stack's name.
	Stack string
	// New says that the stack was not there before.
	New bool
	// Resources are those that the engine did something with, and Unchanged counts the others.
	Resources []Resource
	Unchanged int
	// Before and After are the stack's reports. Neither says anything when the update failed.
	Before, After report.Model
	// Failure is why the change cannot be deployed; Resources are then what the engine planned.
	Failure error

	names   names
	order   *report.Graph
	project report.Project
	// copies are the base's parameters that hold nothing but copies.
	copies map[string]bool
	prices *bill.Prices
}

// Rehearse deploys the base in memory, and the head over it. An error says that there was nothing to compare; that the
// head cannot be deployed is a finding.
func Rehearse(ctx context.Context, options Options) (_ Change, err error) {
	dir, err := os.MkdirTemp("", "care-rehearse-state-")
	if err != nil {
		return Change{}, fmt.Errorf("make a directory for the state: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := run{Options: options, dir: dir, passphrase: rand.Text()}
	r.change = Change{Stack: options.Head.Stack, New: options.Base == nil, order: report.NewGraph(), prices: options.Prices}
	if options.Base != nil {
		if err := r.base(ctx, *options.Base); err != nil {
			return Change{}, err
		}
	}
	return r.change, r.head(ctx)
}

// run is one comparison. Base and head share a state in dir, which holds the cloud between them.
type run struct {
	Options

	dir        string
	passphrase string
	change     Change
}

// side is one of the two, opened.
type side struct {
	*rehearsal.Rehearsal

	cloud *cloud.Cloud
}

func (r *run) open(ctx context.Context, options rehearsal.Options) (side, error) {
	made, err := r.Cloud()
	if err != nil {
		return side{}, err
	}
	options.StateDir, options.Passphrase, options.SkipCheckpoints = r.dir, r.passphrase, true
	options.Providers, options.World = made.Providers, made
	opened, err := rehearsal.New(ctx, options)
	if err != nil {
		return side{}, err
	}
	if r.Watch != nil {
		r.Watch(opened)
	}
	return side{opened, made}, nil
}

func (s side) model() (report.Model, []apitype.ResourceV3, error) {
	state, err := s.Resources(true)
	if err != nil {
		return report.Model{}, nil, fmt.Errorf("read the state: %w", err)
	}
	model, err := report.Build(s.StackName(), s.cloud.World, state)
	if err != nil {
		return report.Model{}, nil, err
	}
	project, err := report.ReadProject(s.ProjectDir())
	if err != nil {
		return report.Model{}, nil, err
	}
	model.Limits.Apply(project.Quotas, project.Limits)
	return model, state, nil
}

func (r *run) base(ctx context.Context, options rehearsal.Options) (err error) {
	base, err := r.open(ctx, options)
	if err != nil {
		return fmt.Errorf("base: %w", err)
	}
	defer func() { err = errors.Join(err, base.Close()) }()
	if _, err := base.Up(ctx); err != nil {
		return stopped(ctx, fmt.Errorf("the base itself does not come up, so that nothing can be compared with it:\n%w", err))
	}
	var state []apitype.ResourceV3
	if r.change.Before, state, err = base.model(); err != nil {
		return fmt.Errorf("base: %w", err)
	}
	r.change.copies = copies(state)
	r.change.names.learn(base.cloud.World)
	return nil
}

// head previews, and then makes the change: only an update finds out what a preview takes for unknown. When it does not
// succeed, the preview is what there is to tell.
func (r *run) head(ctx context.Context) (err error) {
	head, err := r.open(ctx, r.Head)
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	defer func() { err = errors.Join(err, head.Close()) }()
	planned, err := head.Preview(ctx)
	if planned != nil {
		r.change.take(planned)
	}
	if err != nil {
		r.change.Failure = err
		return stopped(ctx, nil)
	}
	done, err := head.Up(ctx)
	if err != nil {
		r.change.Failure = err
		return stopped(ctx, nil)
	}
	r.change.take(done)
	var state []apitype.ResourceV3
	if r.change.After, state, err = head.model(); err != nil {
		return fmt.Errorf("head: %w", err)
	}
	if r.change.project, err = report.ReadProject(head.ProjectDir()); err != nil {
		return err
	}
	r.change.order = report.Recorded(state)
	r.change.names.learn(head.cloud.World)
	if r.Prices != nil {
		return r.Prices.Suit(r.change.After.Bill)
	}
	return nil
}

// stopped prefers why a person has stopped it to what came of that.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
