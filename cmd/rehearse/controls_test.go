package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
)

func TestAControlThatDoesNotHoldEndsWithStatus3(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"up", "preview"} {
		file := filepath.Join(t.TempDir(), "controls.json")
		out, log, err := rehearseForeign(t, "web", command, "--controls", file)
		require.NoError(t, err, log)
		assert.Contains(t, out, "Controls: ", command)

		out, _, err = rehearseForeign(t, "web", command, "--controls", file, "--require-controls")
		require.ErrorContains(t, err, "stack dev: a control does not hold and has no reason: RDS.5, "+
			"Databases have a standby in a second zone: rds.Instance 'web': multiAz is false; it is changed by multiAz")
		assert.Equal(t, exitRefused, statusOf(err))
		assert.Contains(t, out, "Controls: ", "the report comes first")

		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var written struct {
			Version int
			Stacks  []struct {
				Stack    string
				Preview  bool
				Controls []struct {
					Id, Source          string
					Holds, Foundational bool
					Breaches            []struct{ Resource, Why string }
				}
			}
		}
		require.NoError(t, json.Unmarshal(content, &written))
		require.Len(t, written.Stacks, 1)
		assert.Equal(t, controls.FileVersion, written.Version)
		assert.Equal(t, "dev", written.Stacks[0].Stack)
		assert.Equal(t, command == "preview", written.Stacks[0].Preview)
		found := map[string]bool{}
		for _, c := range written.Stacks[0].Controls {
			found[c.Id] = c.Holds
			assert.Equal(t, c.Holds, len(c.Breaches) == 0, c.Id)
		}
		holds, judged := found["RDS.5"]
		assert.True(t, judged && !holds)
		assert.True(t, found["RDS.2"])
	}
}

func TestControlsNeedACommandWithAReport(t *testing.T) {
	t.Parallel()
	for _, flag := range [][]string{{"--require-controls"}, {"--controls", "file.json"}} {
		var out bytes.Buffer
		_, _, err := parse(append([]string{"destroy"}, flag...), &out, &out)
		require.ErrorContains(t, err, "--controls and --require-controls are not allowed with destroy, which has no report")
	}
}
