package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func TestAWatchPrintsWhatChanges(t *testing.T) {
	t.Parallel()
	dir := toyProject(t)
	greet := func(greeting string) {
		content := "config:\n  toy:greeting: " + greeting + "\n  toy:token:\n    secure: v1:nobody:canReadThis\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.staging.yaml"), []byte(content), 0o600))
	}
	greet("hello")
	temporary := t.TempDir()
	process, log := startWatch(t, dir, temporary)
	waitFor(t, log, "watching ")
	assert.Contains(t, log.String(), "fake:index:Thing thing create")

	greet("good-morning")
	waitFor(t, log, "Pulumi.staging.yaml changed")
	waitFor(t, log, "- fake.Thing thing greeting = \"hello\"\n+ fake.Thing thing greeting = \"good-morning\"\n")
	greet("refuse")
	waitFor(t, log, "greeting must not be \"refuse\"")
	greet("hello")
	waitFor(
		t, log,
		"It can be deployed again.\n- fake.Thing thing greeting = \"good-morning\"\n+ fake.Thing thing greeting = "+
			"\"hello\"\n",
	)
	greet("hello # the same")
	waitFor(t, log, "Nothing changes.\n")

	require.NoError(t, process.Process.Signal(os.Interrupt))
	var exit *exec.ExitError
	require.ErrorAs(t, process.Wait(), &exit)
	assert.Equal(t, exitInterrupted, exit.ExitCode(), log.String())
	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	assert.Empty(t, left, "no temporary file stays")
	assertNoProcess(t, temporary)
}

// toyProject creates a project with a copy of the toy program.
func toyProject(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	program, err := filepath.Abs(toyDir)
	require.NoError(t, err)
	main, err := filepath.Rel(dir, program)
	require.NoError(t, err)
	manifest, err := os.ReadFile(filepath.Join(toyDir, "Pulumi.yaml"))
	require.NoError(t, err)
	manifest = append(manifest, "main: "+main+"\n"...)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), manifest, 0o600))
	return dir
}

func startWatch(t *testing.T, dir, temporary string) (*exec.Cmd, *syncBuffer) {
	t.Helper()
	cli, err := rehearsal.FindCli(t.Context(), ".", os.Stderr)
	require.NoError(t, err)
	executable, err := os.Executable()
	require.NoError(t, err)
	log := &syncBuffer{}
	process := exec.Command(executable, "watch", "--dir", dir)
	process.Env = append(os.Environ(), commandVariable+"=0s", "TMPDIR="+temporary, rehearsal.CliVariable+"="+cli.Path)
	process.Stdout, process.Stderr = log, log
	require.NoError(t, process.Start())
	t.Cleanup(func() { _ = process.Process.Kill() })
	return process, log
}

func TestAWatchSeesWhatAStackIsMadeOf(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write := func(name string) {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(t.Name()), 0o600))
	}
	for _, name := range []string{"go.mod", "components/x.go", ".git/x.go", "components/testdata/x.go", "deploy/main.go"} {
		write(name)
	}
	manifest := []byte("name: watched\nruntime: go\n")
	require.NoError(t, os.WriteFile(filepath.Join(root, "deploy", "Pulumi.yaml"), manifest, 0o600))
	files, err := watchFiles(filepath.Join(root, "deploy"))
	require.NoError(t, err)
	defer files.close()
	assert.Equal(t, root, files.root)
	for _, name := range []string{
		"components/x.go", "deploy/main.go", "go.mod", "deploy/Pulumi.production.yaml", "deploy/Pulumi.yaml",
	} {
		write(name)
		assert.Equal(t, []string{name}, files.settle(t.Context(), files.next(t.Context())))
	}
	for _, name := range []string{"README.md", "deploy/x_test.go", ".git/x.go", "components/testdata/x.go"} {
		write(name)
	}
	require.NoError(t, os.Mkdir(filepath.Join(root, "fresh"), 0o700))
	require.Eventually(t, func() bool {
		write("fresh/x.go") // until the directory is watched
		select {
		case name := <-files.changed:
			return assert.Equal(t, "fresh/x.go", name, "and nothing of the others")
		case <-time.After(10 * time.Millisecond):
			return false
		}
	}, time.Minute, time.Millisecond)
}

func TestNamesThatPulumiGeneratesAreNoChange(t *testing.T) {
	t.Parallel()
	plan := func(bucket, image string) outcome {
		return newOutcome(&rehearsal.Result{Steps: []rehearsal.Step{{
			Op: rehearsal.OpCreate, Urn: "urn:pulumi:s::p::aws:s3/bucket:Bucket::files", Type: "aws:s3/bucket:Bucket",
			New: &rehearsal.ResourceState{Inputs: map[string]any{
				"bucket": bucket,
				"policy": "of " + bucket,
				"alias":  "files" + bucket[len(bucket)-7:],
				"image":  image,
			}},
		}}}, report.Document{Title: "Stack", Sections: []report.Section{{Title: "Public", Gist: bucket}}})
	}
	first := plan("files-0123abc", "care:x-0000000")
	assert.Equal(t, "Nothing changes.\n", plan("files-def4567", "care:x-0000000").since(first))
	assert.Contains(t, plan("files-def4567", "care:x-1111111").since(first), `+ s3.Bucket files image = "care:x-1111111"`)
}

func TestOneValueOfADocumentIsOneLine(t *testing.T) {
	t.Parallel()
	plan := func(containers string) outcome {
		return newOutcome(&rehearsal.Result{Steps: []rehearsal.Step{{
			Op: rehearsal.OpCreate, Urn: "urn:pulumi:s::p::aws:ecs/taskDefinition:TaskDefinition::task",
			Type: "aws:ecs/taskDefinition:TaskDefinition",
			New:  &rehearsal.ResourceState{Inputs: map[string]any{"containerDefinitions": containers, "text": "[no list"}},
		}}}, report.Document{Title: "Stack"})
	}
	first := plan(`[{"name":"web","memory":512,"command":["a"],"environment":[{"name":"LEVEL","value":"info"}]}]`)
	second := plan(
		`[{"name":"log"},{"name":"web","memory":512,"command":["a"],"environment":[{"name":"LEVEL","value":"debug"}]}]`,
	)
	assert.Equal(t, `- ecs.TaskDefinition task containerDefinitions[web].environment[LEVEL].value = "info"
+ ecs.TaskDefinition task containerDefinitions[web].environment[LEVEL].value = "debug"
+ ecs.TaskDefinition task containerDefinitions[log].name = "log"
`, second.since(first))
	assert.Contains(t, first.lines, `ecs.TaskDefinition task text = "[no list"`)
}

func TestAnOutcomeIsComparedByLine(t *testing.T) {
	t.Parallel()
	plan := func(cpu any, warning string) outcome {
		step := rehearsal.Step{
			Op:   rehearsal.OpCreate,
			Urn:  "urn:pulumi:s::p::aws:ecs/taskDefinition:TaskDefinition::task",
			Type: "aws:ecs/taskDefinition:TaskDefinition",
			New: &rehearsal.ResourceState{
				Inputs: map[string]any{"cpu": cpu, "__defaults": []any{}, "tags": map[string]any{"a": "b"}},
			},
		}
		return newOutcome(&rehearsal.Result{Steps: []rehearsal.Step{step}}, report.Document{
			Title: "Stack", Sections: []report.Section{{Title: "To think about", Items: report.Items(warning)}},
		})
	}
	first, second := plan("256", "old"), plan("512", "new")
	assert.Equal(t, []string{
		"ecs.TaskDefinition task cpu = \"256\"", "ecs.TaskDefinition task tags.a = \"b\"", "ecs.TaskDefinition task: create",
		"Stack", "To think about: old",
	}, first.lines)
	assert.Equal(t, "- ecs.TaskDefinition task cpu = \"256\"\n+ ecs.TaskDefinition task cpu = \"512\"\n"+
		"- To think about: old\n+ To think about: new\n", second.since(first))
	assert.Equal(t, "Nothing changes.\n", second.since(second))

	refused := failedOutcome(&rehearsal.RunError{
		Command: "preview", Diagnostics: []rehearsal.Diagnostic{{Message: "InvalidParameter: one"}},
	}, []standin.Forgiven{{Text: "InvalidParameter: one"}, {Text: "another"}})
	assert.Equal(t, "+ InvalidParameter: one\n+ another\n", refused.since(second))
	refused = refused.basedOn(second)
	assert.Equal(t, "No change: it still cannot be deployed.\n", refused.since(refused))
	assert.Equal(t, "It can be deployed again.\n", second.since(refused),
		"the plan is compared with that before the refusal")
}
