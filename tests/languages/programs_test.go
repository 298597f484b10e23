package languages

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

func TestPulumiReadsTheSchemaFromTheProvider(t *testing.T) {
	t.Parallel()
	command := exec.CommandContext(t.Context(), shared.cli.Path, "package", "get-schema",
		filepath.Join(shared.plugin, "pulumi-resource-care"))
	command.Env = append(os.Environ(), "PULUMI_HOME="+t.TempDir(), "PULUMI_SKIP_UPDATE_CHECK=true")
	output, err := command.Output()
	require.NoError(t, err)
	committed, err := os.ReadFile(filepath.Join(root, "plugin", "schema.json"))
	require.NoError(t, err)
	var served, want map[string]any
	require.NoError(t, json.Unmarshal(output, &served))
	require.NoError(t, json.Unmarshal(committed, &want))
	assert.Equal(t, want, served)
}

func TestAllMistakesOfAComponentAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := copyProject(t, "testdata/mistakes-typescript", "typescript").open(t, "")
	result, err := s.Preview(t.Context())
	for _, mistake := range []string{
		`care:index:RedisStack "redis": `,
		`placement.cpuArchitecture = "MIPS": must be one of X86_64, ARM64; `,
		`dnsName = "Redis Stack": `,
		`image = "redis-stack-server": `,
		`cpu = 1000: `,
	} {
		require.ErrorContains(t, err, mistake)
	}
	for _, step := range result.Changed() {
		require.Equal(t, rehearsal.OpCreate, step.Op)
		require.Equal(t, "pulumi:", step.Type[:len("pulumi:")], step.Urn)
	}
}

func TestAProviderThatIsNoDirectoryIsNamed(t *testing.T) {
	t.Parallel()
	p := example(t, "yaml")
	file := filepath.Join(p.dir, "Pulumi.yaml")
	manifest, err := os.ReadFile(file)
	require.NoError(t, err)
	text := strings.Replace(string(manifest), shared.plugin, "https://github.com/ohcnetwork/care-ecs/plugin@v0.2.0", 1)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	_, err = p.open(t, "").Preview(t.Context())
	require.ErrorContains(t, err, `the package "care" has no stand-in; this rehearsal has: aws, random, tls; a provider `+
		"that has components only is run if Pulumi.yaml names its directory under packages")
}
