package main

import (
	"errors"
	"fmt"

	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
)

// errOverLimits is a stack that AWS would not run with its desired numbers of tasks.
var errOverLimits = errors.New("a limit of AWS is exceeded")

// overLimits returns an error with the limits that are exceeded with the desired numbers of tasks or during a deployment
// of them. The report has the others.
func overLimits(stack string, result limits.Result) error {
	var problems []error
	for _, l := range result.Exceeded(limits.Refused) {
		problems = append(problems, fmt.Errorf("stack %s: %w: %s", stack, errOverLimits, l))
	}
	return errors.Join(problems...)
}
