package rehearsal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// guestOptions rehearse the project whose component a plugin constructs.
func guestOptions(t *testing.T, dir string, cloud *fakeCloud) rehearsal.Options {
	t.Helper()
	buildShared(t)
	return rehearsal.Options{
		Dir: dir, Cli: &shared.cli, World: cloud, Config: map[string]string{"greeting": "hello"},
		Providers: map[string]pulumirpc.ResourceProviderServer{"fake": cloud},
	}
}

func TestAPluginConstructsItsComponents(t *testing.T) {
	t.Parallel()
	cloud := newFakeCloud()
	r := open(t, guestOptions(t, "testdata/guest", cloud))
	preview, err := r.Preview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[rehearsal.Op]int{rehearsal.OpCreate: 5}, preview.Changes)
	first, err := r.Up(t.Context())
	require.NoError(t, err)
	assert.Contains(t, first.Stdout, `"thing-2.example.org"`)

	// The guest waits for all that is in the component, and the resources in it for each other as they declare it.
	const prefix = "urn:pulumi:staging::guest::"
	inPair := func(name string) string { return prefix + "library:index:Pair$fake:index:Thing::" + name }
	assert.Contains(t, cloud.declared[inPair("pair-second")], inPair("pair-first"))
	assert.NotContains(t, cloud.declared[inPair("pair-first")], inPair("pair-second"))
	assert.Subset(t, cloud.declared[prefix+"fake:index:Thing::guest"],
		[]string{inPair("pair-first"), inPair("pair-second")})

	again, err := r.Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, again.Changed())
	_, err = r.Destroy(t.Context())
	require.NoError(t, err)
	assert.Empty(t, cloud.Live())
}

func TestAPluginRefusesAsItDoesInPulumi(t *testing.T) {
	t.Parallel()
	options := guestOptions(t, "testdata/guest", newFakeCloud())
	options.Config = map[string]string{"greeting": ""}
	_, err := open(t, options).Preview(t.Context())
	require.ErrorContains(t, err, "greeting must not be empty")
}

func TestAPluginWithResourcesOfItsOwnIsNotRun(t *testing.T) {
	t.Parallel()
	dir, library := copyGuest(t), filepath.Join(t.TempDir(), "library")
	require.NoError(t, rehearsal.BuildProgram(t.Context(), "testdata/library", library, os.Stderr))
	writeFiles(t, dir,
		map[string]string{"bin/pulumi-resource-library": fmt.Sprintf("#!/bin/sh\nexec %s -resources \"$@\"\n", library)})
	require.NoError(t, os.Chmod(filepath.Join(dir, "bin", "pulumi-resource-library"), 0o700))
	options := guestOptions(t, dir, newFakeCloud())
	options.Program = guestProgram(t)
	_, err := open(t, options).Preview(t.Context())
	require.ErrorContains(t, err, "the plugin library is not run, because it has more than components, "+
		"which could reach a real cloud: library:index:Server")
}

func TestAPluginThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	dir := copyGuest(t)
	_, err := open(t, guestOptions(t, dir, newFakeCloud())).Preview(t.Context())
	require.ErrorContains(t, err, fmt.Sprintf(
		"Pulumi.yaml: the plugin library: %s has neither pulumi-resource-library nor a PulumiPlugin.yaml; "+
			"build the plugin there", filepath.Join(dir, "bin")))
	writeFiles(t, dir, map[string]string{"bin/PulumiPlugin.yaml": "runtime: python\n"})
	_, err = open(t, guestOptions(t, dir, newFakeCloud())).Preview(t.Context())
	require.ErrorContains(t, err, "is a program in python; a rehearsal builds those in Go only: "+
		"build pulumi-resource-library there")
}

// guestProgram builds the program of the guest.
func guestProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "guest")
	require.NoError(t, rehearsal.BuildProgram(t.Context(), "testdata/guest", program, os.Stderr))
	return program
}

// copyGuest returns the directory of a project whose plugin is in bin, without its program.
func copyGuest(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"Pulumi.yaml":         "name: guest\nruntime: go\nplugins:\n  providers:\n    - {name: library, path: bin}\n",
		"Pulumi.staging.yaml": "{}\n",
	})
	return dir
}
