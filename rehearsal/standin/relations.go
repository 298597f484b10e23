package standin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// refer refuses an input that names nothing. Of an update it checks the new names only: the cloud
// does not ask again about the rest. In a preview what is named may be there by the time it is needed:
// names are known long before identifiers.
func (o *Op) refer(ref Ref) {
	for _, v := range o.All(ref.Path) {
		text := v.Text()
		if text == "" || ref.HasBuiltin(text) {
			continue
		}
		if target := o.target(ref, text); target != nil {
			if !slices.Contains(o.refs, target.Urn) {
				o.refs = append(o.refs, target.Urn)
			}
			continue
		}
		if o.Preview || o.Old != nil && o.Old.names(ref.Path, text) {
			continue
		}
		if ref.Outside && !o.World.Minted(text) {
			o.Assume(v, "exists outside this program: "+ref.kinds())
			continue
		}
		o.RefuseBy(reference, v, ref.Code, "no such "+ref.kinds()+" exists"+o.elsewhere(ref, text),
			"name one that this program creates before it, by its output")
	}
}

// elsewhere explains a name that exists, but not for this resource.
func (o *Op) elsewhere(ref Ref, text string) string {
	for _, to := range ref.To {
		if r := o.World.Find(to.Token, to.by(), text); r != nil && o.World.refused[r.Urn] == "" {
			return " in " + o.Scope.Region + " (" + r.Label() + " is in " + r.Region + ")"
		}
	}
	if r := o.World.ByArn(text); r != nil && strings.HasPrefix(text, "arn:") && o.World.refused[r.Urn] == "" {
		return " by that name: it is the ARN of " + r.Label()
	}
	if o.World.Minted(text) {
		return " any more"
	}
	return ""
}

func (o *Op) target(ref Ref, text string) *Resource {
	for _, to := range ref.To {
		for _, r := range o.World.Where(to.Token, to.by(), text) {
			if r.in(o.Scope.Region) {
				return r
			}
		}
	}
	for _, r := range o.World.Mentions(text) {
		if r.Opaque && r.made(text) {
			return r
		}
	}
	return nil
}

// HasBuiltin reports whether every account has what the text names.
func (r Ref) HasBuiltin(text string) bool {
	return r.Builtin != "" && strings.HasPrefix(text, r.Builtin)
}

func (r Ref) kinds() string {
	var names []string
	for _, to := range r.To {
		if name := ShortType(to.Token); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

func (t Target) by() string {
	if t.By == "" {
		return "id"
	}
	return t.By
}

// region returns where the resource lives; empty for a type that has no region.
func (o *Op) region() string {
	if o.Kind.Global {
		return ""
	}
	return o.Scope.Region
}

// alone refuses a resource that would be a second one under the same name.
func (o *Op) alone(unique Unique) {
	key := o.In(unique.By[0])
	if key.Text() == "" {
		return
	}
	path, text := o.rarest(unique.By)
	for _, other := range o.World.Where(o.Kind.lives(), path, text) {
		switch {
		case other == o.Old || !other.in(o.Scope.Region) || o.World.refused[other.Urn] != "":
		case o.Preview && other.Urn == o.Urn: // a replacement whose old self may be gone by then
		case !o.agrees(other, unique.By):
		case unique.Ignore != nil && unique.Ignore(o, other):
		default:
			fix := unique.Fix
			if fix == "" {
				fix = "give it another name, or let go of the other first"
			}
			at := key
			if unique.At != "" {
				at = o.In(unique.At)
			}
			o.RefuseBy(duplicate, at, unique.Code, unique.Rule+" ("+other.Label()+" has it)", fix)
			return
		}
	}
}

// rarest is the property among them, and its text, that the fewest others of the type mention: a group
// with a thousand rules is not searched through for each.
func (o *Op) rarest(paths []string) (path, text string) {
	fewest := -1
	for _, candidate := range paths {
		value := o.In(candidate).Text()
		if value == "" {
			continue
		}
		if others := len(o.World.byText[mention{o.Kind.lives(), value}]); fewest < 0 || others < fewest {
			path, text, fewest = candidate, value, others
		}
	}
	return path, text
}

func (o *Op) agrees(other *Resource, paths []string) bool {
	for _, path := range paths {
		mine, theirs := o.In(path), other.Out(path)
		if mine.Unknown() || !open(mine.raw).DeepEquals(open(theirs.raw)) {
			return false
		}
	}
	return true
}

// remove ends a resource.
func (c *compiled) remove(op *Op) {
	op.Old = op.World.oldest(c.lives(), op.Id, op.Urn)
	if op.Old == nil {
		return
	}
	op.inputs = NewValue("", resource.NewProperty(op.Old.Inputs))
	for _, hold := range c.HeldBy {
		op.held(hold)
	}
	for _, rule := range c.OnDelete {
		op.try(func() { rule.Apply(op) })
	}
	op.permitted(op.Old)
	op.World.forgive(op.Draft)
	switch {
	case op.Refused():
	case c.Adopts:
		left := *op.Old
		left.Urn, left.Type, left.Preexisting = "", "", true
		op.World.swap(op.Old, &left)
	default:
		op.World.drop(op.Old)
	}
}

func (o *Op) held(hold Hold) {
	key := o.Old.Out(hold.By)
	if key.Text() == "" {
		return
	}
	for _, holder := range o.World.Where(hold.Token, hold.Path, key.Text()) {
		if holder == o.Old || hold.When != nil && !hold.When(o.World, holder, o.Old) {
			continue
		}
		key.path = lastKey(keyName(hold.By))
		fix := "delete " + holder.Label() + " first: it must depend on what it uses"
		if name := o.Kind.Name.Property; name != "" && !filled(o.Old.Inputs)[name] && !o.Old.In(name).Missing() {
			fix += "; if it is to be replaced, leave " + name + " out, so that the new one can be created before the old " +
				"one is deleted"
		}
		o.RefuseBy(inUse, key, o.Kind.InUse, fmt.Sprintf("it cannot be deleted while %s uses it", holder.Label()), fix)
	}
}

func keyName(by string) string {
	if by == "" {
		return "id"
	}
	return by
}

// shows reports whether one of the secrets is within a value.
func shows(value resource.PropertyValue, secrets map[string]bool) bool {
	found := false
	textsWithin(value, func(text string, _ bool) {
		for secret := range secrets {
			found = found || strings.Contains(text, secret)
		}
	})
	return found
}
