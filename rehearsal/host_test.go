//go:build unix

package rehearsal_test

import (
	"os"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// openProject opens a project with these files and no configuration.
func openProject(t *testing.T, files map[string]string) (r *rehearsal.Rehearsal, dir string) {
	t.Helper()
	buildShared(t)
	dir = t.TempDir()
	writeFiles(t, dir, files)
	writeFiles(t, dir, map[string]string{"Pulumi.staging.yaml": "config: {}\n"})
	return open(t,
		rehearsal.Options{Dir: dir, Cli: &shared.cli, Providers: map[string]pulumirpc.ResourceProviderServer{}}), dir
}

// These tests change PATH, so that they are not parallel.

func TestAMissingLanguageHostIsOneLine(t *testing.T) {
	buildShared(t) // with the go command
	for runtime, host := range map[string]string{
		"nodejs": "pulumi-language-nodejs", "python": "pulumi-language-python", "yaml": "pulumi-language-yaml",
	} {
		t.Run(runtime, func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", t.TempDir()) // without a host that was built before
			t.Chdir(t.TempDir())
			path := onlyOnPath(t, nil)
			r, dir := openProject(t, map[string]string{
				"Pulumi.yaml": "name: shop\nruntime: " + runtime + "\n", "node_modules/@pulumi/pulumi/package.json": "{}",
			})
			_, err := r.Preview(t.Context())
			require.EqualError(t, err, `the runtime "`+runtime+`" of `+filepath.Join(dir, "Pulumi.yaml")+
				" needs the language host "+host+", which is not on PATH ("+path+"): it comes with the Pulumi command line, "+
				"which is installed from https://www.pulumi.com/docs/iac/download-install/")
		})
	}
}

func TestAMissingDependencyIsOneLine(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"npm": {
			map[string]string{"Pulumi.yaml": "name: shop\nruntime: nodejs\n"},
			`the npm package @pulumi/pulumi is not installed: run "npm install" in `,
		},
		"yarn": {
			map[string]string{"Pulumi.yaml": "name: shop\nruntime: nodejs\n", "yarn.lock": ""},
			`the npm package @pulumi/pulumi is not installed: run "yarn install" in `,
		},
		"venv": {
			map[string]string{"Pulumi.yaml": "name: shop\nruntime:\n  name: python\n  options:\n    virtualenv: venv\n"},
			`the virtual environment venv is not installed: run "pulumi install" in `,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, dir := openProject(t, test.files)
			_, err := r.Preview(t.Context())
			require.EqualError(t, err, test.want+dir)
		})
	}
}

// A host that prints a port on which nobody listens, or none.
func TestALanguageHostThatFailsIsNamed(t *testing.T) {
	buildShared(t)
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	path := onlyOnPath(t, map[string]string{"pulumi-language-nodejs": "echo broken >&2; exit 1"})
	r, _ := openProject(t,
		map[string]string{"Pulumi.yaml": "name: shop\nruntime: nodejs\n", "node_modules/@pulumi/pulumi/package.json": "{}"})
	result, err := r.Preview(t.Context())
	require.ErrorContains(t, err, filepath.Join(path, "pulumi-language-nodejs")+
		" did not print the port on which it listens")
	assert.Contains(t, result.Stdout, "broken")
	_, err = os.Stat(filepath.Join(r.ProjectDir(), "Pulumi.staging.yaml"))
	require.NoError(t, err)
}
