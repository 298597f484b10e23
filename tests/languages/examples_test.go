package languages

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"
)

// examples are the directories of the same system, by their languages.
var examples = map[string]string{
	"go":         "redis-stack",
	"typescript": "redis-stack-typescript",
	"python":     "redis-stack-python",
	"yaml":       "redis-stack-yaml",
}

// example returns a copy of the example in that language.
func example(t *testing.T, language string) project {
	t.Helper()
	return copyProject(t, filepath.Join(root, "examples", examples[language]), language)
}

// urns returns the resources of a program, without the providers, of which programs in other languages have one more.
func urns(state []apitype.ResourceV3) string {
	var all []string
	for _, resource := range state {
		if !strings.HasPrefix(string(resource.Type), "pulumi:providers:") {
			all = append(all, string(resource.URN))
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n") + "\n"
}

func TestTheExampleIsTheSameSystemInEveryLanguage(t *testing.T) {
	t.Parallel()
	const golden = "testdata/redis-stack.golden"
	inGo := example(t, "go").open(t, "")
	inGo.up(t)
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(urns(inGo.resources(t))), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), urns(inGo.resources(t)), "run go test ./tests/languages -update, if this is meant")
	report := inGo.report(t)

	for language := range examples {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := example(t, language).open(t, "")
			s.up(t)
			require.Equal(t, string(want), urns(s.resources(t)))
			require.Equal(t, report, s.report(t))
			require.Empty(t, changed(s.up(t)), "a second update changes nothing")
		})
	}
}
