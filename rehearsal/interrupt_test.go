//go:build linux

package rehearsal_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// These tests change TMPDIR, so that their processes and files are distinct from others'; they are not parallel.

func TestAnInterruptLetsTheEngineFinishAndLeavesNoProcess(t *testing.T) {
	temporary := t.TempDir()
	cloud := newFakeCloud()
	options := toyOptions(t, cloud)
	begun := cloud.blockCreate()
	t.Setenv("TMPDIR", temporary)
	r := open(t, options)
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		<-begun
		assert.Len(t, processesOf(t, temporary), 2, "the command line and the program")
		interrupt()
	}()
	result, err := r.Up(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Contains(t, result.Stdout, "Diagnostics", "the engine came to its summary")
	assertNoProcess(t, temporary)

	cloud.onCreate = nil
	_, err = r.Up(t.Context())
	require.NoError(t, err, "the engine gave the state's lock back")
	require.NoError(t, r.Close())
	assertEmptyDir(t, temporary)
}

func TestAKilledRunLeavesNoProcessAndItsLockCanBeCanceled(t *testing.T) {
	temporary := t.TempDir()
	cloud := newFakeCloud()
	options := toyOptions(t, cloud)
	begun := cloud.blockCreate()
	t.Setenv("TMPDIR", temporary)
	r := open(t, options)
	go func() {
		<-begun
		r.Kill()
	}()
	_, err := r.Up(t.Context())
	require.ErrorContains(t, err, "killed")
	assertNoProcess(t, temporary)

	cloud.onCreate = nil
	_, err = r.Up(t.Context())
	require.ErrorContains(t, err, "lock")
	require.NoError(t, r.Cancel(t.Context()))
	_, err = r.Up(t.Context())
	require.NoError(t, err)
}

func TestAProgramThatListensToNobodyEndsAllTheSame(t *testing.T) {
	temporary := t.TempDir()
	options := toyOptions(t, newFakeCloud())
	options.Env = []string{"TOY_MOOD=stubborn"}
	t.Setenv("TMPDIR", temporary)
	r := open(t, options)
	ctx, interrupt := context.WithCancel(t.Context())
	go func() {
		assert.Eventually(t, func() bool { return len(processesOf(t, temporary)) == 2 }, time.Minute, 10*time.Millisecond)
		interrupt()
	}()
	begin := time.Now()
	_, err := r.Up(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.Less(t, time.Since(begin), 10*time.Second)
	assertNoProcess(t, temporary)
}

// processesOf returns the processes whose environment names the directory: the command line and the program do.
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

// assertNoProcess waits for a moment, until the environment of a killed process is gone.
func assertNoProcess(t *testing.T, dir string) {
	t.Helper()
	assert.Eventually(t, func() bool { return len(processesOf(t, dir)) == 0 }, time.Second, 10*time.Millisecond,
		"%v", processesOf(t, dir))
}

func assertEmptyDir(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
}
