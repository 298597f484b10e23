package controls

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Project is what a project knows of the controls.
type Project struct {
	// Keys are the keys of the configuration that make controls hold, by the IDs of the controls.
	Keys map[string]string `yaml:"keys"`
	// Reasons are why the project accepts that a control does not hold, in all of its stacks.
	Reasons Reasons `yaml:"reasons"`
	// Stacks are the reasons that count in one stack, by its name. They precede Reasons.
	Stacks map[string]Reasons `yaml:"stacks"`
}

// Reasons maps the ID of a control, or its ID and the name of one resource, such as "S3.9 logs", to a reason.
type Reasons map[string]string

// Check returns an error if a control is not judged, or a reason is empty.
func (p Project) Check() error {
	for _, id := range slices.Sorted(maps.Keys(p.Keys)) {
		if !slices.Contains(ids(), id) {
			return fmt.Errorf("controls.keys.%s: is no control that is judged; %s", id, standin.Nearest(id, ids()))
		}
	}
	if err := p.Reasons.check("controls.reasons."); err != nil {
		return err
	}
	for _, stack := range slices.Sorted(maps.Keys(p.Stacks)) {
		if err := p.Stacks[stack].check("controls.stacks." + stack + "."); err != nil {
			return err
		}
	}
	return nil
}

func (r Reasons) check(path string) error {
	for _, key := range slices.Sorted(maps.Keys(r)) {
		id, _, _ := strings.Cut(key, " ")
		switch {
		case !slices.Contains(ids(), id):
			return fmt.Errorf("%s%s: %s is no control that is judged; %s", path, key, id, standin.Nearest(id, ids()))
		case strings.TrimSpace(r[key]) == "":
			return fmt.Errorf("%s%s: has no reason; write a sentence, or leave the line out", path, key)
		}
	}
	return nil
}

// find returns the key of the reason for a resource: the one that names the resource, or the one of the whole control.
func (r Reasons) find(id, name string) (key string, found bool) {
	for _, key := range []string{id + " " + name, id} {
		if _, ok := r[key]; ok {
			return key, true
		}
	}
	return "", false
}

// Apply adds the keys and the reasons of the project for a stack.
func (r *Result) Apply(stack string, project Project) {
	used := map[string]bool{}
	own := project.Stacks[stack]
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Key = cmp.Or(project.Keys[f.ID], f.Remedy)
		f.Breaches = slices.Clone(f.Breaches)
		for j := range f.Breaches {
			b := &f.Breaches[j]
			if key, ok := project.Reasons.find(f.ID, b.Name); ok {
				b.Reason, used["controls.reasons."+key] = project.Reasons[key], true
			}
			if key, ok := own.find(f.ID, b.Name); ok {
				b.Reason, used["controls.stacks."+stack+"."+key] = own[key], true
			}
		}
	}
	r.Idle = append(r.idle("controls.stacks."+stack+".", own, used, true), r.idle("controls.reasons.", project.Reasons,
		used, false)...)
}

// idle returns a sentence for each reason that is not used. One that counts in several stacks is left out if this stack
// has no such resource.
func (r *Result) idle(path string, reasons Reasons, used map[string]bool, own bool) []string {
	var found []string
	for _, key := range slices.Sorted(maps.Keys(reasons)) {
		switch judged := r.judges(key); {
		case used[path+key]:
		case judged:
			found = append(found, path+key+": the control holds, so the reason can go")
		case own:
			found = append(found, path+key+": the stack has no such resource, so the reason can go")
		}
	}
	return found
}

// judges reports whether a control judges the resource that a key of a reason names, or any if it names none.
func (r *Result) judges(key string) bool {
	id, name, named := strings.Cut(key, " ")
	return slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return f.ID == id && (!named || slices.ContainsFunc(f.Judged, func(j Resource) bool { return j.Name == name }))
	})
}
