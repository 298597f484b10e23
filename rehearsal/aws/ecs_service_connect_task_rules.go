package aws

import (
	"fmt"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// mappingCalled is the port mapping of that name in any container, or a missing value.
func mappingCalled(containers []standin.Value, name string) standin.Value {
	for _, c := range containers {
		for _, mapping := range c.At("portMappings").Items() {
			if name != "" && mapping.At("name").Text() == name {
				return mapping
			}
		}
	}
	return standin.Value{}
}

func (r *rollout) connects() bool { return r.In(connectEnabled).Bool() && r.containers != nil }

var ecsServiceConnectPortName = rule("ecs/service-connect-port-name").onService(func(r *rollout) {
	for _, v := range r.All(connectServices + ".portName") {
		if !r.connects() || v.Text() == "" || mappingCalled(r.containers, v.Text()).Known() {
			continue
		}
		var names []string
		for _, c := range r.containers {
			for _, name := range c.All("portMappings.name") {
				names = append(names, name.Text())
			}
		}
		fix := "give a port mapping of " + r.definition.Label() + " that name"
		if len(names) > 0 {
			fix += ", or use one that is there: " + strings.Join(names, ", ")
		}
		r.refuse(v, fmt.Sprintf("portName(%s) does not refer to any named PortMapping in the task definition", v.Text()), fix)
	}
})

// Such a port is TCP, for which the API has no perRequestTimeout; the provider always sends one along with the other.
var ecsServiceConnectTimeout = rule("ecs/service-connect-timeout").onService(func(r *rollout) {
	for _, service := range r.In(connectServices).Items() {
		mapping := mappingCalled(r.containers, service.At("portName").Text())
		timeout := service.At("timeout")
		if mapping.Known() && mapping.At("appProtocol").Text() == "" && timeout.Known() {
			r.refuse(timeout, fmt.Sprintf("Per request timeout %d can't be set for tcp application: port %s has no appProtocol",
				timeout.At("perRequestTimeoutSeconds").Int(), service.At("portName").Text()),
				"remove timeout, or set appProtocol of the port mapping if it speaks HTTP")
		}
	}
})

var ecsServiceConnectNetworkMode = rule("ecs/service-connect-network-mode").onService(func(r *rollout) {
	mode := r.definition.In("networkMode").Text()
	if r.connects() && (mode == "host" || mode == "none") {
		r.refuse(r.In(connectEnabled),
			"Service Connect supports the network modes awsvpc and bridge only, and the task definition has "+mode,
			"set networkMode of "+r.definition.Label()+` to "awsvpc"`)
	}
	for _, tls := range r.All(connectServices + ".tls") {
		if tls.Known() && r.connects() && !r.awsvpc() {
			r.refuse(tls, "Service Connect encrypts traffic in the network mode awsvpc only",
				"set networkMode of "+r.definition.Label()+` to "awsvpc"`)
		}
	}
})

// The resources of the task that Service Connect's proxy needs besides its containers
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html, task CPU and
// memory).
const (
	proxyUnits     = 256
	proxyMebibytes = 64
)

var ecsServiceConnectProxySize = rule("ecs/service-connect-proxy-size").onService(func(r *rollout) {
	cpu, cpuKnown := live.CpuUnits(r.definition.In("cpu"))
	memory, memoryKnown := live.Mebibytes(r.definition.In("memory"))
	if !r.connects() || !r.fargate {
		return
	}
	used, reserved := 0, 0
	for _, c := range r.containers {
		used += c.At("cpu").Int()
		reserved += reservation(c)
	}
	at, fix := r.In("taskDefinition"), "raise %s of "+r.definition.Label()+", or lower its containers'"
	if cpuKnown && cpu-used < proxyUnits {
		r.refuse(
			at,
			fmt.Sprintf(
				"the Service Connect proxy needs %d CPU units that no container has: the task has %d and its containers take %d",
				proxyUnits,
				cpu,
				used,
			),
			fmt.Sprintf(fix, "cpu"),
		)
	}
	if memoryKnown && memory-reserved < proxyMebibytes {
		r.refuse(at,
			fmt.Sprintf("the containers' memory must be less than the task's, by %d MiB for the Service Connect proxy: "+
				"the task has %d and its containers take %d",
				proxyMebibytes, memory, reserved), fmt.Sprintf(fix, "memory"))
	}
})

var ecsServiceConnectLogConfiguration = rule("ecs/service-connect-log-configuration").onService(func(r *rollout) {
	logs := r.In("serviceConnectConfiguration.logConfiguration")
	if !logs.Known() {
		return
	}
	checkLogging(r.Draft, ecsInvalid, logs, r.fargate)
	for _, from := range logs.All("secretOptions.valueFrom") {
		if rule, fix := secretReference(from.Text()); from.Known() && rule != "" {
			r.refuse(hidden(from), rule, fix)
		}
	}
})

var ecsServiceConnectProtocolChange = rule("ecs/service-connect-protocol-change").onService(func(r *rollout) {
	if r.Old == nil || !r.connects() || !r.Old.Out(connectEnabled).Bool() {
		return
	}
	before := live.FindTaskDefinition(r.World, r.Was("taskDefinition").Text())
	if before == nil {
		return
	}
	old := containersOf(before.Out("containerDefinitions"))
	for _, v := range r.In(connectServices).All("portName") {
		was, now := mappingCalled(old, v.Text()), mappingCalled(r.containers, v.Text())
		if was.Missing() || now.Missing() || !publishes(r.Was(connectServices), v.Text()) {
			continue
		}
		if protocolOf(was) != protocolOf(now) || was.At("appProtocol").Text() != now.At("appProtocol").Text() {
			r.refuse(v, fmt.Sprintf("appProtocol and protocol of port %s cannot be changed for a SC service", v.Text()),
				"keep them, or replace the service: delete it and create it again")
		}
	}
})

func publishes(services standin.Value, port string) bool {
	for _, name := range services.All("portName") {
		if name.Text() == port {
			return true
		}
	}
	return false
}
