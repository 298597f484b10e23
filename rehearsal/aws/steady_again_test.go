package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// stopped returns why the services could not start their next tasks.
func (g *graph) stopped() string {
	var all []string
	g.look(func(view *standin.View) {
		for _, reasons := range live.NotRestartable(view) {
			all = append(all, reasons...)
		}
	})
	return strings.Join(all, "\n")
}

// A service that runs is judged again without a deployment of its own: ECS replaces its tasks at any time.
func TestAServiceWhoseNextTaskCouldNotStartIsFoundWithoutADeployment(t *testing.T) {
	t.Parallel()
	const own = "arn:aws:kms:ap-south-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	for name, row := range map[string]struct {
		// changes are the inputs that one resource gets; nil deletes it.
		thing   string
		changes in
		want    []string
	}{
		"nothing that matters": {thing: "web-execution", changes: in{"description": "x"}},
		"a parameter with another value": {thing: "database-url", changes: in{
			"value": "postgres://demo:other@db.example.org:5432/demo",
		}},
		"a policy that allows less": {
			thing: "web-execution-policy", changes: in{"policy": policyOf(allow("*", "ecr:*", "logs:*"))},
			want: []string{
				"the running tasks go on, but none could take their place", "ssm:GetParameters", "[task/permission]",
			},
		},
		"a policy that is gone": {thing: "web-execution-policy", want: []string{"may not", "[task/permission]"}},
		"a parameter under a key": {thing: "database-url", changes: in{"keyId": own}, want: []string{
			"kms:Decrypt on " + own, "[task/permission]",
		}},
		"a role that ECS may not assume": {
			thing: "web-task", changes: in{"assumeRolePolicy": strings.ReplaceAll(trust, "ecs-tasks", "ec2")},
			want: []string{"[task/role-trust]"},
		},
		"a secret that is gone": {
			thing: "database-url", want: []string{"it was deleted", "[task/secret-deleted]"},
		},
		"a log group that is gone":           {thing: "web-logs", want: []string{"[task/log-group]"}},
		"a way to the database that is gone": {thing: "web-to-db", want: []string{"[network/security-group-rule]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, nil)
			require.NoError(t, g.build())
			require.Empty(t, g.stopped())
			if row.changes != nil {
				require.NoError(t, g.update(g.things[row.thing], row.changes))
			} else {
				require.NoError(t, g.remove(g.things[row.thing]))
			}
			if row.want == nil {
				assert.Empty(t, g.stopped())
			}
			for _, words := range row.want {
				assert.Contains(t, g.stopped(), words)
			}
		})
	}
}

func TestOnlyServicesWhoseTasksRunAreJudgedAgain(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	require.NoError(t, g.update(g.things["web"], in{"desiredCount": 0}))
	require.NoError(t, g.remove(g.things["web-execution-policy"]))
	assert.Empty(t, g.stopped(), "it has no task")

	unwatched := newGraph(t, map[string]in{"web": {"waitForSteadyState": false}})
	require.NoError(t, unwatched.build())
	require.NoError(t, unwatched.remove(unwatched.things["web-execution-policy"]))
	assert.Empty(t, unwatched.stopped(), "nothing was known about its tasks before")
}
