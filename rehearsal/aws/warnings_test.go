package aws_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// warned are the warnings with a text, by resource.
func (g *graph) warned(text string) []string {
	var all []string
	g.look(func(v *standin.View) {
		for _, w := range live.Warnings(v) {
			if strings.Contains(w.Text, text) {
				all = append(all, w.Resource+": "+w.Text)
			}
		}
	})
	return all
}

func TestWarningsTellWhatWorksAndIsUnwise(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		shape   string
		changes map[string]in
		want    string
	}{
		"plain HTTP": {want: "lb.Listener 'http': serves plain HTTP without HTTPS: traffic can be read in transit"},
		"single NAT": {
			want: "ec2.NatGateway 'nat': serves 2 zones: if its own zone fails, the others lose access to the internet",
		},
		"public addresses": {
			shape: "public",
			want: "ecs.Service 'web': its tasks have public addresses: only security groups block connections from the " +
				"internet",
		},
		"single zone":   {want: "rds.Instance 'db': has no standby in a second zone"},
		"no protection": {want: "rds.Instance 'db': deletionProtection is off: everyone with permission can delete it"},
		"few backups":   {want: "rds.Instance 'db': keeps backups for less than a week: backupRetentionPeriod is 0"},
		"endless logs": {
			changes: map[string]in{"web-logs": {"retentionInDays": nil}},
			want:    "cloudwatch.LogGroup 'web-logs': keeps its logs forever",
		},
		"no health check": {
			changes: map[string]in{"web-container": {"healthCheck": nil}},
			want:    "ecs.Service 'web': container web has no healthCheck: ECS takes it to be well while its process runs",
		},
		"secret by its name": {
			changes: map[string]in{"web-container": environment(map[string]any{"API_TOKEN": "abcdefghij"})},
			want: "ecs.TaskDefinition 'web-definition': environment variable API_TOKEN of container web looks like a " +
				"secret by its name: keep it under secrets",
		},
		"password in a URL": {
			changes: map[string]in{"web-container": environment(map[string]any{"MAIL": "smtp://me:pw@mail.example.org"})},
			want: "ecs.TaskDefinition 'web-definition': environment variable MAIL of container web holds a password or " +
				"key: keep it under secrets",
		},
		"kept elsewhere": {
			changes: map[string]in{"web-container": environment(map[string]any{"PIN": "hunter22hunter22"})},
			want: "ecs.TaskDefinition 'web-definition': environment variable PIN of container web is the value of " +
				"rds.Instance 'db': keep it under secrets",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, row.changes)
			if row.shape != "" {
				g.shape = row.shape
			}
			require.NoError(t, g.build())
			assert.Contains(t, g.warned(""), row.want)
		})
	}
}

func TestAProtectedDatabaseExplainsThatAnotherOneIsNot(t *testing.T) {
	t.Parallel()
	g := newGraph(t, nil)
	require.NoError(t, g.build())
	g.up("rds/instance:Instance", "other", with(anyDatabase, in{"deletionProtection": true, "skipFinalSnapshot": true}))
	assert.Equal(t, []string{"rds.Instance 'db': deletionProtection is off, and on for another database: everyone with " +
		"permission can delete it"}, g.warned("deletionProtection"))
}

func TestACarefulGraphHasNoWarning(t *testing.T) {
	t.Parallel()
	g := newGraph(t, map[string]in{
		"http": {
			"defaultActions": []any{in{"type": "redirect", "redirect": in{"protocol": "HTTPS", "statusCode": "HTTP_301"}}},
		},
		"db":  {"multiAz": true, "deletionProtection": true, "backupRetentionPeriod": 7},
		"web": {"loadBalancers": nil},
	})
	g.shape = "endpoints"
	g.changes["store-container"] = in{"image": "123456789012.dkr.ecr.ap-south-1.amazonaws.com/store:1"}
	g.changes["store-execution-policy"] = in{"policy": policyOf(allow("*", "ecr:*", "logs:*"))}
	require.NoError(t, g.build())
	assert.Empty(t, g.warned(""))
}
