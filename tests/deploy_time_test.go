package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The commands that the step of the deployment runs, in place of Pulumi and the script that finds the image.
const (
	otherPulumi = "#!/bin/sh\necho \"pulumi $*\"\n"
	otherImage  = "#!/bin/sh\necho care:25.1.0\n"
)

func TestADeploymentPrintsTheTimeToGoBackToBeforeItMigrates(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("it needs bash")
	}
	var script string
	for _, step := range workflows(t)["deploy.yml"].Jobs["deploy"].Steps {
		if strings.Contains(step.Run, "pulumi up") {
			script = step.Run
		}
	}
	dir := t.TempDir()
	for name, content := range map[string]string{"bin/pulumi": otherPulumi, ".ci/image": otherImage} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o700)) //nolint:gosec // it is run
	}
	summary := filepath.Join(dir, "summary.md")
	command := exec.CommandContext(t.Context(), bash, "-e", "-o", "pipefail", "-c", script)
	command.Dir = dir
	command.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "STACK=production",
		"IMAGE=", "GITHUB_STEP_SUMMARY="+summary)
	begun := time.Now().UTC().Truncate(time.Second)
	printed, err := command.CombinedOutput()
	require.NoError(t, err, string(printed))
	before, _, deployed := strings.Cut(string(printed), "pulumi up")
	require.True(t, deployed, string(printed))
	found := regexp.MustCompile("care:databaseRestoreTime `([^`]+)`").FindStringSubmatch(before)
	require.NotNil(t, found, string(printed))
	at, err := time.Parse(time.RFC3339, found[1])
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(found[1], "Z"))
	assert.False(t, at.Before(begun) || at.After(time.Now()), found[1])
	content, err := os.ReadFile(summary)
	require.NoError(t, err)
	assert.Contains(t, string(content), found[0])
}
