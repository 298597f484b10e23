package aws

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Pending is a change that was asked for and that AWS makes in the next maintenance window. Until then it reads back
// the old value, and each plan shows the change again.
type Pending struct {
	// Resource names the resource as a person does.
	Resource string
	// Property is the input, Now its value in AWS and Wanted the one that was asked for.
	Property, Now, Wanted string
}

// Pendings returns every change that waits for a maintenance window.
func Pendings(world *standin.View) []Pending {
	var all []Pending
	for _, kind := range kinds() {
		if len(kind.Windowed) == 0 {
			continue
		}
		for _, r := range world.Live(kind.Token) {
			for _, input := range kind.Windowed {
				if wanted, now := r.In(input), r.Out(input); waiting(r, input) {
					all = append(all, Pending{Resource: r.Label(), Property: input, Now: now.Show(), Wanted: wanted.Show()})
				}
			}
		}
	}
	return all
}

// waiting reports whether AWS still has another value than the program asked for.
func waiting(r *standin.Resource, input string) bool {
	wanted, now := r.In(input), r.Out(input)
	return wanted.Known() && !wanted.Raw().DeepEquals(now.Raw()) && !live.Shrinks(r, input)
}
