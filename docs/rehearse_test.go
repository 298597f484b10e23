package docs_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestTheRehearsalsPageListsWhatIsKnown(t *testing.T) {
	t.Parallel()
	pkg := aws.Package()
	types, functions := map[string][]string{}, map[string][]string{}
	for _, kind := range pkg.Kinds {
		addType(types, kind.Token, "")
		for _, alias := range kind.Aliases {
			if strings.HasPrefix(alias, "aws:alb/") {
				addType(types, alias, "")
			} else if strings.Contains(kind.Token, "V2") {
				addType(types, alias, " (version 7)")
			}
		}
	}
	for token := range pkg.Invokes {
		addType(functions, token, "")
	}
	assertGenerated(t, "rehearse.md",
		"### Resource types\n\n"+knownTable(types, "Types")+"\n### Functions\n\n"+knownTable(functions, "Functions"))
}

func addType(table map[string][]string, token, remark string) {
	module, name, _ := strings.Cut(standin.ShortType(token), ".")
	if !slices.Contains(table[module], name+remark) {
		table[module] = append(table[module], name+remark)
	}
}

func knownTable(table map[string][]string, heading string) string {
	var out strings.Builder
	out.WriteString("| Package | " + heading + " |\n|---|---|\n")
	modules := make([]string, 0, len(table))
	for module := range table {
		modules = append(modules, module)
	}
	slices.Sort(modules)
	for _, module := range modules {
		slices.Sort(table[module])
		out.WriteString("| " + module + " | " + strings.Join(table[module], ", ") + " |\n")
	}
	return out.String()
}

// TestTheImportersPinsAreThisModules keeps the go.mod that the page shows in step with the one that is built here.
func TestTheImportersPinsAreThisModules(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("rehearse.md")
	require.NoError(t, err)
	module, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	pins := regexp.MustCompile(`(?m)^\t(github\.com/pulumi/\S+) (v\S+)$`).FindAllSubmatch(page, -1)
	require.Len(t, pins, 2)
	for _, pin := range pins {
		assert.Contains(t, string(module), string(pin[1])+" "+string(pin[2]))
	}
	assert.Regexp(t, `(?m)^go 1\.26`, string(module))
}
