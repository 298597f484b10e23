package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
)

// Document lays the model out.
func (m Model) Document() Document {
	how, picture := "rehearsed", "As deployed"
	if m.Preview {
		how, picture = "preview", "After the update (preview)"
	}
	return Document{
		Title: "Stack " + m.Stack + ", " + how + ": " + counted(m.Resources, "resource"),
		Sections: append([]Section{
			m.VerdictSection(), m.PictureSection(picture), m.PathsSection(), m.PublicSection(),
			m.ExposedSection(), m.WarningsSection(), m.LimitsSection(), m.ControlsSection(), m.AssumptionsSection(),
			m.DeploymentSection(), m.BillSection(),
		}, append(m.PendingSections(), m.UnjudgedSections()...)...),
	}
}

// PictureSection returns the graph under a title that states when the stack is so.
func (m Model) PictureSection(title string) Section {
	if len(m.Picture.Things)+len(m.Picture.Groups) == 0 {
		return Section{Title: title, Gist: "nothing to draw"}
	}
	return Section{Title: title, Picture: &m.Picture}
}

// PathsSection is who can reach whom.
func (m Model) PathsSection() Section {
	s := Section{Title: "Who can reach whom"}
	paths := SortedPaths(m.Paths)
	if len(paths) == 0 {
		s.Gist = "nobody can reach anything"
		return s
	}
	naming := m.naming()
	s.Table = &Table{Header: []string{"from", "to", "port", "through"}}
	for _, path := range paths {
		s.Table.Rows = append(s.Table.Rows, Row{
			Cells: []string{naming.call(path.From), naming.call(path.To), path.Port, bare(path.Rule)},
		})
	}
	return s
}

// SortedPaths begins with the ways in from the internet and goes on inwards, and has none twice.
func SortedPaths(paths []live.Path) []live.Path {
	depth := depths(paths)
	outwards := func(p live.Path) int {
		if isOutside(p.To) {
			return 1
		}
		return 0
	}
	sorted := slices.SortedFunc(slices.Values(paths), func(a, b live.Path) int {
		return cmp.Or(cmp.Compare(depth[a.From], depth[b.From]), cmp.Compare(bare(a.From), bare(b.From)),
			cmp.Compare(a.From, b.From), cmp.Compare(outwards(a), outwards(b)), cmp.Compare(bare(a.To),
				bare(b.To)), cmp.Compare(a.To, b.To), cmp.Compare(len(a.Port), len(b.Port)), cmp.Compare(a.Port, b.Port),
			cmp.Compare(a.Rule, b.Rule))
	})
	return slices.Compact(sorted)
}

// depths returns how many steps from the internet each place is reached in. Places that it does not reach are deepest.
func depths(paths []live.Path) map[string]int {
	depth := map[string]int{}
	for _, path := range paths {
		depth[path.From], depth[path.To] = len(paths), len(paths)
	}
	for place := range depth {
		if isOutside(place) {
			depth[place] = 0
		}
	}
	for changed := true; changed; {
		changed = false
		for _, path := range paths {
			if next := depth[path.From] + 1; next < depth[path.To] {
				depth[path.To], changed = next, true
			}
		}
	}
	return depth
}

// naming calls everything in the report alike.
func (m Model) naming() naming {
	var places []string
	for _, path := range m.Paths {
		places = append(places, path.From, path.To)
	}
	for _, open := range m.Public {
		places = append(places, open.Resource)
	}
	return newNaming(places)
}

// PublicSection returns the section about ports and data that everybody can reach.
func (m Model) PublicSection() Section {
	s := Section{Title: "Public", Gist: "nothing"}
	naming := m.naming()
	var open []string
	for _, each := range m.Public {
		open = append(open, naming.call(each.Resource)+": "+bare(each.What))
	}
	if len(open) > 0 {
		s.Gist, s.Items = "", Items(distinct(open)...)
	}
	return s
}

// ExposedSection returns the secrets that lie in clear, by their places.
func (m Model) ExposedSection() Section {
	s := Section{Title: "Secrets as plain text", Gist: "none"}
	if len(m.Exposed) == 0 {
		return s
	}
	s.Gist = strconv.Itoa(len(m.Exposed))
	for _, each := range m.Exposed {
		s.Items = append(s.Items, Item{
			Text: each.Resource + ", " + each.Place + " holds what " + each.Secret + " keeps secret", Strong: true,
		})
	}
	return s
}

// WarningsSection lists the warnings. Equal ones of several resources are one item.
func (m Model) WarningsSection() Section {
	s := Section{Title: "Warnings", Gist: "none"}
	about := map[string][]string{}
	for _, each := range m.Warnings {
		text := bare(each.Text)
		if each.Rule != "" {
			text += " [" + each.Rule + "]"
		}
		about[text] = append(about[text], bare(each.Resource))
	}
	var texts []string
	for text, resources := range about {
		texts = append(texts, strings.Join(distinct(resources), ", ")+": "+text)
	}
	if len(texts) > 0 {
		s.Gist, s.Items = "", Items(distinct(texts)...)
	}
	return s
}

// AssumptionsSection returns the section about resources that are assumed to exist outside the program.
func (m Model) AssumptionsSection() Section {
	s := Section{Title: "Assumed to exist outside the stack", Gist: "nothing"}
	by := map[string][]string{}
	for _, each := range m.Assumptions {
		what := each.Value + ", " + bare(each.What)
		if kind, ok := strings.CutPrefix(each.What, "exists outside this program: "); ok {
			what = kind + " " + each.Value
		}
		by[what] = append(by[what], bare(each.Resource)+" "+each.Property)
	}
	if len(by) == 0 {
		return s
	}
	s.Gist = ""
	for _, what := range slices.Sorted(maps.Keys(by)) {
		s.Items = append(s.Items, Item{Text: what + ", named by " + strings.Join(distinct(by[what]), ", ")})
	}
	return s
}

// PendingSections returns the section about changes that wait for a maintenance window, or none.
func (m Model) PendingSections() []Section {
	if len(m.Pending) == 0 {
		return nil
	}
	s := Section{
		Title: "Waits for the maintenance window",
		Lead:  "AWS makes these changes in the next maintenance window. Until then each preview shows them again.",
	}
	for _, each := range m.Pending {
		s.Items = append(s.Items,
			Item{Text: bare(each.Resource) + " " + each.Property + ": " + each.Now + " now, " + each.Wanted + " then"})
	}
	return []Section{s}
}

// DeploymentSection returns the critical path of a first deployment.
func (m Model) DeploymentSection() Section {
	d := m.Deployment
	s := Section{Title: "First deployment", Gist: "nothing to deploy"}
	if d.Untold != "" {
		s.Gist = "unknown, because it takes several: " + d.Untold
	}
	if len(d.Path) == 0 {
		return s
	}
	s.Gist = "about " + minutes(d.Path.Total())
	s.Lead = "Estimated from typical durations at AWS, not measured. These steps take longest; the rest runs " +
		"in parallel. " + d.compared()
	s.Table = &Table{Header: []string{"at", "takes", "resource", ""}}
	for _, step := range d.Path {
		if step.Takes > 0 {
			s.Table.Rows = append(s.Table.Rows, Row{Cells: []string{clock(step.Start), clock(step.Takes), step.Type, step.Name}})
		}
	}
	return s
}

func (d Deployment) compared() string {
	var own []string
	for _, wait := range d.Own {
		own = append(own, wait.Then.Label()+" waits for "+wait.First.Label())
	}
	if len(own) == 0 {
		return "Nothing on it waits for more than AWS demands."
	}
	return fmt.Sprintf("The order that AWS demands would take %s; the program's own: %s.", minutes(d.Least),
		strings.Join(own, ", "))
}

// minutes are rounded up: nobody minds to be done sooner.
func minutes(d time.Duration) string {
	return counted(int(math.Ceil(d.Minutes())), "minute")
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

func clock(d time.Duration) string {
	seconds := int(d.Round(time.Second).Seconds())
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

// distinct sorts, and leaves each once.
func distinct(texts []string) []string {
	sorted := slices.Sorted(slices.Values(texts))
	return slices.Compact(sorted)
}
