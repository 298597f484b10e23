package standin

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Draft is a resource as the program wrote it, for rules that need nothing else.
type Draft struct {
	// Kind is the type.
	Kind *Kind
	// Urn and Name identify the resource in the program.
	Urn, Name string
	// Scope is the account and region that the provider was configured with.
	Scope Scope

	inputs   Value
	before   Value // the inputs that the resource has; none if it is new
	accepted []Acceptance
	refusals []*Refusal
	rule     *Identity // the rule that runs
	survey   bool
	// permission is nil if the caller may do everything.
	permission Permission
	lenient    bool
}

// Scope is where the resources of one provider live.
type Scope struct {
	Region, Account string
	// DefaultTags are put on everything that has tags.
	DefaultTags map[string]string
	// Config is the whole provider configuration.
	Config Value
}

// In returns an input at a dotted path.
func (d *Draft) In(path string) Value { return d.inputs.At(path) }

// All returns the inputs at a path that passes through lists; see [Value.All].
func (d *Draft) All(path string) []Value { return d.inputs.All(path) }

// Inputs returns the object of all inputs.
func (d *Draft) Inputs() Value { return d.inputs }

// Refuse records that the cloud would refuse the value: code is the cloud's error code, rule the broken rule in words,
// and fix the remedy. A zero Value refuses the resource as a whole. The refusal names the rule that runs.
func (d *Draft) Refuse(at Value, code, rule, fix string) {
	refusal := &Refusal{By: d.rule, Code: code, Resource: d.label(), Property: at.path, Rule: rule, Fix: fix}
	if at.path != "" {
		refusal.Value = at.Show()
	}
	d.refusals = append(d.refusals, refusal)
}

// Refused reports that something has been refused already.
func (d *Draft) Refused() bool { return len(d.refusals) > 0 }

func (d *Draft) label() string { return ShortType(d.Kind.Token) + " '" + d.Name + "'" }

// Verb is the sort of an operation.
type Verb string

// The verbs of operations.
const (
	Create Verb = "create"
	Update Verb = "update"
	Delete Verb = "delete"
	// Read is a look at a live resource, as in a refresh.
	Read Verb = "read"
)

// Op is one operation on the live world, which no other operation changes meanwhile.
type Op struct {
	*Draft
	// Verb is the sort of the operation.
	Verb Verb
	// Preview reports whether nothing will be done. What the program creates before this resource is not in the
	// world yet: a rule must not refuse because something is missing.
	Preview bool
	// Id is the identifier; empty before a creation has made it.
	Id string
	// World is the live world.
	World *View
	// Old is the live resource that is updated or deleted; nil at create.
	Old *Resource
	// This is the live resource as it is once created or updated: for Steady rules.
	This *Resource
	// Start is the tick at which the operation began; 0 in a preview.
	Start int64

	computed Props
	refs     []string
}

// Was returns an input before the update, or of a resource that is being deleted.
func (o *Op) Was(path string) Value {
	if o.Old == nil {
		return NewValue(path, resource.NewNullProperty())
	}
	return o.Old.In(path)
}

// Changed reports that an update changes the input at path; at create everything changes.
func (o *Op) Changed(path string) bool {
	if o.Old == nil {
		return true
	}
	old, now := o.Was(path), o.In(path)
	return !open(old.raw).DeepEquals(open(now.raw))
}

// Has returns the property that the resource will have: its input if set, and the computed value otherwise.
func (o *Op) Has(path string) Value {
	if in := o.In(path); !in.Missing() {
		return in
	}
	if value := NewValue("", property(o.computed)).At(path); !value.Missing() {
		return value
	}
	if o.Old != nil {
		return o.Old.Out(path)
	}
	return NewValue(path, resource.NewNullProperty())
}

// Compute sets outputs that are known before the identifier, which may then be made of them.
func (o *Op) Compute(outputs Props) { maps.Copy(o.computed, outputs) }

// Assume notes that the value names something outside this world, which is taken to exist.
func (o *Op) Assume(at Value, what string) {
	if o.Preview || !at.Known() {
		return
	}
	o.World.assume(Assumption{
		Urn: o.Urn, Resource: o.label(), Property: at.path, Value: at.Show(), What: what,
	})
}
