package live

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Shrinks reports whether the program declares a smaller disk than the resource has. A program that declares no size,
// as for a restored database, takes any.
func Shrinks(r *standin.Resource, input string) bool {
	declared := r.In(input)
	return input == "allocatedStorage" && declared.Known() && declared.Number() < r.Out(input).Number()
}

// RDS cannot shrink a disk, and where maxAllocatedStorage is larger the provider ignores the difference.
var smallerDisks = warnsOf("rds/smaller-disk").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, database := range world.Live(token.RdsInstance) {
		if Shrinks(database, "allocatedStorage") {
			all = append(all,
				warn(database, "has a disk of %d GiB, and the program declares %d: a disk cannot shrink, and nothing happens",
					database.Out("allocatedStorage").Int(), database.In("allocatedStorage").Int()))
		}
	}
	return all
})
