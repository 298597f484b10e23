package live

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// reachUnknown judges a host that nothing in this world has. Some can never be resolved in a task; the others are taken
// to exist outside.
func (d *deployment) reachUnknown(a address) {
	switch {
	case !a.dialled(), isNoDestination(a.host):
	case isLoopback(a.host):
		d.reachTask(a)
	case strings.HasSuffix(a.host, ".docker.internal"):
		d.fail(a.at, unresolvable(a), obstacle{
			by:    hostDocker,
			cause: "only Docker on a computer of one's own has that name",
			fix:   "name the server instead: a service, by Service Connect, or localhost",
		})
	case !strings.Contains(a.host, "."):
		d.reachShort(a)
	case d.deleted(a):
	case neverResolves(a.host):
		d.reachReserved(a)
	case ofAws(a.host):
	default:
		d.Assume(a.at, "the host "+a.host+" exists outside this program and can be reached")
	}
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// neverResolves reports whether a host is of a domain that no resolver answers for
// (https://www.rfc-editor.org/rfc/rfc6761, sections 6.4 and 6.5).
func neverResolves(host string) bool {
	return isWithin(host, "invalid", "example")
}

// isForDocumentation reports whether a host is of a domain in which no server but IANA's web site exists
// (https://www.rfc-editor.org/rfc/rfc2606, section 3; https://www.iana.org/help/example-domains).
func isForDocumentation(host string) bool {
	return isWithin(host, "example.com", "example.net", "example.org")
}

func isWithin(host string, domains ...string) bool {
	return slices.ContainsFunc(domains, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
}

// reachReserved refuses a host that never resolves if the container needs it in order to start: a database, a cache or
// a broker. A URL of a web service may be a placeholder for something unused; any other host is warned of.
func (d *deployment) reachReserved(a address) {
	p, known := schemeProtocol(a.scheme)
	if known && (p.family == familyHttp || p.family == familySmtp) || !known && !serverVariable.MatchString(a.variable) {
		return
	}
	d.fail(a.at, unresolvable(a), obstacle{
		by:    hostReserved,
		cause: "the domain of " + a.host + " is reserved and never resolves", fix: "use the host name of the server",
	})
}

// isNoDestination reports whether a host is an address on which a server listens, or one of the task's own environment,
// such as that of its metadata.
func isNoDestination(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsUnspecified() || ip.IsLinkLocalUnicast())
}

// reachTask judges an address of the task itself: its containers share one network interface, and with it localhost
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html). A container need not map
// a port to listen on it, so that one of another image, without any mapping, may be the server.
func (d *deployment) reachTask(a address) {
	if a.port == 0 || d.In("networkConfiguration").Missing() {
		return
	}
	p, known := schemeProtocol(a.scheme)
	open := func(c Container) bool {
		return slices.ContainsFunc(c.PortMappings, func(m runPort) bool { return m.ContainerPort == a.port })
	}
	if at := slices.IndexFunc(d.containers, open); at >= 0 {
		container := d.containers[at]
		d.use(a, containerServer(d.World, d.Scope, "container "+container.Name, container, a.port))
		return
	}
	if known && p.family == familyHttp {
		return // it may be the container's own address, for others
	}
	if slices.ContainsFunc(d.containers,
		func(c Container) bool { return len(c.PortMappings) == 0 && c.Image != d.imageOf(a) }) {
		d.Assume(a.at, "a container of the task listens on port "+strconv.Itoa(a.port))
		return
	}
	d.fail(a.at, exited(a, "Connection refused"), obstacle{
		by:    hostLocal,
		cause: "localhost is the task itself, and none of its containers has a port mapping for " + strconv.Itoa(a.port),
		fix:   "name the host of the server, or run it in a container of this task with that port mapping",
	})
}

// imageOf returns the image of the container that has the address.
func (d *deployment) imageOf(a address) string {
	for _, container := range d.containers {
		if strings.HasPrefix(a.at.Path(), "containers["+container.Name+"]") {
			return container.Image
		}
	}
	return ""
}

// reachShort judges a name without a dot. In a task with a network interface of its own it resolves by Service Connect
// alone: there are no links, and no extra hosts
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html, links, extraHosts).
func (d *deployment) reachShort(a address) {
	if d.In("networkConfiguration").Missing() || !a.isUrl() && a.port == 0 && !serverVariable.MatchString(a.variable) {
		return
	}
	d.fail(a.at, unresolvable(a), obstacle{
		by: hostShort,
		cause: "a name without a dot resolves in a task by Service Connect alone, and no service of its " +
			"namespace publishes " + a.host,
		fix: "have the server publish a client alias with that dnsName, in the namespace of this service, or use the " +
			"server's full host name",
	})
}

// serverVariable matches variables that surely hold the host of a server, even without a port.
var serverVariable = regexp.MustCompile(
	`(?i)(REDIS|VALKEY|CACHE|BROKER|RABBIT(MQ)?|AMQP|MQ|POSTGRES(QL)?|PG|DB|DATABASE|MYSQL)_?` +
		`(HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$`,
)

// ofAws reports whether a host is an endpoint of an AWS service, and not of something that a customer creates.
func ofAws(host string) bool {
	if !strings.HasSuffix(host, ".amazonaws.com") && !strings.HasSuffix(host, ".amazonaws.com.cn") &&
		!strings.HasSuffix(host, ".api.aws") {
		return false
	}
	return !slices.ContainsFunc(customerHosts, func(f customerHost) bool { return f.form.MatchString(host) })
}

// customerHost is the form of the host names of a type of resource. Its first two groups are the name and the region.
type customerHost struct {
	form          *regexp.Regexp
	what          string
	service, kind string
}

var customerHosts = []customerHost{
	{regexp.MustCompile(`^([a-z0-9-]+)\.[a-z0-9]+\.([a-z0-9-]+)\.rds\.amazonaws\.com$`), "database", "rds", "db:"},
	{
		regexp.MustCompile(`^(?:master\.|replica\.|clustercfg\.)?([a-z0-9-]+?)(?:-ro)?\.[a-z0-9]+` +
			`(?:\.ng\.0001|\.clustercfg)?\.([a-z0-9]+)\.cache\.amazonaws\.com$`),
		"cache", "elasticache", "replicationgroup:",
	},
	{
		regexp.MustCompile(`^(?:internal-)?([a-zA-Z0-9-]+)-[0-9a-f]+\.([a-z0-9-]+)\.elb\.amazonaws\.com$`),
		"load balancer",
		"",
		"",
	},
}

// deleted reports whether the host is of a database, cache or load balancer, and fails the deployment if this world had
// it once and has it no more.
func (d *deployment) deleted(a address) bool {
	for _, form := range customerHosts {
		parts := form.form.FindStringSubmatch(a.host)
		if parts == nil {
			continue
		}
		if !d.hadOnce(form, parts[1]) {
			d.Assume(a.at, "the "+form.what+" "+a.host+" exists outside this program and can be reached")
		} else {
			d.fail(a.at, unresolvable(a), obstacle{
				by:    hostDeleted,
				cause: "that " + form.what + " was deleted", fix: "use the address in the output of one that exists",
			})
		}
		return true
	}
	return false
}

// hadOnce reports whether this world made the resource with that name and has deleted it.
func (d *deployment) hadOnce(form customerHost, name string) bool {
	if form.service == "" {
		return d.World.Minted(name) && d.World.Find(token.LbLoadBalancer, "name", name) == nil
	}
	arn := ident.Arn(d.Scope, form.service, form.kind+name)
	return d.World.Minted(arn) && d.World.ByArn(arn) == nil
}

// balancerAt returns the load balancer behind a host: its own name, or that of a record that points to it.
func balancerAt(world *standin.View, host string) *standin.Resource {
	if balancer := world.Find(token.LbLoadBalancer, "dnsName", host); balancer != nil {
		return balancer
	}
	for _, record := range world.Where(token.Route53Record, "fqdn", host) {
		for _, path := range []string{"aliases.name", "records"} {
			for _, target := range record.All(path) {
				if balancer := world.Find(token.LbLoadBalancer, "dnsName",
					strings.TrimSuffix(target.Text(), ".")); balancer != nil {
					return balancer
				}
			}
		}
	}
	return nil
}

// reachBalancer: a load balancer listens on the ports of its listeners, each with one protocol
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html).
func (d *deployment) reachBalancer(a address, balancer *standin.Resource) {
	listeners := d.World.Where(token.LbListener, "loadBalancerArn", balancer.Out("arn").Text())
	if !a.dialled() || a.port == 0 || len(listeners) == 0 || d.servedBy(balancer) {
		return
	}
	at := slices.IndexFunc(listeners, func(l *standin.Resource) bool { return l.Out("port").Int() == a.port })
	if at < 0 {
		var ports []string
		for _, listener := range listeners {
			ports = append(ports, strconv.Itoa(listener.Out("port").Int()))
		}
		d.fail(a.at, exited(a, "Connection timed out"), obstacle{
			by:    hostPort,
			cause: "no listener of " + balancer.Label() + " has the port " + strconv.Itoa(a.port),
			fix:   "use " + strings.Join(ports, " or ") + ", or add a listener",
		})
		return
	}
	if _, hindered := connect(d.World, d.place, balancerPlace(d.World, balancer), a.port); hindered != nil &&
		balancer.Out("internal").Bool() {
		d.fail(a.at, exited(a, "Connection timed out"), *hindered)
		return
	}
	d.use(a, listenerServer(listeners[at]))
}

// servedBy reports whether the load balancer forwards to this service: then the address is its own, for others.
func (d *deployment) servedBy(balancer *standin.Resource) bool {
	for _, entry := range d.In("loadBalancers").Items() {
		group := d.World.Find(token.LbTargetGroup, "arn", entry.At("targetGroupArn").Text())
		if group != nil && slices.Contains(LoadBalancers(d.World, group), balancer) {
			return true
		}
	}
	return false
}

func listenerServer(listener *standin.Resource) server {
	s := server{label: listener.Label(), family: familyHttp}
	switch listener.Out("protocol").Text() {
	case "HTTP":
		s.tls = tlsNever
	case "HTTPS":
		s.tls = tlsAlways
	default:
		s.family = "" // whatever the targets speak
	}
	return s
}
