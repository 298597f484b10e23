package report

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Recorded returns the order in which the engine creates the resources of a state that is not there yet: each after
// what it was declared to depend on, the sources of its inputs, and its parent.
func Recorded(resources []apitype.ResourceV3) *Graph {
	g, inside := NewGraph(), membersOf(resources)
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
		on := slices.Clone(r.Dependencies)
		for _, dependencies := range r.PropertyDependencies {
			on = append(on, dependencies...)
		}
		for _, urn := range on {
			g.Wait(id, string(urn))
			for _, member := range inside[urn] {
				g.Wait(id, string(member))
			}
		}
		// The SDK asks the engine for a child only when it knows the parent's URN.
		g.Wait(id, string(r.Parent))
	}
	return g
}

// membersOf returns the resources in each component. A dependency on a component is one on all of them: programs in
// some languages know the resources of a component that a plugin has constructed by the component alone.
func membersOf(resources []apitype.ResourceV3) map[resource.URN][]resource.URN {
	parents := map[resource.URN]resource.URN{}
	for _, r := range resources {
		parents[r.URN] = r.Parent
	}
	inside := map[resource.URN][]resource.URN{}
	for _, r := range resources {
		for parent := r.Parent; parent != ""; parent = parents[parent] {
			inside[parent] = append(inside[parent], r.URN)
		}
	}
	return inside
}
