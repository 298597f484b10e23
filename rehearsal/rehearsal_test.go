package rehearsal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
)

// shared is built once for all tests: the command line, found as users find it, and the toy program.
var shared struct {
	dir     string
	cli     rehearsal.Cli
	program string
	err     error
	once    sync.Once
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.dir != "" {
		_ = os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

func buildShared(t *testing.T) {
	t.Helper()
	shared.once.Do(makeShared)
	require.NoError(t, shared.err)
}

func makeShared() {
	ctx := context.Background()
	if shared.dir, shared.err = os.MkdirTemp("", "rehearsal-test-"); shared.err != nil {
		return
	}
	if shared.cli, shared.err = rehearsal.FindCli(ctx, ".", os.Stderr); shared.err != nil {
		return
	}
	shared.program = filepath.Join(shared.dir, "toy")
	shared.err = rehearsal.BuildProgram(ctx, toyDir, shared.program, os.Stderr)
}

const toyDir = "testdata/toy"

// toyOptions rehearse the toy on a cloud of its own.
func toyOptions(t *testing.T, cloud *fakeCloud) rehearsal.Options {
	t.Helper()
	buildShared(t)
	return rehearsal.Options{
		Dir:       toyDir,
		Cli:       &shared.cli,
		Program:   shared.program,
		Providers: map[string]pulumirpc.ResourceProviderServer{"fake": cloud},
		World:     cloud,
	}
}

func open(t *testing.T, options rehearsal.Options) *rehearsal.Rehearsal {
	t.Helper()
	r, err := rehearsal.New(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, r.Close()) })
	return r
}

func TestAStackLivesFromFirstUpToDestroy(t *testing.T) {
	t.Parallel()
	cloud := newFakeCloud()
	r := open(t, toyOptions(t, cloud))

	preview, err := r.Preview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[rehearsal.Op]int{rehearsal.OpCreate: 2}, preview.Changes)
	assert.Empty(t, cloud.Live(), "a preview creates nothing")

	first, err := r.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[rehearsal.Op]int{rehearsal.OpCreate: 2}, first.Changes)
	assert.Contains(t, first.Stdout, `"thing-1.example.org"`)
	assert.Equal(t, []string{"fake:index:Thing thing-1"}, cloud.Live())

	again, err := r.Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, again.Changed(), "an unchanged program changes nothing")
	assert.Equal(t, map[rehearsal.Op]int{rehearsal.OpSame: 2}, again.Changes)

	_, err = r.Destroy(t.Context())
	require.NoError(t, err)
	require.NoError(t, r.CheckEmpty())
	assert.Empty(t, cloud.Live())
}

func TestStepsSayWhatChangedAndWhatForcesAReplacement(t *testing.T) {
	t.Parallel()
	r := open(t, toyOptions(t, newFakeCloud()))
	_, err := r.Up(t.Context())
	require.NoError(t, err)

	require.NoError(t, r.SetConfig("greeting", "good morning"))
	updated, err := r.Up(t.Context())
	require.NoError(t, err)
	require.Len(t, updated.Changed(), 1)
	step := updated.Changed()[0]
	assert.Equal(t, rehearsal.OpUpdate, step.Op)
	assert.Equal(t, rehearsal.StepDone, step.Status)
	assert.Equal(t, "thing", step.Name())
	assert.Equal(t, []string{"greeting"}, step.Diffs)
	assert.Equal(t, "hello", step.Old.Inputs["greeting"])
	assert.Equal(t, "good morning", step.New.Inputs["greeting"])
	assert.Equal(t, "[secret]", step.New.Inputs["token"])

	require.NoError(t, r.SetConfig("toy:kind", "other"))
	preview, err := r.Preview(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, preview.Changes[rehearsal.OpReplace])
	require.NotEmpty(t, preview.Changed())
	assert.Equal(t, []string{"kind"}, preview.Changed()[0].ReplaceKeys)
}

func TestTheWorkingTreeStaysAsItWas(t *testing.T) {
	t.Parallel()
	before := readTree(t, toyDir)
	options := toyOptions(t, newFakeCloud())
	options.Program = "" // built here, which must leave nothing either
	options.Config = map[string]string{"greeting": "changed"}
	r := open(t, options)
	_, err := r.Up(t.Context())
	require.NoError(t, err)
	_, err = r.Destroy(t.Context())
	require.NoError(t, err)
	assert.Equal(t, before, readTree(t, toyDir))
}

func TestTheProgramRunsInTheRealDirectoryWithoutCredentials(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "leaked-credential")
	options := toyOptions(t, newFakeCloud())
	options.Env = []string{"TOY_MOOD=cheerful"}
	r := open(t, options)
	result, err := r.Up(t.Context())
	require.NoError(t, err)
	directory, err := filepath.Abs(toyDir)
	require.NoError(t, err)
	assert.Contains(t, result.Stdout, "the toy works in "+directory)
	outputs, err := r.Outputs(t.Context(), false)
	require.NoError(t, err)
	assert.Empty(t, outputs["credentials"])
	assert.Equal(t, "cheerful", outputs["mood"])
}

func TestSecretsAreHiddenFromEverythingThatIsPrinted(t *testing.T) {
	t.Parallel()
	const secret = "a-secret-nobody-may-read"
	var log bytes.Buffer
	options := toyOptions(t, newFakeCloud())
	options.Stderr = &log
	options.Config = map[string]string{"token": secret} // secret by the project's schema
	r := open(t, options)
	result, err := r.Up(t.Context())
	require.NoError(t, err)
	exported, err := r.Export(t.Context(), false)
	require.NoError(t, err)
	for _, printed := range []string{result.Stdout, log.String(), string(exported), fmt.Sprintf("%+v", result.Steps)} {
		assert.NotContains(t, printed, secret)
	}
	outputs, err := r.Outputs(t.Context(), true)
	require.NoError(t, err)
	assert.Equal(t, secret, outputs["token"])
}

func TestAProgramThatRefusesIsToldInShort(t *testing.T) {
	t.Parallel()
	options := toyOptions(t, newFakeCloud())
	options.Config = map[string]string{"greeting": "refuse"}
	result, err := open(t, options).Up(t.Context())
	var failed *rehearsal.RunError
	require.ErrorAs(t, err, &failed)
	assert.Contains(t, err.Error(), `greeting must not be "refuse"`)
	require.NotNil(t, result)
	assert.NotEmpty(t, result.Errors())
}

func TestAProviderThatRefusesIsToldWithItsResource(t *testing.T) {
	t.Parallel()
	cloud := newFakeCloud()
	cloud.onCreate = func(context.Context) error { return errors.New("LimitExceeded: one thing too many") }
	result, err := open(t, toyOptions(t, cloud)).Up(t.Context())
	require.ErrorContains(t, err, "fake:index:Thing thing: ")
	require.ErrorContains(t, err, "LimitExceeded: one thing too many")
	failed := result.Changed()[len(result.Changed())-1]
	assert.Equal(t, rehearsal.StepFailed, failed.Status)
}

func TestAnUpdateThatBreaksSomethingElseFailsWhenTheEngineHasFinished(t *testing.T) {
	t.Parallel()
	const urn = "urn:pulumi:dev::toy::fake:index:Thing::thing"
	cloud, stderr := newFakeCloud(), &strings.Builder{}
	options := toyOptions(t, cloud)
	options.Stderr = stderr
	r := open(t, options)
	_, err := r.Up(t.Context())
	require.NoError(t, err)
	cloud.broken = map[string][]string{urn: {"it would not start again"}}
	result, err := r.Up(t.Context())
	require.ErrorContains(t, err, "pulumi up: resources that no longer work\n"+
		"  fake:index:Thing thing: it would not start again")
	require.NotNil(t, result)
	assert.Equal(t, []rehearsal.Diagnostic{{
		Severity: rehearsal.SeverityError, Urn: urn, Message: "it would not start again",
	}}, result.Errors())
	assert.Contains(t, stderr.String(), "error: fake:index:Thing thing: it would not start again")
	_, err = r.Destroy(t.Context())
	require.NoError(t, err, "only an update is to last")
}

func TestAPackageWithoutStandInIsNamed(t *testing.T) {
	t.Parallel()
	options := toyOptions(t, newFakeCloud())
	options.Providers = map[string]pulumirpc.ResourceProviderServer{"aws": newFakeCloud(), "tls": newFakeCloud()}
	_, err := open(t, options).Preview(t.Context())
	require.ErrorContains(t, err, `the package "fake" has no stand-in; this rehearsal has: aws, tls`)
}

func TestAValueThatTheSchemaForbidsStopsBeforeTheProgram(t *testing.T) {
	t.Parallel()
	options := toyOptions(t, newFakeCloud())
	options.Config = map[string]string{"size": "large"}
	_, err := open(t, options).Preview(t.Context())
	require.ErrorContains(t, err, "toy:size")
	assert.NotContains(t, err.Error(), "works in")
}

func TestALeftoverIsNamed(t *testing.T) {
	t.Parallel()
	r := open(t, toyOptions(t, newFakeCloud()))
	_, err := r.Up(t.Context())
	require.NoError(t, err)
	err = r.CheckEmpty()
	require.ErrorContains(t, err, "left in the state: urn:pulumi:staging::toy::fake:index:Thing::thing")
	require.ErrorContains(t, err, "left in the stand-in cloud: fake:index:Thing thing-1")
}

func TestAProgramThatDoesNotCompileShowsTheCompilersWords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeFiles(t, dir,
		map[string]string{"go.mod": "module broken\n", "main.go": "package main\n\nfunc main() { undefined() }\n"})
	err := rehearsal.BuildProgram(t.Context(), dir, filepath.Join(dir, "program"), &syncBuffer{})
	require.ErrorContains(t, err, "building the program in "+dir)
	require.ErrorContains(t, err, "main.go:3:15: undefined: undefined")
}
