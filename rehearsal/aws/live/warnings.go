package live

import (
	"fmt"
	"slices"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/rules"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Warning describes something that works and that a person should know about.
type Warning struct {
	// Resource is the resource as a person names it.
	Resource string
	// Text describes the problem.
	Text string
	// Rule is the ID of the rule.
	Rule string
}

// warningRule is a rule that warns of something that works.
type warningRule struct {
	*standin.Identity

	look func(*standin.View) []Warning
}

// warnsOf adds a rule of the table in package rules that warns to the list of rules.
func warnsOf(id string) warningRule {
	rule := warningRule{Identity: rules.Named(id)}
	rule.Warns = true
	return rule
}

func (r warningRule) in(look func(*standin.View) []Warning) warningRule {
	r.look = look
	return r
}

// Warnings returns the warnings about all live resources.
func Warnings(world *standin.View) []Warning {
	var all []Warning
	for _, rule := range []warningRule{
		plainHttp, sharedNat, publicTasks, databaseCare, endlessLogs, uncheckedContainers, secretsInClear, staleClients,
		scheduledOrder, scheduledCalls, mutedAlarms, wideKeys, smallerDisks, goneAlarms, mixedRules, portInHost,
		placeholderHosts, noTasks, silentAlarms, unreadableObjects, keptKeys,
	} {
		for _, warning := range rule.look(world) {
			warning.Rule = rule.Use()
			all = append(all, warning)
		}
	}
	return distinct(all)
}

func warn(r *standin.Resource, format string, arguments ...any) Warning {
	return Warning{Resource: r.Label(), Text: fmt.Sprintf(format, arguments...)}
}

var plainHttp = warnsOf("elb/plain-http").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, balancer := range world.Live(token.LbLoadBalancer) {
		listeners := world.Where(token.LbListener, "loadBalancerArn", balancer.Out("arn").Text())
		secure := slices.ContainsFunc(listeners,
			func(l *standin.Resource) bool { return l.Out("protocol").Text() == "HTTPS" })
		for _, listener := range listeners {
			if listener.Out("protocol").Text() != "HTTP" || redirects(listener) {
				continue
			}
			if secure {
				all = append(all, warn(listener, "serves plain HTTP beside HTTPS: make it redirect"))
			} else {
				all = append(all, warn(listener, "serves plain HTTP without HTTPS: traffic can be read in transit"))
			}
		}
	}
	return all
})

func redirects(listener *standin.Resource) bool {
	for _, action := range listener.All("defaultActions.type") {
		if action.Text() != "redirect" {
			return false
		}
	}
	return true
}

var sharedNat = warnsOf("ec2/shared-nat-gateway").in(func(world *standin.View) []Warning {
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
			all = append(all, warn(nat,
				"serves %d zones: if its own zone fails, the others lose access to the internet", served))
		}
	}
	return all
})

var publicTasks = warnsOf("ecs/public-address").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		if service.Out("networkConfiguration.assignPublicIp").Bool() {
			all = append(all, warn(service,
				"its tasks have public addresses: only security groups block connections from the internet"))
		}
	}
	return all
})

var databaseCare = warnsOf("rds/database-safety").in(func(world *standin.View) []Warning {
	const week = 7
	var all []Warning
	databases := world.Live(token.RdsInstance)
	others := "" // set if other databases are protected
	if slices.ContainsFunc(databases, isProtected) {
		others = ", and on for another database"
	}
	for _, database := range databases {
		if !database.Out("multiAz").Bool() {
			all = append(all, warn(database, "has no standby in a second zone"))
		}
		if !isProtected(database) {
			all = append(all, warn(database, "deletionProtection is off%s: everyone with permission can delete it", others))
		}
		if days := database.Out("backupRetentionPeriod").Int(); days < week {
			all = append(all, warn(database, "keeps backups for less than a week: backupRetentionPeriod is %d", days))
		}
	}
	return all
})

func isProtected(database *standin.Resource) bool { return database.Out("deletionProtection").Bool() }

var endlessLogs = warnsOf("logs/retention").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, group := range world.Live(token.CloudwatchLogGroup) {
		if group.Out("retentionInDays").Int() == 0 {
			all = append(all, warn(group, "keeps its logs forever"))
		}
	}
	return all
})

var uncheckedContainers = warnsOf("ecs/no-health-check").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		for _, container := range Containers(definitionOf(world, service)) {
			if container.essential() && container.unchecked() {
				all = append(all,
					warn(service, "container %s has no healthCheck: ECS takes it to be well while its process runs",
						container.Name))
			}
		}
	}
	return all
})

var staleClients = warnsOf("connect/stale-client").in(func(world *standin.View) []Warning {
	var all []Warning
	for _, service := range world.Live(token.EcsService) {
		own, _ := namespaceOf(world, service)
		scope := standin.Scope{Region: service.Region, Account: service.Account}
		for _, container := range Containers(definitionOf(world, service)) {
			for _, a := range addressesOf(world, scope, container) {
				for _, e := range endpointsAt(world, a.host) {
					there := max(e.service.Marks[markPublished], e.service.Marks[markReady])
					if e.namespace == own && e.service != service && there > service.Marks[markDeployment] {
						all = append(all, warn(service,
							"was deployed before %s published %s: its tasks may not resolve it until a new deployment",
							e.service.Label(), e))
					}
				}
			}
		}
	}
	return all
})
