package report_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/report/reporttest"
)

// schemaNode is the part of a JSON schema that the test compares.
type schemaNode struct {
	Ref         string                 `json:"$ref"`
	Type        string                 `json:"type"`
	Description string                 `json:"description"`
	Properties  map[string]*schemaNode `json:"properties"`
	Required    []string               `json:"required"`
	Items       *schemaNode            `json:"items"`
	Defs        map[string]*schemaNode `json:"$defs"`
	Const, Enum any
}

func TestTheSchemaHasTheFieldsOfTheReport(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(reporttest.SchemaFile(t))
	require.NoError(t, err)
	var schema schemaNode
	require.NoError(t, json.Unmarshal(text, &schema))
	compareSchema(t, "", reflect.TypeFor[report.File](), &schema, schema.Defs)
	assert.InDelta(t, report.FileVersion, schema.Properties["version"].Const, 0)
}

var jsonTypes = map[reflect.Kind]string{
	reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Float64: "number",
}

func compareSchema(t *testing.T, at string, of reflect.Type, node *schemaNode, defs map[string]*schemaNode) {
	t.Helper()
	if node.Ref != "" {
		node = defs[strings.TrimPrefix(node.Ref, "#/$defs/")]
	}
	if !assert.NotNil(t, node, at) {
		return
	}
	switch of.Kind() {
	case reflect.Pointer:
		compareSchema(t, at, of.Elem(), node, defs)
	case reflect.Slice:
		assert.Equal(t, "array", node.Type, at)
		assert.NotEmpty(t, node.Description, at)
		compareSchema(t, at+"[]", of.Elem(), node.Items, defs)
	case reflect.Struct:
		compareFields(t, at, of, node, defs)
	default:
		if node.Const == nil && node.Enum == nil {
			assert.Equal(t, jsonTypes[of.Kind()], node.Type, at)
		}
	}
}

func compareFields(t *testing.T, at string, of reflect.Type, node *schemaNode, defs map[string]*schemaNode) {
	t.Helper()
	var names, required []string
	for field := range of.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		names = append(names, name)
		if options == "" {
			required = append(required, name)
		}
		if property := node.Properties[name]; assert.NotNil(t, property, at+"."+name) {
			compareSchema(t, at+"."+name, field.Type, property, defs)
		}
	}
	assert.ElementsMatch(t, names, slices.Collect(maps.Keys(node.Properties)), at)
	assert.ElementsMatch(t, required, node.Required, at)
}

func TestAFileHasTheRefusalsOfARun(t *testing.T) {
	t.Parallel()
	const service = "urn:pulumi:dev::web::aws:ecs/service:Service::web"
	const task = "urn:pulumi:dev::web::aws:ecs/task:Task::web"
	s := report.NewStackFile("dev", false)
	s.FailRun(&rehearsal.RunError{
		Command: "up",
		Diagnostics: []rehearsal.Diagnostic{
			{Urn: "urn:pulumi:dev::web::pulumi:pulumi:Stack::web-dev", Message: "update failed"},
			{
				Urn:     service,
				Message: `A: one (ecs.Service 'web' name = "web-12"); fix: it [ecs/one]` + "\n" + "B: two [ecs/two]\n",
			},
			{Urn: task, Message: "aws:ecs/task:Task resource 'web' has a problem: C: three [ecs/three]"},
			{Urn: task, Message: "the network is down"},
		},
	})
	s.Fail(service, `A: one (ecs.Service 'web' name = "web-34"); fix: it [ecs/one]`)
	s.Fail("", "race: four [ecs/four]")
	assert.Equal(t, []report.Refusal{
		{"ecs/one", service, `A: one (ecs.Service 'web' name = "web-12"); fix: it`},
		{"ecs/two", service, "B: two"},
		{"ecs/three", task, "C: three"},
		{"ecs/four", "", "race: four"},
	}, s.Refusals)
	assert.Equal(t, []report.Message{{task, "the network is down"}}, s.Errors)
}

func TestAFileHasOneChangeOfEachResource(t *testing.T) {
	t.Parallel()
	s := report.NewStackFile("dev", true)
	s.Change(&rehearsal.Result{Steps: []rehearsal.Step{
		{Op: rehearsal.OpSame, Urn: "a", Type: "t"},
		{Op: rehearsal.OpCreateReplacement, Urn: "u::s::t::c", Type: "t", ReplaceKeys: []string{"name"}},
		{Op: rehearsal.OpReplace, Urn: "u::s::t::c", Type: "t", Detailed: map[string]string{
			"size": "update", "name": "update",
		}},
		{Op: rehearsal.OpCreate, Urn: "u::s::t::b", Type: "t"},
		{Op: rehearsal.OpDeleteReplaced, Urn: "u::s::t::c", Type: "t"},
	}})
	s.LoseData([]string{"u::s::t::c"})
	assert.Equal(t, []report.ResourceChange{
		{Urn: "u::s::t::b", Type: "t", Name: "b", Operation: "create", Properties: []string{}, Replaced: []string{}},
		{
			Urn: "u::s::t::c", Type: "t", Name: "c", Operation: "replace", Properties: []string{"name", "size"},
			Replaced: []string{"name"}, LosesData: true,
		},
	}, s.Changes)
	file := filepath.Join(t.TempDir(), "report.json")
	written := report.NewFile("preview")
	written.Stacks = append(written.Stacks, s)
	require.NoError(t, written.Write(file))
	assert.Equal(t, *written, reporttest.Read(t, file))
}
