package rehearsal_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// exported decodes the output of `pulumi stack export`.
func exported(t *testing.T, r *rehearsal.Rehearsal, showSecrets bool) apitype.DeploymentV3 {
	t.Helper()
	printed, err := r.Export(t.Context(), showSecrets)
	require.NoError(t, err)
	var untyped apitype.UntypedDeployment
	require.NoError(t, json.Unmarshal(printed, &untyped))
	var deployment apitype.DeploymentV3
	require.NoError(t, json.Unmarshal(untyped.Deployment, &deployment))
	return deployment
}

func TestTheResourcesAreThoseThatPulumiExports(t *testing.T) {
	t.Parallel()
	cloud := newFakeCloud()
	secret := func(value any) map[string]any { return map[string]any{sig.Key: sig.Secret, "value": value} }
	nested, err := structpb.NewValue(secret(map[string]any{"user": "u", "keys": []any{secret("k"), 1, nil}}))
	require.NoError(t, err)
	cloud.outputs = map[string]*structpb.Value{"credentials": nested}
	options := toyOptions(t, cloud)
	options.Config = map[string]string{"token": `a "secret", {with} <signs> & ünï`}
	r := open(t, options)
	_, err = r.Up(t.Context())
	require.NoError(t, err)
	for _, showSecrets := range []bool{false, true} {
		want := exported(t, r, showSecrets).Resources
		got, err := r.Resources(showSecrets)
		require.NoError(t, err)
		assert.Len(t, got, 3, "the stack, its provider and the thing")
		assert.Equal(t, want, got, "secrets shown: %v", showSecrets)
	}
}

func TestANewStackIsTheOneThatPulumiMakes(t *testing.T) {
	t.Parallel()
	r := open(t, toyOptions(t, newFakeCloud()))
	ours := exported(t, r, false)

	pulumi := t.TempDir()
	stack := exec.CommandContext(t.Context(), shared.cli.Path, "stack", "init", "staging", "--secrets-provider",
		"passphrase")
	stack.Dir = t.TempDir()
	writeFiles(t, stack.Dir, map[string]string{"Pulumi.yaml": "name: toy\nruntime: go\n"})
	stack.Env = append(os.Environ(), "PULUMI_HOME="+t.TempDir(), "PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_BACKEND_URL=file://"+pulumi, "PULUMI_CONFIG_PASSPHRASE=x")
	require.NoError(t, stack.Run())
	content, err := os.ReadFile(filepath.Join(pulumi, ".pulumi/stacks/toy/staging.json"))
	require.NoError(t, err)
	theirs := decodeCheckpoint(t, content)
	file, ok := strings.CutPrefix(r.BackendUrl(), "file://")
	require.True(t, ok)
	content, err = os.ReadFile(filepath.Join(file, ".pulumi/stacks/toy/staging.json"))
	require.NoError(t, err)
	made := decodeCheckpoint(t, content)

	assert.Equal(t, theirs.Stack, made.Stack)
	for _, deployment := range []*apitype.DeploymentV3{theirs.Latest, made.Latest, &ours} {
		deployment.Manifest.Time = theirs.Latest.Manifest.Time
		assert.Contains(t, string(deployment.SecretsProviders.State), `"salt"`)
		deployment.SecretsProviders.State = nil
	}
	assert.Equal(t, theirs.Latest, made.Latest)
	assert.Equal(t, *theirs.Latest, ours, "and Pulumi reads it so")
}

func decodeCheckpoint(t *testing.T, content []byte) apitype.CheckpointV3 {
	t.Helper()
	var versioned apitype.VersionedCheckpoint
	require.NoError(t, json.Unmarshal(content, &versioned))
	assert.Equal(t, 3, versioned.Version)
	var checkpoint apitype.CheckpointV3
	require.NoError(t, json.Unmarshal(versioned.Checkpoint, &checkpoint))
	return checkpoint
}

func TestAnUnknownStateIsRefused(t *testing.T) {
	t.Parallel()
	options := toyOptions(t, newFakeCloud())
	options.StateDir, options.Passphrase = t.TempDir(), "correct horse"
	writeFiles(t, options.StateDir,
		map[string]string{".rehearsal/readme": "", ".pulumi/stacks/toy/staging.json": `{"version":5,"checkpoint":{}}`})
	_, err := open(t, options).Resources(false)
	require.ErrorContains(t, err, "the state has version 5; this rehearsal reads versions 3 and 4")
}

func TestTheVersionOfTheCommandLineIsAskedForOnce(t *testing.T) {
	ownCache(t)
	// An executable that counts its runs; it is no script, which may run another command line each time.
	dir := t.TempDir()
	path, runs := filepath.Join(dir, "pulumi"), filepath.Join(dir, "runs")
	build := func(version string) {
		source := t.TempDir()
		writeFiles(t, source, map[string]string{"go.mod": "module fake\n", "main.go": `package main

import (
	"fmt"
	"os"
)

func main() {
	file, _ := os.OpenFile(` + "`" + runs + "`" + `, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	fmt.Fprintln(file, "run")
	fmt.Println("` + version + `")
}
`})
		command := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".")
		command.Dir = source
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
	t.Setenv(rehearsal.CliVariable, path)
	find := func() string {
		found, err := rehearsal.FindCli(t.Context(), ".", os.Stderr)
		require.NoError(t, err)
		return found.Version
	}
	build("v3.300.0")
	assert.Equal(t, []string{"v3.300.0", "v3.300.0"}, []string{find(), find()})
	build("v3.300.17")
	assert.Equal(t, []string{"v3.300.17", "v3.300.17"}, []string{find(), find()})
	counted, err := os.ReadFile(runs)
	require.NoError(t, err)
	assert.Equal(t, "run\nrun\n", string(counted), "once for each executable")
}

func TestWithoutCheckpointsTheStateIsWrittenAtTheEnd(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]bool{"an update": false, "an update that fails": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := newFakeCloud()
			options := toyOptions(t, cloud)
			options.SkipCheckpoints = true
			var r *rehearsal.Rehearsal
			var during []apitype.ResourceV3
			cloud.onCreate = func(context.Context) error {
				var err error
				if during, err = r.Resources(false); err == nil && fails {
					err = errors.New("no")
				}
				return err
			}
			r = open(t, options)
			_, err := r.Up(t.Context())
			assert.Equal(t, fails, err != nil)
			assert.Empty(t, during, "nothing is written on the way")
			after, err := r.Resources(false)
			require.NoError(t, err)
			assert.NotEmpty(t, after)
		})
	}
}
