//go:build linux

package rehearsal_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// ownMountsVariable marks the process that may mount file systems.
const ownMountsVariable = "REHEARSE_TEST_OWN_MOUNTS"

// inOwnMounts runs the test again, in a process that may mount file systems, which nobody else sees.
func inOwnMounts(t *testing.T) (inside bool) {
	t.Helper()
	if os.Getenv(ownMountsVariable) != "" {
		return true
	}
	executable, err := os.Executable()
	require.NoError(t, err)
	again := exec.CommandContext(t.Context(), executable, "-test.run=^"+t.Name()+"$", "-test.v")
	again.Env = append(os.Environ(), ownMountsVariable+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	output, err := again.CombinedOutput()
	exitError := &exec.ExitError{}
	if errors.As(err, &exitError) {
		t.Skipf("this system lets nobody mount a file system: %v", err)
	}
	require.NoError(t, err, "%s", output)
	if bytes.Contains(output, []byte("--- SKIP")) {
		t.Skipf("%s", output)
	}
	return false
}

func mount(t *testing.T, dir string, flags uintptr, options string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o700))
	if err := syscall.Mount("rehearse", dir, "tmpfs", flags, options); err != nil {
		t.Skipf("this system lets nobody mount a file system: %v", err)
	}
}

//nolint:paralleltest // it sets the cache directory of the process
func TestAFullDiskIsAnErrorAndTheNextBuildIsRight(t *testing.T) {
	if !inOwnMounts(t) {
		return
	}
	cache, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	full := filepath.Join(cache, "care-rehearse", "programs")
	mount(t, full, 0, "size=128k")
	target := filepath.Join(t.TempDir(), "target")
	err := rehearsal.BuildProgram(t.Context(), dir, target, io.Discard)
	require.ErrorContains(t, err, "the disk is full: ")
	require.ErrorContains(t, err, "no space left on device")
	assert.NoFileExists(t, target)
	assert.Empty(t, findAll(t, cache, "program"))
	assert.Empty(t, findAll(t, cache, "unfinished"))

	require.NoError(t, syscall.Mount("rehearse", full, "tmpfs", syscall.MS_REMOUNT, "size=64m"))
	assert.Equal(t, "one", output(t, build(t, dir)))
	assert.NotEmpty(t, keptProgram(t, cache))
	require.NoError(t, syscall.Unmount(full, 0))
}

//nolint:paralleltest // it sets the cache directory of the process
func TestAReadOnlyCacheIsNotUsed(t *testing.T) {
	if !inOwnMounts(t) {
		return
	}
	cache, dir := ownCache(t), t.TempDir()
	smallProgram(t, dir, "one")
	mount(t, filepath.Join(cache, "care-rehearse"), syscall.MS_RDONLY, "")
	var log syncBuffer
	target := filepath.Join(t.TempDir(), "target")
	require.NoError(t, rehearsal.BuildProgram(t.Context(), dir, target, &log))
	assert.Equal(t, "one", output(t, target))
	assert.Regexp(t, `^the cache cannot be used: .*read-only file system; building the program without it\n$`,
		log.String())
	require.NoError(t, syscall.Unmount(filepath.Join(cache, "care-rehearse"), 0))
}
