package docs_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
)

// The table of the controls at the end of the page is that of the code.
func TestThePageOfSecurityHasAllControls(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("| Control | Holds if | Changed by |\n| --- | --- | --- |\n")
	for _, c := range controls.All {
		mark := ""
		if c.Further {
			mark = "\\*"
		}
		fmt.Fprintf(&table, "| [%s](%s)%s | %s | `%s` |\n", c.ID, c.Source(), mark, c.Title, c.Remedy)
	}
	assertGenerated(t, "security.md", table.String())
}

// The judge itself, tools/models/judge_checkov.py, runs in .ci/run.
func TestThePageOfSecurityHasWhatCheckovFinds(t *testing.T) {
	t.Parallel()
	rows, err := os.ReadFile("../tools/models/checkov_gaps.tsv")
	require.NoError(t, err)
	var list strings.Builder // the names of the resources are too long for a column of a table
	for line := range strings.Lines(string(rows)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSpace(line), "\t")
		require.Len(t, columns, 3, line)
		list.WriteString(bullet(fmt.Sprintf("%s, `%s`: %s", columns[0], columns[1], columns[2])))
	}
	assertGenerated(t, "security.md", list.String())
}

var (
	// setting matches a key in a cell, with the value that follows it.
	setting = regexp.MustCompile("`(care:\\w+)(?:: ([^`]+))?`")
	// judged matches a row of the tables of requirements.
	judged = regexp.MustCompile(`(?m)^\| ([^|]+) \| (yes|partly|no) \| ([^|]*) \| ([^|]*)\|$`)
)

// productionConfig returns the text of each key in the stack file of production, or of its default.
func productionConfig(t *testing.T) map[string]string {
	t.Helper()
	project, err := workspace.LoadProject("../Pulumi.yaml")
	require.NoError(t, err)
	config := map[string]string{}
	for key, declared := range project.Config {
		config[key] = fmt.Sprint(declared.Default)
	}
	content, err := os.ReadFile("../Pulumi.production.yaml")
	require.NoError(t, err)
	var stack struct {
		Config map[string]any `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal(content, &stack))
	for key, value := range stack.Config {
		config[key] = fmt.Sprint(value)
	}
	return config
}

// What the page of security calls met is what the stack file of production has.
func TestThePageOfSecurityJudgesTheProductionFileAsItIs(t *testing.T) {
	t.Parallel()
	config := productionConfig(t)
	page, err := os.ReadFile("security.md")
	require.NoError(t, err)
	rows := judged.FindAllStringSubmatch(string(page), -1)
	const requirements, duties = 14, 5
	require.Len(t, rows, requirements+duties)
	for _, row := range rows {
		for _, by := range setting.FindAllStringSubmatch(row[3], -1) {
			assert.Equal(t, by[2], config[by[1]], "%s: %s", row[1], by[1])
		}
		for _, open := range setting.FindAllStringSubmatch(row[4], -1) {
			require.Contains(t, config, open[1], row[1])
			// A key without a value is to do while it has none.
			now := config[open[1]]
			assert.False(t, now != "" && (open[2] == "" || open[2] == now), "%s: %s is set, so it is not to do", row[1], open[1])
		}
		assert.False(t, row[2] != "yes" && strings.TrimSpace(row[4]) == "", "%s: what is left to do?", row[1])
	}
}
