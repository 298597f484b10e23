package docs_test

import (
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/rules"
	_ "github.com/ohcnetwork/care-ecs/rehearsal/cloud" // all providers, with their rules
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestThePageOfRulesListsAllOfThem(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	writeRules(&out, "Refusals", "Refuses", false)
	writeRules(&out, "Warnings", "Warns of", true)
	assertGenerated(t, "rules.md", out.String())
}

func TestEveryRowOfTheTableIsARule(t *testing.T) {
	t.Parallel()
	var enforced []string
	for _, rule := range standin.Identities() {
		enforced = append(enforced, rule.ID)
	}
	assert.Subset(t, enforced, rules.Names(), "a row of rehearsal/aws/rules/rules.tsv has no code")
}

// writeRules writes a table of the rules that refuse, or of those that warn, for each prefix of their IDs.
func writeRules(out *strings.Builder, title, column string, warns bool) {
	out.WriteString("## " + title + "\n")
	last := ""
	for _, rule := range standin.Identities() {
		if rule.Warns != warns {
			continue
		}
		if group := path.Dir(rule.ID); group != last && !warns {
			out.WriteString("\n### " + group + "\n")
		}
		if group := path.Dir(rule.ID); last == "" || group != last && !warns {
			out.WriteString("\n| " + column + " | Source |\n|---|---|\n")
			last = group
		}
		// A narrow column of their own would break the IDs at their hyphens.
		out.WriteString("| `" + rule.ID + "`<br>" + rule.Refuses + " | [" + sourceName(rule.Source) + "](" + rule.Source +
			") |\n")
	}
	out.WriteString("\n")
}

// sourceName returns a short name of a page: the issue of a repository, or the last element of the address.
func sourceName(source string) string {
	address, _, _ := strings.Cut(source, "#")
	address = strings.TrimSuffix(address, "/")
	if repository, number, ok := strings.Cut(address, "/issues/"); ok {
		return strings.TrimPrefix(repository, "https://github.com/") + "#" + number
	}
	return strings.TrimSuffix(path.Base(address), ".html")
}
