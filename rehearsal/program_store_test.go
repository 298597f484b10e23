package rehearsal_test

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// These tests give the cache a directory of their own by the environment, so that they are not parallel.

// smallProgram writes a module that prints the text, and needs no other.
func smallProgram(t *testing.T, dir, text string) {
	t.Helper()
	writeFiles(t, dir, map[string]string{
		"go.mod":  "module small\n\ngo 1.26\n",
		"main.go": "package main\n\nfunc main() { print(\"" + text + "\") }\n",
	})
}

// ownCache lets rehearsals, but not go, have an empty cache.
func ownCache(t *testing.T) string {
	t.Helper()
	goCache, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE").Output()
	require.NoError(t, err)
	t.Setenv("GOCACHE", strings.TrimSpace(string(goCache)))
	t.Setenv("GOFLAGS", "")
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache) // where macOS looks
	return cache
}

// keptProgram returns the only program in the cache.
func keptProgram(t *testing.T, cache string) string {
	t.Helper()
	found := findAll(t, cache, "program")
	require.Len(t, found, 1)
	return found[0]
}

func findAll(t *testing.T, dir, name string) (found []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Name() == name && !entry.IsDir() {
			found = append(found, path)
		}
		return err
	}))
	return found
}

func build(t *testing.T, dir string) (target string) {
	t.Helper()
	target = filepath.Join(t.TempDir(), "target")
	require.NoError(t, rehearsal.BuildProgram(t.Context(), dir, target, io.Discard))
	return target
}

func output(t *testing.T, program string) string {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), program).CombinedOutput()
	require.NoError(t, err)
	return string(text)
}

//nolint:paralleltest // it sets the cache directory of the process
func TestAnUnchangedProgramIsNotLinkedAnew(t *testing.T) {
	cache, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	first := build(t, dir)
	linked, err := os.Stat(keptProgram(t, cache))
	require.NoError(t, err)

	build(t, dir)
	again, err := os.Stat(keptProgram(t, cache))
	require.NoError(t, err)
	assert.True(t, os.SameFile(linked, again), "the same file, so that nothing was linked")

	smallProgram(t, dir, "two")
	assert.Equal(t, "two", output(t, build(t, dir)))
	assert.Equal(t, "one", output(t, first), "a program that is in use stays")
}

//nolint:paralleltest // it sets the cache directory of the process
func TestWhatAKilledBuildLeftIsNotTakenForAProgram(t *testing.T) {
	cache, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	build(t, dir)
	program := keptProgram(t, cache)
	// A build that was killed while go wrote the executable: the beginning, by which go recognizes it, is there.
	content, err := os.ReadFile(program)
	require.NoError(t, err)
	require.NoError(t, os.Remove(program))
	half := filepath.Join(filepath.Dir(program), "unfinished"+filepath.Ext(program))
	require.NoError(t, os.WriteFile(half, content[:len(content)/2], 0o755))

	assert.Equal(t, "one", output(t, build(t, dir)))
}

//nolint:paralleltest // it sets the cache directory of the process
func TestABuildThatIsKilledLeavesTheNextOneRight(t *testing.T) {
	cache, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	build(t, dir)
	for delay := time.Millisecond; delay < 300*time.Millisecond; delay *= 3 {
		smallProgram(t, dir, "changed "+delay.String())
		ctx, cancel := context.WithTimeout(t.Context(), delay)
		err := rehearsal.BuildProgram(ctx, dir, filepath.Join(t.TempDir(), "target"), io.Discard)
		cancel()
		t.Logf("after %s: %v", delay, err)
		assert.Equal(t, "changed "+delay.String(), output(t, build(t, dir)))
	}
	assert.Empty(t, findAll(t, cache, "unfinished"))
}

//nolint:paralleltest // it sets the cache directory of the process
func TestAProgramThatDoesNotCompileLeavesTheOneBefore(t *testing.T) {
	cache, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	build(t, dir)
	before, err := os.Stat(keptProgram(t, cache))
	require.NoError(t, err)
	writeFiles(t, dir, map[string]string{"main.go": "package main\n\nfunc main() { undefined() }\n"})
	target := filepath.Join(t.TempDir(), "target")
	require.ErrorContains(t, rehearsal.BuildProgram(t.Context(), dir, target, io.Discard), "undefined: undefined")
	assert.NoFileExists(t, target)

	smallProgram(t, dir, "one")
	build(t, dir)
	after, err := os.Stat(keptProgram(t, cache))
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
}

//nolint:paralleltest // it sets the cache directory of the process
func TestTwoRehearsalsBuildAtTheSameTime(t *testing.T) {
	_, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			target := filepath.Join(t.TempDir(), "target")
			if assert.NoError(t, rehearsal.BuildProgram(t.Context(), dir, target, io.Discard)) {
				assert.Equal(t, "one", output(t, target))
			}
		})
	}
	group.Wait()
}

//nolint:paralleltest // it sets the cache directory of the process
func TestACacheThatWasDeletedIsFilledAgain(t *testing.T) {
	cache, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	build(t, dir)
	require.NoError(t, os.RemoveAll(filepath.Join(cache, "care-rehearse")))
	assert.Equal(t, "one", output(t, build(t, dir)))
	assert.NotEmpty(t, keptProgram(t, cache))
}

//nolint:paralleltest // it sets the cache directory of the process
func TestWithoutACacheTheProgramIsBuiltAllTheSame(t *testing.T) {
	cache, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	require.NoError(t, os.WriteFile(filepath.Join(cache, "care-rehearse"), nil, 0o600)) // where a directory should be
	var log syncBuffer
	target := filepath.Join(t.TempDir(), "target")
	require.NoError(t, rehearsal.BuildProgram(t.Context(), dir, target, &log))
	assert.Equal(t, "one", output(t, target))
	assert.Regexp(t, `^the cache cannot be used: .*care-rehearse.*; building the program without it\n$`, log.String())
}

//nolint:paralleltest // it sets the cache directory of the process
func TestTheProgramOfACommitIsBuiltOnceWhereverItsSourceIs(t *testing.T) {
	cache := ownCache(t)
	of := func(commit, text, flags string) string {
		dir, target := t.TempDir(), filepath.Join(t.TempDir(), "target")
		smallProgram(t, dir, text)
		t.Setenv("GOFLAGS", flags)
		require.NoError(t, rehearsal.BuildCommit(t.Context(), commit, dir, target, io.Discard))
		return output(t, target)
	}
	assert.Equal(t, "one", of("c1", "one", ""))
	assert.Equal(t, "one", of("c1", "not looked at", ""))
	assert.Equal(t, "two", of("c2", "two", ""))
	assert.Equal(t, "flagged", of("c1", "flagged", "-tags=special"), "another setting of go makes another program")
	assert.Len(t, findAll(t, cache, "program"), 3)
}

//nolint:paralleltest // it sets the cache directory of the process
func TestACommitThatNeedsADirectoryIsBuiltAnew(t *testing.T) {
	cache, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	writeFiles(t, dir, map[string]string{"go.mod": "module small\n\ngo 1.26\n\nreplace example.org/x => ../x\n"})
	var log syncBuffer
	target := filepath.Join(t.TempDir(), "target")
	require.NoError(t, rehearsal.BuildCommit(t.Context(), "c1", dir, target, &log))
	assert.Equal(t, "one", output(t, target))
	assert.Contains(t, log.String(), "the base's go.mod replaces a module by a directory")
	assert.Empty(t, findAll(t, cache, "program"))
}

//nolint:paralleltest // it sets the cache directory of the process
func TestProgramsThatNobodyUsesAreRemoved(t *testing.T) {
	cache, dir, other := ownCache(t), t.TempDir(), t.TempDir()
	smallProgram(t, dir, "one")
	build(t, dir)
	old := filepath.Dir(keptProgram(t, cache))
	longAgo := time.Now().Add(-31 * 24 * time.Hour)
	require.NoError(t, os.Chtimes(old, longAgo, longAgo))

	smallProgram(t, other, "two")
	build(t, other)
	assert.NoDirExists(t, old)
	assert.Equal(t, "two", output(t, keptProgram(t, cache)))
}
