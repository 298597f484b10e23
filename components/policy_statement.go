package components

import (
	"cmp"
	"context"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// PolicyStatement allows actions on resources, in the terms of an IAM policy.
type PolicyStatement struct {
	// Sid names the statement within its policy: letters and digits. Required.
	Sid string `pulumi:"sid"`
	// Actions are the allowed actions, such as s3:GetObject. Required.
	Actions []string `pulumi:"actions"`
	// Resources are the ARNs of the resources. Required; "*" only if AWS has no ARN for the action.
	Resources []pulumi.StringInput `pulumi:"resources"`
	// Condition is an additional condition. Default: none.
	Condition *PolicyCondition `pulumi:"condition,optional"`

	// effect is Allow if empty.
	effect string
}

// PolicyCondition compares a value of the request, in the terms of an IAM policy.
type PolicyCondition struct {
	// Operator is how it compares, such as StringEquals. Required.
	Operator string `pulumi:"operator"`
	// Key is the value of the request, such as elasticfilesystem:AccessPointArn. Required.
	Key string `pulumi:"key"`
	// Value is the value to compare with. Required.
	Value pulumi.StringInput `pulumi:"value"`
}

// Permission is a PolicyStatement whose values are known.
type Permission struct {
	// Sid names the statement within its policy.
	Sid string `pulumi:"sid"`
	// Actions are the allowed actions.
	Actions []string `pulumi:"actions"`
	// Resources are the ARNs of the resources.
	Resources []string `pulumi:"resources"`
	// Condition is an additional condition.
	Condition *PermissionCondition `pulumi:"condition,optional"`

	effect string
}

// PermissionCondition is a PolicyCondition whose value is known.
type PermissionCondition struct {
	// Operator is how it compares, such as StringEquals.
	Operator string `pulumi:"operator"`
	// Key is the value of the request.
	Key string `pulumi:"key"`
	// Value is the value to compare with.
	Value string `pulumi:"value"`
}

// PolicyStatementInput is a PolicyStatement, or the output of a component.
type PolicyStatementInput interface {
	pulumi.Input

	ToPolicyStatementOutput() PolicyStatementOutput
	ToPolicyStatementOutputWithContext(ctx context.Context) PolicyStatementOutput
}

// PolicyStatementArrayInput is a PolicyStatementArray, or the output of a component.
type PolicyStatementArrayInput interface {
	pulumi.Input

	ToPolicyStatementArrayOutput() PolicyStatementArrayOutput
	ToPolicyStatementArrayOutputWithContext(ctx context.Context) PolicyStatementArrayOutput
}

// PolicyStatementArray is a list of statements.
type PolicyStatementArray []PolicyStatementInput

// PolicyStatementOutput is a statement that a component has for others.
type PolicyStatementOutput struct{ *pulumi.OutputState }

// PolicyStatementArrayOutput is a list of statements that a component has for others.
type PolicyStatementArrayOutput struct{ *pulumi.OutputState }

func init() {
	pulumi.RegisterInputType(reflect.TypeFor[PolicyStatementInput](), PolicyStatement{})
	pulumi.RegisterInputType(reflect.TypeFor[PolicyStatementArrayInput](), PolicyStatementArray{})
	pulumi.RegisterOutputType(PolicyStatementOutput{})
	pulumi.RegisterOutputType(PolicyStatementArrayOutput{})
}

// ElementType implements pulumi.Input.
func (PolicyStatement) ElementType() reflect.Type { return reflect.TypeFor[Permission]() }

// ElementType implements pulumi.Input.
func (PolicyStatementArray) ElementType() reflect.Type { return reflect.TypeFor[[]Permission]() }

// ElementType implements pulumi.Output.
func (PolicyStatementOutput) ElementType() reflect.Type { return reflect.TypeFor[Permission]() }

// ElementType implements pulumi.Output.
func (PolicyStatementArrayOutput) ElementType() reflect.Type { return reflect.TypeFor[[]Permission]() }

// ToPolicyStatementOutput implements PolicyStatementInput.
func (s PolicyStatement) ToPolicyStatementOutput() PolicyStatementOutput {
	return s.ToPolicyStatementOutputWithContext(context.Background())
}

// ToPolicyStatementOutputWithContext implements PolicyStatementInput.
func (s PolicyStatement) ToPolicyStatementOutputWithContext(ctx context.Context) PolicyStatementOutput {
	var value pulumi.StringInput = pulumi.String("")
	if s.Condition != nil {
		value = s.Condition.Value
	}
	resources := pulumi.StringArray(s.Resources)
	return pulumi.All(resources, value).ApplyTWithContext(ctx, func(all []any) Permission {
		permission := Permission{Sid: s.Sid, Actions: s.Actions, effect: s.effect}
		permission.Resources, _ = all[0].([]string)
		if s.Condition != nil {
			permission.Condition = &PermissionCondition{Operator: s.Condition.Operator, Key: s.Condition.Key}
			permission.Condition.Value, _ = all[1].(string)
		}
		return permission
	}).(PolicyStatementOutput)
}

// ToPolicyStatementOutput implements PolicyStatementInput.
func (o PolicyStatementOutput) ToPolicyStatementOutput() PolicyStatementOutput { return o }

// ToPolicyStatementOutputWithContext implements PolicyStatementInput.
func (o PolicyStatementOutput) ToPolicyStatementOutputWithContext(context.Context) PolicyStatementOutput {
	return o
}

// ToPolicyStatementArrayOutput implements PolicyStatementArrayInput.
func (a PolicyStatementArray) ToPolicyStatementArrayOutput() PolicyStatementArrayOutput {
	return a.ToPolicyStatementArrayOutputWithContext(context.Background())
}

// ToPolicyStatementArrayOutputWithContext implements PolicyStatementArrayInput.
func (a PolicyStatementArray) ToPolicyStatementArrayOutputWithContext(ctx context.Context) PolicyStatementArrayOutput {
	outputs := make([]any, len(a))
	for i, statement := range a {
		outputs[i] = statement.ToPolicyStatementOutputWithContext(ctx)
	}
	return pulumi.All(outputs...).ApplyTWithContext(ctx, func(all []any) []Permission {
		permissions := make([]Permission, len(all))
		for i, each := range all {
			permissions[i], _ = each.(Permission)
		}
		return permissions
	}).(PolicyStatementArrayOutput)
}

// ToPolicyStatementArrayOutput implements PolicyStatementArrayInput.
func (o PolicyStatementArrayOutput) ToPolicyStatementArrayOutput() PolicyStatementArrayOutput {
	return o
}

// ToPolicyStatementArrayOutputWithContext implements PolicyStatementArrayInput.
func (o PolicyStatementArrayOutput) ToPolicyStatementArrayOutputWithContext(
	context.Context,
) PolicyStatementArrayOutput {
	return o
}

// list returns statements as an array.
func list(statements []PolicyStatement) PolicyStatementArray {
	array := make(PolicyStatementArray, len(statements))
	for i, statement := range statements {
		array[i] = statement
	}
	return array
}

// given reports whether there are statements. The output of another component counts as some.
func given(statements PolicyStatementArrayInput) bool {
	list, isList := statements.(PolicyStatementArray)
	return statements != nil && (!isList || len(list) > 0)
}

// joined returns the statements of all lists.
func joined(lists ...PolicyStatementArrayInput) PolicyStatementArrayOutput {
	outputs := []any{}
	for _, list := range lists {
		if list != nil {
			outputs = append(outputs, list.ToPolicyStatementArrayOutput())
		}
	}
	return pulumi.All(outputs...).ApplyT(func(all []any) []Permission {
		var permissions []Permission
		for _, each := range all {
			more, _ := each.([]Permission)
			permissions = append(permissions, more...)
		}
		return permissions
	}).(PolicyStatementArrayOutput)
}

// previewed returns the statements, which are unknown in a preview if one of their resources is: a program in another
// language passes that resource as an empty text.
func (c *component) previewed(statements PolicyStatementArrayInput) PolicyStatementArrayOutput {
	output := statements.ToPolicyStatementArrayOutput()
	if !c.ctx.DryRun() {
		return output
	}
	return output.ApplyT(func(permissions []Permission) PolicyStatementArrayOutput {
		for _, permission := range permissions {
			if slices.Contains(permission.Resources, "") {
				return pulumi.UnsafeUnknownOutput(nil).ApplyT(func(any) []Permission {
					return permissions
				}).(PolicyStatementArrayOutput)
			}
		}
		return output
	}).(PolicyStatementArrayOutput)
}

// policyDocument returns the JSON of a policy with the statements.
func policyDocument(statements PolicyStatementArrayInput) pulumi.StringOutput {
	return statements.ToPolicyStatementArrayOutput().ApplyT(func(permissions []Permission) (string, error) {
		list := make([]map[string]any, len(permissions))
		for i, p := range permissions {
			list[i] = map[string]any{
				"Sid":      p.Sid,
				"Effect":   cmp.Or(p.effect, "Allow"),
				"Action":   p.Actions,
				"Resource": slices.Compact(slices.Sorted(slices.Values(p.Resources))),
			}
			if p.Condition != nil {
				list[i]["Condition"] = map[string]any{p.Condition.Operator: map[string]any{p.Condition.Key: p.Condition.Value}}
			}
		}
		document, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": list})
		return string(document), err
	}).(pulumi.StringOutput)
}
