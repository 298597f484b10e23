package languages

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/internal/enginetest"
	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

var update = flag.Bool("update", false, "write the golden file")

// root is the directory of the repository.
const root = "../.."

// shared is built once for all tests, since it takes the longest.
var shared struct {
	// dir has node_modules and the directory python, with the packages that the projects of the tests import.
	dir string
	cli rehearsal.Cli
	// plugin is the directory of the provider.
	plugin string
}

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(enginetest.Main(m, makeShared))
}

func makeShared(ctx context.Context, dir string) (err error) {
	shared.dir, shared.plugin = dir, filepath.Join(dir, "plugin")
	if shared.cli, err = rehearsal.FindCli(ctx, root, os.Stderr); err != nil {
		return err
	}
	executable := filepath.Join(shared.plugin, "pulumi-resource-care")
	if err := os.Mkdir(shared.plugin, 0o700); err != nil {
		return err
	}
	if err := rehearsal.BuildProgram(ctx, filepath.Join(root, "plugin"), executable, os.Stderr); err != nil {
		return err
	}
	if err := enginetest.AddNodeHost(ctx, root, dir, "./tests/languages"); err != nil || enginetest.Languages() == "" {
		return err
	}
	return errors.Join(compileNodeSdk(ctx), installPythonSdk(ctx))
}

// installPythonSdk installs the SDK as it is, like a published one, in the directory python.
func installPythonSdk(ctx context.Context) error {
	source := filepath.Join(shared.dir, "sdk-python")
	if err := os.CopyFS(source, os.DirFS(filepath.Join(root, "sdk", "python"))); err != nil {
		return err
	}
	python := filepath.Join(enginetest.Languages(), "python", "bin", "python")
	output, err := exec.CommandContext(ctx, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
		"--no-deps", "--no-build-isolation", "--target", filepath.Join(shared.dir, "python"), source).CombinedOutput()
	if err != nil {
		return fmt.Errorf("installing sdk/python: %w\n%s", err, output)
	}
	return nil
}

// compileNodeSdk makes node_modules of the installed modules and the SDK as it is, compiled like a published one.
func compileNodeSdk(ctx context.Context) error {
	modules := filepath.Join(shared.dir, "node_modules")
	if err := os.Mkdir(modules, 0o700); err != nil {
		return err
	}
	installed := filepath.Join(enginetest.Languages(), "node_modules")
	entries, err := os.ReadDir(installed)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.Symlink(filepath.Join(installed, entry.Name()), filepath.Join(modules, entry.Name())); err != nil {
			return err
		}
	}
	source, target := filepath.Join(shared.dir, "sdk-nodejs"), filepath.Join(modules, "@ohcnetwork", "care")
	if err := os.CopyFS(source, os.DirFS(filepath.Join(root, "sdk", "nodejs"))); err != nil {
		return err
	}
	compiler := filepath.Join(installed, "typescript", "bin", "tsc")
	output, err := exec.CommandContext(ctx, "node", compiler, "-p", source, "--outDir", target).CombinedOutput()
	if err != nil {
		return fmt.Errorf("compiling sdk/nodejs: %w\n%s", err, output)
	}
	manifest, err := os.ReadFile(filepath.Join(source, "package.json"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(target, "package.json"), manifest, 0o600)
}

// project is a copy of a project, in which the provider is the one that the tests have built.
type project struct {
	from, dir, language string
}

// copyProject copies a project to a directory of its own.
func copyProject(t *testing.T, from, language string) project {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	require.NoError(t, os.Symlink(filepath.Join(shared.dir, "node_modules"), filepath.Join(dir, "node_modules")))
	manifest := filepath.Join(dir, "Pulumi.yaml")
	if language != "go" {
		enginetest.Replace(t, manifest, "../../plugin", shared.plugin)
	}
	if language == "python" {
		enginetest.Replace(t, manifest, "runtime: python", "runtime: go")
	}
	return project{from, dir, language}
}

// program returns the executable that runs the program as its language host does, or "" if the rehearsal finds the
// host.
func (p project) program(t *testing.T) string {
	t.Helper()
	program := filepath.Join(p.dir, "program.sh")
	switch p.language {
	case "typescript":
		enginetest.NeedLanguages(t)
		return ""
	case "yaml":
		return ""
	case "go":
		require.NoError(t, rehearsal.BuildProgram(t.Context(), p.from, program, os.Stderr))
		return program
	case "python":
		languages := enginetest.NeedLanguages(t)
		sdk, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}",
			"github.com/pulumi/pulumi/sdk/v3").Output()
		require.NoError(t, err)
		script := `#!/bin/sh
exec "` + languages + `/python/bin/python" \
  "` + strings.TrimSpace(string(sdk)) + `/python/cmd/pulumi-language-python-exec" \
  --monitor "$PULUMI_MONITOR" --engine "$PULUMI_ENGINE" --project "$PULUMI_PROJECT" --stack "$PULUMI_STACK" \
  --parallel "$PULUMI_PARALLEL" --dry_run "$PULUMI_DRY_RUN" --pwd "$PWD" "$PWD"
`
		require.NoError(t, os.WriteFile(program, []byte(script), 0o700))
	}
	return program
}

// stack is a stack of a project, in an account of its own.
type stack struct {
	*rehearsal.Rehearsal

	cloud *cloud.Cloud
}

// open prepares the stack dev of a project. state keeps it for another project of the same name; empty means nowhere.
func (p project) open(t *testing.T, state string) *stack {
	t.Helper()
	account, err := cloud.New()
	require.NoError(t, err)
	opened := enginetest.Open(t, rehearsal.Options{
		Dir: p.dir, Stack: "dev", Program: p.program(t), Cli: &shared.cli, StateDir: state, Passphrase: "languages",
		Providers: account.Providers, World: account,
		Env: []string{"PYTHONPATH=" + filepath.Join(shared.dir, "python"), "PYTHONDONTWRITEBYTECODE=1"},
	})
	return &stack{opened, account}
}

// up runs `pulumi up`, which must succeed.
func (s *stack) up(t *testing.T) *rehearsal.Result {
	t.Helper()
	result, err := s.Up(t.Context())
	require.NoError(t, err)
	return result
}

// resources returns the state with its secrets hidden.
func (s *stack) resources(t *testing.T) []apitype.ResourceV3 {
	t.Helper()
	resources, err := s.Resources(false)
	require.NoError(t, err)
	return resources
}

// report returns the report on the stack, without the time that a first deployment takes: Pulumi constructs a component
// of a plugin when all its inputs are known, but the resources of one in Go when their own are.
func (s *stack) report(t *testing.T) string {
	t.Helper()
	state, err := s.Resources(true)
	require.NoError(t, err)
	model, err := report.Build(s.StackName(), s.cloud.World, state)
	require.NoError(t, err)
	document := model.Document()
	sections := len(document.Sections)
	document.Sections = slices.DeleteFunc(document.Sections, func(s report.Section) bool {
		return s.Title == "First deployment"
	})
	require.Len(t, document.Sections, sections-1)
	return document.Text(false)
}
