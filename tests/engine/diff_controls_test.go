package engine_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// refused is the exit status of the rehearsal for a change that breaks a requirement.
const refused = 3

func TestADiffNamesTheControlThatAChangeLoses(t *testing.T) {
	t.Parallel()
	clone := cloneOf(t, scratchRepository(t))
	file := filepath.Join(t.TempDir(), "report.json")
	diff := []string{"diff", "--base", "HEAD", "--stack", "production", "--json", file}

	status, out, log := runCommand(t, clone, diff...)
	require.Zero(t, status, log)
	assert.NotContains(t, out, "RDS.5")
	assert.True(t, controlHolds(t, file, "RDS.5"))

	stackFile := filepath.Join(clone, "Pulumi.production.yaml")
	content, err := os.ReadFile(stackFile)
	require.NoError(t, err)
	changed := strings.Replace(string(content), "care:databaseMultiAz: true", "care:databaseMultiAz: false", 1)
	require.NotEqual(t, string(content), changed)
	require.NoError(t, os.WriteFile(stackFile, []byte(changed), 0o600))

	status, out, log = runCommand(t, clone, diff...)
	require.Zero(t, status, log)
	assertNamesTheLostControl(t, out)
	assert.False(t, controlHolds(t, file, "RDS.5"))

	require.NoError(t, os.Remove(file))
	status, out, log = runCommand(t, clone, append(diff, "--require-controls")...)
	assert.Equal(t, refused, status, log)
	assertNamesTheLostControl(t, out)
	assert.Contains(t, log, "stack production: a control does not hold and has no reason: RDS.5, Databases have a "+
		"standby in a second zone: rds.Instance 'care-db': multiAz is false after the next maintenance window; it is "+
		"changed by care:databaseMultiAz")
	assert.False(t, controlHolds(t, file, "RDS.5"), "the file is written before the refusal")
}

func assertNamesTheLostControl(t *testing.T, out string) {
	t.Helper()
	_, section, found := strings.Cut(out, "Controls that the change loses:")
	require.True(t, found, out)
	assert.Contains(t, section, "RDS.5")
	assert.Contains(t, section, "care:databaseMultiAz")
}

// controlHolds reports whether a control holds by the file of --json.
func controlHolds(t *testing.T, file, id string) bool {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var written struct {
		Version int
		Stacks  []struct {
			Stack    string
			Findings struct {
				Controls []struct {
					Id    string
					Holds bool
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(content, &written))
	require.Equal(t, report.FileVersion, written.Version)
	require.Len(t, written.Stacks, 1)
	require.Equal(t, "production", written.Stacks[0].Stack)
	for _, control := range written.Stacks[0].Findings.Controls {
		if control.Id == id {
			return control.Holds
		}
	}
	require.Fail(t, "the file does not have the control", id)
	return false
}
