package main

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/controls"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// controls returns which controls hold for a variant, with the keys and reasons of this project.
func (v variant) controls(t *testing.T) controls.Result {
	t.Helper()
	var result controls.Result
	v.world(t).Look(func(view *standin.View) { result = controls.Of(view) })
	project, err := report.ReadProject(".")
	require.NoError(t, err)
	result.Apply(v.stack, project.Controls)
	return result
}

// open are the controls that do not hold in production and have no reason: logs that are not kept, and a backup plan.
var open = []string{"ELB.5", "RDS.9", "RDS.26", "RDS.36", "S3.9"}

func TestEachControlHoldsOrHasAReason(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		result := variant{stack: stack}.controls(t)
		assert.Empty(t, result.Idle, stack)
		for _, f := range result.Findings {
			if stack == production {
				assert.Contains(t, append(open, ""), unexplained(f), f.ID)
			} else {
				assert.Empty(t, f.Unexplained(), f.ID)
			}
		}
	}
}

// unexplained returns the ID of a control that does not hold and has no reason, or "".
func unexplained(f controls.Finding) string {
	if len(f.Unexplained()) > 0 {
		return f.ID
	}
	return ""
}

// Each key changes whether its control holds.
func TestKeysChangeTheirControls(t *testing.T) {
	t.Parallel()
	for id, config := range map[string]map[string]string{
		"CloudWatch.16": {"care:logRetentionDays": "30"},
		"EC2.6":         {"care:flowLogs": "false"},
		"ECS.2":         {"care:natGateways": "none"},
		"ECS.12":        {"care:containerInsights": "false"},
		"ELB.1":         {"care:domain": "", "care:hostedZoneId": ""},
		"ELB.6":         {"care:protectData": "false"},
		"RDS.5":         {"care:databaseMultiAz": "false"},
		"RDS.8":         {"care:protectData": "false"},
		"S3.17":         {"care:encryptionKey": "aws"},
		"RDS.11":        {"care:databaseBackupDays": "6"},
	} {
		result := variant{stack: production, config: config}.controls(t)
		for _, f := range result.Findings {
			if f.ID == id {
				assert.NotEmpty(t, f.Unexplained(), id)
				assert.Contains(t, config, f.Key, id)
			}
		}
	}
	private := variant{stack: production, config: map[string]string{"care:privateFacilityImages": "true"}}.controls(t)
	for _, f := range private.Findings {
		if f.ID == "S3.2" || f.ID == "S3.8" {
			assert.True(t, f.Holds(), f.ID)
		}
	}
}

func TestTheKeysOfControlsAreDeclared(t *testing.T) {
	t.Parallel()
	project, err := report.ReadProject(".")
	require.NoError(t, err)
	declared, err := workspace.LoadProject("Pulumi.yaml")
	require.NoError(t, err)
	for id, key := range project.Controls.Keys {
		assert.Contains(t, declared.Config, key, id)
	}
}
