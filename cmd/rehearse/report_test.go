package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestUpAndPreviewEndWithAReportAndWriteItAsMarkdown(t *testing.T) {
	t.Parallel()
	for command, title := range map[string]string{
		"up": "Stack staging, rehearsed: 1 resource\n", "preview": "Stack staging, preview: 1 resource\n",
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "report.md")
			status, out, log := rehearseToy(command, "--report", file)
			require.Equal(t, exitOk, status, log)
			assert.Contains(t, out, title)
			assert.Contains(t, out, "Secrets as plain text: none\n")
			assert.NotContains(t, out, "\x1b", "no colour codes where there is no terminal")
			written, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Contains(t, string(written), "# "+title)
			assert.Contains(t, log, "rehearse: report written to "+file+"\n")
		})
	}
}

func TestAPreviewOfAKeptStateReportsAndLeavesItAsItWas(t *testing.T) {
	state := t.TempDir()
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
	status, _, log := rehearseToy("up", "--state", state)
	require.Equal(t, exitOk, status, log)
	before := filesOf(t, state)
	status, out, log := rehearseToy("preview", "--state", state, "--config", "kind=other")
	require.Equal(t, exitOk, status, log)
	assert.Contains(t, out, "+-1 to replace")
	assert.Contains(t, out, "Stack staging, preview: 1 resource")
	assert.Equal(t, before, filesOf(t, state))
}

// filesOf returns the contents of all files except locks, by path.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	contents := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		contents[path] = string(content)
		return err
	}))
	return contents
}

func TestAPreviewTellsWhatOnlyTheUpdateWouldRunInto(t *testing.T) {
	t.Parallel()
	var out, log bytes.Buffer
	status := run([]string{"preview", "--dir", toyDir}, &out, &log, func(...standin.Option) (*cloud.Cloud, error) {
		return brokenToyCloud()
	})
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, out.String(), "2 to create")
	assert.Contains(t, log.String(), "rehearse: up would fail, as a rehearsal on a copy shows:\n")
	assert.Contains(t, log.String(), "no room left")
}

func brokenToyCloud() (*cloud.Cloud, error) {
	return toyCloudThat(func(_ context.Context, op standin.Operation, next func() error) error {
		if op.Preview {
			return next()
		}
		return errors.New("no room left")
	})
}

func TestAReportOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	status, _, log := rehearseToy("destroy", "--report", "x.md")
	assert.Equal(t, exitUsage, status)
	assert.Contains(t, log, "--report is not allowed with destroy")
}

func TestAReportThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	status, _, log := rehearseToy("up", "--report", filepath.Join(t.TempDir(), "missing", "report.md"))
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, log, "write the report: ")
}

func TestPricesThatCannotBeReadAreToldBeforeAnythingIsRehearsed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "prices.yaml")
	require.NoError(t,
		os.WriteFile(file, []byte("currency: USD\nregion: ap-south-1\nprices: {nat-gatway-hour: {price: 1}}\n"), 0o600))
	for _, arguments := range [][]string{{"up"}, {"preview"}, {"diff", "--base", "HEAD"}} {
		status, out, log := rehearseToy(append(arguments, "--prices", file)...)
		assert.Equal(t, exitFailed, status)
		assert.Contains(t, log, `prices.nat-gatway-hour: is not a known item; did you mean "nat-gateway-hour"?`)
		assert.NotContains(t, out, "to create")
	}
	status, _, log := rehearseToy("destroy", "--prices", file)
	assert.Equal(t, exitUsage, status)
	assert.Contains(t, log, "--prices is not allowed with destroy")
}
