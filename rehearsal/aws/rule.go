package aws

import (
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/rules"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// entry is the entry of a rule in the list of rules, of which the rule is made.
type entry struct{ *standin.Identity }

// rule adds a rule of the table in package rules to the list of rules.
func rule(id string) entry { return entry{rules.Named(id)} }

// onTask returns a rule that judges a task definition by itself.
func (e entry) onTask(judge func(*task)) taskRule { return standin.NewRule(e.Identity, judge) }

// onContainer returns a rule that judges each container of a task definition.
func (e entry) onContainer(judge func(*task, standin.Value)) taskRule {
	return e.onTask(func(t *task) {
		for _, container := range t.containers {
			judge(t, container)
		}
	})
}

// onService returns a rule that judges a service with its live task definition. It does not run if the task definition
// is unknown or from outside.
func (e entry) onService(judge func(*rollout)) standin.Rule {
	return e.OnOperation(func(o *standin.Op) {
		definition := live.FindTaskDefinition(o.World, o.In("taskDefinition").Text())
		if definition == nil {
			return
		}
		judge(&rollout{
			Op:         o,
			definition: definition,
			containers: containersOf(definition.Out("containerDefinitions")),
			fargate:    runsOnFargate(o),
		})
	})
}
