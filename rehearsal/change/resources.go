package change

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The types of AWS that a change has something of its own to say about.
const (
	taskDefinitionType = token.EcsTaskDefinition
	serviceType        = token.EcsService
	databaseType       = token.RdsInstance
	parameterType      = token.SsmParameter
)

// Kind is what becomes of a resource.
type Kind int

// The kinds, in the order in which a person wants to know of them.
const (
	Replaced Kind = iota
	Deleted
	Updated
	Created
)

// Resource is a resource that changes.
type Resource struct {
	Kind Kind
	// Urn, Type and Name say which; Type is Pulumi's token.
	Urn, Type, Name string
	// DeletedFirst says that the old one is gone before the new one is there.
	DeletedFirst bool
	// Forcing are the properties that force a replacement.
	Forcing []string

	old, now map[string]any
	detailed map[string]string
	// copied reports whether the resource holds nothing but a copy.
	copied bool
}

// Label names the resource for a person: "rds.Instance care-db".
func (r Resource) Label() string { return standin.ShortType(r.Type) + " " + r.Name }

// revision is what cannot be changed, so that each change makes another one beside it, and nothing is lost.
func (r Resource) revision() bool { return r.Type == taskDefinitionType && r.Kind == Replaced }

// Of reads the change from what the engine did, or would do.
func Of(stack string, result *rehearsal.Result) Change {
	c := Change{Stack: stack, order: report.NewGraph()}
	c.take(result)
	return c
}

// take gathers what the engine did, or would do, resource by resource.
func (c *Change) take(result *rehearsal.Result) {
	c.Unchanged = 0
	found := map[string]*Resource{}
	created := map[string]bool{}
	for _, step := range result.Steps {
		if !counts(step) {
			continue
		}
		if step.Op == rehearsal.OpSame || step.Op == rehearsal.OpRead {
			c.Unchanged++
			continue
		}
		kind, ok := kinds[step.Op]
		if !ok {
			continue
		}
		r := found[step.Urn]
		if r == nil {
			r = &Resource{Urn: step.Urn, Type: step.Type, Name: step.Name(), copied: c.copies[step.Urn]}
			found[step.Urn] = r
		}
		r.add(step, kind)
		created[step.Urn] = created[step.Urn] || step.Op == rehearsal.OpCreateReplacement
		r.DeletedFirst = r.DeletedFirst || step.Op == rehearsal.OpDeleteReplaced && !created[step.Urn]
	}
	c.Resources = nil
	for _, r := range found {
		c.Resources = append(c.Resources, *r)
	}
	slices.SortFunc(c.Resources, func(a, b Resource) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(standin.ShortType(a.Type), standin.ShortType(b.Type)), cmp.Compare(a.Name, b.Name))
	})
}

var kinds = map[rehearsal.Op]Kind{
	rehearsal.OpCreate: Created, rehearsal.OpUpdate: Updated, rehearsal.OpDelete: Deleted,
	rehearsal.OpReplace: Replaced, rehearsal.OpCreateReplacement: Replaced, rehearsal.OpDeleteReplaced: Replaced,
}

// counts leaves out components and providers, which are nothing in AWS.
func counts(step rehearsal.Step) bool {
	if strings.HasPrefix(step.Type, "pulumi:") {
		return false
	}
	return step.Old != nil && step.Old.Custom || step.New != nil && step.New.Custom
}

// add joins the steps that a replacement is made of.
func (r *Resource) add(step rehearsal.Step, kind Kind) {
	r.Kind = kind
	if step.Old != nil && step.Op != rehearsal.OpCreateReplacement {
		r.old = step.Old.Inputs
	}
	if step.New != nil {
		r.now = step.New.Inputs
	}
	if len(step.Detailed) > 0 {
		r.detailed = step.Detailed
	}
	if len(step.ReplaceKeys) > 0 {
		r.Forcing = step.ReplaceKeys
	}
}
