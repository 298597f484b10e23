package live

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Shrinks reports a disk that is asked to become smaller, which never happens.
func Shrinks(r *standin.Resource, input string) bool {
	return input == "allocatedStorage" && r.In(input).Number() < r.Out(input).Number()
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
