package languages

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

func TestAStackChangesItsLanguageWithoutAChange(t *testing.T) {
	t.Parallel()
	for language := range examples {
		if language == "go" {
			continue
		}
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			state := t.TempDir()
			inGo := example(t, "go").open(t, state)
			first := inGo.up(t)
			require.NotEmpty(t, first.Changed())
			require.NoError(t, inGo.Close())

			other := example(t, language).open(t, state)
			require.Empty(t, changed(other.up(t)), "from Go to %s", language)
			require.NoError(t, other.Close())

			require.Empty(t, changed(example(t, "go").open(t, state).up(t)), "and back")
		})
	}
}

// changed returns the changes of resources. Which default providers a stack has depends on the language as well.
func changed(result *rehearsal.Result) []rehearsal.Step {
	return slices.DeleteFunc(result.Changed(), func(s rehearsal.Step) bool {
		return strings.HasPrefix(s.Type, "pulumi:providers:")
	})
}
