package engine_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
)

// recordedDir has one directory for each released version. It is the directory of `rehearse --state`, with the stack
// files of the deployed stacks.
const recordedDir = "../testdata/states"

// recordedPassphrase encrypts the secrets of a recorded state. The stand-ins made up all of them.
const recordedPassphrase = "recorded"

var record = flag.String("record", "", "record the state that the present program leaves, as that of this version")

// recordedStacks are the stacks of a recorded state, with the stack file of each and additional settings. Together they
// have each resource that keeps data.
var recordedStacks = map[string]struct{ file, more string }{
	"staging":     {"Pulumi.staging.yaml", ""},
	"production":  {"Pulumi.production.yaml", ""},
	"elasticache": {"Pulumi.staging.yaml", "\n  care:redisBackend: elasticache\n  care:imageWithoutRediSearch: true\n"},
}

// TestRecord records a release: `go test ./tests/engine -run 'TestRecord$' -record 1.2.3`.
func TestRecord(t *testing.T) { //nolint:paralleltest // stacks share the directory of the version
	if *record == "" {
		t.Skip("-record VERSION records one")
	}
	dir := filepath.Join(recordedDir, *record)
	require.NoDirExists(t, dir, "a recorded state is for good")
	require.NoError(t, os.MkdirAll(dir, 0o750))
	for name, stack := range recordedStacks {
		content, err := os.ReadFile(filepath.Join(projectDir, stack.file))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi."+name+".yaml"), append(content, stack.more...), 0o600))
		opened := openRecorded(t, dir, name)
		opened.up()
		require.NoError(t, opened.Close())
	}
	tidyRecorded(t, dir)
}

// openReleased opens a stack in the state that a released version left, in a copy of it.
func openReleased(t *testing.T, version, stackName string) *stack {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(recordedDir, version))))
	return openRecorded(t, dir, stackName)
}

// openRecorded opens a stack of a recorded state in the account that it left, with the manifest of the present program.
func openRecorded(t *testing.T, dir, stackName string) *stack {
	t.Helper()
	made, err := cloud.New()
	require.NoError(t, err)
	project := t.TempDir()
	copyFile(t, filepath.Join(projectDir, "Pulumi.yaml"), project)
	copyFile(t, filepath.Join(dir, "Pulumi."+stackName+".yaml"), project)
	opened := enginetest.Open(t, rehearsal.Options{
		Dir: project, Stack: stackName, StateDir: dir, Passphrase: recordedPassphrase,
		Cli: &shared.cli, Program: shared.program, Providers: made.Providers, World: made,
	})
	return &stack{Rehearsal: opened, t: t, cloud: made}
}

func copyFile(t *testing.T, file, dir string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.Base(file)), content, 0o600))
}

// tidyRecorded keeps the files that the next command reads, in a readable form.
func tidyRecorded(t *testing.T, dir string) {
	t.Helper()
	for _, needless := range []string{".pulumi/backups", ".pulumi/history", ".pulumi/locks", ".rehearsal/lock"} {
		require.NoError(t, os.RemoveAll(filepath.Join(dir, needless)))
	}
	backups, err := filepath.Glob(filepath.Join(dir, ".pulumi/stacks/*/*.bak"))
	require.NoError(t, err)
	for _, needless := range backups {
		require.NoError(t, os.Remove(needless))
	}
	checkpoints, err := filepath.Glob(filepath.Join(dir, ".pulumi/stacks/*/*.json"))
	require.NoError(t, err)
	require.Len(t, checkpoints, len(recordedStacks))
	for _, file := range checkpoints {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, readable(t, content), 0o600))
	}
}

// readable puts each property on a line, without the places in the program's source, which are of one machine.
func readable(t *testing.T, checkpoint []byte) []byte {
	t.Helper()
	var versioned apitype.VersionedCheckpoint
	require.NoError(t, json.Unmarshal(checkpoint, &versioned))
	var latest apitype.CheckpointV3
	require.NoError(t, json.Unmarshal(versioned.Checkpoint, &latest))
	for i := range latest.Latest.Resources {
		latest.Latest.Resources[i].SourcePosition = ""
		latest.Latest.Resources[i].StackTrace = nil
	}
	var err error
	versioned.Checkpoint, err = json.Marshal(latest)
	require.NoError(t, err)
	indented, err := json.MarshalIndent(versioned, "", " ")
	require.NoError(t, err)
	return append(indented, '\n')
}
