package aws

import (
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// sure leaves out what is there by luck alone: no input names it, the program has nothing wait for it, and AWS, where
// each thing takes its time, may not have it yet.
func sure(o *standin.Op, there []*standin.Resource) []*standin.Resource {
	return slices.DeleteFunc(slices.Clone(there), func(r *standin.Resource) bool { return !o.Awaits(r) })
}

// byLuck goes after the words of a rule that only luck keeps.
func byLuck(there []*standin.Resource) string {
	if len(there) == 0 {
		return ""
	}
	return "; " + there[0].Label() + " is there by luck alone, because nothing makes this wait for it"
}
