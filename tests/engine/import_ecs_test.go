package engine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/ecsimport"
	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
)

func TestAnImportedStackComesUpUnchanged(t *testing.T) {
	t.Parallel()
	for name, files := range map[string][]string{
		"of 2024": {"backend.json", "celery.json"},
		"of 3.x":  {"care3-api.json", "care3-celery.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			comesUpUnchanged(t, importedProject(t, files))
		})
	}
}

func comesUpUnchanged(t *testing.T, dir string) {
	t.Helper()
	made, err := cloud.New()
	require.NoError(t, err)
	opened := enginetest.Open(t, rehearsal.Options{
		Dir: dir, Stack: "imported", Cli: &shared.cli, Program: shared.program, Providers: made.Providers, World: made,
	})
	_, err = opened.Up(t.Context())
	require.NoError(t, err)
	again, err := opened.Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, again.Changed(), "nothing is left to change")
}

// importedProject returns a directory with the project's manifest, and the stack file as the import writes it.
func importedProject(t *testing.T, names []string) string {
	t.Helper()
	var files []ecsimport.File
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(projectDir, "internal", "ecsimport", "testdata", name))
		require.NoError(t, err)
		files = append(files, ecsimport.File{Name: name, Content: content})
	}
	imported, err := ecsimport.Import(files, ecsimport.Options{Stack: "imported"})
	require.NoError(t, err)
	manifest, err := os.ReadFile(filepath.Join(projectDir, "Pulumi.yaml"))
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), manifest, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.imported.yaml"), imported.Stack, 0o600))
	return dir
}
