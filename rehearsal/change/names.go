package change

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// names are what the program calls the things whose ARNs and identifiers are in properties, before and after.
type names struct {
	pairs    [][2]string
	replacer *strings.Replacer
}

// made is the shortest identifier that is taken for one: a shorter one is a name that the program gave.
const made = 8

// identifying are the properties that AWS makes up, and that others are given.
var identifying = []string{"arn", "id", "identifier", "address", "dnsName", "primaryEndpointAddress"}

func (n *names) learn(world *standin.World) {
	world.Look(func(view *standin.View) {
		for _, r := range view.All() {
			for _, property := range identifying {
				if value := r.Out(property).Text(); len(value) >= made && value != r.Name {
					n.pairs = append(n.pairs, [2]string{value, r.Name})
				}
			}
		}
	})
	// The longest first: an ARN ends in an identifier.
	slices.SortFunc(n.pairs, func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(len(b[0]), len(a[0])), cmp.Compare(a[0], b[0]))
	})
	n.pairs = slices.Compact(n.pairs)
	flat := make([]string, 0, 2*len(n.pairs))
	for _, pair := range n.pairs {
		flat = append(flat, pair[0], pair[1])
	}
	n.replacer = strings.NewReplacer(flat...)
}

// call puts names in the place of identifiers.
func (n *names) call(text string) string {
	if n.replacer == nil {
		return text
	}
	return n.replacer.Replace(text)
}
