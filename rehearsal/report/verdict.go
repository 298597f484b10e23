package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
)

// Counts explains the number of resources that Pulumi prints.
type Counts struct {
	// Components are the resources that group others; the stack is not among them.
	Components int
	// Packages are the other resources by the Pulumi package that they belong to.
	Packages map[string]int
}

func countsOf(state []apitype.ResourceV3) Counts {
	c := Counts{Packages: map[string]int{}}
	for _, r := range state {
		token := string(r.Type)
		switch {
		case r.Delete || isProvider(token) || token == "pulumi:pulumi:Stack":
		case !r.Custom:
			c.Components++
		default:
			name, _, _ := strings.Cut(token, ":")
			c.Packages[name]++
		}
	}
	return c
}

// VerdictSection returns the section that states whether the services of the stack run, with the counts.
func (m Model) VerdictSection() Section {
	v := m.Verdict
	s := Section{Title: "Verdict", Gist: verdictGist(v)}
	var sentences []string
	if v.Steady > 0 {
		sentences = append(sentences, "Steady means that the tasks of the last deployment start and stay healthy.")
	}
	if len(v.Stopped) > 0 {
		sentences = append(sentences, "Stopped means that the desired count is 0, so that no task runs: "+
			strings.Join(v.Stopped, ", ")+".")
	}
	if len(v.Unwatched) > 0 {
		sentences = append(sentences, "Whether the tasks of "+strings.Join(v.Unwatched, ", ")+
			" run was not judged: set waitForSteadyState to true, and their deployment fails unless they do.")
	}
	s.Lead = strings.Join(append(sentences, m.Counts.sentence()), " ")
	return s
}

// verdictGist returns the counts of the services. Stopped services are not among those that may be steady.
func verdictGist(v live.Verdict) string {
	stopped, others := len(v.Stopped), v.Services-len(v.Stopped)
	switch {
	case v.Services == 0:
		return "nothing was refused; there is no ECS service"
	case others == 0:
		return counted(stopped, "service") + " stopped"
	case stopped == 0:
		return fmt.Sprintf("%d of %s steady", v.Steady, counted(others, "service"))
	default:
		return fmt.Sprintf("%d of %s steady, %d stopped", v.Steady, counted(others, "service"), stopped)
	}
}

func (c Counts) sentence() string {
	total := c.Components + 1
	var parts []string
	for _, name := range slices.SortedFunc(maps.Keys(c.Packages), func(a, b string) int {
		return c.Packages[b] - c.Packages[a]
	}) {
		total += c.Packages[name]
		parts = append(parts, fmt.Sprintf("%d of %s", c.Packages[name], name))
	}
	if c.Components > 0 {
		parts = append(parts, counted(c.Components, "component"))
	}
	return fmt.Sprintf("Pulumi counts %d: %s.", total, strings.Join(append(parts, "the stack itself"), ", "))
}
