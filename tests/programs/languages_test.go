package programs

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// pythonHost is the language host that the test of a program in Python needs. The tests bring none.
const pythonHost = "pulumi-language-python"

func TestMain(m *testing.M) {
	os.Exit(enginetest.Main(m, func(ctx context.Context, dir string) error {
		if _, err := exec.LookPath(pythonHost); err != nil && enginetest.Languages() != "" {
			fmt.Println("skipped: programs in Python: " + pythonHost + " of the Pulumi command line is not on PATH")
		}
		return enginetest.AddNodeHost(ctx, "../..", dir, "./tests/programs")
	}))
}

// copyProgram returns a copy of a project, with installed packages.
func copyProgram(t *testing.T, from, packages string) string {
	t.Helper()
	languages, dir := enginetest.NeedLanguages(t), t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	require.NoError(t, os.Symlink(filepath.Join(languages, packages), filepath.Join(dir, packages)))
	return dir
}

func TestAProgramInTypeScriptIsJudgedAsOneInGo(t *testing.T) {
	t.Parallel()
	testProgram(t, copyProgram(t, "testdata/typescript", "node_modules"))
}

func TestAProgramInPythonIsJudgedAsOneInGo(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath(pythonHost); err != nil {
		t.Skip(pythonHost + " is not on PATH")
	}
	dir := copyProgram(t, "testdata/python", "python")
	enginetest.Replace(t, filepath.Join(dir, "Pulumi.yaml"), `runtime: python`,
		"runtime:\n  name: python\n  options:\n    virtualenv: python")
	testProgram(t, dir)
}

func TestAMissingNpmPackageIsOneLine(t *testing.T) {
	t.Parallel()
	dir := copyProgram(t, "testdata/typescript", "node_modules")
	enginetest.Replace(t, filepath.Join(dir, "index.ts"), `"@pulumi/aws"`, `"@pulumi/docker/image"`)
	_, err := open(t, dir, nil).Preview(t.Context())
	failed := &rehearsal.RunError{}
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, `the npm package @pulumi/docker is not installed: run "npm install" in `+dir, failed.Hint)
}
