package report

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Form is how a thing is drawn.
type Form string

// The forms of things.
const (
	FormBox      Form = "box"
	FormOutside  Form = "outside"
	FormBalancer Form = "balancer"
	FormService  Form = "service"
	FormStore    Form = "store"
)

// brackets are Mermaid's marks of a form
// (https://mermaid.js.org/syntax/flowchart.html#node-shapes).
var brackets = map[Form][2]string{
	FormBox:      {"[", "]"},
	FormOutside:  {"((", "))"},
	FormBalancer: {"[/", "\\]"},
	FormService:  {"([", "])"},
	FormStore:    {"[(", ")]"},
}

// Picture is the deployed graph: things, in groups within groups, and the links between them.
type Picture struct {
	Groups []Group
	Things []Thing
	Links  []Link
}

// Group is drawn around its things.
type Group struct {
	// Id is unique among things and groups; links may refer to it.
	Id     string
	Label  string
	Groups []Group
	Things []Thing
}

// Thing is one shape.
type Thing struct {
	// Id is unique; links refer to it.
	Id string
	// Lines are its label.
	Lines []string
	Form  Form
	// Key is the owner of the key that encrypts its data.
	Key KeyOwner
	// Public reports whether the internet reaches it.
	Public bool
}

// Link is an arrow.
type Link struct {
	From, To, Label string
	// Loose is a link that is no traffic.
	Loose bool
	// Hidden is a link that only puts its end below its beginning.
	Hidden bool
}

// style is how things of one class look, in both themes of GitHub: each has a background and a text color of its own.
type style struct{ class, css, legend string }

// publicClass comes after the classes of keys, whose borders it replaces.
const publicClass = "public"

var styles = []style{
	{
		string(OwnKey), "fill:#dafbe1,stroke:#1a7f37,color:#0a3315",
		"Green: encrypted with a key of the stack or of the account.",
	},
	{string(AwsKey), "fill:#ddf4ff,stroke:#0969da,color:#0a3069", "Blue: encrypted with a key of AWS."},
	{string(NoKey), "fill:#ffebe9,stroke:#cf222e,color:#67060c", "Red: not encrypted."},
	{
		string(UnknownKey), "fill:#eaeef2,stroke:#6e7781,color:#24292f",
		"Gray: outside of this stack, or encrypted with a key that is not known.",
	},
	{publicClass, "stroke:#bc4c00,stroke-width:4px", "Thick orange border: open to the internet."},
}

// areaStyle leaves the background of groups to the page.
const areaStyle = "fill:none,stroke:#8c959f"

// arrows explain the arrows that a picture may have.
var arrows = []struct{ class, legend string }{
	{solidArrow, "Solid arrow: a connection that security groups allow, with its ports."},
	{dottedArrow, "Dotted arrow: use of a bucket, or logs and backups, which no security group allows or refuses."},
	{areaArrow, "An arrow at the edge of a frame: the same for everything in it."},
}

const (
	solidArrow  = "solid arrow"
	dottedArrow = "dotted arrow"
	areaArrow   = "arrow at an area"
)

// Legend explains the colors and the arrows that the picture has.
func (p Picture) Legend() string {
	m := p.written()
	var parts []string
	for _, s := range styles {
		if len(m.classes[s.class]) > 0 {
			parts = append(parts, s.legend)
		}
	}
	for _, a := range arrows {
		if m.arrows[a.class] {
			parts = append(parts, a.legend)
		}
	}
	return strings.Join(parts, " ")
}

// Mermaid writes the picture as a flowchart. A link whose ends are not both drawn is left out.
func (p Picture) Mermaid() string { return p.written().out.String() }

func (p Picture) written() *mermaid {
	m := &mermaid{ids: map[string]string{}, classes: map[string][]string{}, arrows: map[string]bool{}}
	m.line(0, "flowchart TB")
	m.things(1, p.Things)
	m.groups(1, p.Groups)
	for _, link := range p.Links {
		m.link(link)
	}
	m.styles()
	return m
}

type mermaid struct {
	out            strings.Builder
	ids            map[string]string
	thingN, groupN int
	// classes are the ids of each class.
	classes map[string][]string
	areas   []string
	// arrows are the classes of the arrows that are drawn.
	arrows map[string]bool
}

func (m *mermaid) line(depth int, text string) {
	m.out.WriteString(strings.Repeat("  ", depth) + text + "\n")
}

func (m *mermaid) groups(depth int, groups []Group) {
	for _, group := range groups {
		m.groupN++
		id := fmt.Sprintf("g%d", m.groupN)
		m.areas = append(m.areas, id)
		if group.Id != "" {
			m.ids[group.Id] = id
		}
		m.line(depth, fmt.Sprintf("subgraph %s[%s]", id, quote(group.Label)))
		m.things(depth+1, group.Things)
		m.groups(depth+1, group.Groups)
		m.line(depth, "end")
	}
}

func (m *mermaid) things(depth int, things []Thing) {
	for _, thing := range things {
		m.thingN++
		id := fmt.Sprintf("n%d", m.thingN)
		m.ids[thing.Id] = id
		around, ok := brackets[thing.Form]
		if !ok {
			around = brackets[FormBox]
		}
		m.line(depth, id+around[0]+quote(thing.Lines...)+around[1])
		if thing.Key != "" {
			m.classes[string(thing.Key)] = append(m.classes[string(thing.Key)], id)
		}
		if thing.Public {
			m.classes[publicClass] = append(m.classes[publicClass], id)
		}
	}
}

func (m *mermaid) link(l Link) {
	from, to := m.ids[l.From], m.ids[l.To]
	if from == "" || to == "" {
		return
	}
	arrow := "-->"
	switch {
	case l.Hidden:
		arrow = "~~~"
	case l.Loose:
		arrow = "-.->"
		m.arrows[dottedArrow] = true
	default:
		m.arrows[solidArrow] = true
	}
	if !l.Hidden && (slices.Contains(m.areas, from) || slices.Contains(m.areas, to)) {
		m.arrows[areaArrow] = true
	}
	if l.Label != "" {
		arrow += "|" + quote(l.Label) + "|"
	}
	m.line(1, from+" "+arrow+" "+to)
}

func (m *mermaid) styles() {
	for _, s := range styles {
		if ids := m.classes[s.class]; len(ids) > 0 {
			m.line(1, "classDef "+s.class+" "+s.css)
			m.line(1, "class "+strings.Join(ids, ",")+" "+s.class)
		}
	}
	if len(m.areas) > 0 {
		m.line(1, "classDef area "+areaStyle)
		m.line(1, "class "+strings.Join(m.areas, ",")+" area")
	}
}

// listLike is a label that Mermaid would take for a Markdown list, which it refuses.
var listLike = regexp.MustCompile(`^([-*+]|\d+[.)])\s`)

// entities escapes the characters with a meaning to Mermaid, or to the HTML that it makes, from having it
// (https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters).
var entities = strings.NewReplacer(
	"#", "#35;", `"`, "#quot;", "&", "#amp;", "<", "#lt;", ">", "#gt;", "`", "#96;", "\\", "#92;",
	"*", "#42;", "_", "#95;", "%%", "#37;#37;",
)

func quote(lines ...string) string {
	quoted := make([]string, 0, len(lines))
	for _, line := range lines {
		line = strings.Join(strings.Fields(line), " ")
		if at := listLike.FindStringIndex(line); at != nil {
			line = line[:at[1]-1] + "\u00a0" + line[at[1]:]
		}
		quoted = append(quoted, entities.Replace(line))
	}
	// Mermaid refuses an empty label.
	return `"` + cmp.Or(strings.Join(quoted, "<br/>"), " ") + `"`
}
