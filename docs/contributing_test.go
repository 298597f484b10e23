package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestContributingNamesEachDirectoryWithGoFiles(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../CONTRIBUTING.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(page), "## Where things are")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n## ")
	require.NoError(t, filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != ".." && (strings.HasPrefix(entry.Name(), ".") || isOutsideTheTable(entry.Name())):
			return filepath.SkipDir
		case filepath.Ext(path) == ".go":
			dir, err := filepath.Rel("..", filepath.Dir(path))
			assert.Contains(t, table, "`"+filepath.ToSlash(dir)+"`")
			return err
		}
		return nil
	}))
}

// isOutsideTheTable reports whether the directory has no place in the table: test data and single examples.
func isOutsideTheTable(name string) bool {
	return name == "testdata" || name == "github-deploy-roles" || name == "redis-stack"
}
