package report

import (
	"cmp"
	"slices"
	"strings"
)

// merge draws links of one kind as one: things with the same link to the same end, or from it, get a group around them,
// and one link of the group takes the place of theirs.
func (p *Picture) merge() {
	p.mergeEnds(func(l *Link) (own, other *string) { return &l.From, &l.To })
	p.mergeEnds(func(l *Link) (own, other *string) { return &l.To, &l.From })
	p.arrange(p.Groups)
}

// arrange puts the things that links lead to above the others of their group. Mermaid draws the links of a group as
// those of its first thing; with all things in one row, a link would cross the ones beside its end.
func (p *Picture) arrange(groups []Group) {
	reached := func(t Thing) bool {
		return slices.ContainsFunc(p.Links, func(l Link) bool { return l.To == t.Id && !l.Hidden })
	}
	for i := range groups {
		p.arrange(groups[i].Groups)
		if !strings.HasPrefix(groups[i].Id, aroundPrefix) {
			continue
		}
		things := groups[i].Things
		slices.SortStableFunc(things, func(a, b Thing) int {
			return cmp.Compare(boolRank(!reached(a)), boolRank(!reached(b)))
		})
		for _, thing := range things {
			if reached(things[0]) && !reached(thing) {
				p.Links = append(p.Links, Link{From: things[0].Id, To: thing.Id, Hidden: true})
			}
		}
	}
}

func boolRank(value bool) int {
	if value {
		return 1
	}
	return 0
}

// aroundPrefix begins the ids of groups that only merge links.
const aroundPrefix = "around "

// kindOf identifies links that differ in one end only.
type kindOf struct {
	other, label string
	loose        bool
}

// mergeEnds merges the links that differ only in the end that ends returns first. The largest sets come first, so that
// smaller ones get groups within theirs.
func (p *Picture) mergeEnds(ends func(*Link) (own, other *string)) {
	sets := map[kindOf][]string{}
	for i := range p.Links {
		own, other := ends(&p.Links[i])
		kind := kindOf{*other, p.Links[i].Label, p.Links[i].Loose}
		if !slices.Contains(sets[kind], *own) {
			sets[kind] = append(sets[kind], *own)
		}
	}
	root := Group{Groups: p.Groups, Things: p.Things}
	for _, kind := range kindsBySize(sets) {
		for _, part := range root.split(sets[kind]) {
			group := root.around(part, kind.other)
			if group == "" {
				continue
			}
			p.replace(ends, kind, part, group)
		}
	}
	p.Groups, p.Things = root.Groups, root.Things
}

func kindsBySize(sets map[kindOf][]string) []kindOf {
	var kinds []kindOf
	for kind, ids := range sets {
		if len(ids) > 1 {
			kinds = append(kinds, kind)
		}
	}
	slices.SortFunc(kinds, func(a, b kindOf) int {
		return cmp.Or(
			cmp.Compare(len(sets[b]), len(sets[a])), cmp.Compare(a.other, b.other), cmp.Compare(a.label, b.label),
		)
	})
	return kinds
}

// replace puts one link of the group in the place of those of its members.
func (p *Picture) replace(ends func(*Link) (own, other *string), kind kindOf, members []string, group string) {
	var links []Link
	for _, link := range p.Links {
		own, other := ends(&link)
		if slices.Contains(members, *own) && (kindOf{*other, link.Label, link.Loose}) == kind {
			*own = group
		}
		if !slices.Contains(links, link) {
			links = append(links, link)
		}
	}
	p.Links = links
}

// split returns the ids by the innermost group that they are in, because only ids of one group can get a group around
// them. Ids that are all of a group stay together.
func (g *Group) split(ids []string) [][]string {
	if len(ids) < 2 {
		return nil
	}
	if g.Id != "" && len(g.ids()) == len(ids) {
		return [][]string{ids}
	}
	var all [][]string
	direct := slices.Clone(ids)
	for i := range g.Groups {
		var inner []string
		direct = slices.DeleteFunc(direct, func(id string) bool {
			if g.Groups[i].has(id) {
				inner = append(inner, id)
			}
			return g.Groups[i].has(id)
		})
		all = append(all, g.Groups[i].split(inner)...)
	}
	if len(direct) > 1 {
		all = append(all, direct)
	}
	return all
}

// around returns the id of a group that has exactly these things, and makes it if necessary. It returns "" if the
// things are not those of one group, or if the other end of the link is among them.
func (g *Group) around(ids []string, other string) string {
	for i := range g.Groups {
		inner := &g.Groups[i]
		if !inner.hasAll(ids) {
			continue
		}
		if len(inner.ids()) == len(ids) && inner.Id != "" && !inner.has(other) && inner.Id != other {
			return inner.Id
		}
		return inner.around(ids, other)
	}
	var within []Thing
	rest := slices.DeleteFunc(slices.Clone(g.Things), func(t Thing) bool {
		member := slices.Contains(ids, t.Id)
		if member {
			within = append(within, t)
		}
		return member
	})
	if len(within) != len(ids) || slices.Contains(ids, other) {
		return ""
	}
	made := Group{Id: aroundPrefix + strings.Join(ids, " "), Things: within}
	g.Things, g.Groups = rest, append(g.Groups, made)
	return made.Id
}

// ids returns those of all things in the group.
func (g *Group) ids() []string {
	var all []string
	for _, thing := range g.Things {
		all = append(all, thing.Id)
	}
	for i := range g.Groups {
		all = append(all, g.Groups[i].ids()...)
	}
	return all
}

func (g *Group) has(id string) bool { return slices.Contains(g.ids(), id) }

func (g *Group) hasAll(ids []string) bool {
	own := g.ids()
	return !slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(own, id) })
}
