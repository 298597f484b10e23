package components

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-random/sdk/v4/go/random"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// tokenPrefix is the prefix of every component's type token. It is part of each resource's URN: a change would replace
// every deployed resource.
const tokenPrefix = "care:index:"

// nameBudget is the longest component name, in characters. Load balancers and target groups have 32, of which Pulumi's
// suffix takes 8 (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html).
const nameBudget = 20

// component is the registered component and the options, names and tags of its children.
type component struct {
	ctx   *pulumi.Context
	token string
	name  string
	self  pulumi.ComponentResource
	tags  map[string]string
}

// register checks the name and the result of Validate, then registers the component. If it returns an error, nothing is
// registered.
func register(
	ctx *pulumi.Context, kind, name string, self pulumi.ComponentResource, problems error, tags map[string]string,
	opts []pulumi.ResourceOption,
) (*component, error) {
	token := tokenPrefix + kind
	if err := rule.All(rule.ComponentName("name", name, nameBudget), problems); err != nil {
		return nil, fmt.Errorf("%s %q: %w", token, name, err)
	}
	if err := ctx.RegisterComponentResourceV2(token, name, pulumi.Map{}, self, opts...); err != nil {
		return nil, fmt.Errorf("%s %q: %w", token, name, err)
	}
	return &component{ctx: ctx, token: token, name: name, self: self, tags: tags}, nil
}

// build runs the steps that create the children and set the outputs, then registers the outputs. It stops at the first
// error.
func (c *component) build(steps ...func() error) error {
	for _, step := range append(steps, c.registerOutputs) {
		if err := step(); err != nil {
			return c.failed(err)
		}
	}
	return nil
}

// failed returns err with the component's type and name, or nil if err is nil.
func (c *component) failed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %q: %w", c.token, c.name, err)
}

// registerOutputs registers the component's fields that have a pulumi tag, under the names in the tags.
func (c *component) registerOutputs() error {
	outputs := pulumi.Map{}
	for field, value := range reflect.ValueOf(c.self).Elem().Fields() {
		if name, tagged := field.Tag.Lookup("pulumi"); tagged {
			outputs[name] = pulumi.ToOutput(value.Interface())
		}
	}
	return c.ctx.RegisterResourceOutputs(c.self, outputs)
}

// child returns the name of a child.
func (c *component) child(suffix string) string { return c.name + "-" + suffix }

// options returns a child's options, in a new slice each time.
func (c *component) options(extra ...pulumi.ResourceOption) []pulumi.ResourceOption {
	return append([]pulumi.ResourceOption{pulumi.Parent(c.self)}, extra...)
}

// guarded returns the options of a child that holds data. Without protect it sets no protection at all, so that the
// child inherits the component's.
func (c *component) guarded(protect bool) []pulumi.ResourceOption {
	if protect {
		return c.options(pulumi.Protect(true))
	}
	return c.options()
}

// keepKey returns the option with which a resource that exists keeps its KMS key, because AWS can only replace the
// resource to change the key. A new resource gets the key of its inputs.
func keepKey(properties ...string) pulumi.ResourceOption { return pulumi.IgnoreChanges(properties) }

// named returns the tags of a child whose only name is the tag, which the console shows.
func (c *component) named(suffix string) pulumi.StringMap { return c.tagsOf(c.child(suffix)) }

// tagsOf returns the tags with a name.
func (c *component) tagsOf(name string) pulumi.StringMap {
	tags := c.tagged()
	tags["Name"] = pulumi.String(name)
	return tags
}

// tagged returns the tags of a child that has a name of its own.
func (c *component) tagged() pulumi.StringMap {
	tags := pulumi.StringMap{}
	for key, value := range c.tags {
		tags[key] = pulumi.String(value)
	}
	return tags
}

// region returns the name of the region of the component's provider.
func (c *component) region() pulumi.StringOutput {
	return aws.GetRegionOutput(c.ctx, aws.GetRegionOutputArgs{}, pulumi.Parent(c.self)).Name()
}

// account returns the id of the account of the component's provider.
func (c *component) account() pulumi.StringOutput {
	return aws.GetCallerIdentityOutput(c.ctx, aws.GetCallerIdentityOutputArgs{}, pulumi.Parent(c.self)).AccountId()
}

// partition returns the AWS partition of the component's provider: aws, aws-cn or aws-us-gov.
func (c *component) partition() pulumi.StringOutput {
	return aws.GetPartitionOutput(c.ctx, aws.GetPartitionOutputArgs{}, pulumi.Parent(c.self)).Partition()
}

// finalSnapshot returns a name for the final snapshot of a database.
func (c *component) finalSnapshot() (pulumi.StringOutput, error) {
	suffix, err := c.snapshotSuffix()
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	return pulumi.Sprintf("%s-final-%s", c.name, suffix), nil
}

// snapshotSuffix returns a random suffix. AWS keeps the final snapshot after it has deleted the database, so each
// database needs a unique name for it.
func (c *component) snapshotSuffix() (pulumi.StringOutput, error) {
	suffix, err := random.NewRandomId(c.ctx, c.child("snapshot"), &random.RandomIdArgs{
		ByteLength: pulumi.Int(4),
	}, c.options()...)
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("name final snapshot: %w", err)
	}
	return suffix.Hex, nil
}

// after returns value as an output that is known only after all the others. A resource that uses it is created after
// them and deleted before them.
func after(value pulumi.StringInput, others ...any) pulumi.StringOutput {
	return pulumi.All(append([]any{value}, others...)...).ApplyT(func(all []any) string {
		first, _ := all[0].(string)
		return first
	}).(pulumi.StringOutput)
}

// or returns value, or fallback if value is zero.
func or[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// distinct returns the values sorted and without duplicates.
func distinct(values pulumi.StringArray) pulumi.StringArrayOutput {
	return values.ToStringArrayOutput().ApplyT(func(all []string) []string {
		return slices.Compact(slices.Sorted(slices.Values(all)))
	}).(pulumi.StringArrayOutput)
}

// optional returns nil for the empty string, so that the provider chooses.
func optional(value string) pulumi.StringPtrInput {
	if value == "" {
		return nil
	}
	return pulumi.String(value)
}

// pointer returns value as an optional input, nil if value is nil.
func pointer(value pulumi.StringInput) pulumi.StringPtrInput {
	if value == nil {
		return nil
	}
	return value.ToStringOutput().ToStringPtrOutput()
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
