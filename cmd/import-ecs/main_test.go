package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const testdata = "../../internal/ecsimport/testdata"

var taskDefinitions = []string{filepath.Join(testdata, "backend.json"), filepath.Join(testdata, "celery.json")}

// project creates a directory with a Pulumi project and returns its path.
func project(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, manifest), []byte("name: care\nruntime: go\n"), 0o600))
	return dir
}

// outcome is the result of a run of the command.
type outcome struct {
	status         int
	stdout, stderr string
}

func runWith(arguments ...string) outcome {
	var stdout, stderr bytes.Buffer
	status := run(arguments, &stdout, &stderr)
	return outcome{status, stdout.String(), stderr.String()}
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestTheStackFileGoesIntoTheProjectAndTheReportToStandardOutput(t *testing.T) {
	t.Parallel()
	dir := project(t)
	target := filepath.Join(dir, "Pulumi.imported.yaml")
	got := runWith("--stack", "imported", "--dir", dir, taskDefinitions[0], taskDefinitions[1])
	assert.Equal(t, exitOk, got.status)
	assert.Equal(t, "wrote "+target+"\n", got.stderr)
	assert.Equal(t, content(t, filepath.Join(testdata, "Pulumi.imported.yaml")), content(t, target))
	assert.Contains(t, got.stdout, "# Care's task definitions as stack imported\n")
}

func TestFlagsMayStandBehindTheFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target, report := filepath.Join(dir, "stack.yaml"), filepath.Join(dir, "report.md")
	got := runWith(taskDefinitions[0], "--stack", "imported", taskDefinitions[1], "--output", target, "--report", report)
	assert.Equal(t, outcome{exitOk, "", "wrote " + target + "\nwrote " + report + "\n"}, got)
	assert.Contains(t, content(t, report), "## Imported")
}

func TestFilesThatAreThereStayUnlessForced(t *testing.T) {
	t.Parallel()
	dir := project(t)
	target, report := filepath.Join(dir, "Pulumi.imported.yaml"), filepath.Join(dir, "report.md")
	arguments := append([]string{"--stack", "imported", "--dir", dir, "--report", report}, taskDefinitions...)
	const mine = "encryptionsalt: v1:abc\nconfig:\n  care:image: mine\n"
	for _, path := range []string{target, report} {
		require.NoError(t, os.WriteFile(path, []byte(mine), 0o600))
		got := runWith(arguments...)
		assert.Equal(t, outcome{exitFailed, "", "import-ecs: " + path + " is there already; --force writes over it\n"}, got)
		assert.Equal(t, mine, content(t, path))
		require.NoError(t, os.Remove(path))
	}
	assert.NoFileExists(t, target, "nothing is written unless all can be")
	require.NoError(t, os.WriteFile(target, []byte(mine), 0o600))
	require.NoError(t, os.WriteFile(report, []byte(mine), 0o600))
	assert.Equal(t, exitOk, runWith(append(arguments, "--force")...).status)
	assert.Contains(t, content(t, target), "care:image: ghcr.io/ohcnetwork/care:latest")
	assert.Contains(t, content(t, target), "encryptionsalt: v1:abc\n", "without it nothing encrypted can be read")
	assert.Contains(t, content(t, report), "# Care's task definitions")
}

func TestUsageErrorsExitWithTwo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments []string
		want      string
	}{
		"no stack":     {taskDefinitions, "name the stack: --stack NAME"},
		"no files":     {[]string{"--stack", "a"}, "name the files that hold the task definitions"},
		"unknown flag": {[]string{"--sack", "a"}, "flag provided but not defined: -sack"},
		"two targets": {
			append([]string{"--stack", "a", "--dir", ".", "--output", "b"}, taskDefinitions...),
			"set --dir or --output, not both",
		},
		"a bad stack": {append([]string{"--stack", "org/care/a"}, taskDefinitions...), "must be a stack's name"},
		"a bad region": {
			append([]string{"--stack", "a", "--region", "Mumbai"}, taskDefinitions...),
			"must be the name of an AWS region",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := runWith(test.arguments...)
			assert.Equal(t, exitUsage, got.status)
			assert.Contains(t, got.stderr, "import-ecs: ")
			assert.Contains(t, got.stderr, test.want)
			assert.Contains(t, got.stderr, "import-ecs --help lists the options")
			assert.Empty(t, got.stdout)
		})
	}
}

func TestWhatCannotBeDoneExitsWithOne(t *testing.T) {
	t.Parallel()
	dir := project(t)
	bad := filepath.Join(dir, "bad.json")
	require.NoError(t, os.WriteFile(bad, []byte("{\n]"), 0o600))
	for name, test := range map[string]struct {
		arguments []string
		want      string
	}{
		"no such file": {
			[]string{"--dir", dir, filepath.Join(dir, "none.json")},
			"none.json: no such file or directory; name a file that can be read",
		},
		"a directory": {[]string{"--dir", dir, dir}, "is a directory; name a file that can be read"},
		"bad JSON":    {[]string{"--dir", dir, bad}, "bad.json:2:1: not JSON: invalid character ']'"},
		"no project": {
			append([]string{"--dir", t.TempDir()}, taskDefinitions...),
			"has no Pulumi.yaml: name the project's directory with --dir",
		},
		"no worker": {[]string{"--dir", dir, taskDefinitions[0]}, "no container runs Care's worker"},
		"one file by two names": {
			[]string{"--dir", dir, taskDefinitions[0], "./" + taskDefinitions[0]}, "named twice; name it once",
		},
		"a place that is none": {
			append([]string{"--output", filepath.Join(dir, "none", "a.yaml")}, taskDefinitions...), "no such file or directory",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := runWith(append([]string{"--stack", "imported"}, test.arguments...)...)
			assert.Equal(t, exitFailed, got.status)
			assert.Contains(t, got.stderr, test.want)
			assert.Empty(t, got.stdout)
		})
	}
}

func TestHelpGoesToStandardOutput(t *testing.T) {
	t.Parallel()
	got := runWith("--help")
	assert.Equal(t, exitOk, got.status)
	assert.Contains(t, got.stdout, "Usage: import-ecs --stack NAME [flags] TASKDEF.json...")
	assert.Contains(t, got.stdout, "--force")
	assert.Empty(t, got.stderr)
}
