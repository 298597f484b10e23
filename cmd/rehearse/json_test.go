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
