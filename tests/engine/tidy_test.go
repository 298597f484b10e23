//go:build linux

package engine_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// TestARunLeavesNoChangeNoProcessAndNoFile is not parallel: it knows its processes by TMPDIR.
func TestARunLeavesNoChangeNoProcessAndNoFile(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	before := workingTree(t)
	s := open(t, rehearsal.Options{Config: map[string]string{"careDesiredCount": "2"}})
	s.up()
	s.destroy()
	require.NoError(t, s.Close())
	assert.Equal(t, before, workingTree(t))
	assert.Eventually(t, func() bool { return len(processesOf(t, temporary)) == 0 }, time.Second, 10*time.Millisecond)
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// workingTree returns git's status of new files and of Pulumi's own, which the command line may rewrite. It ignores
// sources that somebody edits at the same time.
func workingTree(t *testing.T) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", "status", "--porcelain", "--ignored", "--untracked-files=all", ".")
	command.Dir = projectDir
	status, err := command.Output()
	if err != nil {
		t.Skip("this is no working tree of git")
	}
	var lines []string
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "??") || strings.HasPrefix(line, "!!") || strings.Contains(line, "Pulumi") {
			lines = append(lines, line)
		}
	}
	return lines
}

func processesOf(t *testing.T, dir string) (found []string) {
	t.Helper()
	environments, err := filepath.Glob("/proc/[0-9]*/environ")
	require.NoError(t, err)
	for _, file := range environments {
		if content, err := os.ReadFile(file); err == nil && bytes.Contains(content, []byte(dir)) {
			found = append(found, filepath.Dir(file))
		}
	}
	return found
}
