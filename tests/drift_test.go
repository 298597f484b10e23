package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// driftStep is a step of pulumi preview --json.
func driftStep(op, token, name string, reasons ...string) map[string]any {
	return map[string]any{
		"op": op, "urn": "urn:pulumi:production::care::" + token + "::" + name, "diffReasons": reasons,
		"oldState": map[string]any{"outputs": map[string]any{"identifier": "care-db-1"}},
	}
}

func TestDriftIsWhatDoesNotWaitForAMaintenanceWindow(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"bash", "jq"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Skip("needs " + command)
		}
	}
	const (
		database = "care:index:Postgres$aws:rds/instance:Instance"
		cache    = "aws:elasticache/replicationGroup:ReplicationGroup"
	)
	for name, row := range map[string]struct {
		steps   []any
		pending string
		drifted bool
		said    string
	}{
		"nothing":   {steps: []any{driftStep("same", database, "care-db")}},
		"refreshed": {steps: []any{driftStep("refresh", database, "care-db"), driftStep("read", "aws:x:X", "x")}},
		"waiting": {
			steps:   []any{driftStep("update", database, "care-db", "instanceClass", "multiAz")},
			pending: `{"DBInstanceClass":"db.m7g.large","MultiAZ":true}`,
			said: "waits for its maintenance window: care:index:Postgres$aws:rds/instance:Instance care-db: " +
				"instanceClass, multiAz",
		},
		"waiting in part": {
			steps:   []any{driftStep("update", database, "care-db", "instanceClass", "multiAz")},
			pending: `{"MultiAZ":true}`,
			drifted: true,
			said:    "differs: update",
		},
		"changed by hand": {
			steps:   []any{driftStep("update", database, "care-db", "instanceClass")},
			pending: `{}`,
			drifted: true,
			said:    "differs: update",
		},
		"another input": {
			steps:   []any{driftStep("update", database, "care-db", "tags")},
			pending: `{"MultiAZ":true}`,
			drifted: true,
			said:    "care-db: tags",
		},
		"another resource": {
			steps:   []any{driftStep("update", cache, "care-cache", "engineVersion")},
			drifted: true,
			said:    "care-cache: engineVersion",
		},
		"gone": {steps: []any{driftStep("create", database, "care-db")}, drifted: true, said: "differs: create"},
		"waiting, and a drift": {
			steps:   []any{driftStep("update", database, "care-db", "multiAz"), driftStep("delete", "aws:x:X", "x")},
			pending: `{"MultiAZ":true}`,
			drifted: true,
			said:    "differs: delete",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan, err := json.Marshal(map[string]any{"steps": row.steps})
			require.NoError(t, err)
			bin := t.TempDir()
			script := func(command, output string) {
				body := fmt.Sprintf("#!/bin/sh\ncat <<'END'\n%s\nEND\n", output)
				require.NoError(t, os.WriteFile(filepath.Join(bin, command), []byte(body), 0o700))
			}
			script("pulumi", string(plan))
			script("aws", row.pending)
			drift := exec.CommandContext(t.Context(), "../.ci/drift", "production")
			drift.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			output, err := drift.CombinedOutput()
			if row.drifted {
				var exit *exec.ExitError
				require.ErrorAs(t, err, &exit)
				assert.Equal(t, 1, exit.ExitCode())
			} else {
				require.NoError(t, err, "%s", output)
			}
			assert.Contains(t, string(output), row.said)
		})
	}
}
