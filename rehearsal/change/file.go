package change

import (
	"errors"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// Describe sets the changes of a report to those that a run has made or planned.
func Describe(file *report.StackFile, result *rehearsal.Result) {
	file.Change(result)
	var lost []string
	for _, r := range Of(file.Stack, result).Stateful() {
		lost = append(lost, r.Urn)
	}
	file.LoseData(lost)
}

// File returns the change as a report for other programs has it.
func (c Change) File() report.StackFile {
	file := report.NewStackFile(c.Stack, false)
	if c.result != nil {
		Describe(&file, c.result)
	}
	if c.Failure == nil {
		file.Find(c.After)
		return file
	}
	if failed, ok := errors.AsType[*rehearsal.RunError](c.Failure); ok {
		file.FailRun(failed)
	} else {
		file.Fail("", c.Failure.Error())
	}
	return file
}
