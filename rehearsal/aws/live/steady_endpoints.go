package live

import (
	"cmp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// endpoint is a Service Connect endpoint that a live service publishes.
type endpoint struct {
	service *standin.Resource
	// namespace is the identifier of the namespace, or its name when it is not of this world.
	namespace string
	discovery string
	// host and port are those that clients use; a task resolves these names and no others
	// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html).
	host string
	port int
	// target is the port of the task at which the traffic arrives.
	target int
	// protocol is the one that the server's proxy expects; empty means plain TCP.
	protocol string
}

// endpointsBy returns the endpoints of live services whose property at path, below the configured services, is text.
func endpointsBy(world *standin.View, path, text string) []endpoint {
	var found []endpoint
	for _, service := range world.Where(token.EcsService, "serviceConnectConfiguration.services."+path, text) {
		found = append(found, endpointsOf(world, service)...)
	}
	return found
}

// endpointsAt returns the endpoints that clients reach under a host name.
func endpointsAt(world *standin.View, host string) []endpoint {
	label, _, _ := strings.Cut(host, ".")
	all := endpointsBy(world, "clientAlias.dnsName", host)
	all = append(all, endpointsBy(world, "discoveryName", label)...)
	all = append(all, endpointsBy(world, "portName", label)...)
	return filterEndpoints(all, func(e endpoint) bool { return strings.EqualFold(e.host, host) })
}

// endpointsCalled returns the endpoints that Cloud Map knows under a discovery name.
func endpointsCalled(world *standin.View, name string) []endpoint {
	all := append(endpointsBy(world, "discoveryName", name), endpointsBy(world, "portName", name)...)
	return filterEndpoints(all, func(e endpoint) bool { return e.discovery == name })
}

// filterEndpoints returns the endpoints that keep accepts, each once.
func filterEndpoints(all []endpoint, keep func(endpoint) bool) []endpoint {
	var kept []endpoint
	for _, e := range all {
		if keep(e) {
			kept = append(kept, e)
		}
	}
	return distinct(kept)
}

// endpointsOf returns the endpoints that a service publishes.
func endpointsOf(world *standin.View, service *standin.Resource) []endpoint {
	config := service.Out("serviceConnectConfiguration")
	if !config.At("enabled").Bool() {
		return nil
	}
	namespace, name := namespaceOf(world, service)
	containers := Containers(definitionOf(world, service))
	var endpoints []endpoint
	for _, s := range config.At("services").Items() {
		mapping := portCalled(containers, s.At("portName").Text())
		e := endpoint{service: service, namespace: namespace, target: mapping.ContainerPort, protocol: mapping.AppProtocol}
		if override := s.At("ingressPortOverride").Int(); override != 0 {
			e.target = override
		}
		e.discovery = cmp.Or(s.At("discoveryName").Text(), s.At("portName").Text())
		for _, alias := range s.At("clientAlias").Items() {
			e.port = alias.At("port").Int()
			e.host = cmp.Or(alias.At("dnsName").Text(), e.discovery+"."+name)
			endpoints = append(endpoints, e)
		}
	}
	return endpoints
}

// HostPort is a name and port at which clients reach a service.
type HostPort struct {
	Host string
	Port int
}

// EndpointsOf returns the Service Connect endpoints of a service.
func EndpointsOf(world *standin.View, service *standin.Resource) []HostPort {
	var all []HostPort
	for _, e := range endpointsOf(world, service) {
		all = append(all, HostPort{e.host, e.port})
	}
	return all
}

// namespaceOf returns the namespace that a service takes part in: its own, or the default of its cluster. Both
// are empty when Service Connect is off.
func namespaceOf(world *standin.View, service *standin.Resource) (id, name string) {
	config := service.Out("serviceConnectConfiguration")
	if !config.At("enabled").Bool() {
		return "", ""
	}
	given := config.At("namespace").Text()
	if given == "" {
		cluster := world.Find(token.EcsCluster, "arn", service.Out("cluster").Text())
		if cluster == nil {
			cluster = world.Find(token.EcsCluster, "name", service.Out("cluster").Text())
		}
		if cluster != nil {
			given = cluster.Out("serviceConnectDefaults.namespace").Text()
		}
	}
	for _, by := range []string{"arn", "name"} {
		if namespace := world.Find(token.ServicediscoveryHttpNamespace, by, given); namespace != nil {
			return namespace.Id, namespace.Out("name").Text()
		}
	}
	return given, given
}

// namespaceWithin returns a live namespace whose name ends a host name, or nil.
func namespaceWithin(world *standin.View, region, host string) *standin.Resource {
	for rest := host; ; {
		_, after, more := strings.Cut(rest, ".")
		if !more {
			return nil
		}
		for _, namespace := range world.Where(token.ServicediscoveryHttpNamespace, "name", after) {
			if namespace.Region == region {
				return namespace
			}
		}
		rest = after
	}
}
