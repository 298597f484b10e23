package report

import (
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// rename puts the names that things have in the program where texts have their ARNs or identifiers, which are others
// every time.
func (m *Model) rename(view *standin.View) {
	var names standin.Names
	names.Learn(view, "arn", "id")
	replace := names.Replace
	for i := range m.Public {
		m.Public[i].What = replace(m.Public[i].What)
	}
	for i := range m.Warnings {
		m.Warnings[i].Text = replace(m.Warnings[i].Text)
	}
	for i := range m.Assumptions {
		m.Assumptions[i].What = replace(m.Assumptions[i].What)
	}
}

// labels matches the stand-in's labels of resources within a text: ecs.Service 'web'.
var labels = regexp.MustCompile(`([a-z0-9]+\.\w+) '([^']*)'`)

// spoken has the types that need a word before the name.
var spoken = map[string]string{"ec2.InternetGateway": "internet gateway ", "ec2.NatGateway": "NAT gateway "}

// bare returns the text with the name of each label alone.
func bare(text string) string {
	return labels.ReplaceAllStringFunc(text, func(label string) string {
		parts := labels.FindStringSubmatch(label)
		return spoken[parts[1]] + parts[2]
	})
}

// naming returns the names of places in a report: those of the program, as long as they are unique.
type naming map[string]bool

func newNaming(places []string) naming {
	first := map[string]string{}
	shared := naming{}
	for _, label := range places {
		name := bare(label)
		if other, ok := first[name]; ok && other != label {
			shared[name] = true
		}
		first[name] = label
	}
	return shared
}

func (n naming) call(label string) string {
	name := bare(label)
	if n[name] {
		return strings.ReplaceAll(label, "'", "")
	}
	return name
}
