package aws

import (
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// balancerDiff follows the provider's CustomizeDiff (internal/service/elbv2/load_balancer.go): an application load
// balancer keeps each mapping that stays as it is, and a network load balancer loses no subnet and neither gains its
// first security group nor loses its last.
func balancerDiff(d *standin.Delta) {
	mappings, subnets := changeOf(d, "subnetMappings"), changeOf(d, "subnets")
	groups := changeOf(d, "securityGroups")
	switch d.In("loadBalancerType").Text() {
	case "application":
		d.Replace("subnetMappings", mappings.known && (mappings.gone > 0 && mappings.added > 0))
	case "network":
		d.Replace("subnetMappings", mappings.known && (mappings.gone > 0 || mappings.added == 0))
		d.Replace("subnets", subnets.known && subnets.added <= subnets.gone)
		d.Replace("securityGroups", groups.known && (groups.before == 0) != (groups.after == 0))
	}
}

// setChange is how a set of an update differs from the one before.
type setChange struct {
	before, after, gone, added int
	known                      bool
}

func changeOf(d *standin.Delta, path string) setChange {
	old, now := d.Old.At(path).Items(), d.In(path).Items()
	c := setChange{
		before: len(old),
		after:  len(now),
		known:  d.Changed(path) && (d.In(path).Complete() || d.In(path).Missing()),
	}
	without := func(from, others []standin.Value) int {
		return len(slices.DeleteFunc(slices.Clone(from), func(item standin.Value) bool {
			return slices.ContainsFunc(others, func(other standin.Value) bool { return item.Raw().DeepEquals(other.Raw()) })
		}))
	}
	c.gone, c.added = without(old, now), without(now, old)
	return c
}
