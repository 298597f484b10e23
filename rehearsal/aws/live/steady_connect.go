package live

import (
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// reachEndpoint: a task resolves the endpoints of its namespace that were there when its deployment began,
// and connects from its own network interface to the server's
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
func (d *deployment) reachEndpoint(a address, found []endpoint) {
	found = d.others(found)
	if len(found) == 0 || d.toldTwice(a) {
		return
	}
	own, _ := namespaceOf(d.World, d.This)
	if own == "" {
		d.fail(a.at, unresolvable(a), obstacle{
			by: connectClient,
			cause: "the service does not take part in Service Connect, whose endpoint " +
				"that is (of " + found[0].service.Label() + ")",
			fix: "set serviceConnectConfiguration with enabled true and the same namespace; where a component makes the " +
				"service, give it " +
				"the server's connection (Connects of this module's components)",
		})
		return
	}
	here := filterEndpoints(found, func(e endpoint) bool { return e.namespace == own })
	if len(here) == 0 {
		d.fail(a.at, unresolvable(a), obstacle{
			by:    connectNamespace,
			cause: found[0].service.Label() + " publishes it in another namespace than this service is in",
			fix:   "put both into one namespace: tasks resolve only the endpoints of their own",
		})
		return
	}
	fitting := filterEndpoints(here, func(e endpoint) bool { return a.port == 0 || e.port == a.port })
	if len(fitting) == 0 {
		d.fail(a.at, exited(a, "Connection refused"), obstacle{
			by: connectPort,
			cause: "the client alias of " + here[0].service.Label() + " is " + here[0].String() +
				": the proxy opens no other port",
			fix: "use port " + strconv.Itoa(here[0].port) + ", or change the alias",
		})
		return
	}
	for _, e := range fitting {
		d.reachServer(a, e)
	}
}

func (e endpoint) String() string { return e.host + ":" + strconv.Itoa(e.port) }

func (d *deployment) reachServer(a address, e endpoint) {
	if missing := d.notDeployed(e); missing != nil {
		d.fail(a.at, unresolvable(a), *missing)
		return
	}
	if misread(a, e) {
		d.fail(a.at, exited(a, "Connection closed by server"), obstacle{
			by: connectProtocol,
			cause: "the port mapping behind " + e.String() + " of " + e.service.Label() + " has appProtocol " + e.protocol +
				", so that the proxy answers as such a server would, and the client speaks " + a.scheme,
			fix: "leave appProtocol out: the proxy then passes TCP on as it is",
		})
		return
	}
	if tasks := e.service.Out("desiredCount"); tasks.Known() && tasks.Int() == 0 &&
		e.service.Out("schedulingStrategy").Text() != "DAEMON" {
		d.fail(a.at, exited(a, "Connection reset by peer"), obstacle{
			by:    connectTask,
			cause: e.service.Label() + ", which publishes " + e.String() + ", has no task",
			fix:   "give it a desiredCount of 1 or more first",
		})
		return
	}
	if e.target == 0 {
		return // the server's task definition is not of this world
	}
	if _, hindered := connect(d.World, d.place, servicePlace(d.World, e.service), e.target); hindered != nil {
		d.fail(a.at, exited(a, "Connection timed out"), *hindered)
		return
	}
	d.use(a, d.serverBehind(e))
}

// serverBehind returns the server at an endpoint, as far as it is known by the protocol of its port mapping or by its
// container.
func (d *deployment) serverBehind(e endpoint) server {
	s := server{label: e.service.Label()}
	if e.protocol != "" {
		s.family, s.tls = familyHttp, tlsNever
		return s
	}
	scope := standin.Scope{Region: e.service.Region, Account: e.service.Account}
	for _, container := range Containers(definitionOf(d.World, e.service)) {
		if slices.ContainsFunc(container.PortMappings, func(m runPort) bool { return m.ContainerPort == e.target }) {
			return containerServer(d.World, scope, e.service.Label(), container, e.target)
		}
	}
	return s
}

// misread reports whether the proxy does not accept the client's protocol: with appProtocol it parses the traffic
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html, appProtocol).
func misread(a address, e endpoint) bool {
	p, known := schemeProtocol(a.scheme)
	return e.protocol != "" && known && p.family != familyHttp
}

// notDeployed returns the reason why an endpoint did not exist when this deployment began, or nil if it did.
func (d *deployment) notDeployed(e endpoint) *obstacle {
	marks, label := e.service.Marks, e.service.Label()
	ready := marks[markReady]
	if ready == 0 && e.service.Out("waitForSteadyState").Bool() {
		return &obstacle{
			by:    connectOrder,
			cause: label + ", which publishes " + e.String() + ", has not become steady",
			fix:   "see why " + label + " fails, and let this service depend on it",
		}
	}
	if ready == 0 && d.World.ThisRun(marks[markPublished]) {
		return &obstacle{
			by: connectOrder,
			cause: "nothing waits until " + label + ", which publishes " + e.String() + ", is deployed: its " +
				"waitForSteadyState is false",
			fix: "set waitForSteadyState of " + label + " to true, and let this service depend on it",
		}
	}
	if ready == 0 {
		ready = marks[markPublished]
	}
	// Without a new deployment the tasks stay as they are. A warning lists the names that they cannot resolve.
	if d.This.Marks[markDeployment] != d.Start || d.Before(e.service.Urn, ready) {
		return nil
	}
	return &obstacle{
		by: connectOrder,
		cause: "the endpoint " + e.String() + " of " + label + " was not deployed before this deployment began, and a " +
			"task resolves only " +
			"the endpoints that were",
		fix: "let this service depend on " + label + ": by dependsOn, or by an input that is made of its outputs",
	}
}

// noSuchAlias explains a name in a namespace that nobody publishes.
func (d *deployment) noSuchAlias(a address, namespace *standin.Resource) obstacle {
	label, _, _ := strings.Cut(a.host, ".")
	for _, e := range d.others(endpointsCalled(d.World, label)) {
		if e.namespace == namespace.Id {
			return notTheAlias(e)
		}
	}
	return obstacle{
		by:    connectAlias,
		cause: "no service that is deployed publishes " + a.host + " in " + namespace.Label(),
		fix:   "publish it as a client alias's dnsName, and let this service depend on the one that does",
	}
}

// notTheAlias explains a name that only Cloud Map knows.
func notTheAlias(e endpoint) obstacle {
	return obstacle{
		by: connectAlias,
		cause: "that is not the client alias of " + e.service.Label() + ", and a task resolves only the dnsName of an " +
			"alias, no discovery name " +
			"and no short name",
		fix: "use " + e.String(),
	}
}
