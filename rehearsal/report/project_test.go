package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

func TestAProjectNamesTheRemediesOfItsWarnings(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, report.ProjectFile)
	none, err := report.ReadProject(dir)
	require.NoError(t, err)
	assert.Empty(t, none.Warnings.For("has no standby"))

	require.NoError(t,
		os.WriteFile(file, []byte("warnings:\n  has no standby: add one\n  no standby in a zone: add one there\n"), 0o600))
	project, err := report.ReadProject(dir)
	require.NoError(t, err)
	m := report.Model{Warnings: []live.Warning{
		{Text: "has no standby"}, {Text: "has no standby in a zone"}, {Text: "keeps its logs forever"},
	}}
	m.Advise(project)
	assert.Equal(t, []live.Warning{
		{Text: "has no standby; add one"},
		{Text: "has no standby in a zone; add one there"},
		{Text: "keeps its logs forever"},
	}, m.Warnings)

	require.NoError(t, os.WriteFile(file, []byte("warnings: [one]\n"), 0o600))
	_, err = report.ReadProject(dir)
	assert.ErrorContains(t, err, "rehearsal.yaml must map words of a warning to its remedy under warnings")
}
