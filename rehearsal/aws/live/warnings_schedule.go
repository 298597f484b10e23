package live

import (
	"encoding/json"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The usual duration of a scheduled start until others can connect: of a task until it is healthy, and of an instance
// of RDS until it is available, as at its creation without the first backup.
const (
	taskStarts     = 3 * time.Minute
	databaseStarts = 10 * time.Minute
)

// The schedules are played through. The connections are those that a steady state requires.
var scheduledOrder = warnsOf("schedule/order").in(func(world *standin.View) []Warning {
	p := player{
		world:   world,
		running: map[*standin.Resource]bool{},
		changed: map[*standin.Resource]time.Time{},
		clock:   map[*standin.Resource]string{},
	}
	p.connect()
	var all []Warning
	for _, each := range timetable(world) {
		all = append(all, p.play(each)...)
	}
	return distinct(all)
})

type player struct {
	world *standin.View
	// needs maps each service to the servers that its tasks connect to, and neededBy is the reverse.
	needs, neededBy map[*standin.Resource][]*standin.Resource

	// serversOf returns the servers of a service: databases, and services by their Service Connect endpoints.
	running map[*standin.Resource]bool
	changed map[*standin.Resource]time.Time
	clock   map[*standin.Resource]string
}

// connect notes who connects to whom.
func (p *player) connect() {
	p.needs, p.neededBy = map[*standin.Resource][]*standin.Resource{}, map[*standin.Resource][]*standin.Resource{}
	for _, client := range p.world.Live(token.EcsService) {
		for _, server := range ServersOf(p.world, client) {
			p.needs[client] = append(p.needs[client], server)
			p.neededBy[server] = append(p.neededBy[server], client)
		}
	}
}

// ServersOf returns the servers of a service: databases, and services by their Service Connect endpoints.
func ServersOf(world *standin.View, client *standin.Resource) []*standin.Resource {
	scope := standin.Scope{Region: client.Region, Account: client.Account}
	own, _ := namespaceOf(world, client)
	var found []*standin.Resource
	for _, container := range Containers(definitionOf(world, client)) {
		for _, a := range addressesOf(world, scope, container) {
			if data, _, _ := dataAt(world, a.host); data != nil {
				found = append(found, data)
			}
			for _, e := range endpointsAt(world, a.host) {
				if e.namespace == own && e.service != client {
					found = append(found, e.service)
				}
			}
		}
	}
	return distinct(found)
}

// play lets one thing happen, and judges it.
func (p *player) play(each happening) []Warning {
	was, seen := p.running[each.of]
	starts := each.least > 0
	if seen && was == starts {
		return nil
	}
	p.running[each.of], p.changed[each.of], p.clock[each.of] = starts, each.at, each.times.String()
	var all []Warning
	if starts {
		for _, server := range p.needs[each.of] {
			if _, timed := p.running[server]; timed && !p.readyAt(server, each.at) {
				all = append(all,
					warn(each.of, "is started by %s before %s is up, to which it connects", each.times, p.told(server)))
			}
		}
		return all
	}
	for _, client := range p.neededBy[each.of] {
		if !p.goneAt(client, each.at) {
			all = append(all, warn(each.of, "is stopped by %s while %s still connects to it", each.times, p.told(client)))
		}
	}
	return all
}

func (p *player) told(r *standin.Resource) string {
	switch {
	case p.clock[r] == "":
		return r.Label()
	case p.running[r]:
		return r.Label() + " (started by " + p.clock[r] + ")"
	default:
		return r.Label() + " (stopped by " + p.clock[r] + ")"
	}
}

// readyAt returns the time at which others can connect to a server that was started.
func (p *player) readyAt(server *standin.Resource, at time.Time) bool {
	takes := taskStarts
	if server.Token == token.RdsInstance {
		takes = databaseStarts
	}
	return p.running[server] && !p.changed[server].Add(takes).After(at)
}

// goneAt returns the time at which the last task of a stopped server has ended. A server without a schedule never
// stops.
func (p *player) goneAt(client *standin.Resource, at time.Time) bool {
	running, timed := p.running[client]
	return timed && !running && !p.changed[client].Add(stopping(p.world, client)).After(at)
}

// stopping returns how long a task may take to end: its load balancer lets requests finish first, and then its
// containers have their time
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html).
func stopping(world *standin.View, service *standin.Resource) time.Duration {
	const usual = 30 // seconds, API_ContainerDefinition, stopTimeout
	draining, longest := 0, usual
	for _, group := range service.All("loadBalancers.targetGroupArn") {
		if live := world.Find(token.LbTargetGroup, "arn", group.Text()); live != nil {
			draining = max(draining, live.Out("deregistrationDelay").Int())
		}
	}
	for _, container := range Containers(definitionOf(world, service)) {
		longest = max(longest, container.StopTimeout)
	}
	return time.Duration(draining+longest) * time.Second
}

// AWS reports this only when the schedule is due.
var scheduledCalls = warnsOf("schedule/permission").in(func(world *standin.View) []Warning {
	actions := map[string]string{"startDBInstance": "rds:StartDBInstance", "stopDBInstance": "rds:StopDBInstance"}
	var all []Warning
	for _, schedule := range world.Live(token.SchedulerSchedule) {
		call := UniversalTarget.FindStringSubmatch(schedule.Out("target.arn").Text())
		if call == nil || call[1] != "rds" || actions[call[2]] == "" {
			continue
		}
		database := scheduledDatabase(world, schedule)
		if database == nil {
			all = append(all, warn(schedule, "names no database of this program in its input: %s", named(schedule)))
			continue
		}
		q := policy.Request{Action: actions[call[2]], Resource: database.Out("arn").Text()}
		if verdict, why := policy.RoleMay(world, schedule.Out("target.roleArn").Text(), q); verdict == policy.Denied {
			all = append(all, warn(schedule, "will fail: its role may not %s on %s: %s", q.Action, database.Label(), why))
		}
	}
	return all
})

func named(schedule *standin.Resource) string {
	var input map[string]any
	if json.Unmarshal([]byte(schedule.Out("target.input").Text()), &input) != nil {
		return "it has none"
	}
	return schedule.Out("target.input").Show()
}
