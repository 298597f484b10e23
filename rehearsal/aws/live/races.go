package live

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Races describes the services that the program deploys in the same run as a Service Connect endpoint that they name,
// without waiting for it: whether their tasks resolve it is a matter of timing. It finds those that became steady, and
// those that were not judged because something else was refused first.
func Races(world *standin.View) []string {
	var races []string
	for _, service := range world.Live(token.EcsService) {
		own, _ := namespaceOf(world, service)
		if own == "" || !world.ThisRun(service.Marks[markDeployment]) {
			continue
		}
		scope := standin.Scope{Region: service.Region, Account: service.Account}
		for _, container := range Containers(definitionOf(world, service)) {
			for _, a := range addressesOf(world, scope, container) {
				for _, e := range endpointsAt(world, a.host) {
					if e.namespace == own && raced(world, service, e.service) {
						races = append(races, race(service, container.Name, a, e))
					}
				}
			}
		}
	}
	return distinct(races)
}

func raced(world *standin.View, client, server *standin.Resource) bool {
	return server != client && world.ThisRun(server.Marks[markPublished]) && !world.Waits(client.Urn, server.Urn)
}

func race(client *standin.Resource, container string, a address, e endpoint) string {
	return "race: " + client.Label() + " (container " + container + ", " + a.at.Path() + ") names " + e.String() + " of " +
		e.service.Label() + " and does not wait for it: a task resolves only the endpoints that were deployed before it; " +
		"fix: let it depend on " + e.service.Label() + ": by dependsOn, or by an input that is made of its outputs" +
		connectOrder.Tag()
}
