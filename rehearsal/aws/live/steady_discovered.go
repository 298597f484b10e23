package live

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// reachDiscovered connects to the tasks that a name in a DNS namespace stands for. It reports whether the name is one.
func (d *deployment) reachDiscovered(a address) bool {
	label, _, _ := strings.Cut(a.host, ".")
	namespace := namespaceWithin(d.World, d.Scope.Region, a.host)
	if namespace == nil || namespace.Out("hostedZone").Missing() || label+"."+namespace.Out("name").Text() != a.host {
		return false
	}
	for _, named := range d.World.Where(token.ServicediscoveryService, "name", label) {
		if named.Out("namespaceId").Text() != namespace.Id {
			continue
		}
		for _, server := range d.World.Where(token.EcsService, "serviceRegistries.registryArn", named.Out("arn").Text()) {
			d.reachRegistered(a, server)
		}
		return true
	}
	return false
}

func (d *deployment) reachRegistered(a address, server *standin.Resource) {
	if server == d.This || server.Id == d.Id || a.port == 0 {
		return
	}
	if _, hindered := connect(d.World, d.place, servicePlace(d.World, server), a.port); hindered != nil {
		d.fail(a.at, exited(a, "Connection timed out"), *hindered)
	}
}
