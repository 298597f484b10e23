package schema

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

//go:generate go test . -update

var update = flag.Bool("update", false, "write the schemas")

// sdks are the modules of the Go SDKs by their Pulumi packages.
var sdks = map[string]string{
	"aws":    "github.com/pulumi/pulumi-aws/sdk/v6",
	"random": "github.com/pulumi/pulumi-random/sdk/v4",
	"tls":    "github.com/pulumi/pulumi-tls/sdk/v5",
}

func TestTheSchemasAreThoseOfTheSdks(t *testing.T) {
	t.Parallel()
	for name, module := range sdks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			output, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}} {{.Version}}", module).Output()
			require.NoError(t, err)
			dir, version, _ := strings.Cut(strings.TrimSpace(string(output)), " ")
			want, err := json.Marshal(readSdk(t, name, strings.TrimPrefix(version, "v"), filepath.Join(dir, "go", name)))
			require.NoError(t, err)
			if *update {
				write(t, name, want)
			}
			got, found, err := Json(name)
			require.NoError(t, err)
			require.True(t, found)
			assert.True(t, *update || bytes.Equal(want, got), "generate it: go test ./rehearsal/schema -update")
		})
	}
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	require.NoError(t, err)
	_, err = writer.Write(text)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	require.NoError(t, os.WriteFile(name+".json.gz", packed.Bytes(), 0o600))
}

// tags returns the names and kinds of the properties of a struct. Optional scalars are pointers.
func tags(value any) map[string]string {
	found := map[string]string{}
	for field := range reflect.TypeOf(value).Fields() {
		found[field.Tag.Get("pulumi")] = field.Type.Kind().String()
	}
	return found
}

func TestTypesAreThoseOfTheSchema(t *testing.T) {
	t.Parallel()
	types := &Types{}
	args, state, found := types.Resource("aws:sqs/queue:Queue")
	require.True(t, found)
	assert.Equal(t, "ptr", tags(args)["fifoQueue"])
	assert.Equal(t, "map", tags(args)["tags"])
	assert.NotContains(t, tags(args), "arn")
	assert.Equal(t, "ptr", tags(state)["arn"])

	args, _, found = types.Resource("aws:ecs/taskDefinition:TaskDefinition")
	require.True(t, found)
	assert.Equal(t, "string", tags(args)["family"], "required")
	_, _, found = types.Resource("aws:wafv2/webAcl:WebAcl")
	assert.True(t, found, "a type that contains itself ends")

	result, found := types.Function("aws:ec2/getVpc:getVpc")
	require.True(t, found)
	assert.Equal(t, "ptr", tags(result)["cidrBlock"])
	for _, token := range []string{"aws:ec2/vpcs:Vpcs", "docker:index/image:Image", ""} {
		_, _, found := types.Resource(token)
		assert.False(t, found, token)
		_, found = types.Function(token)
		assert.False(t, found, token)
	}
}
