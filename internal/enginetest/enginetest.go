// Package enginetest sets up the tests that run programs with the real Pulumi engine.
package enginetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// languagesVariable has the directory that tests/languages/install.sh prints.
const languagesVariable = "CARE_ECS_LANGUAGES"

// Main runs the tests after prepare, and returns the exit status. The directory is removed after the tests.
func Main(m *testing.M, prepare func(ctx context.Context, dir string) error) int {
	dir, err := os.MkdirTemp("", "care-engine-test-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = prepare(context.Background(), dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// Languages returns the directory with the SDKs of Pulumi for other languages, or "" if they are not installed.
func Languages() string { return os.Getenv(languagesVariable) }

// NeedLanguages returns that directory, and skips the test without it.
func NeedLanguages(t *testing.T) string {
	t.Helper()
	if Languages() == "" {
		t.Skip("no SDK of Pulumi for this language: " + languagesVariable + " is not set")
	}
	return Languages()
}

// AddNodeHost puts the tests' host for Node on PATH, as a Pulumi installation does with its hosts. root is the
// directory of the repository. Without the SDKs it prints how the tests of a package are run with them.
func AddNodeHost(ctx context.Context, root, dir, tests string) error {
	if Languages() == "" {
		fmt.Printf("skipped: programs in TypeScript and Python; to run them: "+
			"%s=\"$(tests/languages/install.sh)\" go test %s\n", languagesVariable, tests)
		return nil
	}
	host := filepath.Join(dir, "pulumi-language-nodejs")
	source := filepath.Join(root, "tests", "languages", "nodehost")
	if err := rehearsal.BuildProgram(ctx, source, host, os.Stderr); err != nil {
		return err
	}
	return os.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// Open opens a rehearsal, which is closed at the end of the test.
func Open(tb testing.TB, options rehearsal.Options) *rehearsal.Rehearsal {
	tb.Helper()
	opened, err := rehearsal.New(tb.Context(), options)
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, opened.Close()) })
	return opened
}

// Replace replaces a text in a file.
func Replace(t *testing.T, file, old, text string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(content), old)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(content), old, text, 1)), 0o600))
}
