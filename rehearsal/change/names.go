package change

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// names are what the program calls the things whose ARNs and identifiers are in properties, before and after.
type names struct{ standin.Names }

// identifying are the properties that AWS makes up, and that others are given.
var identifying = []string{"arn", "id", "identifier", "address", "dnsName", "primaryEndpointAddress"}

func (n *names) learn(world *standin.World) {
	world.Look(func(view *standin.View) { n.Learn(view, identifying...) })
}

// call puts names in the place of identifiers.
func (n *names) call(text string) string { return n.Replace(text) }
