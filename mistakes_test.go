package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// mistake is one that people make with ECS, Service Connect, Care or AWS. The test makes it in the configuration, in a
// component's Args or in the program's graph, or shows that there is no field to make it with.
type mistake struct {
	name string
	// stack is the stack file that the mistake is made in, by default that of staging.
	stack string

	// config and secretKeys are set over the stack file's.
	config     map[string]string
	secretKeys []string
	// validate refuses Args.
	validate func() error
	// plants are put into the graph. second deploys the program once more, as another stack whose file differs in that.
	plants []inprocess.Plant
	second map[string]string
	// absent matches every field that could make the mistake, as Type.Field of the configuration and the components'
	// types. check then holds in every sound variant as well.
	absent string

	// rule is the ID of the rehearsal's rule and words are from its text. details are further words of the refusal:
	// resource, property and value.
	rule    string
	words   string
	details []string
	// warned is set if AWS accepts the mistake and the rehearsal warns of it.
	warned bool
	// check fails if a sound stack makes the mistake.
	check func(d checked)
}

// checked is a stack that a check looks at.
type checked struct {
	deployment
	*testing.T
}

// mistakes returns every row of the table.
func mistakes() []mistake {
	return slices.Concat(connectMistakes(), clientMistakes(), redisMistakes(), taskMistakes(), careMistakes(),
		awsMistakes(), keyMistakes(), logMistakes(), backupMistakes(), moreMistakes(), valueMistakes())
}

func TestNoMistakeIsInTheStacks(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range mistakes() {
		require.False(t, seen[m.name], "%s is there twice", m.name)
		seen[m.name] = true
		if m.check == nil {
			continue
		}
		for _, stack := range stacks {
			t.Run(m.name+" "+stack, func(t *testing.T) {
				t.Parallel()
				m.check(checked{deployments[stack](t), t})
			})
		}
	}
}

// refusedBy returns the layer that refuses the mistake, for the table.
func (m mistake) refusedBy() string {
	switch {
	case m.config != nil && m.plants == nil:
		return "configuration"
	case m.validate != nil:
		return "Validate"
	case m.absent != "":
		return "cannot be written"
	case m.warned:
		return "warning"
	default:
		return "rehearsal"
	}
}

// refusalForm matches resource, property, value, rule and fix.
var refusalForm = map[string]*regexp.Regexp{
	"configuration": regexp.MustCompile(`(?m)^\S+ = .+: .+; .+$`),
	"Validate":      regexp.MustCompile(`(?m)^\S+ = .+: .+; .+$`),
	"rehearsal":     regexp.MustCompile(`\S: .+ \([a-z0-9]+\.\w+ '[^']+' \S+ = .+\); fix: .+`),
}

func TestEveryMistakeIsRefused(t *testing.T) {
	t.Parallel()
	for _, m := range mistakes() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			if m.absent != "" {
				m.cannotBeWritten(t)
				return
			}
			if m.warned {
				m.isWarnedOf(t)
				return
			}
			err := m.refusal(t)
			require.Error(t, err)
			assert.Regexp(t, refusalForm[m.refusedBy()], err.Error())
			for _, want := range append(m.details, m.words) {
				require.ErrorContains(t, err, want)
			}
			if m.refusedBy() == "rehearsal" {
				assert.NotEmpty(t, m.rule)
				assert.ErrorContains(t, err, "["+m.rule+"]")
			}
		})
	}
}

// planted deploys the stack with the mistake.
func (m mistake) planted(t *testing.T) (*inprocess.World, error) {
	t.Helper()
	stack := cmp.Or(m.stack, staging)
	w := newWorld(t, m.plants...)
	err := w.Run(deploy, project, stack, with(cliConfig(t, stack), m.config), m.secretKeys...)
	assert.Empty(t, w.Unplanted(), "the program does not have these")
	return w, err
}

// refusal makes the mistake and returns the error.
func (m mistake) refusal(t *testing.T) error {
	t.Helper()
	if m.validate != nil {
		return m.validate()
	}
	w, err := m.planted(t)
	if m.second != nil {
		require.NoError(t, err)
		err = w.Run(deploy, project, "second", with(cliConfig(t, cmp.Or(m.stack, staging)), m.second))
	}
	if err != nil {
		assert.NotContains(t, err.Error(), "does not know", "the stand-in is to refuse for AWS's reasons")
	}
	if m.refusedBy() == "configuration" {
		assert.True(t, w.Empty(), "nothing may be created")
	}
	return err
}

// isWarnedOf deploys the stack with the mistake, which AWS accepts, and looks for the warning.
func (m mistake) isWarnedOf(t *testing.T) {
	t.Helper()
	w, err := m.planted(t)
	require.NoError(t, err)
	found := slices.ContainsFunc(w.Warnings(), func(warning live.Warning) bool {
		text := warning.Resource + ": " + warning.Text + " [" + warning.Rule + "]"
		lacks := func(words string) bool { return !strings.Contains(text, words) }
		return !slices.ContainsFunc(append(m.details, m.words, "["+m.rule+"]"), lacks)
	})
	assert.True(t, found, "%q of %q in %v", m.words, m.details, w.Warnings())
}

// cannotBeWritten requires that no field makes the mistake and that no sound variant has it.
func (m mistake) cannotBeWritten(t *testing.T) {
	t.Helper()
	field := regexp.MustCompile(m.absent)
	for _, there := range argumentFields(t) {
		assert.NotRegexp(t, field, there, "it can be written")
	}
	require.NotNil(t, m.check)
	for _, v := range soundVariants() {
		t.Run(v.name, func(t *testing.T) {
			m.check(checked{v.onMocks(t), t})
		})
	}
}

// argumentFields returns everything that a person can set: each key of the configuration, as Config.Key, and each field
// of the components' types that are no results, as Type.Field.
func argumentFields(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("components/*.go")
	require.NoError(t, err)
	var fields []string
	for key := range declarations(t) {
		_, name, _ := strings.Cut(key, ":")
		fields = append(fields, "Config."+strings.ToUpper(name[:1])+name[1:])
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(node ast.Node) bool {
			if spec, ok := node.(*ast.TypeSpec); ok && spec.Name.IsExported() {
				fields = append(fields, fieldsOf(spec)...)
			}
			return true
		})
	}
	require.Greater(t, len(fields), 200)
	return fields
}

func fieldsOf(spec *ast.TypeSpec) []string {
	body, ok := spec.Type.(*ast.StructType)
	if !ok {
		return nil
	}
	var fields []string
	for _, field := range body.Fields.List {
		if len(field.Names) == 0 {
			return nil // a component, which embeds its state
		}
		for _, name := range field.Names {
			fields = append(fields, spec.Name.Name+"."+name.Name)
		}
	}
	return fields
}

const mistakesPage = "docs/mistakes.md"

// The table is between these lines; the rest of the page is written by hand.
const (
	mistakesBegin = "<!-- generated by: go test . -run TestTheTableOfMistakes -update -->\n\n"
	mistakesEnd   = "\n<!-- end of the generated part -->\n"
)

func TestTheTableOfMistakesIsTheOneOfTheTests(t *testing.T) {
	t.Parallel()
	rows := []string{"| Mistake, and what refuses it | In words |\n|---|---|\n"}
	for _, m := range mistakes() {
		require.NotEmpty(t, m.words)
		words := strings.ReplaceAll(m.words, "|", `\|`)
		by := m.refusedBy()
		if m.rule != "" {
			by += ", `" + m.rule + "`"
		}
		rows = append(rows, fmt.Sprintf("| %s<br>%s | %s |\n", m.name, by, words))
	}
	assertGenerated(t, mistakesPage, mistakesBegin, mistakesEnd, strings.Join(rows, ""))
}

// assertGenerated checks the part of a page between two marks. With -update it writes the part instead.
func assertGenerated(t *testing.T, page, begin, end, want string) {
	t.Helper()
	content, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), begin)
	require.True(t, found)
	got, after, found := strings.Cut(rest, end)
	require.True(t, found)
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(before+begin+want+end+after), 0o600))
		return
	}
	assert.Equal(t, want, got, "%s is out of date: run go test . -run %s -update", page, t.Name())
}

// change changes the inputs of a resource.
type change = func(w *inprocess.World, in resource.PropertyMap)

// edit plants a change of the inputs of the resource at.
func edit(at string, c change) []inprocess.Plant { return []inprocess.Plant{{At: at, Edit: c}} }

// leaveOut plants a program without the resource at.
func leaveOut(at string) []inprocess.Plant { return []inprocess.Plant{{At: at, Absent: true}} }

// createTwice plants a program that creates the resource at a second time beside the first.
func createTwice(at string) []inprocess.Plant { return []inprocess.Plant{{At: at, Again: true}} }

// remove plants the deletion of the resource at directly after its creation, as by hand.
func remove(at string) []inprocess.Plant { return []inprocess.Plant{{At: at, Removed: true}} }

// leaveUnawaited plants a program in which no other resource waits for the one at.
func leaveUnawaited(at string) []inprocess.Plant { return []inprocess.Plant{{At: at, Unawaited: true}} }

// ofServices returns a check of every service.
func ofServices(check func(d checked, s ecsService)) func(checked) {
	return func(d checked) {
		for _, service := range d.services(d.T) {
			check(d, service)
		}
	}
}

// ofContainers returns a check of every container.
func ofContainers(check func(d checked, s ecsService, c containerDefinition)) func(checked) {
	return func(d checked) {
		eachContainer(d.T, d.deployment, func(s ecsService, c containerDefinition) { check(d, s, c) })
	}
}

// ofEndpoints returns a check of every endpoint of Service Connect.
func ofEndpoints(check func(d checked, s ecsService, endpoint map[string]any)) func(checked) {
	return func(d checked) {
		eachEndpoint(d.T, d.deployment, func(s ecsService, endpoint map[string]any) { check(d, s, endpoint) })
	}
}

// ofCare returns a check of every container of Care.
func ofCare(check func(d checked, role string, c containerDefinition)) func(checked) {
	return func(d checked) {
		for role, container := range d.careContainers(d.T) {
			check(d, role, container)
		}
	}
}

// set returns a change of an input to another value; nil removes the input.
func set(path string, value any) change {
	return func(_ *inprocess.World, in resource.PropertyMap) {
		parsed, err := resource.ParsePropertyPath(path)
		if err != nil {
			return
		}
		if value == nil {
			parsed.Delete(resource.NewProperty(in))
			return
		}
		parsed.Set(resource.NewProperty(in), resource.NewPropertyValue(value))
	}
}

// swap replaces words within a policy.
func swap(old, replacement string) change {
	return func(_ *inprocess.World, in resource.PropertyMap) {
		if value := in["policy"]; value.IsString() {
			in["policy"] = resource.NewProperty(strings.ReplaceAll(value.StringValue(), old, replacement))
		}
	}
}

// container changes a container within the task definition's JSON.
func container(name string, edit func(map[string]any)) change {
	return func(_ *inprocess.World, in resource.PropertyMap) {
		var containers []map[string]any
		if json.Unmarshal([]byte(in["containerDefinitions"].StringValue()), &containers) != nil {
			return
		}
		for _, c := range containers {
			if c["name"] == name {
				edit(c)
			}
		}
		if encoded, err := json.Marshal(containers); err == nil {
			in["containerDefinitions"] = resource.NewProperty(string(encoded))
		}
	}
}

// environment returns a change of the value of a container's environment variable.
func environment(name string, value func(string) string) func(map[string]any) {
	return func(c map[string]any) {
		list, _ := c["environment"].([]any)
		for _, item := range list {
			if pair, ok := item.(map[string]any); ok && pair["name"] == name {
				old, _ := pair["value"].(string)
				pair["value"] = value(old)
			}
		}
	}
}

// mapping changes the first port mapping of a container.
func mapping(key string, value any) func(map[string]any) {
	return func(c map[string]any) {
		list, _ := c["portMappings"].([]any)
		first, ok := list[0].(map[string]any)
		switch {
		case !ok:
		case value == nil:
			delete(first, key)
		default:
			first[key] = value
		}
	}
}
