package main

import (
	"errors"
	"fmt"

	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
)

// errOverLimits reports that the stack exceeds a limit of AWS with its desired numbers of tasks.
var errOverLimits = errors.New("a limit of AWS is exceeded")

// overLimits returns an error for each limit that is exceeded with the desired numbers of tasks or during their
// deployment. The report has the limits that are exceeded only in other cases.
func overLimits(stack string, result limits.Result) error {
	var problems []error
	for _, l := range result.Exceeded(limits.Refused) {
		problems = append(problems, fmt.Errorf("stack %s: %w: %s", stack, errOverLimits, l))
	}
	return errors.Join(problems...)
}
