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

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// languagesVariable has the directory that tests/languages/install.sh prints.
const languagesVariable = "CARE_ECS_LANGUAGES"

// pythonHost is the language host that the test of a program in Python needs. The tests bring none.
const pythonHost = "pulumi-language-python"

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

// runTests puts the tests' host for Node on PATH, where the language hosts of other people are.
func runTests(m *testing.M) int {
	if os.Getenv(languagesVariable) == "" {
		fmt.Println("skipped: programs in TypeScript and Python; to run them: " +
			languagesVariable + `="$(tests/languages/install.sh)" go test ./tests/programs`)
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "care-programs-test-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = rehearsal.BuildProgram(context.Background(), "../languages/nodehost",
			filepath.Join(dir, "pulumi-language-nodejs"), os.Stderr)
	}
	if err == nil {
		err = os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if _, err := exec.LookPath(pythonHost); err != nil {
		fmt.Println("skipped: programs in Python: " + pythonHost + " of the Pulumi command line is not on PATH")
	}
	return m.Run()
}

// copyProgram returns a copy of a project, with installed packages.
func copyProgram(t *testing.T, from, packages string) string {
	t.Helper()
	languages := os.Getenv(languagesVariable)
	if languages == "" {
		t.Skipf("no packages for %s: %s is not set", from, languagesVariable)
	}
	dir := t.TempDir()
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
	replaceIn(t, filepath.Join(dir, "Pulumi.yaml"), `runtime: python`,
		"runtime:\n  name: python\n  options:\n    virtualenv: python")
	testProgram(t, dir)
}

func TestAMissingNpmPackageIsOneLine(t *testing.T) {
	t.Parallel()
	dir := copyProgram(t, "testdata/typescript", "node_modules")
	replaceIn(t, filepath.Join(dir, "index.ts"), `"@pulumi/aws"`, `"@pulumi/docker/image"`)
	_, err := open(t, dir, nil).Preview(t.Context())
	failed := &rehearsal.RunError{}
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, `the npm package @pulumi/docker is not installed: run "npm install" in `+dir, failed.Hint)
}
