package main

import (
	"cmp"
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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// planted is a mistake that is made on purpose, in one of four ways: in the configuration, in a component's Args, in the
// program's graph, or not at all, because it cannot be written.
type planted struct {
	number  int
	mistake string
	// stack is the stack file that the mistake is made in; by default that of staging.
	stack string

	// config and secretKeys are set over the stack file's.
	config     map[string]string
	secretKeys []string
	// validate refuses Args.
	validate func() error
	// plants are put into the graph; second deploys the program once more, as another stack whose file differs in that.
	plants []inprocess.Plant
	second map[string]string
	// absent matches every field with which the mistake would be written, as Type.Field of the configuration and the
	// components' types. The check of the same number then holds in every sound variant as well.
	absent string

	// says are the words of the rule, names are further words of the refusal: resource, property, value.
	says  string
	names []string
	// warned is set if AWS accepts the mistake: the rehearsal warns of it in these words.
	warned bool
}

// plantedMistakes returns every row of the table. A row without a number gets the next one.
func plantedMistakes() []planted {
	all := slices.Concat(plantedConnect(), plantedRedis(), plantedTasks(), plantedCare(), plantedAws(), plantedMore(),
		plantedClients(), plantedValues())
	last := slices.MaxFunc(all, func(a, b planted) int { return a.number - b.number }).number
	for i := range all {
		if all[i].number == 0 {
			last++
			all[i].number = last
		}
	}
	return all
}

// refusedBy names what refuses the mistake, for the table.
func (p planted) refusedBy() string {
	switch {
	case p.config != nil && p.plants == nil:
		return "configuration"
	case p.validate != nil:
		return "Validate"
	case p.absent != "":
		return "cannot be written"
	case p.warned:
		return "warning"
	default:
		return "rehearsal"
	}
}

// refusalForm is where the resource, the property, the value, the rule and the way out stand.
var refusalForm = map[string]*regexp.Regexp{
	"configuration": regexp.MustCompile(`(?m)^\S+ = .+: .+; .+$`),
	"Validate":      regexp.MustCompile(`(?m)^\S+ = .+: .+; .+$`),
	"rehearsal":     regexp.MustCompile(`\S: .+ \([a-z0-9]+\.\w+ '[^']+' \S+ = .+\); fix: .+`),
}

func TestEveryPlantedMistakeIsRefused(t *testing.T) {
	t.Parallel()
	for _, p := range plantedMistakes() {
		t.Run(fmt.Sprintf("%02d %s", p.number, p.mistake), func(t *testing.T) {
			t.Parallel()
			if p.absent != "" {
				p.cannotBeWritten(t)
				return
			}
			if p.warned {
				p.isWarnedOf(t)
				return
			}
			err := p.refusal(t)
			require.Error(t, err)
			assert.Regexp(t, refusalForm[p.refusedBy()], err.Error())
			for _, want := range append(p.names, p.says) {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

// refusal makes the mistake and gives what is said of it.
func (p planted) refusal(t *testing.T) error {
	t.Helper()
	if p.validate != nil {
		return p.validate()
	}
	stack := cmp.Or(p.stack, staging)
	w := newWorld(t, p.plants...)
	err := w.Run(deploy, project, stack, with(cliConfig(t, stack), p.config), p.secretKeys...)
	if p.second != nil {
		require.NoError(t, err)
		err = w.Run(deploy, project, "second", with(cliConfig(t, stack), p.second))
	}
	assert.Empty(t, w.Unplanted(), "the program does not have these")
	if err != nil {
		assert.NotContains(t, err.Error(), "does not know", "the stand-in is to refuse for AWS's reasons")
	}
	if p.refusedBy() == "configuration" {
		assert.True(t, w.Empty(), "nothing may be created")
	}
	return err
}

// isWarnedOf deploys the stack with the mistake, which AWS accepts, and looks for the warning.
func (p planted) isWarnedOf(t *testing.T) {
	t.Helper()
	stack := cmp.Or(p.stack, staging)
	w := newWorld(t, p.plants...)
	require.NoError(t, w.Run(deploy, project, stack, with(cliConfig(t, stack), p.config), p.secretKeys...))
	assert.Empty(t, w.Unplanted(), "the program does not have these")
	found := slices.ContainsFunc(w.Warnings(), func(warning live.Warning) bool {
		text := warning.Resource + ": " + warning.Text
		return strings.Contains(text, p.says) && !slices.ContainsFunc(p.names, func(n string) bool { return !strings.Contains(text, n) })
	})
	assert.True(t, found, "%q of %q in %v", p.says, p.names, w.Warnings())
}

// cannotBeWritten wants no field for the mistake, and the mistake in none of the sound variants.
func (p planted) cannotBeWritten(t *testing.T) {
	t.Helper()
	field := regexp.MustCompile(p.absent)
	for _, there := range argumentFields(t) {
		assert.NotRegexp(t, field, there, "it can be written")
	}
	known := knownMistakes()
	at := slices.IndexFunc(known, func(m mistake) bool { return m.number == p.number })
	require.GreaterOrEqual(t, at, 0)
	if known[at].check == nil {
		return // checked by TestNothingUsesSecretsManager
	}
	for _, v := range soundVariants() {
		t.Run(v.name, func(t *testing.T) {
			known[at].check(t, v.onMocks(t))
		})
	}
}

// argumentFields returns everything that a person can set: each key of the configuration, as Config.Key, and each field of
// the components' types that are no results, as Type.Field.
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

func TestTheTableOfMistakesSaysWhatTheTestsDo(t *testing.T) {
	t.Parallel()
	all := plantedMistakes()
	slices.SortFunc(all, func(a, b planted) int { return a.number - b.number })
	rows := []string{"| # | Mistake | Refused by | In words |\n|---|---|---|---|\n"}
	for i, p := range all {
		require.Equal(t, i+1, p.number, "each number once")
		require.NotEmpty(t, p.says)
		rows = append(rows, fmt.Sprintf("| %d | %s | %s | %s |\n", p.number, p.mistake, p.refusedBy(), strings.ReplaceAll(p.says, "|", `\|`)))
	}
	table := strings.Join(rows, "")
	content, err := os.ReadFile(mistakesPage)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), mistakesBegin)
	require.True(t, found)
	got, after, found := strings.Cut(rest, mistakesEnd)
	require.True(t, found)
	if *update {
		require.NoError(t, os.WriteFile(mistakesPage, []byte(before+mistakesBegin+table+mistakesEnd+after), 0o600))
		return
	}
	assert.Equal(t, table, got, "%s is out of date: run go test . -run %s -update", mistakesPage, t.Name())
}
