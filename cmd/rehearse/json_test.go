package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/report/reporttest"
)

// readReport returns the report of a command in the file of --json.
func readReport(t *testing.T, file string) report.StackFile {
	t.Helper()
	read := reporttest.Read(t, file)
	require.Len(t, read.Stacks, 1)
	return read.Stacks[0]
}

func TestAReportForOtherProgramsHasChangesAndFindings(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"up", "preview"} {
		file := filepath.Join(t.TempDir(), "report.json")
		_, log, err := rehearseForeign(t, "web", command, "--json", file)
		require.NoError(t, err, log)
		assert.Equal(t, command, reporttest.Read(t, file).Command)
		assert.Contains(t, log, "rehearse: report written to "+file+"\n")
		read := readReport(t, file)
		assert.Equal(t, command == "preview", read.Preview)
		assert.True(t, read.Deployable)
		assert.Empty(t, read.Refusals)
		assert.Empty(t, read.Errors)
		require.NotNil(t, read.Findings)
		assert.NotEmpty(t, read.Findings.Reachability.Paths)
		assert.NotEmpty(t, read.Findings.Bill.Items)
		assert.Nil(t, read.Findings.Bill.Total, "without prices")
		for _, change := range read.Changes {
			assert.Equal(t, "create", change.Operation, change.Urn)
		}
		assert.GreaterOrEqual(t, len(read.Changes), read.Findings.Resources)
	}
}

func TestAReportForOtherProgramsIsWrittenIfTheRunIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(yamlDir)))
	for _, command := range []string{"up", "preview"} {
		file := filepath.Join(t.TempDir(), "report.json")
		var out, log bytes.Buffer
		status := run([]string{
			command, "--dir", dir, "--config", "portName=web", "--config", "password=long-enough-for-all", "--json", file,
		}, &out, &log, cloud.New)
		require.Equal(t, exitFailed, status, log.String())
		read := readReport(t, file)
		assert.False(t, read.Deployable)
		assert.Nil(t, read.Findings)
		require.Len(t, read.Refusals, 1, log.String())
		assert.Equal(t, "ecs/service-connect-port-name", read.Refusals[0].Rule)
		assert.Equal(t, "urn:pulumi:staging::shop::aws:ecs/service:Service::service", read.Refusals[0].Urn)
		assert.Contains(t, read.Refusals[0].Message, "portName(web) does not refer to any named PortMapping")
		assert.Empty(t, read.Errors)
		assert.NotEmpty(t, read.Changes)
	}
}

func TestAReportForOtherProgramsHasTheErrorsOfAProgram(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "report.json")
	status, _, log := rehearseToy("up", "--json", file, "--config", "greeting="+strings.Repeat("long", 99))
	require.Equal(t, exitFailed, status, log)
	read := readReport(t, file)
	assert.False(t, read.Deployable)
	require.Len(t, read.Errors, 1)
	assert.Contains(t, read.Errors[0].Message, "toy:greeting = ")
}

func TestJsonNeedsACommandWithAReportOfOneRun(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"destroy", "repair", "watch"} {
		status, _, log := rehearseToy(command, "--json", "report.json")
		assert.Equal(t, exitUsage, status)
		assert.Contains(t, log, "--json is not allowed with "+command)
	}
}

func TestTwoFlagsMustNotNameOneFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(path("prices.yaml"), []byte("currency: USD\n"), 0o600))
	require.NoError(t, os.Link(path("prices.yaml"), path("hard")))
	require.NoError(t, os.Symlink("later.md", path("link")))
	require.NoError(t, os.Symlink(dir, path("dir")))
	for _, flags := range [][]string{
		{"--report", path("r"), "--json", path("r")},
		{"--report", path("r"), "--json", dir + "/./x/../r"},
		{"--report", path("later.md"), "--json", path("link")},
		{"--report", path("dir/r"), "--json", path("r")},
		{"--report", path("hard"), "--prices", path("prices.yaml")},
		{"--json", path("prices.yaml"), "--answers", path("dir/hard")},
	} {
		status, _, log := rehearseToy(append([]string{"up"}, flags...)...)
		assert.Equal(t, exitUsage, status, flags)
		assert.Contains(t, log, flags[0]+" "+flags[1]+" and "+flags[2]+" "+flags[3]+" are the same file: name two files")
	}
	status, _, log := rehearseToy("up", "--report", os.DevNull, "--json", os.DevNull)
	assert.Equal(t, exitOk, status, log)
}

func TestAReportThatCannotBeWrittenIsAnErrorBesideThatOfTheRun(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "missing", "report.json")
	long := "greeting=" + strings.Repeat("long", 99)
	failing := [][]string{{"up", "--config", long}, {"preview", "--config", long}, {"up", "--stack", "nosuch"}}
	for _, arguments := range failing {
		status, _, log := rehearseToy(append(arguments, "--json", file)...)
		assert.Equal(t, exitFailed, status)
		assert.Contains(t, log, "rehearse: write the report: open "+file)
		assert.Equal(t, 2, strings.Count(log, "rehearse: "), log)
	}
}

func TestAReportForOtherProgramsIsWrittenIfNothingCouldBeRun(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		arguments []string
		stacks    int
		message   string
	}{
		"stack":   {[]string{"up", "--stack", "nosuch"}, 1, "Pulumi.nosuch.yaml does not exist"},
		"preview": {[]string{"preview", "--stack", "nosuch"}, 1, "Pulumi.nosuch.yaml does not exist"},
		"base":    {[]string{"diff", "--base", "nosuch", "--stack", "a", "--stack", "b"}, 2, "--base nosuch is not a commit"},
		"stacks":  {[]string{"diff", "--base", "nosuch"}, 1, "--base nosuch is not a commit"},
		"answers": {[]string{"up", "--answers", "nosuch.yaml"}, 1, "nosuch.yaml"},
		"prices":  {[]string{"preview", "--prices", "nosuch.yaml"}, 1, "nosuch.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "report.json")
			status, _, log := rehearseToy(append(row.arguments, "--json", file)...)
			assert.Equal(t, exitFailed, status)
			assert.Contains(t, log, row.message)
			read := reporttest.Read(t, file)
			assert.Equal(t, row.arguments[0], read.Command)
			require.Len(t, read.Stacks, row.stacks)
			for _, stack := range read.Stacks {
				assert.False(t, stack.Deployable)
				require.Len(t, stack.Errors, 1)
				assert.Contains(t, stack.Errors[0].Message, row.message)
			}
		})
	}
}
