package docs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ohcnetwork/care-ecs/rehearsal/limits"
)

// The table of the limits at the end of the page is that of the code.
func TestThePageOfLimitsHasAllOfThem(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("| Name | Limit | Default | Raised on request | Source |\n| --- | --- | --- | --- | --- |\n")
	for _, kind := range limits.Kinds {
		value := "each its own"
		if kind.Default > 0 {
			value = limits.Amount(kind.Default)
		}
		raised := ""
		if kind.Adjustable {
			raised = "yes"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s | [source](%s) |\n",
			kind.Key, strings.ToUpper(kind.Name[:1])+kind.Name[1:], value, raised, kind.Source)
	}
	assertGenerated(t, "limits.md", table.String())
}
