package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/gosdk"
)

func TestTheRequirementsOfAProgramNameItsPackages(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		runtime, file, text string
		want                []gosdk.Package
	}{
		"npm": {
			"nodejs", "package.json",
			`{"dependencies": {"@pulumi/pulumi": "^3.0.0", "@pulumi/aws": "^7.2.0", "@pulumiverse/time": "0.1", "left": "1"}}`,
			[]gosdk.Package{
				{Name: "aws", Module: "@pulumi/aws", Version: "v7.2.0"},
				{Name: "time", Module: "@pulumiverse/time", Version: "v0.1"},
			},
		},
		"pip": {
			"python", "requirements.txt", "pulumi>=3.0.0,<4.0.0\npulumi-aws>=7.0.0,<8.0.0\npulumi_docker\n",
			[]gosdk.Package{
				{Name: "aws", Module: "pulumi-aws", Version: "v7.0.0"}, {Name: "docker", Module: "pulumi_docker", Version: "v"},
			},
		},
		"pyproject": {
			"python", "pyproject.toml", "dependencies = [\n  \"pulumi>=3\",\n  \"pulumi-aws>=6.83\",\n]\n",
			[]gosdk.Package{{Name: "aws", Module: "pulumi-aws", Version: "v6.83"}},
		},
		"yaml": {"yaml", "Main.yaml", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, row.file), []byte(row.text), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte("name: p\nruntime: "+row.runtime+"\n"),
				0o600))
			types, packages, err := sdksOf(dir)
			require.NoError(t, err)
			assert.Equal(t, row.want, packages)
			_, _, found := types.Resource("aws:sqs/queue:Queue")
			assert.True(t, found)
		})
	}
}
