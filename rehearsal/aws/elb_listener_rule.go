package aws

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

var _ = register(listenerRuleKind)

func listenerRuleKind() standin.Kind {
	return standin.Kind{
		Token: token.LbListenerRule, Aliases: balancingAliases(token.LbListenerRule),
		Args: lb.ListenerRuleArgs{}, State: lb.ListenerRuleState{},
		Facts:    setting,
		Required: []string{"actions", "conditions"},
		Computed: []string{"priority"},
		Replaces: []string{"listenerArn"},
		Sets: []string{
			"conditions", "conditions.hostHeader.values", "conditions.httpHeader.values", "conditions.httpRequestMethod.values",
			"conditions.pathPattern.values", "conditions.sourceIp.values",
		},
		Refs: []standin.Ref{
			outside("listenerArn", "ListenerNotFound", standin.Target{Token: token.LbListener, By: "arn"}),
			toTargetGroup("actions.targetGroupArn"), toTargetGroup("actions.forward.targetGroups.arn"),
		},
		Unique: []standin.Unique{{
			By: []string{"listenerArn", "priority"}, At: "priority", Code: "PriorityInUse",
			Rule: "a priority is used once in a listener",
			Fix:  "choose a priority that no other rule of the listener has",
		}},
		Checks: []standin.CheckRule{elbRuleConditions, elbRuleConditionValues, elbHostHeader, elbPathPattern, elbRuleActions},
		Rules:  []standin.Rule{elbRuleTargetGroup},
		Id: func(o *standin.Op) string {
			return strings.Replace(o.In("listenerArn").Text(), ":listener/", ":listener-rule/", 1) + "/" +
				standin.Draw(ident.HexDigits, 16)
		},
		Outputs: func(o *standin.Op) standin.Props {
			out := standin.Props{"arn": o.Id}
			if o.In("priority").Missing() {
				out["priority"] = nextPriority(o)
			}
			return out
		},
	}
}

// nextPriority is one more than the highest, as the provider chooses when none is given.
func nextPriority(o *standin.Op) int {
	highest := 0
	for _, rule := range o.World.Where(token.LbListenerRule, "listenerArn", o.In("listenerArn").Text()) {
		highest = max(highest, rule.Out("priority").Int())
	}
	return highest + 1
}
