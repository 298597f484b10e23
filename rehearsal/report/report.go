package report

import (
	"fmt"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Model has all findings about a stack as it lives in the stand-in cloud.
type Model struct {
	// Stack is the stack's name.
	Stack string
	// Preview reports that the model is of the stack after an update that was only previewed.
	Preview bool
	// Resources counts the resources in the state, without components.
	Resources int
	// Counts explains how many resources Pulumi counts.
	Counts Counts
	// Verdict counts the services by the outcome of their deployment.
	Verdict live.Verdict
	// Paths are who reaches whom.
	Paths []live.Path
	// Public are the ports and data that everybody reaches.
	Public []live.Exposure
	// Exposed are the secrets that lie in clear.
	Exposed []Exposure
	// Warnings are about settings that are allowed and seldom wanted.
	Warnings []live.Warning
	// Limits are how much is used of AWS's limits.
	Limits limits.Result
	// Controls are which controls of AWS Security Hub hold.
	Controls controls.Result
	// Assumptions are the resources that are assumed to exist outside the program.
	Assumptions []standin.Assumption
	// Pending are the changes that wait for a maintenance window.
	Pending []aws.Pending
	// Unjudged are the types and functions that the stand-in does not know.
	Unjudged []standin.Unjudged
	// Notes are further things that nothing judges, in a sentence each.
	Notes []string
	// Deployment is how long a first deployment takes.
	Deployment Deployment
	// Bill has the quantities of a month.
	Bill bill.Bill
	// Prices, unless nil, turn that into money.
	Prices *bill.Prices
	// Picture shows it all.
	Picture Picture
}

// Deployment is the order of a first deployment, and its duration.
type Deployment struct {
	// Path is the critical one as the program orders things.
	Path Path
	// Least is how long it would take if nothing waited for more than AWS demands.
	Least time.Duration
	// Own are the waits on the path that only the program asks for.
	Own []Wait
	// Untold is why there is no path, if there is none.
	Untold string
}

// Wait is one step that waits for another.
type Wait struct{ Then, First Node }

// Ratio returns how much longer the program's order takes than the one that AWS demands.
func (d Deployment) Ratio() float64 {
	if d.Least <= 0 {
		return 1
	}
	return float64(d.Path.Total()) / float64(d.Least)
}

// NewDeployment compares the order of the program with the one that AWS demands.
func NewDeployment(recorded, demanded *Graph) (Deployment, error) {
	path, err := recorded.CriticalPath()
	if err != nil {
		return Deployment{}, fmt.Errorf("recorded order: %w", err)
	}
	least, err := demanded.CriticalPath()
	if err != nil {
		return Deployment{}, fmt.Errorf("demanded order: %w", err)
	}
	d := Deployment{Path: path, Least: least.Total()}
	var before *Step
	for _, step := range path {
		if !demanded.Has(step.Id) {
			continue // a component, or a resource of another cloud
		}
		if before != nil && !demanded.Waits(step.Id, before.Id) {
			d.Own = append(d.Own, Wait{Then: step.Node, First: before.Node})
		}
		before = &step
	}
	return d, nil
}

// deploymentOrReason: a stack that came to be in several updates may hold what no first deployment could make at once,
// such as two groups that name each other. That is no fault of it.
func deploymentOrReason(recorded, demanded *Graph) Deployment {
	d, err := NewDeployment(recorded, demanded)
	if err != nil {
		return Deployment{Untold: err.Error()}
	}
	return d
}

// Build gathers the model of a stack from its world and from its state, exported with secrets shown. The orders are
// those that the program has reasons for which AWS cannot know.
func Build(stack string, world *standin.World, state []apitype.ResourceV3, orders ...Order) (Model, error) {
	m := Model{
		Stack: stack, Exposed: Exposures(state, world.Live()), Assumptions: world.Assumptions(),
		Unjudged: world.Unjudged(), Counts: countsOf(state),
	}
	for _, r := range state {
		if r.Custom && !r.Delete && !isProvider(string(r.Type)) {
			m.Resources++
		}
	}
	history := world.History()
	var err error
	world.Look(func(view *standin.View) {
		m.Paths, m.Public, m.Warnings = live.Paths(view), live.Public(view), live.Warnings(view)
		m.Verdict, m.Pending = live.VerdictOf(view), aws.Pendings(view)
		m.Limits, m.Controls = limits.Of(view, m.Paths), controls.Of(view)
		m.Picture, m.Bill = Draw(view, m.Paths), bill.Of(view)
		var demanded *Graph
		if demanded, err = Demanded(view, history, orders...); err == nil {
			m.Deployment = deploymentOrReason(Recorded(state), demanded)
		}
		m.rename(view)
	})
	if err != nil {
		return Model{}, err
	}
	return m, nil
}
