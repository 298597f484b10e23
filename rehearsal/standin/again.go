package standin

import "github.com/pulumi/pulumi/sdk/v3/go/common/resource"

// Again judges a live resource as it is now, as if nothing of it had changed, and returns the refusals.
func (v *View) Again(r *Resource, judge func(*Op)) []*Refusal {
	inputs := NewValue("", resource.NewProperty(r.Inputs))
	op := &Op{
		Draft: &Draft{
			Kind: &Kind{Token: r.Token}, Urn: r.Urn, Name: r.Name, Scope: Scope{Region: r.Region, Account: r.Account},
			inputs: inputs, before: inputs,
		},
		Verb: Update, Id: r.Id, World: v, Old: r, This: r, Start: v.Now(),
	}
	op.try(func() { judge(op) })
	return op.refusals
}

// Changed reports whether the run of the engine has created, changed or deleted anything in the cloud.
func (v *View) Changed() bool {
	for _, op := range v.history {
		if v.ThisRun(op.Start) && !op.Local && op.Verb != Read {
			return true
		}
	}
	return false
}
