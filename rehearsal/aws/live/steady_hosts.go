package live

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// hostsReached: the tasks can resolve every host that a container's environment names, connect to it, and are taken
// there as their address has it. A host that this world does not know is noted as taken to exist.
func (d *deployment) hostsReached() {
	for _, container := range d.containers {
		for _, a := range addressesOf(d.World, d.Scope, container) {
			d.reach(a)
		}
	}
}

// reach looks for the host where a task's resolver would find it.
func (d *deployment) reach(a address) {
	if data, to, port := dataAt(d.World, a.host); data != nil {
		d.reachData(a, data, to, port)
		return
	}
	if found := endpointsAt(d.World, a.host); len(found) > 0 {
		d.reachEndpoint(a, found)
		return
	}
	if balancer := balancerAt(d.World, a.host); balancer != nil {
		d.reachBalancer(a, balancer)
		return
	}
	if d.World.Find(token.Route53Record, "fqdn", a.host) != nil {
		return
	}
	if d.reachDiscovered(a) {
		return
	}
	if namespace := namespaceWithin(d.World, d.Scope.Region, a.host); namespace != nil {
		d.fail(a.at, unresolvable(a), d.noSuchAlias(a, namespace))
		return
	}
	if called := d.others(endpointsCalled(d.World, a.host)); len(called) > 0 {
		d.fail(a.at, unresolvable(a), notTheAlias(called[0]))
		return
	}
	d.reachUnknown(a)
}

// exited returns ECS's message about a container that exits because of an error.
func exited(a address, why string) string {
	return fmt.Sprintf("Essential container in task exited: %s: %s", a, why)
}

func unresolvable(a address) string { return exited(a, "Name or service not known") }

// dataAt is the database or cache with that host name, where it is and on which port it listens.
func dataAt(world *standin.View, host string) (*standin.Resource, place, int) {
	if database := world.Find(token.RdsInstance, "address", host); database != nil {
		return database, databasePlace(world, database), database.Out("port").Int()
	}
	for _, property := range []string{"primaryEndpointAddress", "readerEndpointAddress", "configurationEndpointAddress"} {
		if cache := world.Find(token.ElasticacheReplicationGroup, property, host); cache != nil {
			return cache, cachePlace(world, cache), cachePort(cache)
		}
	}
	for _, property := range []string{"endpoint", "readerEndpoint"} {
		if cluster := world.Find(token.RdsCluster, property, host); cluster != nil {
			return cluster, databasePlace(world, cluster), cluster.Out("port").Int()
		}
	}
	for _, property := range []string{"cacheNodes.address", "clusterAddress"} {
		if cluster := world.Find(token.ElasticacheCluster, property, host); cluster != nil {
			return cluster, cachePlace(world, cluster), cachePort(cluster)
		}
	}
	return nil, place{}, 0
}

// cachePort: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html, Port.
func cachePort(cache *standin.Resource) int {
	if port := cache.Out("port").Int(); port != 0 {
		return port
	}
	const memcached, usual = 11211, 6379
	if cache.Out("engine").Text() == "memcached" {
		return memcached
	}
	return usual
}

func (d *deployment) reachData(a address, data *standin.Resource, to place, port int) {
	if a.port == 0 {
		a.port = port
	}
	switch {
	case d.toldTwice(a):
	case data.Out("status").Text() == DatabaseStopped:
		d.fail(a.at, exited(a, "Connection timed out"), obstacle{
			by:    hostStopped,
			cause: data.Label() + " is stopped", fix: "start it first: aws rds start-db-instance",
		})
	case a.port != port:
		d.fail(a.at, exited(a, "Connection timed out"), obstacle{
			by:    hostPort,
			cause: data.Label() + " listens on port " + strconv.Itoa(port) + ", not on " + strconv.Itoa(a.port),
			fix:   "take the port from its outputs",
		})
	default:
		if _, hindered := connect(d.World, d.place, to, port); hindered != nil {
			d.fail(a.at, exited(a, "Connection timed out"), *hindered)
			return
		}
		d.use(a, dataServer(d.World, data, a.host))
	}
}

func dataServer(world *standin.View, data *standin.Resource, host string) server {
	if data.Token == token.RdsInstance {
		return databaseServer(world, data)
	}
	return cacheServer(data, host)
}

// toldTwice: a client with a variable for the port reads the whole of the other variable as the host.
func (d *deployment) toldTwice(a address) bool {
	if a.doubled == "" {
		return false
	}
	d.fail(a.at, unresolvable(a), obstacle{
		by:    hostPortTwice,
		cause: "the variable holds a host with a port where " + a.doubled + " holds the port",
		fix:   "give the host alone; of an RDS instance that is address, not endpoint",
	})
	return true
}

// others returns the endpoints that the service does not publish itself.
func (d *deployment) others(endpoints []endpoint) []endpoint {
	return filterEndpoints(endpoints, func(e endpoint) bool { return e.service != d.This })
}

// jsonText returns a text, number or boolean of a JSON object.
func jsonText(document, key string) string {
	var fields map[string]any
	if json.Unmarshal([]byte(document), &fields) != nil || fields[key] == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(fields[key]))
}
