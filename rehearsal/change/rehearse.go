package change

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// Options are the two versions of a stack to compare.
type Options struct {
	// Base is the stack as deployed; nil if it does not exist yet. Rehearse sets the state, the providers and the world.
	Base *rehearsal.Options
	// Head is the stack after the change.
	Head rehearsal.Options
	// Cloud returns a new, empty account.
	Cloud func() (*cloud.Cloud, error)
	// Prices convert the monthly bill into money; nil if the prices are unknown.
	Prices *bill.Prices
	// Watch, if not nil, is called with each rehearsal before it runs, so that the caller can kill it.
	Watch func(*rehearsal.Rehearsal)
}

// Change is the effect of a change on a stack.
type Change struct {
	// Stack is the name of the stack.
	Stack string
	// New reports whether the change creates the stack.
	New bool
	// Resources are the resources that change. Unchanged is the number of the others.
	Resources []Resource
	Unchanged int
	// Before and After are the reports of the stack. After is empty if the update failed.
	Before, After report.Model
	// Failure is the error of a change that cannot be deployed. Resources are then those of the preview.
	Failure error

	names   names
	order   *report.Graph
	project report.Project
	// copies are the SSM parameters of the base that hold copies of values kept elsewhere.
	copies map[string]bool
	prices *bill.Prices
	// result is that of the preview, or of the update if it was made.
	result *rehearsal.Result
}

// Rehearse deploys the base in memory and then updates it to the head. It returns an error if the two cannot be
// compared. A head that cannot be deployed is not an error but a finding: see Change.Failure.
func Rehearse(ctx context.Context, options Options) (_ Change, err error) {
	dir, err := os.MkdirTemp("", "care-rehearse-state-")
	if err != nil {
		return Change{}, fmt.Errorf("make a directory for the state: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	r := run{Options: options, dir: dir, passphrase: rand.Text()}
	r.change = Change{
		Stack:  options.Head.Stack,
		New:    options.Base == nil,
		order:  report.NewGraph(),
		prices: options.Prices,
	}
	if options.Base != nil {
		if err := r.base(ctx, *options.Base); err != nil {
			return Change{}, err
		}
	}
	return r.change, r.head(ctx)
}

// baseAge is the age of the base: the longest time for which RDS keeps automated backups, so that the change may
// restore a database to any time that its retention allows
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupRetention.html).
const baseAge = 35 * 24 * time.Hour

// run is one comparison. The base and the head share the state in dir, which also stores the cloud between the two.
type run struct {
	Options

	dir        string
	passphrase string
	change     Change
}

// side is the base or the head with its cloud and the project's own file.
type side struct {
	*rehearsal.Rehearsal

	cloud   *cloud.Cloud
	project report.Project
}

func (r *run) open(ctx context.Context, options rehearsal.Options) (side, error) {
	account, err := r.Cloud()
	if err != nil {
		return side{}, err
	}
	options.StateDir, options.Passphrase, options.SkipCheckpoints = r.dir, r.passphrase, true
	options.Providers, options.World = account.Providers, account
	opened, err := rehearsal.New(ctx, options)
	if err != nil {
		return side{}, err
	}
	if r.Watch != nil {
		r.Watch(opened)
	}
	project, err := report.ReadProject(opened.ProjectDir())
	if err != nil {
		return side{}, errors.Join(err, opened.Close())
	}
	return side{opened, account, project}, nil
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
	model.Limits.Apply(s.project.Quotas, s.project.Limits)
	model.Controls.Apply(model.Stack, s.project.Controls)
	return model, state, nil
}

func (r *run) base(ctx context.Context, options rehearsal.Options) (err error) {
	base, err := r.open(ctx, options)
	if err != nil {
		return fmt.Errorf("base: %w", err)
	}
	defer func() { err = errors.Join(err, base.Close()) }()
	base.cloud.SetTime(func() time.Time { return time.Now().Add(-baseAge) })
	if _, err := base.Up(ctx); err != nil {
		return stopped(ctx, fmt.Errorf("the base cannot be deployed, so there is nothing to compare with:\n%w", err))
	}
	var state []apitype.ResourceV3
	if r.change.Before, state, err = base.model(); err != nil {
		return fmt.Errorf("base: %w", err)
	}
	r.change.copies = copies(state)
	r.change.names.learn(base.cloud.World)
	return nil
}

// head previews the change and then deploys it, because only an update computes the values that a preview leaves
// unknown. If the update fails, the result of the preview remains.
func (r *run) head(ctx context.Context) (err error) {
	head, err := r.open(ctx, r.Head)
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	defer func() { err = errors.Join(err, head.Close()) }()
	planned, err := head.Preview(ctx)
	if planned != nil {
		r.change.collect(planned)
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
	r.change.collect(done)
	var state []apitype.ResourceV3
	if r.change.After, state, err = head.model(); err != nil {
		return fmt.Errorf("head: %w", err)
	}
	r.change.project = head.project
	r.change.order = report.Recorded(state)
	r.change.names.learn(head.cloud.World)
	if r.Prices != nil {
		return r.Prices.Suit(r.change.After.Bill)
	}
	return nil
}

// stopped returns the cancellation cause if ctx is done, and err otherwise.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
