package change

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// names maps ARNs and identifiers, both old and new, to the names of their resources in the program.
type names struct{ standin.Names }

// identifying lists the output properties with identifiers that AWS assigns and other resources refer to.
var identifying = []string{"arn", "id", "identifier", "address", "dnsName", "primaryEndpointAddress"}

func (n *names) learn(world *standin.World) {
	world.Look(func(view *standin.View) { n.Learn(view, identifying...) })
}

// replaceIds replaces the identifiers in text with names.
func (n *names) replaceIds(text string) string { return n.Replace(text) }
