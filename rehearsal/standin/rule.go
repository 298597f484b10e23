package standin

import (
	"slices"
	"strings"
	"sync/atomic"
)

// Identity is the entry of a rule in the list of rules, by which a person looks it up.
type Identity struct {
	// ID is a service and a short name, such as ecs/service-connect-port-name. A refusal ends with it.
	ID string
	// Refuses describes in plain words the programs that the rule refuses, or warns of.
	Refuses string
	// Source is the URL of the page or the public report that states the rule.
	Source string
	// Warns reports whether the rule warns of something that works, instead of refusing it.
	Warns bool

	used atomic.Bool
}

var identities []*Identity

// Identify adds an entry to the list of rules. It is for package variables.
func Identify(id, refuses, source string) *Identity {
	identity := &Identity{ID: id, Refuses: refuses, Source: source}
	identities = append(identities, identity)
	return identity
}

// Identities returns the entries of all rules of the program, sorted by ID.
func Identities() []*Identity {
	sorted := slices.Clone(identities)
	slices.SortStableFunc(sorted, func(a, b *Identity) int { return strings.Compare(a.ID, b.ID) })
	return sorted
}

// OnInputs returns a rule that judges inputs alone.
func (i *Identity) OnInputs(judge func(*Draft)) CheckRule { return NewRule(i, judge) }

// OnOperation returns a rule that judges an operation against the live world.
func (i *Identity) OnOperation(judge func(*Op)) Rule { return NewRule(i, judge) }

// Use notes that the rule refuses or warns of something, and returns its ID.
func (i *Identity) Use() string {
	i.used.Store(true)
	return i.ID
}

// Tag returns the ID as it stands at the end of a refusal.
func (i *Identity) Tag() string { return " [" + i.Use() + "]" }

// Used reports whether the rule has refused or warned of something in this process.
func (i *Identity) Used() bool { return i.used.Load() }

// CheckRule judges inputs alone.
type CheckRule = RuleOf[*Draft]

// Rule judges an operation against the live world.
type Rule = RuleOf[*Op]

// subject is implemented by Draft, and by all types that embed it.
type subject interface {
	under(rule *Identity) (leave func())
}

// RuleOf is a rule about a draft, an operation, or a type that embeds one of them. Its refusals end with its ID.
type RuleOf[T subject] struct {
	*Identity

	judge func(T)
}

// NewRule returns a rule whose entry in the list of rules is identity.
func NewRule[T subject](identity *Identity, judge func(T)) RuleOf[T] {
	return RuleOf[T]{identity, judge}
}

// Effect returns a step that runs among the rules and refuses nothing by itself.
func Effect[T subject](step func(T)) RuleOf[T] { return RuleOf[T]{judge: step} }

// Apply runs the rule.
func (r RuleOf[T]) Apply(to T) {
	if r.Identity != nil {
		defer to.under(r.Identity)()
	}
	r.judge(to)
}

// under has the rule judge the draft until the returned function is called.
func (d *Draft) under(rule *Identity) (leave func()) {
	outer := d.rule
	d.rule = rule
	return func() { d.rule = outer }
}

// RefuseBy refuses a value as Refuse does, by a rule that is not the one that runs.
func (d *Draft) RefuseBy(rule *Identity, at Value, code, text, fix string) {
	defer d.under(rule)()
	d.Refuse(at, code, text, fix)
}

const awsErrors = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"

// The rules of every type.
var (
	rightType = Identify("provider/type", "A value of another type than the property has",
		"https://www.pulumi.com/registry/packages/aws/api-docs/")
	knownArgument = Identify("provider/argument", "A property that the resource type does not have",
		"https://www.pulumi.com/registry/packages/aws/api-docs/")
	requiredArgument = Identify("provider/required", "A resource without a property that its type requires",
		"https://www.pulumi.com/registry/packages/aws/api-docs/")
	automaticName = Identify("provider/name", "A resource for which the engine can make no automatic name",
		"https://www.pulumi.com/docs/iac/concepts/resources/names/")
	stillThere = Identify("cloud/deleted", "An update of a resource that no longer exists",
		"https://www.pulumi.com/docs/iac/cli/commands/pulumi_refresh/")
	reference = Identify("cloud/reference", "A reference to a resource that does not exist, or not in this region",
		awsErrors)
	duplicate = Identify("cloud/duplicate", "A second resource under a name, or another key, that must be unique",
		awsErrors)
	inUse = Identify("cloud/in-use", "The deletion of a resource that another one still uses", awsErrors)
)
