package schema

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
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
