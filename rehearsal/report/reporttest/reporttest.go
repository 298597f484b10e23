// Package reporttest reads reports for other programs in tests.
package reporttest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// SchemaFile returns the path of the schema of reports.
func SchemaFile(t *testing.T) string {
	t.Helper()
	at, err := os.Getwd()
	require.NoError(t, err)
	for {
		file := filepath.Join(at, "docs", "report.schema.json")
		if _, err := os.Stat(file); err == nil {
			return file
		}
		require.NotEqual(t, at, filepath.Dir(at), "docs/report.schema.json is not in a directory above")
		at = filepath.Dir(at)
	}
}

// Read returns the report in a file, which must be as the schema demands.
func Read(t *testing.T, file string) report.File {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var plain any
	require.NoError(t, json.Unmarshal(text, &plain))
	schema, err := jsonschema.Compile(SchemaFile(t))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(plain), "%s", text)
	var read report.File
	require.NoError(t, json.Unmarshal(text, &read))
	return read
}
