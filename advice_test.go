package main

import (
	"regexp"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// ownKey is a key of the program's configuration.
var ownKey = regexp.MustCompile(`care:\w+`)

func TestEachWarningNamesTheKeyThatEndsIt(t *testing.T) {
	t.Parallel()
	own, err := report.ReadProject(".")
	require.NoError(t, err)
	advice := own.Warnings
	declared, err := workspace.LoadProject("Pulumi.yaml")
	require.NoError(t, err)
	for words, remedy := range advice {
		keys := ownKey.FindAllString(remedy, -1)
		require.NotEmpty(t, keys, words)
		for _, key := range keys {
			assert.Contains(t, declared.Config, key, words)
		}
	}
	given := map[string]bool{}
	for _, v := range soundVariants() {
		for _, warning := range v.world(t).Warnings() {
			remedy := advice.For(warning.Text)
			assert.NotEmpty(t, remedy, "%s: %s %s", v.name, warning.Resource, warning.Text)
			given[remedy] = true
		}
	}
	for words, remedy := range advice {
		assert.True(t, given[remedy], "no warning has the words %q", words)
	}
}
