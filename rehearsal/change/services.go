package change

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// redeployment is a service whose tasks are replaced.
type redeployment struct {
	Resource

	// turn is the place in the order of redeployments: one more than the last redeployment that this one waits for.
	turn int
	// gap reports whether its tasks stop before their successors start.
	gap bool
	how string
}

// redeploying lists the properties whose change starts a deployment, besides a new revision and forceNewDeployment
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html).
var redeploying = []string{
	"taskDefinition", "forceNewDeployment", "serviceConnectConfiguration", "networkConfiguration", "loadBalancers",
	"platformVersion", "capacityProviderStrategies", "volumeConfiguration", "serviceRegistries", "enableEcsManagedTags",
	"propagateTags", "enableExecuteCommand", "triggers",
}

func (c Change) redeployments() []redeployment {
	var all []redeployment
	for _, r := range c.Resources {
		if r.Type != serviceType || r.Kind == Created || r.Kind == Deleted || r.Kind == Updated && !r.restarts() {
			continue
		}
		d := redeployment{Resource: r}
		d.gap, d.how = r.handover()
		all = append(all, d)
	}
	c.takeTurns(all)
	slices.SortStableFunc(all, func(a, b redeployment) int {
		return cmp.Or(cmp.Compare(a.turn, b.turn), cmp.Compare(a.Name, b.Name))
	})
	return all
}

func (r Resource) restarts() bool {
	for _, property := range redeploying {
		compared := comparison{}
		compared.values(property, r.old[property], r.now[property])
		if len(compared.found) > 0 {
			return true
		}
	}
	return false
}

// takeTurns orders the redeployments: a service follows the services that it depends on. Dependencies have no cycles.
func (c Change) takeTurns(all []redeployment) {
	for range all {
		for i := range all {
			all[i].turn = 1
			for j := range all {
				if c.order.Waits(all[i].Urn, all[j].Urn) {
					all[i].turn = max(all[i].turn, all[j].turn+1)
				}
			}
		}
	}
}

// handover reports whether tasks stop before others start. The two percentages bound the number of running tasks: ECS
// rounds the minimum up and the maximum down
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html).
func (r Resource) handover() (gap bool, how string) {
	if r.Kind == Replaced {
		if r.DeletedFirst {
			return true, "the service is deleted before the new one is created: its tasks stop first"
		}
		return false, "the new service is created before the old one is deleted"
	}
	const whole = 100
	desired := r.number("desiredCount", 1)
	minRunning := int(math.Ceil(desired * r.number("deploymentMinimumHealthyPercent", whole) / whole))
	maxRunning := int(math.Floor(desired * r.number("deploymentMaximumPercent", 2*whole) / whole))
	if desired == 0 {
		return false, "it has no tasks"
	}
	if minRunning == 0 {
		return true, fmt.Sprintf("its tasks stop before their successors start (at least 0, at most %d run meanwhile)",
			maxRunning)
	}
	return false, fmt.Sprintf("at least %d and at most %s run meanwhile", minRunning, strconv.Itoa(maxRunning))
}

// restarting lists the database properties whose change makes the database unavailable
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html).
var restarting = []string{"instanceClass", "engineVersion"}

func (r Resource) restart() string {
	if r.now["applyImmediately"] == true {
		return "; at once, and the database is away for some minutes"
	}
	return "; in the next maintenance window, and the database is away for some minutes then"
}

func (r Resource) number(property string, otherwise float64) float64 {
	if value, ok := r.now[property].(float64); ok {
		return value
	}
	return otherwise
}
