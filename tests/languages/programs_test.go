package languages

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
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
	for _, language := range []string{"typescript", "yaml"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			result, err := copyProject(t, "testdata/mistakes-"+language, language).open(t, "").Preview(t.Context())
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
				require.Equal(t, "pulumi:", step.Type[:len("pulumi:")], step.Urn)
			}
		})
	}
}

func TestAConnectionOfNullIsRefused(t *testing.T) {
	t.Parallel()
	p := copyProject(t, "testdata/shop-typescript", "typescript")
	enginetest.Replace(t, filepath.Join(p.dir, "index.ts"), "redis: redis.connection", "redis: null as any")
	_, err := p.open(t, "").Up(t.Context())
	require.ErrorContains(t, err, `connects["redis"] = null: is required; take the output connection of a component`)
}

// The engine ends what else it constructs, and the SDK of Go adds the way to the property in which it found the error.
func TestARefusalIsTheOnlyError(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ file, old, text, want string }{
		"late": {
			"Pulumi.yaml", "dnsName: redis.shop-", "dnsName: Re dis-",
			`care:index:RedisStack resource 'redis' has a problem: care:index:RedisStack "redis": dnsName = "Re dis-`,
		},
		"of another resource": {
			"Pulumi.dev.yaml", "aws:region: ap-south-1", "aws:allowedAccountIds: []", "Missing region configuration: ",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := copyProject(t, "testdata/shop-yaml", "yaml")
			enginetest.Replace(t, filepath.Join(p.dir, row.file), row.old, row.text)
			result, err := p.open(t, "").Up(t.Context())
			failed := &rehearsal.RunError{}
			require.ErrorAs(t, err, &failed)
			require.Len(t, failed.Diagnostics, 1)
			require.Contains(t, failed.Diagnostics[0].Message, row.want)
			require.NotRegexp(t, "connection is closing|awaiting input", result.Stdout)
		})
	}
}

// A preview of a new stack knows nothing of the other resources, and an update all of it.
func TestInputsComeFromOtherResources(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"typescript", "yaml"} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			s := copyProject(t, "testdata/shop-"+language, language).open(t, "")
			_, err := s.Preview(t.Context())
			require.NoError(t, err)
			s.up(t)
			require.Empty(t, changed(s.up(t)), "a second update changes nothing")

			state, err := s.Resources(true)
			require.NoError(t, err)
			namespace := find(t, state, "aws:servicediscovery/httpNamespace:HttpNamespace", "shop")
			require.Regexp(t, "^shop-[0-9a-f]{8}$", namespace.Outputs["name"])
			task := find(t, state, "aws:ecs/taskDefinition:TaskDefinition", "redis")
			require.Contains(t, fmt.Sprint(task.Inputs["containerDefinitions"]), ".amazonaws.com/")
			requireSecret(t, s, find(t, state, "random:index/randomPassword:RandomPassword", "password").Outputs["result"])
			report := s.report(t)
			require.Contains(t, report, "2 of 2 services steady")
			require.Regexp(t, `web +redis +6379`, report)
		})
	}
}

// requireSecret checks that the password is nowhere in the state but encrypted, and in no output of the command line.
func requireSecret(t *testing.T, s *stack, result any) {
	t.Helper()
	secret, marked := result.(map[string]any)
	require.True(t, marked, "the password is no secret in the state")
	var password string
	require.NoError(t, json.Unmarshal(fmt.Append(nil, secret["plaintext"]), &password))
	require.Len(t, password, 32)
	encrypted, err := s.Export(t.Context(), false)
	require.NoError(t, err)
	require.NotContains(t, string(encrypted), password)
	plain, err := s.Export(t.Context(), true)
	require.NoError(t, err)
	require.Contains(t, string(plain), "redis://:"+password+"@")
	require.NotContains(t, s.up(t).Stdout, password)
}

// find returns the only resource of that type and name.
func find(t *testing.T, state []apitype.ResourceV3, token, name string) apitype.ResourceV3 {
	t.Helper()
	at := slices.IndexFunc(state, func(r apitype.ResourceV3) bool {
		return string(r.Type) == token && r.URN.Name() == name
	})
	require.GreaterOrEqual(t, at, 0, "%s %s", token, name)
	return state[at]
}

func TestAProviderThatIsNoDirectoryIsNamed(t *testing.T) {
	t.Parallel()
	p := example(t, "yaml")
	enginetest.Replace(t, filepath.Join(p.dir, "Pulumi.yaml"), shared.plugin,
		"https://github.com/ohcnetwork/care-ecs/plugin@v0.2.0")
	_, err := p.open(t, "").Preview(t.Context())
	require.ErrorContains(t, err, `the package "care" has no stand-in; this rehearsal has: aws, random, tls; a provider `+
		"that has components only is run if Pulumi.yaml names its directory under packages")
}
