package docs_test

import (
	"fmt"
	"strings"
	"testing"

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
