// Package caller lets the rehearsal run as a role: the simulated AWS then asks the role's policies and its permissions
// boundary about every action that an operation needs, and refuses the operation if one is not allowed.
//
// The actions are those that AWS publishes for each type, corrected by the provider's source (package model); the
// resources are those that the operation names, in the forms that IAM publishes for each action. Policies of buckets
// and keys are not asked: within one account, a role's own policies must allow the request anyway, unless such a policy
// names the role.
package caller

import (
	"fmt"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/ident"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/model"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/policy"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/rules"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// As returns the option to perform every operation as the role with that ARN, which must exist in the world. Its
// policies and its boundary are read for each operation.
func As(roleArn string) standin.Option { return standin.Permit(role{roleArn}) }

// role is a Permission.
type role struct{ arn string }

// provider is the prefix of the types and functions that AWS has permissions for.
const provider = "aws:"

var permission = rules.Named("caller/permission")

// Operate refuses an operation with each of its requests that the role may not make. AWS shows only the first.
func (c role) Operate(o *standin.Op, r *standin.Resource) {
	if !strings.HasPrefix(o.Kind.Token, provider) {
		return
	}
	for _, q := range requests(o, r) {
		if why := c.refuses(o.World, q); why != "" {
			o.RefuseBy(permission, standin.Value{}, "AccessDenied", why,
				"allow it in the role's policies and boundary, if the role should do this")
		}
	}
}

// Ask returns an error if the role may not read what the function answers.
func (c role) Ask(q *standin.Question, answer standin.Props) error {
	actions, _ := model.Actions(strings.TrimPrefix(q.Token, provider), string(standin.Read))
	arn, _ := answer["arn"].(string)
	for _, action := range actions {
		request := policy.Request{Action: action, Resource: "*", Context: regionOf(q.Scope)}
		if patterns, _ := model.ActionArns(action); matchesAny(q.Scope, patterns, arn) {
			request.Resource = arn
		}
		if why := c.refuses(q.World, request); why != "" {
			return fmt.Errorf("AccessDenied: %s (%s)", why, q.Token)
		}
	}
	return nil
}

// refuses returns why the role may not make the request, as AWS words it; "" if it may.
func (c role) refuses(world *standin.View, q policy.Request) string {
	switch result, why := policy.RoleMay(world, c.arn, q); result {
	case policy.Allowed:
		return ""
	case policy.Denied:
		return fmt.Sprintf("%s is not authorized to perform: %s on resource: %s because of this: %s",
			c.arn, q.Action, q.Resource, why)
	case policy.Undecided:
		fallthrough
	default:
		return fmt.Sprintf("whether %s may perform %s on %s cannot be decided: %s", c.arn, q.Action, q.Resource, why)
	}
}

func regionOf(scope standin.Scope) map[string]string {
	return map[string]string{"aws:requestedregion": scope.Region, "aws:principalaccount": ident.Account}
}
