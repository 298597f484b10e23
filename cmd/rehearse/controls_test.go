package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAControlThatDoesNotHoldEndsWithStatus3(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"up", "preview"} {
		file := filepath.Join(t.TempDir(), "report.json")
		out, log, err := rehearseForeign(t, "web", command, "--json", file)
		require.NoError(t, err, log)
		assert.Contains(t, out, "Controls: ", command)

		out, _, err = rehearseForeign(t, "web", command, "--json", file, "--require-controls")
		require.ErrorContains(t, err, "stack dev: a control does not hold and has no reason: RDS.5, "+
			"Databases have a standby in a second zone: rds.Instance 'web': multiAz is false; it is changed by multiAz")
		assert.Equal(t, exitRefused, statusOf(err))
		assert.Contains(t, out, "Controls: ", "the report comes first")

		written := readReport(t, file)
		assert.Equal(t, "dev", written.Stack)
		assert.Equal(t, command == "preview", written.Preview)
		require.NotNil(t, written.Findings)
		found := map[string]bool{}
		for _, c := range written.Findings.Controls {
			found[c.ID] = c.Holds
			assert.Equal(t, c.Holds, len(c.Breaches) == 0, c.ID)
		}
		holds, judged := found["RDS.5"]
		assert.True(t, judged && !holds)
		assert.True(t, found["RDS.2"])
	}
}

func TestControlsNeedACommandWithAReport(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	_, _, err := parse([]string{"destroy", "--require-controls"}, &out, &out)
	require.ErrorContains(t, err, "--require-controls is not allowed with destroy, which has no report")
}
