package standin

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// World is the cloud: every live resource of every type, and the operations on them. It may be used by
// many at once.
type World struct {
	mu   sync.RWMutex
	view View
}

// NewWorld makes an empty world.
func NewWorld() *World { return &World{view: newView()} }

// Look calls look with a consistent view of the world, which nothing changes before look returns. The view must
// not be kept.
func (w *World) Look(look func(*View)) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	look(&w.view)
}

// Live returns all live resources in the order of their creation.
func (w *World) Live() []*Resource {
	var live []*Resource
	w.Look(func(v *View) { live = v.All() })
	return live
}

// History returns all operations since the world was made, in the order in which they began.
func (w *World) History() []Operation {
	var history []Operation
	w.Look(func(v *View) { history = slices.Clone(v.history) })
	return history
}

// Assumptions returns the things outside this world that live resources name, in the order of their creation.
func (w *World) Assumptions() []Assumption {
	var all []Assumption
	w.Look(func(v *View) { all = v.assumed() })
	return all
}

func (w *World) change(change func(*View)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.view)
}

// View is the world as one operation sees it. Queries use an index over the text of all properties, so
// that a rule costs the same in a large world.
type View struct {
	clock       int64
	now         func() time.Time
	byToken     map[string][]*Resource
	byText      map[mention]map[int64]*Resource
	byArn       map[string]map[int64]*Resource
	minted      map[string]bool
	history     []Operation
	events      []Event
	assumptions []Assumption
	run         int64
	declared    map[string][]string
	// unjudged are the unknown types by token, and the unanswered calls by token and entry, of the present run.
	unjudged map[string]Unjudged
	// forgiven is what a survey has refused and let pass, and refused are the labels of those resources by URN.
	forgiven []Forgiven
	refused  map[string]string
}

// mention is a text among the properties of the resources of one type.
type mention struct{ token, text string }

func newView() View {
	return View{
		byToken: map[string][]*Resource{},
		byText:  map[mention]map[int64]*Resource{},
		byArn:   map[string]map[int64]*Resource{},
		minted:  map[string]bool{},

		declared: map[string][]string{},
		unjudged: map[string]Unjudged{},
		refused:  map[string]string{},
	}
}

// Tick advances the clock of the world; every creation, and every start and end of an operation, has a
// tick of its own.
func (v *View) Tick() int64 {
	v.clock++
	return v.clock
}

// Now returns the tick of the latest event.
func (v *View) Now() int64 { return v.clock }

// All returns all live resources in the order of their creation.
func (v *View) All() []*Resource {
	var all []*Resource
	for _, resources := range v.byToken {
		all = append(all, resources...)
	}
	slices.SortFunc(all, bySeq)
	return all
}

// Live returns the live resources of one type in the order of their creation.
func (v *View) Live(token string) []*Resource { return slices.Clone(v.byToken[token]) }

// Get returns the live resource of a type with that identifier, or nil.
func (v *View) Get(token, id string) *Resource { return first(v.Where(token, "id", id)) }

// Find returns the first live resource of the type whose property at path is (or, for a list, holds) text.
func (v *View) Find(token, path, text string) *Resource { return first(v.Where(token, path, text)) }

// Where returns the live resources of the type whose property at path is (or holds) text.
func (v *View) Where(token, path, text string) []*Resource {
	var found []*Resource
	for _, r := range v.byText[mention{token, text}] {
		if r.names(path, text) {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, bySeq)
	return found
}

// WhereBoth returns the live resources of the type for which both are true: the property at path is (or holds) text,
// and so is the other property. It looks at the fewer of the two kinds, which Where does not.
func (v *View) WhereBoth(token, path, text, otherPath, otherText string) []*Resource {
	if len(v.byText[mention{token, otherText}]) < len(v.byText[mention{token, text}]) {
		path, text, otherPath, otherText = otherPath, otherText, path, text
	}
	return slices.DeleteFunc(v.Where(token, path, text), func(r *Resource) bool { return !r.names(otherPath, otherText) })
}

// Mentions returns the live resources that have text as a whole value somewhere among their properties.
func (v *View) Mentions(text string) []*Resource {
	var found []*Resource
	for token := range v.byToken {
		for _, r := range v.byText[mention{token, text}] {
			found = append(found, r)
		}
	}
	slices.SortFunc(found, bySeq)
	return found
}

// ByArn returns the live resource with that ARN, or nil.
func (v *View) ByArn(arn string) *Resource {
	var oldest *Resource
	for _, r := range v.byArn[arn] {
		if oldest == nil || r.Seq < oldest.Seq {
			oldest = r
		}
	}
	return oldest
}

// arns returns the texts by which ByArn finds a resource: its ARN, and its identifier, which often is one. An ARN among
// its inputs is that of another resource.
func arns(r *Resource) []string {
	var own []string
	if r.In("arn").Missing() {
		own = r.Out("arn").Texts()
	}
	if !strings.HasPrefix(r.Id, "arn:") || !r.given()[r.Id] {
		own = append(own, r.Id)
	}
	return own
}

// Minted reports that this world once made the identifier or ARN, whether it still lives or not, or was
// asked to remember it.
func (v *View) Minted(id string) bool { return v.minted[id] }

// Remember notes a fact that outlives the resource it comes from, such as a snapshot that was taken.
func (v *View) Remember(fact string) { v.minted[fact] = true }

// Furnish puts a resource into the world that was in the account before any program.
func (v *View) Furnish(r Resource) *Resource {
	r.Seq, r.Preexisting, r.Inputs, r.Marks = v.Tick(), true, resource.PropertyMap{}, map[string]int64{}
	v.put(&r)
	v.mint(&r, "")
	return &r
}

// Outputs makes the properties of a resource out of plain values.
func Outputs(props Props) resource.PropertyMap { return props.properties() }

func (v *View) put(r *Resource) {
	v.byToken[r.Token] = append(v.byToken[r.Token], r)
	v.index(r)
}

// mint remembers the identifier, ARN and name of a new resource. Its inputs may name others, such as the bucket of a
// bucket policy: only the input that is its own name counts, and none if the resource was refused.
func (v *View) mint(r *Resource, naming string) {
	given := r.given()
	for _, property := range []string{"id", "arn", "name", naming} {
		text := r.Out(property).Text()
		own := (property == "name" || property == naming) && v.refused[r.Urn] == ""
		if property != "" && text != "" && (own || !given[text]) {
			v.minted[text] = true
		}
	}
}

func (v *View) swap(old, now *Resource) {
	v.unindex(old)
	list := v.byToken[old.Token]
	list[slices.Index(list, old)] = now
	v.index(now)
}

func (v *View) drop(r *Resource) {
	v.unindex(r)
	list := v.byToken[r.Token]
	at := slices.Index(list, r)
	v.byToken[r.Token] = slices.Delete(list, at, at+1)
}

func (v *View) index(r *Resource) {
	add := func(text string, _ bool) { addTo(v.byText, mention{r.Token, text}, r) }
	add(r.Id, false)
	textsWithin(resource.NewProperty(r.Outputs), add)
	for _, arn := range arns(r) {
		addTo(v.byArn, arn, r)
	}
}

func (v *View) unindex(r *Resource) {
	remove := func(text string, _ bool) { removeFrom(v.byText, mention{r.Token, text}, r) }
	remove(r.Id, false)
	textsWithin(resource.NewProperty(r.Outputs), remove)
	for _, arn := range arns(r) {
		removeFrom(v.byArn, arn, r)
	}
}

func addTo[K comparable](index map[K]map[int64]*Resource, key K, r *Resource) {
	if index[key] == nil {
		index[key] = map[int64]*Resource{}
	}
	index[key][r.Seq] = r
}

func removeFrom[K comparable](index map[K]map[int64]*Resource, key K, r *Resource) {
	delete(index[key], r.Seq)
	if len(index[key]) == 0 {
		delete(index, key)
	}
}

// known returns the resources that the engine may mean, oldest first: by type, identifier and URN, of which a
// replacement leaves two; by type and identifier alone, and then the oldest, if an alias has given it a new URN.
func (v *View) known(token, id, urn string) []*Resource {
	candidates := v.Where(token, "id", id)
	same := slices.DeleteFunc(slices.Clone(candidates), func(r *Resource) bool { return r.Urn != urn })
	if len(same) == 0 && len(candidates) > 0 {
		return candidates[:1]
	}
	return same
}

// oldest returns the resource that the engine deletes: of a replacement the old one. It returns nil if there is none.
func (v *View) oldest(token, id, urn string) *Resource { return first(v.known(token, id, urn)) }

// newest returns the resource that the engine updates or reads: of a replacement the new one. It returns nil if there
// is none.
func (v *View) newest(token, id, urn string) *Resource {
	known := v.known(token, id, urn)
	return first(known[max(0, len(known)-1):])
}

func first(resources []*Resource) *Resource {
	if len(resources) == 0 {
		return nil
	}
	return resources[0]
}

func bySeq(a, b *Resource) int { return int(a.Seq - b.Seq) }
