//go:build unix

package rehearsal_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// These tests put scripts in place of pulumi and go on PATH, so that they are not parallel.

func TestTheCommandLineOnPathIsTakenWhenItIsNewEnough(t *testing.T) {
	scripts := onlyOnPath(t, map[string]string{"pulumi": "echo v3.206.0"})
	t.Setenv(rehearsal.CliVariable, "")
	found, err := rehearsal.FindCli(t.Context(), t.TempDir(), os.Stderr)
	require.NoError(t, err)
	assert.Equal(t, rehearsal.Cli{Path: filepath.Join(scripts, "pulumi"), Version: "v3.206.0"}, found)
}

func TestAnOldCommandLineOnPathIsIgnoredWithALine(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir()) // without one that was built before
	onlyOnPath(t, map[string]string{"pulumi": "echo v3.205.1"})
	t.Chdir(t.TempDir())
	var log bytes.Buffer
	_, err := rehearsal.FindCli(t.Context(), t.TempDir(), &log)
	assert.Regexp(t, `^ignoring .*pulumi: its version "v3\.205\.1" is older than v3\.206\.0\n$`, log.String())
	require.ErrorContains(t, err, "install it from https://")
}

func TestTheNamedCommandLineIsTakenOrItIsAnError(t *testing.T) {
	scripts := onlyOnPath(t, map[string]string{"pulumi": "echo v3.300.0", "other": "echo 3.310.1"})
	t.Setenv(rehearsal.CliVariable, filepath.Join(scripts, "other"))
	found, err := rehearsal.FindCli(t.Context(), ".", os.Stderr)
	require.NoError(t, err)
	assert.Equal(t, "v3.310.1", found.Version)

	t.Setenv(rehearsal.CliVariable, filepath.Join(scripts, "missing"))
	_, err = rehearsal.FindCli(t.Context(), ".", os.Stderr)
	require.ErrorContains(t, err, "REHEARSE_PULUMI="+filepath.Join(scripts, "missing"))
}

// A go that "builds" a pulumi which prints the version that it was given, and counts its calls.
const fakeGo = `
while [ $# -gt 0 ]; do
	case "$1" in
	-o) out=$2 ;;
	-ldflags) version=${2##*=} ;;
	esac
	shift
done
echo built >> "$BUILDS"
sleep 0.2
printf '#!/bin/sh\necho v%s\n' "$version" > "$out"
chmod +x "$out"
`

func TestTheCommandLineIsBuiltOnceForAllWhoWait(t *testing.T) {
	onlyOnPath(t, map[string]string{"go": fakeGo})
	builds := filepath.Join(t.TempDir(), "builds")
	t.Setenv("BUILDS", builds)
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	project := projectWithTools(t, "3.777.1")
	var log syncBuffer
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			found, err := rehearsal.FindCli(t.Context(), filepath.Join(project, "deep", "inside"), &log)
			if assert.NoError(t, err) {
				assert.Equal(t, "v3.777.1", found.Version)
				assert.True(t, strings.HasPrefix(found.Path, filepath.Join(cache, "care-rehearse", "pulumi-3.777.1-")))
			}
		})
	}
	group.Wait()
	count, err := os.ReadFile(builds)
	require.NoError(t, err)
	assert.Equal(t, "built\n", string(count))
	assert.Contains(t, log.String(), "building the Pulumi command line 3.777.1, once (about 3 minutes on two cores)\n")
	assert.Contains(t, log.String(), "  done in ")
	leftovers, err := filepath.Glob(filepath.Join(cache, "care-rehearse", "*.part"))
	require.NoError(t, err)
	assert.Empty(t, leftovers)
}

func TestAProjectWithoutSourcesTakesTheNewestCommandLineThatWasBuiltForAnother(t *testing.T) {
	onlyOnPath(t, map[string]string{"go": fakeGo})
	t.Setenv("BUILDS", filepath.Join(t.TempDir(), "builds"))
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Chdir(t.TempDir())
	elsewhere := t.TempDir()
	_, err := rehearsal.FindCli(t.Context(), elsewhere, &syncBuffer{})
	require.ErrorContains(t, err, "none built by an earlier rehearsal")
	for _, version := range []string{"3.777.1", "3.1000.0", "3.888.2"} {
		_, err := rehearsal.FindCli(t.Context(), projectWithTools(t, version), &syncBuffer{})
		require.NoError(t, err)
	}
	found, err := rehearsal.FindCli(t.Context(), elsewhere, &syncBuffer{})
	require.NoError(t, err)
	assert.Equal(t, "v3.1000.0", found.Version)
}

func TestABuildThatFailsShowsTheCompilersWordsAndLeavesNothing(t *testing.T) {
	onlyOnPath(t, map[string]string{"go": "echo 'pulumi.go:1: syntax error' >&2; exit 1"})
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	_, err := rehearsal.FindCli(t.Context(), projectWithTools(t, "3.777.1"), &syncBuffer{})
	require.ErrorContains(t, err, "building the Pulumi command line: exit status 1")
	require.ErrorContains(t, err, "pulumi.go:1: syntax error")
	built, err := filepath.Glob(filepath.Join(cache, "care-rehearse", "pulumi-*[^k]"))
	require.NoError(t, err)
	assert.Empty(t, built)
}

func TestACanceledBuildEndsWithItsProcesses(t *testing.T) {
	onlyOnPath(t, map[string]string{"go": `sleep 600 & echo $! > "$CHILD.new"; : > "$CHILD"; wait`})
	child := filepath.Join(t.TempDir(), "child")
	t.Setenv("CHILD", child)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		assert.Eventually(t, func() bool { _, err := os.Stat(child); return err == nil }, time.Minute, time.Millisecond)
		cancel(assert.AnError)
	}()
	begin := time.Now()
	_, err := rehearsal.FindCli(ctx, projectWithTools(t, "3.777.1"), &syncBuffer{})
	require.ErrorIs(t, err, assert.AnError)
	assert.Less(t, time.Since(begin), 4*time.Second, "nobody waited for the compiler")
	text, err := os.ReadFile(child + ".new")
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	assert.Eventually(t, func() bool { return syscall.Kill(pid, 0) != nil || isZombie(pid) }, time.Second,
		time.Millisecond)
}

// isZombie reports whether a process is dead, and its parent, here init, has not waited for it.
func isZombie(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && bytes.Contains(status, []byte(") Z "))
}

// onlyOnPath makes a PATH of scripts of ours and the two tools that they use.
func onlyOnPath(t *testing.T, scripts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range scripts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755))
	}
	for _, tool := range []string{"sleep", "chmod"} {
		found, err := exec.LookPath(tool)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(found, filepath.Join(dir, tool)))
	}
	t.Setenv("PATH", dir)
	t.Setenv(rehearsal.CliVariable, "")
	return dir
}

func projectWithTools(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"tools/go.mod": fmt.Sprintf(
		"module tools\n\nrequire (\n\tgithub.com/pulumi/pulumi/pkg/v3 v%s // indirect\n)\n", version,
	)})
	return dir
}
