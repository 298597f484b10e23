package ecsimport_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/internal/ecsimport"
)

var update = flag.Bool("update", false, "write the golden files")

// inClear are the values that the task definitions in testdata should not have, and that must go nowhere from there.
var inClear = []string{"plausible-token-in-clear", "another-token-in-clear"}

func testFiles(t *testing.T) []ecsimport.File {
	t.Helper()
	var files []ecsimport.File
	for _, name := range []string{"backend.json", "celery.json"} {
		content, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		files = append(files, ecsimport.File{Name: name, Content: content})
	}
	return files
}

func importAll(t *testing.T, files []ecsimport.File, options ecsimport.Options) (stack, report string) {
	t.Helper()
	if options.Stack == "" {
		options.Stack = "imported"
	}
	result, err := ecsimport.Import(files, options)
	require.NoError(t, err)
	return string(result.Stack), string(result.Report)
}

func assertGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "go test -run %s . -update writes the file", t.Name())
}

func TestTheTestdataIsOfTheSizeOfRealTaskDefinitions(t *testing.T) {
	t.Parallel()
	for _, file := range testFiles(t) {
		for _, container := range containersOf(t, file) {
			for _, list := range []string{"environment", "secrets"} {
				entries, _ := container[list].([]any)
				assert.GreaterOrEqual(t, len(entries), 30, list)
			}
			assert.NotContains(t, container, "healthCheck")
		}
	}
}

func TestTaskDefinitionsBecomeAStackFileAndAReport(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t, testFiles(t), ecsimport.Options{})
	assertGolden(t, "Pulumi.imported.yaml", stack)
	assertGolden(t, "report.md", report)
}

func TestTheReportNamesTheDrift(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t, testFiles(t), ecsimport.Options{})
	assert.Contains(t, report,
		"| `POSTGRES_DB` | `care_staging1` | `care_staging` | `care_staging` | set by the program |")
	assert.Contains(t, report, "`care_staging1` in API and `care_staging` in beat and worker")
	assert.NotContains(t, stack, "databaseName", "nobody knows which of them is meant")
	assert.Contains(t, report, "| `RATE_LIMIT` | `5/10m` | `10/10m` | `5/10m` | as in API |")
	assert.Contains(t, report, "kept at `/care/celery/SENTRY_DSN`", "secrets differ by location")
	assert.Contains(t, report, "| `PLAUSIBLE_AUTH_TOKEN` | plain text, value A | – | plain text, value B | left out |")
}

func TestNoSecretLeavesTheImport(t *testing.T) {
	t.Parallel()
	stack, report := importAll(t, testFiles(t), ecsimport.Options{})
	for _, value := range inClear {
		assert.NotContains(t, stack, value)
		assert.NotContains(t, report, value)
	}
	assert.Contains(t, report, "pulumi config set --secret --path care:secrets.PLAUSIBLE_AUTH_TOKEN\n")
}

var keyWord = regexp.MustCompile("(?m)(?:^|[ `*(])(care:[a-zA-Z]+)")

func TestEveryKeyThatTheImportSpeaksOfIsOneOfTheProgram(t *testing.T) {
	t.Parallel()
	manifest, err := os.ReadFile("../../Pulumi.yaml")
	require.NoError(t, err)
	var project struct {
		Config map[string]any `yaml:"config"`
	}
	require.NoError(t, yaml.Unmarshal(manifest, &project))
	stack, report := importAll(t, testFiles(t), ecsimport.Options{})
	page, err := os.ReadFile("../../docs/import-ecs.md")
	require.NoError(t, err)
	words := keyWord.FindAllStringSubmatch(stack+report+string(page), -1)
	require.Greater(t, len(words), 20)
	for _, word := range words {
		_, there := project.Config[word[1]]
		assert.True(t, there, word[1])
	}
}

// containersOf returns the containers of a file of testdata.
func containersOf(t *testing.T, file ecsimport.File) []map[string]any {
	t.Helper()
	var found struct {
		Containers []map[string]any `json:"containerDefinitions"`
		Wrapped    *struct {
			Containers []map[string]any `json:"containerDefinitions"`
		} `json:"taskDefinition"`
	}
	require.NoError(t, json.Unmarshal(file.Content, &found))
	if found.Wrapped != nil {
		return found.Wrapped.Containers
	}
	return found.Containers
}

// replaced returns the test's files with a text replaced, which must occur in them.
func replaced(t *testing.T, pairs ...string) []ecsimport.File {
	t.Helper()
	files := testFiles(t)
	for at := 0; at < len(pairs); at += 2 {
		found := false
		for i, file := range files {
			found = found || strings.Contains(string(file.Content), pairs[at])
			files[i].Content = []byte(strings.ReplaceAll(string(file.Content), pairs[at], pairs[at+1]))
		}
		require.True(t, found, "%s is not in the files", pairs[at])
	}
	return files
}
