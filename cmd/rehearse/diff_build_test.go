package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report/reporttest"
)

// yamlDir is a project in YAML.
const yamlDir = "../../tests/programs/testdata/yaml"

func TestADiffComparesTwoProgramsInYaml(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(yamlDir)))
	for _, arguments := range [][]string{
		{"init", "--quiet"},
		{"add", "."},
		{"-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message", "base"},
	} {
		output, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, arguments...)...).CombinedOutput()
		require.NoError(t, err, string(output))
	}
	program, err := os.ReadFile(filepath.Join(dir, "Pulumi.yaml"))
	require.NoError(t, err)
	changed := strings.Replace(string(program), "desiredCount: 1", "desiredCount: 2", 1)
	require.NotEqual(t, string(program), changed)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte(changed), 0o600))

	file := filepath.Join(t.TempDir(), "report.json")
	var out, log bytes.Buffer
	status := run(
		[]string{
			"diff", "--dir", dir, "--base", "HEAD", "--stack", "staging", "--config", "password=long-enough-for-all", "--json",
			file,
		},
		&out, &log, cloud.New,
	)
	require.Equal(t, exitOk, status, log.String())
	assert.Contains(t, out.String(), "desiredCount")
	assert.Equal(t, "diff", reporttest.Read(t, file).Command)
	read := readReport(t, file)
	require.Len(t, read.Changes, 1)
	assert.Equal(t, "service", read.Changes[0].Name)
	assert.Equal(t, "update", read.Changes[0].Operation)
	assert.Equal(t, []string{"desiredCount"}, read.Changes[0].Properties)
	assert.True(t, read.Deployable)
}

func TestADiffUsesTheInstalledPackagesForTheBase(t *testing.T) {
	t.Parallel()
	repository, worktrees := t.TempDir(), t.TempDir()
	for path, text := range map[string]string{
		"infra/Pulumi.yaml":     "name: p\nruntime:\n  name: python\n  options:\n    virtualenv: venv\n",
		"infra/venv/pyvenv.cfg": "", "node_modules/left/package.json": "{}",
	} {
		file := filepath.Join(repository, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	base := filepath.Join(worktrees, "tree", "infra")
	require.NoError(t, os.MkdirAll(base, 0o700))
	d := differ{dir: filepath.Join(repository, "infra"), base: worktree{dir: worktrees, project: base}}
	require.NoError(t, d.shareDependencies())
	assert.FileExists(t, filepath.Join(base, "venv", "pyvenv.cfg"))
	assert.FileExists(t, filepath.Join(worktrees, "tree", "node_modules", "left", "package.json"))
	assert.NoFileExists(t, filepath.Join(worktrees, "node_modules"))
	require.NoError(t, d.shareDependencies(), "links that exist stay")
}

func TestTheSourcesOfEachLanguageAreWatched(t *testing.T) {
	t.Parallel()
	for runtime, files := range map[string]struct{ watched, other []string }{
		"go":     {[]string{"main.go", "go.mod", "Pulumi.dev.yaml"}, []string{"main_test.go", "index.ts", "notes.md"}},
		"nodejs": {[]string{"index.ts", "index.mjs", "package.json", "Pulumi.yaml"}, []string{"main.go", "main.py"}},
		"python": {[]string{"__main__.py", "requirements.txt"}, []string{"main.go", "module.pyc"}},
		"yaml":   {[]string{"Main.yaml", "Pulumi.yaml", "Pulumi.dev.yml"}, []string{"main.go", "notes.md"}},
	} {
		for _, file := range files.watched {
			assert.True(t, isWatched(file, runtime), runtime+" "+file)
		}
		for _, file := range files.other {
			assert.False(t, isWatched(file, runtime), runtime+" "+file)
		}
	}
}
