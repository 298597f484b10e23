package aws

import (
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// awaited returns the resources that the operation waits for: by an input that names them, or by dependsOn. The others
// exist only because of timing, and in AWS they may not exist yet.
func awaited(o *standin.Op, there []*standin.Resource) []*standin.Resource {
	return slices.DeleteFunc(slices.Clone(there), func(r *standin.Resource) bool { return !o.Awaits(r) })
}

// byLuck returns the suffix for a refusal whose resource exists only because of timing.
func byLuck(there []*standin.Resource) string {
	if len(there) == 0 {
		return ""
	}
	return "; " + there[0].Label() + " exists only because of timing: nothing makes this wait for it"
}
