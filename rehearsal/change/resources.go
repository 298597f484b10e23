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

// The AWS resource types that the report treats specially.
const (
	taskDefinitionType = token.EcsTaskDefinition
	serviceType        = token.EcsService
	databaseType       = token.RdsInstance
	parameterType      = token.SsmParameter
)

// Kind is the effect of a change on a resource.
type Kind int

// The kinds, the most severe first.
const (
	Replaced Kind = iota
	Deleted
	Updated
	Created
)

// Resource is a resource that changes.
type Resource struct {
	Kind Kind
	// Urn, Type and Name identify the resource. Type is the Pulumi type token.
	Urn, Type, Name string
	// DeletedFirst reports whether the old resource is deleted before its replacement is created.
	DeletedFirst bool
	// Forcing lists the properties that force a replacement.
	Forcing []string

	old, now map[string]any
	detailed map[string]string
	// copied reports whether the resource only holds a copy of a value.
	copied bool
}

// Label returns the short type and the name: "rds.Instance care-db".
func (r Resource) Label() string { return standin.ShortType(r.Type) + " " + r.Name }

// revision reports whether the resource is a new task definition revision. A revision is immutable, so each change
// registers another one and nothing is lost.
func (r Resource) revision() bool { return r.Type == taskDefinitionType && r.Kind == Replaced }

// Of returns the change that the engine made or planned.
func Of(stack string, result *rehearsal.Result) Change {
	c := Change{Stack: stack, order: report.NewGraph()}
	c.collect(result)
	return c
}

// collect merges the steps of the engine by resource.
func (c *Change) collect(result *rehearsal.Result) {
	c.result, c.Unchanged = result, 0
	found := map[string]*Resource{}
	created := map[string]bool{}
	for _, step := range result.Steps {
		if !inCloud(step) {
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
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(standin.ShortType(a.Type), standin.ShortType(b.Type)),
			cmp.Compare(a.Name, b.Name))
	})
}

var kinds = map[rehearsal.Op]Kind{
	rehearsal.OpCreate: Created, rehearsal.OpUpdate: Updated, rehearsal.OpDelete: Deleted,
	rehearsal.OpReplace: Replaced, rehearsal.OpCreateReplacement: Replaced, rehearsal.OpDeleteReplaced: Replaced,
}

// inCloud reports whether the step is about a resource in AWS. Components and providers are not.
func inCloud(step rehearsal.Step) bool {
	if strings.HasPrefix(step.Type, "pulumi:") {
		return false
	}
	return step.Old != nil && step.Old.Custom || step.New != nil && step.New.Custom
}

// add merges a step into the resource. A replacement consists of several steps.
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
