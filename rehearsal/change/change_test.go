package change

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

func differencesOf(token string, old, now map[string]any) []string {
	compared := comparison{}
	var texts []string
	for _, each := range compared.inputs(Resource{Type: token, old: old, now: now}) {
		texts = append(texts, each.property+": "+each.what)
	}
	return texts
}

func TestContainersAreComparedByWhatAPersonChanges(t *testing.T) {
	t.Parallel()
	old := map[string]any{"cpu": "256", "containerDefinitions": `[{"name":"web","image":"care:1","command":["a","b"],
		"environment":[{"name":"GONE","value":"1"},{"name":"MODE","value":"x"},{"name":"API_TOKEN","value":"clear1"}],
		"secrets":[{"name":"KEY","valueFrom":"arn:1"},{"name":"OLD","valueFrom":"arn:2"}],
		"healthCheck":{"command":["CMD","true"],"retries":3}},{"name":"side","image":"side:1"}]`}
	now := map[string]any{"cpu": "512", "containerDefinitions": `[{"name":"web","image":"care:2","command":["a","c"],
		"environment":[{"name":"MODE","value":"y"},{"name":"NEW","value":"redis://:hush@redis:6379"},
			{"name":"API_TOKEN","value":"clear2"}],
		"secrets":[{"name":"KEY","valueFrom":"arn:3"},{"name":"DSN","valueFrom":"arn:4"}],
		"healthCheck":{"command":["CMD","false"],"retries":5}}]`}
	assert.Equal(t, []string{
		"container side: removed",
		"container web, command: a b → a c",
		"container web, environment API_TOKEN: another value, not shown",
		"container web, environment GONE: removed",
		"container web, environment MODE: x → y",
		"container web, environment NEW: added: redis://:…@redis:6379",
		"container web, healthCheck.command: CMD true → CMD false",
		"container web, healthCheck.retries: 3 → 5",
		"container web, image: care:1 → care:2",
		"container web, secret DSN: added",
		"container web, secret KEY: read from another place",
		"container web, secret OLD: removed",
		"cpu: 256 → 512",
	}, differencesOf(taskDefinitionType, old, now))
}

func TestPoliciesAreComparedStatementByStatement(t *testing.T) {
	t.Parallel()
	policy := func(statements string) map[string]any {
		return map[string]any{"policy": `{"Version":"2012-10-17","Statement":` + statements + `}`}
	}
	assert.Equal(t, []string{
		"policy.Read.Action: s3:ListBucket added",
		"policy.Write: statement added: allow s3:PutObject on care/*",
		"policy: statement removed: deny * on *",
	}, sorted(differencesOf(
		"aws:iam/rolePolicy:RolePolicy",
		policy(
			`[{"Sid":"Read","Effect":"Allow","Action":"s3:GetObject","Resource":"care/*"},
				{"Effect":"Deny","Action":"*","Resource":"*"}]`,
		),
		policy(`[{"Sid":"Write","Effect":"Allow","Action":"s3:PutObject","Resource":"care/*"},
			{"Sid":"Read","Effect":"Allow","Action":["s3:ListBucket","s3:GetObject"],"Resource":["care/*"]}]`),
	)))
}

func sorted(texts []string) []string {
	var kept []string
	for _, sign := range []string{"policy.Read", "policy.Write", "policy:"} {
		for _, text := range texts {
			if strings.HasPrefix(text, sign) {
				kept = append(kept, text)
			}
		}
	}
	return kept
}

func TestPropertiesAreComparedInShort(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{
		"engine.version: 16, not set before", "password: another value, not shown", "subnetIds: a removed",
		"subnetIds: c added", "tags.Name: old removed",
	}, differencesOf(
		"aws:rds/instance:Instance",
		map[string]any{
			"subnetIds": []any{"a", "b"},
			"tags":      map[string]any{"Name": "old"},
			"password":  "hush1",
			"same":      1.0,
			"list":      []any{},
		},
		map[string]any{
			"subnetIds": []any{"b", "c"},
			"engine":    map[string]any{"version": 16.0},
			"password":  "hush2",
			"same":      1.0,
		},
	))
}

func TestANewWarningNamesTheRemedyOfTheProject(t *testing.T) {
	t.Parallel()
	known := live.Warning{Resource: "nat", Text: "is the way out of 2 zones"}
	c := Change{
		Stack: "staging", Resources: []Resource{{Kind: Created, Type: "lb.Listener", Name: "further"}},
		Before: report.Model{Warnings: []live.Warning{known}},
		After:  report.Model{Warnings: []live.Warning{known, {Resource: "further", Text: "answers plain HTTP"}}},
		project: report.Project{
			Warnings: report.Advice{"answers plain HTTP": "set care:domain", "is the way out": "set care:natGateways"},
		},
	}
	text := c.Document().Text(false)
	assert.Contains(t, text, "further: answers plain HTTP; set care:domain")
	assert.NotContains(t, text, "care:natGateways", "it was there before")
}

func TestTheStepsOfAReplacementAreOneResource(t *testing.T) {
	t.Parallel()
	state := func(name string) *rehearsal.ResourceState {
		return &rehearsal.ResourceState{Custom: true, Inputs: map[string]any{"dbName": name, "skipFinalSnapshot": true}}
	}
	urn := "urn:pulumi:staging::care::" + databaseType + "::db"
	step := func(op rehearsal.Op) rehearsal.Step {
		return rehearsal.Step{
			Op:          op,
			Urn:         urn,
			Type:        databaseType,
			Old:         state("care"),
			New:         state("plane"),
			ReplaceKeys: []string{"dbName"},
		}
	}
	first := Change{Stack: "staging"}
	first.collect(&rehearsal.Result{Steps: []rehearsal.Step{
		step(rehearsal.OpDeleteReplaced), step(rehearsal.OpReplace), step(rehearsal.OpCreateReplacement),
	}})
	assert.Len(t, first.Stateful(), 1)
	text := first.Document().Text(false)
	assert.Contains(t, text, "1 replaced")
	for _, word := range []string{"deleted, then", "dbName: care", "no final", "! rds.Instance db"} {
		assert.Contains(t, text, word)
	}
	last := Change{}
	last.collect(&rehearsal.Result{Steps: []rehearsal.Step{
		step(rehearsal.OpCreateReplacement), step(rehearsal.OpReplace), step(rehearsal.OpDeleteReplaced),
	}})
	assert.False(t, last.Resources[0].DeletedFirst)
}

func TestAServiceIsAwayOnlyWhereNoTaskIsKept(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		desired, minimum, maximum float64
		gap                       bool
	}{
		"one that is replaced by its successor": {1, 100, 200, false},
		"one that stops first":                  {1, 0, 100, true},
		"half of two":                           {2, 50, 100, false},
		"none at all":                           {0, 0, 100, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gap, _ := Resource{Kind: Updated, now: map[string]any{
				"desiredCount":                    row.desired,
				"deploymentMinimumHealthyPercent": row.minimum,
				"deploymentMaximumPercent":        row.maximum,
			}}.handover()
			assert.Equal(t, row.gap, gap)
		})
	}
}

func TestALongReportIsCutBetweenEntries(t *testing.T) {
	t.Parallel()
	table := &report.Table{Header: []string{"resource", "change"}}
	for i := range 2000 {
		table.Rows = append(table.Rows, report.Row{Cells: []string{fmt.Sprint("resource-", i), strings.Repeat("x", 50)}})
	}
	picture := &report.Picture{Things: []report.Thing{{Id: "a", Lines: []string{strings.Repeat("y", 5000)}}}}
	document := report.Document{Title: "long", Sections: []report.Section{
		{Title: "table", Table: table},
		{Title: "list", Items: report.Items("one", "two")},
		{Title: "After this change", Picture: picture},
	}}
	text := Markdown(document, Limit)
	assert.LessOrEqual(t, len(text), Limit)
	assert.Contains(t, text, "entries are left out")
	assert.Zero(t, strings.Count(text, "```")%2)
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "|") {
			assert.Equal(t, 3, strings.Count(line, "|"), line)
		}
	}
	assert.Len(t, table.Rows, 2000, "the document stays as it was")
}
