package components

import (
	"cmp"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// githubStatement is a statement of a policy of the roles. Unlike a PolicyStatement, it may also deny, and name the
// actions and resources to which it does not apply.
type githubStatement struct {
	// effect is Allow if empty.
	effect, sid string
	actions     []string
	// otherThan are the only actions to which the statement does not apply, in place of actions.
	otherThan []string
	resources []pulumi.StringInput
	// except are the only resources to which the statement does not apply, in place of resources.
	except     []pulumi.StringInput
	conditions []githubCondition
}

// githubCondition compares a condition key with values.
type githubCondition struct {
	operator, key string
	values        []pulumi.StringInput
}

func githubPolicy(statements []githubStatement) pulumi.StringOutput {
	list := pulumi.Array{}
	for _, s := range statements {
		statement := pulumi.Map{"Sid": pulumi.String(s.sid), "Effect": pulumi.String(cmp.Or(s.effect, "Allow"))}
		if s.otherThan != nil {
			statement["NotAction"] = pulumi.ToStringArray(s.otherThan)
		} else {
			statement["Action"] = pulumi.ToStringArray(s.actions)
		}
		if s.except != nil {
			statement["NotResource"] = distinct(s.except)
		} else {
			statement["Resource"] = distinct(s.resources)
		}
		if s.conditions != nil {
			statement["Condition"] = githubConditions(s.conditions)
		}
		list = append(list, statement)
	}
	return pulumi.JSONMarshal(pulumi.Map{"Version": pulumi.String("2012-10-17"), "Statement": list})
}

// githubConditions groups conditions by their operators, as the grammar of policies has it.
func githubConditions(conditions []githubCondition) pulumi.Map {
	grouped := map[string]pulumi.Map{}
	for _, c := range conditions {
		if grouped[c.operator] == nil {
			grouped[c.operator] = pulumi.Map{}
		}
		grouped[c.operator][c.key] = distinct(c.values)
	}
	all := pulumi.Map{}
	for operator, keys := range grouped {
		all[operator] = keys
	}
	return all
}

// everywhere is every resource. It is used to deny, and to allow actions of services that the stack has to itself or
// whose resources AWS names.
func everywhere() []pulumi.StringInput { return []pulumi.StringInput{pulumi.String("*")} }

// actionsOf returns actions of one service.
func actionsOf(service string, names ...string) []string {
	actions := make([]string, len(names))
	for i, name := range names {
		actions[i] = service + ":" + name
	}
	return actions
}

// texts returns plain texts as inputs.
func texts(values ...string) []pulumi.StringInput {
	inputs := make([]pulumi.StringInput, len(values))
	for i, value := range values {
		inputs[i] = pulumi.String(value)
	}
	return inputs
}

// prefixed returns the ARNs of the resources of a kind whose names begin with one of the prefixes, as in
// "iam::ACCOUNT:role/". Pulumi makes the names: the resource's name, and a suffix
// (https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming).
func (b *githubRolesBuilder) prefixed(kind func(prefix string) pulumi.StringInput) []pulumi.StringInput {
	arns := make([]pulumi.StringInput, len(b.args.NamePrefixes))
	for i, prefix := range b.args.NamePrefixes {
		arns[i] = kind(prefix)
	}
	return arns
}

// identities returns the ARNs of the roles or users of the stack.
func (b *githubRolesBuilder) identities(kind string) []pulumi.StringInput {
	return b.prefixed(func(prefix string) pulumi.StringInput {
		return pulumi.Sprintf("arn:%s:iam::%s:%s/%s*", b.partition(), b.account(), kind, prefix)
	})
}

// regional returns the ARNs of the resources of a service whose names begin with one of the prefixes, in any region.
func (b *githubRolesBuilder) regional(service, kind string) []pulumi.StringInput {
	return b.prefixed(func(prefix string) pulumi.StringInput {
		return pulumi.Sprintf("arn:%s:%s:*:%s:%s%s*", b.partition(), service, b.account(), kind, prefix)
	})
}

func (b *githubRolesBuilder) stateObjects() pulumi.StringInput {
	return pulumi.Sprintf("arn:%s:s3:::%s/*", b.partition(), b.args.StateBucket)
}

func (b *githubRolesBuilder) stateBucket() pulumi.StringInput {
	return pulumi.Sprintf("arn:%s:s3:::%s", b.partition(), b.args.StateBucket)
}
