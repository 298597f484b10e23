package main

import (
	"errors"
	"flag"
	"fmt"

	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// errControls reports that a control does not hold, that rehearsal.yaml has no reason for this, and that
// --require-controls is set.
var errControls = errors.New("a control does not hold and has no reason")

// controlSettings is the flag about controls of AWS Security Hub.
type controlSettings struct{ required bool }

func (c *controlSettings) register(flags *flag.FlagSet) {
	flags.BoolVar(&c.required, "require-controls", false,
		"status 3 if a control of AWS Security Hub does not hold and "+report.ProjectFile+" has no reason for it")
}

func (c *controlSettings) check(chosen command) error {
	if !chosen.reports && c.required {
		return fmt.Errorf("--require-controls is not allowed with %s, which has no report", chosen.name)
	}
	return nil
}

// require returns an error for each control that does not hold and has no reason, if controls are required.
func (c *controlSettings) require(model report.Model) error {
	if !c.required {
		return nil
	}
	var problems []error
	for _, f := range model.Controls.Findings {
		for _, b := range f.Unexplained() {
			problems = append(problems, fmt.Errorf("stack %s: %w: %s, %s: %s: %s; it is changed by %s",
				model.Stack, errControls, f.ID, f.Title, b.Label, b.Why, f.Key))
		}
	}
	return errors.Join(problems...)
}
