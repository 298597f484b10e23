package live

import (
	"fmt"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Warning is something that works, and that a person should know all the same.
type Warning struct {
	// Resource names it as a person does.
	Resource string
	// Text says what is the matter.
	Text string
}

// Warnings looks over all live resources.
func Warnings(world *standin.View) []Warning {
	var all []Warning
	for _, look := range []func(*standin.View) []Warning{
		plainHttp, sharedNat, publicTasks, databaseCare, endlessLogs, uncheckedContainers, secretsInClear, staleClients,
		scheduledOrder, scheduledCalls, mutedAlarms, wideKeys, smallerDisks, goneAlarms, mixedRules, portInHost,
		placeholderHosts, noTasks, silentAlarms,
	} {
		all = append(all, look(world)...)
	}
	return distinct(all)
}

func warn(r *standin.Resource, format string, arguments ...any) Warning {
	return Warning{Resource: r.Label(), Text: fmt.Sprintf(format, arguments...)}
}

// plainHttp: a listener that only redirects is no way in.
func plainHttp(world *standin.View) []Warning {
	var all []Warning
	for _, balancer := range world.Live(token.LbLoadBalancer) {
		listeners := world.Where(token.LbListener, "loadBalancerArn", balancer.Out("arn").Text())
		secure := slices.ContainsFunc(listeners, func(l *standin.Resource) bool { return l.Out("protocol").Text() == "HTTPS" })
		for _, listener := range listeners {
			if listener.Out("protocol").Text() != "HTTP" || redirects(listener) {
				continue
			}
			if secure {
				all = append(all, warn(listener, "answers plain HTTP beside HTTPS: let it redirect"))
			} else {
				all = append(all, warn(listener, "answers plain HTTP, and there is no HTTPS: everything can be read on the way"))
			}
		}
	}
	return all
}

func redirects(listener *standin.Resource) bool {
	for _, action := range listener.All("defaultActions.type") {
		if action.Text() != "redirect" {
			return false
		}
	}
	return true
}

func sharedNat(world *standin.View) []Warning {
	zones := map[string][]string{}
	for _, subnet := range world.Live(token.Ec2Subnet) {
		for _, route := range routesOf(world, subnet) {
			zone := subnet.Out("availabilityZone").Text()
			if route.nat != "" && !slices.Contains(zones[route.nat], zone) {
				zones[route.nat] = append(zones[route.nat], zone)
			}
		}
	}
	var all []Warning
	for _, nat := range world.Live(token.Ec2NatGateway) {
		if served := len(zones[nat.Id]); served > 1 {
			all = append(all, warn(nat, "is the way out of %d zones: when its own zone fails, the others have none", served))
		}
	}
	return all
}

func publicTasks(world *standin.View) []Warning {
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		if service.Out("networkConfiguration.assignPublicIp").Bool() {
			all = append(all, warn(service, "gives its tasks public addresses: only security groups keep the internet out"))
		}
	}
	return all
}

func databaseCare(world *standin.View) []Warning {
	const week = 7
	var all []Warning
	for _, database := range world.Live(token.RdsInstance) {
		if !database.Out("multiAz").Bool() {
			all = append(all, warn(database, "has no standby in a second zone"))
		}
		if !database.Out("deletionProtection").Bool() {
			all = append(all, warn(database, "can be deleted by anyone who may: deletionProtection is off"))
		}
		if days := database.Out("backupRetentionPeriod").Int(); days < week {
			all = append(all, warn(database, "keeps backups for less than a week: backupRetentionPeriod is %d", days))
		}
	}
	return all
}

func endlessLogs(world *standin.View) []Warning {
	var all []Warning
	for _, group := range world.Live(token.CloudwatchLogGroup) {
		if group.Out("retentionInDays").Int() == 0 {
			all = append(all, warn(group, "keeps logs for ever"))
		}
	}
	return all
}

func uncheckedContainers(world *standin.View) []Warning {
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		for _, container := range runContainers(definitionOf(world, service)) {
			if container.essential() && container.unchecked() {
				all = append(all, warn(service, "container %s has no healthCheck: ECS takes it to be well while its process runs", container.Name))
			}
		}
	}
	return all
}

// staleClients are services whose tasks began before an endpoint that they name was published.
func staleClients(world *standin.View) []Warning {
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		own, _ := namespaceOf(world, service)
		scope := standin.Scope{Region: service.Region, Account: service.Account}
		for _, container := range runContainers(definitionOf(world, service)) {
			for _, a := range addressesOf(world, scope, container) {
				for _, e := range endpointsAt(world, a.host) {
					there := max(e.service.Marks[markPublished], e.service.Marks[markReady])
					if e.namespace == own && e.service != service && there > service.Marks[markDeployment] {
						all = append(all, warn(service,
							"was deployed before %s published %s: its tasks may not resolve it until a new deployment", e.service.Label(), e))
					}
				}
			}
		}
	}
	return all
}
