package aws

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Pending is a change that was asked for and that AWS makes in the next maintenance window. Until then it reads back the
// old value, and each plan shows the change again.
type Pending struct {
	// Resource names the resource as a person does.
	Resource string
	// Property is the input, Now its value in AWS and Wanted the one that was asked for.
	Property, Now, Wanted string
}

// Pendings returns every change that waits for a maintenance window.
func Pendings(world *standin.View) []Pending {
	var all []Pending
	for _, kind := range []struct {
		token  string
		inputs []string
	}{{databaseToken, databaseWindowed}, {replicationGroupToken, cacheWindowed}} {
		for _, r := range world.Live(kind.token) {
			for _, input := range kind.inputs {
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
	return wanted.Known() && !wanted.Raw().DeepEquals(now.Raw()) && !shrinks(r, input)
}

// shrinks reports a disk that is asked to become smaller, which never happens.
func shrinks(r *standin.Resource, input string) bool {
	return input == "allocatedStorage" && r.In(input).Number() < r.Out(input).Number()
}

// smallerDisks warns of disks that the program gives less than they have: RDS cannot shrink them, and where
// maxAllocatedStorage is larger the provider ignores the difference.
func smallerDisks(world *standin.View) []Warning {
	var all []Warning
	for _, database := range world.Live(databaseToken) {
		if shrinks(database, "allocatedStorage") {
			all = append(all, warn(database, "has a disk of %d GiB, and the program gives it %d: a disk cannot shrink, and nothing happens",
				database.Out("allocatedStorage").Int(), database.In("allocatedStorage").Int()))
		}
	}
	return all
}
