package report

import (
	"fmt"
	"regexp"
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
	FormNames    Form = "names"
)

// brackets are Mermaid's marks of a form
// (https://mermaid.js.org/syntax/flowchart.html#node-shapes).
var brackets = map[Form][2]string{
	FormBox:      {"[", "]"},
	FormOutside:  {"((", "))"},
	FormBalancer: {"[/", "\\]"},
	FormService:  {"([", "])"},
	FormStore:    {"[(", ")]"},
	FormNames:    {"{{", "}}"},
}

// Picture is the deployed graph: things, in groups within groups, and the links between them.
type Picture struct {
	Groups []Group
	Things []Thing
	Links  []Link
}

// Group is drawn around its things.
type Group struct {
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
}

// Link is an arrow.
type Link struct {
	From, To, Label string
	// Loose is a link that is no traffic.
	Loose bool
}

// Mermaid writes the picture as a flowchart. A link whose ends are not both drawn is left out.
func (p Picture) Mermaid() string {
	m := mermaid{ids: map[string]string{}}
	m.line(0, "flowchart LR")
	m.things(1, p.Things)
	m.groups(1, p.Groups)
	for _, link := range p.Links {
		m.link(link)
	}
	return m.out.String()
}

type mermaid struct {
	out    strings.Builder
	ids    map[string]string
	groupN int
}

func (m *mermaid) line(depth int, text string) {
	m.out.WriteString(strings.Repeat("  ", depth) + text + "\n")
}

func (m *mermaid) groups(depth int, groups []Group) {
	for _, group := range groups {
		m.groupN++
		m.line(depth, fmt.Sprintf("subgraph g%d[%s]", m.groupN, quote(group.Label)))
		m.things(depth+1, group.Things)
		m.groups(depth+1, group.Groups)
		m.line(depth, "end")
	}
}

func (m *mermaid) things(depth int, things []Thing) {
	for _, thing := range things {
		id := fmt.Sprintf("n%d", len(m.ids)+1)
		m.ids[thing.Id] = id
		around, ok := brackets[thing.Form]
		if !ok {
			around = brackets[FormBox]
		}
		m.line(depth, id+around[0]+quote(thing.Lines...)+around[1])
	}
}

func (m *mermaid) link(l Link) {
	from, to := m.ids[l.From], m.ids[l.To]
	if from == "" || to == "" {
		return
	}
	arrow := "-->"
	if l.Loose {
		arrow = "-.->"
	}
	if l.Label != "" {
		arrow += "|" + quote(l.Label) + "|"
	}
	m.line(1, from+" "+arrow+" "+to)
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
	return `"` + strings.Join(quoted, "<br/>") + `"`
}
