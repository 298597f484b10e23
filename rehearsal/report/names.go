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

// labels are what the stand-in calls resources within a text: ecs.Service 'web'.
var labels = regexp.MustCompile(`([a-z0-9]+\.\w+) '([^']*)'`)

// spoken are types that a name alone does not tell.
var spoken = map[string]string{"ec2.InternetGateway": "internet gateway ", "ec2.NatGateway": "NAT gateway "}

// bare leaves the name of each label.
func bare(text string) string {
	return labels.ReplaceAllStringFunc(text, func(label string) string {
		parts := labels.FindStringSubmatch(label)
		return spoken[parts[1]] + parts[2]
	})
}

// naming is how the places of a report are called: by their names alone, as long as these tell them apart.
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
