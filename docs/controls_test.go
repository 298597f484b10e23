package docs_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

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
	var table strings.Builder
	table.WriteString("| Check | Resource | Reason |\n| --- | --- | --- |\n")
	for line := range strings.Lines(string(rows)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.Split(strings.TrimSpace(line), "\t")
		require.Len(t, columns, 3, line)
		fmt.Fprintf(&table, "| %s | `%s` | %s |\n", columns[0], columns[1], columns[2])
	}
	assertGenerated(t, "security.md", table.String())
}
