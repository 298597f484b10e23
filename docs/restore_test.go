package docs_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// rtoOfCare is the recovery time that CARE's infrastructure requirement specification allows.
const rtoOfCare = 4 * time.Hour

// restoreStep is a step of a restore.
type restoreStep struct {
	what  string
	takes time.Duration
	how   string
}

// restoreSteps returns the steps of a restore in production. Those of AWS take what the rehearsal's table of durations
// has for them.
func restoreSteps() []restoreStep {
	service := report.TypicalCreate(token.EcsService, property{"waitForSteadyState": true}.of)
	api := report.TypicalCreate(token.EcsService, property{"waitForSteadyState": true, "loadBalancers": []any{"care"}}.of)
	database := report.TypicalCreate(token.RdsInstance, property{"multiAz": true, "snapshotIdentifier": "care"}.of)
	return []restoreStep{
		{"Notice, and decide the time to go back to", time.Hour, "an assumption"},
		{"Stop: the workers complete their tasks", service, "an update of an ECS service"},
		{"Restore: RDS creates the second database, with a standby", database, "an RDS instance that is restored"},
		{"Check the data", time.Hour, "an assumption"},
		{"Start: Celery migrates", service, "an update of an ECS service"},
		{"Start: the API follows, and passes the checks of the load balancer", api, "an update of an ECS service"},
	}
}

// property has the properties of a resource whose duration is asked for.
type property map[string]any

func (p property) of(name string) any { return p[name] }

func TestThePageOfRestoringHasTheRecoveryTime(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	var total time.Duration
	out.WriteString("| Step | Minutes | Source |\n| --- | ---: | --- |\n")
	for _, step := range restoreSteps() {
		require.Positive(t, step.takes, step.what)
		fmt.Fprintf(&out, "| %s | %.0f | %s |\n", step.what, step.takes.Minutes(), step.how)
		total += step.takes
	}
	fmt.Fprintf(&out, "| Sum | %.0f | CARE allows %.0f |\n", total.Minutes(), rtoOfCare.Minutes())
	assert.LessOrEqual(t, total, rtoOfCare)
	assertGenerated(t, "restore.md", out.String())
}

// TestEachKeyOfARestoreIsOnItsPage keeps the page complete when a key is added.
func TestEachKeyOfARestoreIsOnItsPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("restore.md")
	require.NoError(t, err)
	project, err := workspace.LoadProject("../Pulumi.yaml")
	require.NoError(t, err)
	for key := range project.Config {
		if strings.HasPrefix(key, "care:databaseRestore") || key == "care:stopped" {
			assert.Contains(t, string(page), key)
		}
	}
}
