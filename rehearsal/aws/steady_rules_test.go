package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestAFailedDeploymentNamesItsRule(t *testing.T) {
	t.Parallel()
	for rule, changes := range map[string]map[string]in{
		"connect/no-task": {"store": {"desiredCount": 0}},
		"task/execution-role": {
			"web-definition": {"requiresCompatibilities": nil, "executionRoleArn": nil}, "web-container": {"secrets": nil},
		},
		"task/mount-without-role": {"web-definition": {"taskRoleArn": nil}},
		"task/access-point":       {"files-point": {"fileSystemId": "fs-0123456789abcdef0"}},
		"task/mount-target":       {"files-a": omit, "files-b": omit},
		"connect/alias":           {"store": omit},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, newGraph(t, changes).build(), "["+rule+"]")
		})
	}
}

func TestATaskDoesNotReachADatabaseThatIsStopped(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	g.alter("rds/instance:Instance", g.of("db", "arn"), standin.Props{"status": "stopped"})
	require.ErrorContains(t, g.update(g.things["web"], in{"forceNewDeployment": true, "triggers": in{"now": "1"}}),
		"[host/stopped]")
}

func TestAnAlarmThatIsDeletedStaysInTheServiceAndADiskDoesNotShrink(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{
		"web": {"alarms": in{"alarmNames": []any{"late"}, "enable": true, "rollback": false}},
		"db":  {"backupRetentionPeriod": 7},
	})
	alarm := g.up("cloudwatch/metricAlarm:MetricAlarm", "late", in{
		"name": "late", "namespace": "AWS/ECS", "metricName": "CPUUtilization", "statistic": "Average", "period": 60,
		"evaluationPeriods": 1, "threshold": 90, "comparisonOperator": "GreaterThanThreshold",
	})
	require.NoError(t, g.build())
	assert.Empty(t, g.warned("deleted alarm"))
	require.NoError(t, g.update(g.things["web"], in{"alarms": nil}))
	require.NoError(t, g.remove(alarm))
	assert.Len(t, g.warned("still names the deleted alarm late"), 1)

	assert.Empty(t, g.warned("a disk cannot shrink"))
	g.alter("rds/instance:Instance", g.of("db", "arn"), standin.Props{"allocatedStorage": 40})
	assert.Len(t, g.warned("has a disk of 40 GiB, and the program declares 20"), 1)

	g.up("rds/instance:Instance", "restored", with(aRestore, in{"restoreToPointInTime": in{
		"sourceDbInstanceIdentifier": g.of("db", "identifier"), "useLatestRestorableTime": true,
	}}))
	warnings := strings.Join(g.warned(""), "\n")
	assert.Contains(t, warnings, "rds.Instance 'restored': has no standby")
	assert.NotContains(t, warnings, "rds.Instance 'restored': has a disk", "its program declares no size")
}

// alter changes an output of a live resource, as AWS or a person does.
func (c *cloud) alter(token, arn string, outputs standin.Props) {
	c.world.Happen(func(view *standin.View) { view.Alter(view.Find(full(token), "arn", arn), outputs) })
}
