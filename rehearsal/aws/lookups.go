package aws

import (
	_ "embed" // for the table
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

//go:embed lookups.tsv
var lookupTable string

// lookup is a function that finds live resources of a type, a row of lookups.tsv.
type lookup struct {
	token string
	// plural is the function that lists the identifiers of all that match; it is empty if the provider has none.
	plural string
	kind   string
	// args are the arguments that a resource must agree with, with the properties that they mean. An argument that is not
	// among them selects nothing.
	args map[string]string
	// filters are the names of EC2's filters, with the properties that they mean.
	filters map[string]string
}

// idProperty is the property of the identifier in args and filters.
const idProperty = "id"

// lookups returns the functions that this world answers from its resources.
var lookups = sync.OnceValue(func() []lookup {
	var all []lookup
	for line := range strings.Lines(lookupTable) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		all = append(all, lookup{row[0], row[1], row[2], pairs(row[3]), pairs(row[4])})
	}
	return all
})

// pairs reads name=property,name=property.
func pairs(text string) map[string]string {
	all := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		if name, property, ok := strings.Cut(pair, "="); ok {
			all[name] = property
		}
	}
	return all
}

func lookupInvokes() map[string]standin.Invoke {
	all := map[string]standin.Invoke{}
	for _, l := range lookups() {
		all[l.token] = l.one
		if l.plural != "" {
			all[l.plural] = l.many
		}
	}
	return all
}

// one answers a function that is about one resource.
func (l lookup) one(q *standin.Question) (standin.Props, error) {
	found, err := l.find(q)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, l.nobody()
	case len(found) > 1:
		return nil, fmt.Errorf("%s: %d resources match; use more arguments, so that one does",
			standin.ShortType(l.token), len(found))
	}
	result := properties(found[0])
	if more := lookupResults[l.token]; more != nil {
		maps.Copy(result, more(q, found[0]))
	}
	return echoed(q, result), nil
}

// many answers a function that lists identifiers. None may be right, but more likely they are in the person's account.
func (l lookup) many(q *standin.Question) (standin.Props, error) {
	found, err := l.find(q)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, l.nobody()
	}
	ids, arns, vpcs := []any{}, []any{}, []any{}
	for _, r := range found {
		ids, arns, vpcs = append(ids, r.Id), append(arns, r.Out("arn").Text()), append(vpcs, r.Out("vpcId").Text())
	}
	return echoed(q, standin.Props{"id": q.Scope.Region, "ids": ids, "arns": arns, "vpcIds": vpcs}), nil
}

func (l lookup) nobody() error {
	return fmt.Errorf("no %s of this program or of a new account matches: %w", standin.ShortType(l.kind),
		standin.ErrUnanswered)
}

// find returns the live resources of the region that agree with all arguments.
func (l lookup) find(q *standin.Question) ([]*standin.Resource, error) {
	if strings.HasPrefix(l.kind, "aws:ec2/") {
		defaultVpc(q.World, q.Scope) // each account has one from the beginning
	}
	var found []*standin.Resource
	candidates := q.World.Live(l.kind)
	if l.kind == token.Ec2SecurityGroup {
		candidates = append(candidates, ownGroups(q.World)...)
	}
	for _, r := range candidates {
		if r.Region != "" && r.Region != q.Scope.Region {
			continue
		}
		fits, err := l.fits(q, r)
		if err != nil {
			return nil, err
		}
		if fits {
			found = append(found, r)
		}
	}
	return found, nil
}

func (l lookup) fits(q *standin.Question, r *standin.Resource) (bool, error) {
	for _, key := range q.Args.Keys() {
		property, selects := l.args[key]
		if selects && isGiven(q.Args.Key(key)) && !agrees(q.World, r, property, scalarText(q.Args.Key(key))) {
			return false, nil
		}
	}
	tags := q.Args.At("tags")
	for _, key := range tags.Keys() {
		if r.Out("tags").Key(key).Text() != tags.Key(key).Text() {
			return false, nil
		}
	}
	for _, filter := range q.Args.At("filters").Items() {
		fits, err := l.passes(q.World, r, filter)
		if err != nil || !fits {
			return false, err
		}
	}
	return true, nil
}

// passes judges one of EC2's filters: any of its values will do, and * stands for any text.
func (l lookup) passes(world *standin.View, r *standin.Resource, filter standin.Value) (bool, error) {
	name := filter.At("name").Text()
	tag, tagged := strings.CutPrefix(name, "tag:")
	property, known := l.filters[name]
	if !known && !tagged && name != "tag-key" {
		return false, fmt.Errorf("the filter %q is not known here: %w", name, standin.ErrUnanswered)
	}
	for _, value := range filter.At("values").Texts() {
		var fits bool
		switch {
		case tagged:
			fits = matchesPattern(r.Out("tags").Key(tag).Text(), value)
		case name == "tag-key":
			fits = slices.Contains(r.Out("tags").Keys(), value)
		default:
			fits = agrees(world, r, property, value)
		}
		if fits {
			return true, nil
		}
	}
	return false, nil
}

// matchesPattern compares a text with a pattern in which * stands for any text.
func matchesPattern(text, pattern string) bool {
	before, rest, more := strings.Cut(pattern, "*")
	if !more {
		return text == pattern
	}
	if !strings.HasPrefix(text, before) {
		return false
	}
	text = text[len(before):]
	for i := range len(text) + 1 {
		if matchesPattern(text[i:], rest) {
			return true
		}
	}
	return false
}

func agrees(world *standin.View, r *standin.Resource, property, want string) bool {
	switch property {
	case "isDefault":
		return want == strconv.FormatBool(isDefault(world, r))
	case "state":
		return want == "available"
	case idProperty:
		return r.Id == want || r.Out("arn").Text() == want
	}
	return matchesPattern(scalarText(r.Out(property)), want)
}

func scalarText(v standin.Value) string {
	if !v.Known() {
		return ""
	}
	return fmt.Sprint(v.Raw().Mappable())
}
