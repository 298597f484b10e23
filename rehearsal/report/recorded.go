package report

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Recorded returns the order in which the engine creates the resources of a state that is not there yet: each after
// what it was declared to depend on, the sources of its inputs, and its parent.
func Recorded(resources []apitype.ResourceV3) *Graph {
	g := NewGraph()
	for _, r := range resources {
		if r.Delete || strings.HasPrefix(string(r.Type), "pulumi:") {
			continue
		}
		id := string(r.URN)
		_, name := urnParts(id)
		node := Node{Id: id, Type: standin.ShortType(aws.Canonical(string(r.Type))), Name: name}
		if r.Custom && !r.External {
			node.Takes = TypicalCreate(aws.Canonical(string(r.Type)), func(property string) any { return r.Outputs[property] })
		}
		g.Add(node)
		for _, on := range r.Dependencies {
			g.Wait(id, string(on))
		}
		for _, dependencies := range r.PropertyDependencies {
			for _, on := range dependencies {
				g.Wait(id, string(on))
			}
		}
		// The SDK asks the engine for a child only when it knows the parent's URN.
		g.Wait(id, string(r.Parent))
	}
	return g
}
