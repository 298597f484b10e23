//go:build linux

package rehearsal_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// These tests change PATH, TMPDIR and the cache directory of the process; they are not parallel.

const brokenMain = "package main\n\nfunc main() { undefined() }\n"

// slowGo puts a go command on PATH that runs the shell command first. It returns the file that gets a line for each
// call.
func slowGo(t *testing.T, first string) (calls string) {
	t.Helper()
	real, err := exec.LookPath("go")
	require.NoError(t, err)
	dir := t.TempDir()
	calls = filepath.Join(dir, "calls")
	script := "#!/bin/sh\necho called >>" + calls + "\n" + first + "\nexec " + real + " \"$@\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go"), []byte(script), 0o755))
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return calls
}

// brokenOptions returns the options of a project that does not compile, with a kept state.
func brokenOptions(t *testing.T) rehearsal.Options {
	t.Helper()
	options := toyOptions(t, newFakeCloud())
	ownCache(t)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"go.mod": "module broken\n", "main.go": brokenMain, "Pulumi.yaml": "name: broken\nruntime: go\n",
		"Pulumi.staging.yaml": "config: {}\n",
	})
	options.Dir, options.Program, options.StateDir, options.Passphrase = dir, "", t.TempDir(), "correct horse"
	return options
}

func TestAFailedBuildStopsTheCommandLineThatHasStarted(t *testing.T) {
	options := brokenOptions(t)
	var stdout, stderr syncBuffer
	options.Stdout, options.Stderr = &stdout, &stderr
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	finish := filepath.Join(t.TempDir(), "finish")
	slowGo(t, "while [ ! -e "+finish+" ]; do sleep 0.05; done")
	r := open(t, options)
	failed := make(chan error, 1)
	go func() {
		_, err := r.Up(t.Context())
		failed <- err
	}()
	locks := filepath.Join(options.StateDir, ".pulumi", "locks", "*", "*", "*", "*")
	assert.Eventually(t, func() bool { return len(matches(t, locks)) == 1 }, time.Minute, 10*time.Millisecond,
		"the engine has locked the state and waits for the program")
	require.NoError(t, os.WriteFile(finish, nil, 0o600))

	err := <-failed
	var build *rehearsal.BuildError
	require.ErrorAs(t, err, &build)
	require.ErrorContains(t, err, "main.go:3:15: undefined: undefined")
	assertNoProcess(t, temporary)
	assert.Empty(t, matches(t, locks), "the engine has unlocked the state")
	assert.Empty(t, stdout.String())
	assert.NotContains(t, stderr.String(), "error", "the error is returned and not printed")

	writeFiles(t, options.Dir, map[string]string{"main.go": "package main\n\nfunc main() {}\n"})
	_, err = r.Up(t.Context())
	require.NoError(t, err)
	assert.Contains(t, stdout.String(), "Updating (staging)")
}

func TestABuildThatFailsAtOnceLeavesNoProcess(t *testing.T) {
	options := brokenOptions(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	slowGo(t, "echo go: broken; exit 1")
	sleeper := filepath.Join(t.TempDir(), "pulumi")
	require.NoError(t, os.WriteFile(sleeper, []byte("#!/bin/sh\nexec sleep 600\n"), 0o755))
	options.Cli = &rehearsal.Cli{Path: sleeper, Version: shared.cli.Version}
	r := open(t, options)
	begin := time.Now()
	_, err := r.Preview(t.Context())
	require.ErrorContains(t, err, "building the program in "+options.Dir+": exit status 1\ngo: broken")
	assert.Less(t, time.Since(begin), 10*time.Second)
	assertNoProcess(t, temporary)
}

func TestACommandLineThatFailsStopsTheBuild(t *testing.T) {
	options := toyOptions(t, newFakeCloud())
	ownCache(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	slowGo(t, "sleep 600")
	var stderr syncBuffer
	options.Program, options.Config, options.Stderr = "", map[string]string{"size": "many"}, &stderr
	r := open(t, options)
	_, err := r.Preview(t.Context())
	var failed *rehearsal.RunError
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, stderr.String(), "'toy:size' must be of type 'integer'")
	assertNoProcess(t, temporary)
}

func TestAnInterruptDuringABuildLeavesNoProcess(t *testing.T) {
	options := brokenOptions(t)
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	slowGo(t, "sleep 600")
	r := open(t, options)
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		assert.Eventually(t, func() bool { return len(processesOf(t, temporary)) >= 3 }, time.Minute, 10*time.Millisecond,
			"the command line, the go command and sleep")
		interrupt()
	}()
	_, err := r.Up(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assertNoProcess(t, temporary)
}

func TestATwinSharesTheBuildAndItsFailure(t *testing.T) { //nolint:paralleltest // slowGo changes PATH
	options, copied := brokenOptions(t), newFakeCloud()
	calls := slowGo(t, "sleep 2")
	r := open(t, options)
	twin, err := r.Twin(t.Context(), map[string]pulumirpc.ResourceProviderServer{"fake": copied}, copied)
	require.NoError(t, err)
	defer func() { require.NoError(t, twin.Close()) }()
	var group sync.WaitGroup
	group.Go(func() {
		_, err := twin.Up(t.Context())
		assert.ErrorContains(t, err, "undefined: undefined")
	})
	_, err = r.Preview(t.Context())
	require.ErrorContains(t, err, "undefined: undefined")
	group.Wait()
	called, err := os.ReadFile(calls)
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(called), "called"))
}

func matches(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(pattern)
	require.NoError(t, err)
	return found
}
