package engine_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/change"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files")

// stagingFile is the file of most changes.
const stagingFile = "Pulumi.staging.yaml"

// pullRequest is a change of a scratch copy of the repository, whose commit is the base.
type pullRequest struct {
	name string
	// status is the exit status of the command.
	status int
	edits  []edit
}

// deliberate are changes of a stack file.
var deliberate = []pullRequest{
	{"image", 0, []edit{{stagingFile, "care:24.43.0", "care:24.44.0"}}},
	{"environment", 0, []edit{added("care:environment:\n    ADDITIONAL_PLUGS: '[]'")}},
	{"secret", 0, []edit{added("care:secrets:\n    SENTRY_DSN:\n      secure: v1:bm90IHJlYWw=:bm90IHJlYWwgZWl0aGVy")}},
	{"redis-memory", 0, []edit{added("care:redisMemory: 4096")}},
	{"zone", 0, []edit{{stagingFile, "    - ap-south-1b\n", "    - ap-south-1b\n    - ap-south-1c\n"}}},
	{"database-class", 0, []edit{added("care:databaseInstanceClass: db.t4g.small")}},
	{"namespace", 3, []edit{added("care:namespace: care-next")}},
}

// whole are changes for which the command is run as a person runs it, two programs and all.
var whole = []pullRequest{
	{"database-name", 3, []edit{added("care:databaseName: hospital")}},
	{"nothing", 0, []edit{{"main.go", "// deploy composes the stack", "// deploy puts the stack together"}}},
	{"port", 0, []edit{
		{"components/alb.go", "ports := []int{httpPort}", "ports := []int{httpPort, 8080}"},
		{"components/alb_listeners.go", "		b.listener = listener\n		return err\n", `		b.listener = listener
		if err != nil {
			return err
		}
		_, err = b.createListener("further", &lb.ListenerArgs{
			Port: pulumi.Int(8080), Protocol: pulumi.String("HTTP"), DefaultActions: notFound(),
		})
		return err
`},
	}},
}

type edit struct{ file, old, text string }

func added(lines string) edit { return edit{stagingFile, "config:\n", "config:\n  " + lines + "\n"} }

// One after the other in one clone: a build knows its packages again by their directory.
func TestADiffReportsWhatAPullRequestDoes(t *testing.T) { //nolint:tparallel // see above
	t.Parallel()
	clone := cloneOf(t, scratchRepository(t))
	for i, row := range whole { //nolint:paralleltest // see above
		t.Run(row.name, func(t *testing.T) {
			skipUnlessFull(t, i < 1)
			_, err := gitIn(clone, "checkout", "--quiet", ".")
			require.NoError(t, err)
			row.apply(t, clone)
			file, forPrograms := filepath.Join(t.TempDir(), "report.md"), filepath.Join(t.TempDir(), "report.json")
			status, out, log := runCommand(t, clone, "diff", "--base", "HEAD", "--stack", "staging", "--report", file,
				"--json", forPrograms)
			require.Equal(t, row.status, status, out+log)
			written, err := os.ReadFile(file)
			require.NoError(t, err)
			row.assertReport(t, out, string(written))
			row.assertFile(t, reporttest.Read(t, forPrograms))
			assertNoWorktree(t, clone)
			if row.status != 0 {
				status, _, log = runCommand(t, clone, "diff", "--base", "HEAD", "--stack", "staging", "--allow-stateful")
				assert.Zero(t, status, log)
			}
		})
	}
}

func TestADiffReportsWhatAStackFileChanges(t *testing.T) {
	t.Parallel()
	repository := scratchRepository(t)
	for i, row := range deliberate {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			skipUnlessFull(t, i < 1)
			clone := cloneOf(t, repository)
			row.apply(t, clone)
			found := rehearseChange(t,
				change.Options{Base: &rehearsal.Options{Dir: repository}, Head: rehearsal.Options{Dir: clone}})
			document := found.Document()
			assert.Equal(t, row.status != 0, len(found.Stateful()) > 0)
			row.assertReport(t, document.Text(false), change.Markdown(document, change.Limit))
		})
	}
}

// The base of a comparison is old enough for a restore to any time of its retention.
func TestADiffOfARestoreToATimeSucceeds(t *testing.T) {
	t.Parallel()
	repository := scratchRepository(t)
	wanted := time.Now().UTC().Add(-12 * time.Hour).Format(time.RFC3339)
	stopped := edit{stagingFile, "config:\n", "config:\n  care:stopped: true\n"}
	stopped.apply(t, repository)
	clone := cloneOf(t, repository)
	stopped.apply(t, clone)
	restore := added("care:databaseRestoreName: before-import\n  care:databaseRestoreTime: \"" + wanted + "\"")
	restore.apply(t, clone)
	found := rehearseChange(t,
		change.Options{Base: &rehearsal.Options{Dir: repository}, Head: rehearsal.Options{Dir: clone}})
	assert.Empty(t, found.Stateful())
	assert.Contains(t, found.Document().Text(false), "care-db-before-import")
}

// rehearseChange compares two sides of the staging that have the program in common.
func rehearseChange(t *testing.T, options change.Options) change.Change {
	t.Helper()
	for _, side := range []*rehearsal.Options{options.Base, &options.Head} {
		side.Stack, side.Cli, side.Program = "staging", &shared.cli, shared.program
	}
	options.Cloud = func() (*cloud.Cloud, error) { return cloud.New() }
	found, err := change.Rehearse(t.Context(), options)
	require.NoError(t, err)
	require.NoError(t, found.Failure)
	return found
}

func skipUnlessFull(t *testing.T, sampled bool) {
	t.Helper()
	if !sampled && !full() {
		t.Skip("in the full run: " + fullVariable + "=1")
	}
}

func (p pullRequest) apply(t *testing.T, dir string) {
	t.Helper()
	for _, each := range p.edits {
		each.apply(t, dir)
	}
}

func (p pullRequest) assertReport(t *testing.T, text, markdown string) {
	t.Helper()
	assertGolden(t, filepath.Join("testdata", "diff", p.name+".md"), steadyNames(markdown))
	assert.Less(t, len(markdown), change.Limit)
	assert.LessOrEqual(t, strings.Count(text, "\n"), 50, "one screen:\n"+text)
}

// assertFile checks the report for other programs.
func (p pullRequest) assertFile(t *testing.T, file report.File) {
	t.Helper()
	require.Len(t, file.Stacks, 1)
	stack := file.Stacks[0]
	assert.True(t, stack.Deployable)
	assert.NotNil(t, stack.Findings)
	assert.Empty(t, stack.Refusals)
	losesData := func(c report.ResourceChange) bool { return c.LosesData }
	assert.Equal(t, p.status == 3, slices.ContainsFunc(stack.Changes, losesData), stack.Changes)
}

// A made-up suffix, a version of a policy or an address is another one every time.
var madeUp = regexp.MustCompile(`\b(?:[0-9a-f]{17}|[0-9a-f]{7,8}-[0-9a-f-]{27}|[0-9]{18,26})\b`)

func steadyNames(text string) string { return madeUp.ReplaceAllString(text, "MADE-UP") }

func assertGolden(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		return
	}
	golden, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(golden), text, "when the new report is right: go test ./tests/engine -update")
}

func (e edit) apply(t *testing.T, dir string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(e.file))
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 1, bytes.Count(content, []byte(e.old)), "%s has %q once", e.file, e.old)
	require.NoError(t, os.WriteFile(file, bytes.Replace(content, []byte(e.old), []byte(e.text), 1), 0o600))
}

// scratchRepository is a repository with one commit: the files as they are in the working tree.
func scratchRepository(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	listed, err := gitIn(projectDir, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	require.NoError(t, err)
	for name := range strings.SplitSeq(strings.TrimSuffix(listed, "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(projectDir, name))
		if errors.Is(err, os.ErrNotExist) || strings.HasSuffix(name, "_test.go") {
			continue
		}
		require.NoError(t, err)
		target := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o750))
		require.NoError(t, os.WriteFile(target, content, 0o600))
	}
	for _, arguments := range [][]string{
		{"init", "--quiet"},
		{"add", "--all"},
		{
			"-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false", "commit", "--quiet", "-m",
			"base",
		},
	} {
		_, err := gitIn(dir, arguments...)
		require.NoError(t, err)
	}
	return dir
}

// cloneOf creates a checkout like that of a fork's pull request, with nothing but the files.
func cloneOf(t *testing.T, repository string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "clone")
	_, err := gitIn(repository, "clone", "--quiet", "--depth", "1", "file://"+repository, dir)
	require.NoError(t, err)
	return dir
}

func gitIn(dir string, arguments ...string) (string, error) {
	command := exec.Command("git", arguments...)
	command.Dir = dir
	output, err := command.Output()
	return string(output), err
}

func assertNoWorktree(t *testing.T, dir string) {
	t.Helper()
	listed, err := gitIn(dir, "worktree", "list", "--porcelain")
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(listed, "worktree "), listed)
}

// command is the compiled command, made when the first test needs it.
var command = sync.OnceValues(func() (string, error) {
	target := filepath.Join(filepath.Dir(shared.program), "rehearse")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", target, "./cmd/rehearse")
	build.Dir = projectDir
	if output, err := build.CombinedOutput(); err != nil {
		return "", errors.New(string(output))
	}
	return target, nil
})

// prepared is the command in a directory, without a credential or a passphrase around it.
func prepared(t *testing.T, dir string, arguments ...string) *exec.Cmd {
	t.Helper()
	path, err := command()
	require.NoError(t, err)
	process := exec.Command(path, arguments...)
	process.Dir = dir
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "AWS_") && !strings.HasPrefix(entry, "PULUMI_") {
			process.Env = append(process.Env, entry)
		}
	}
	process.Env = append(process.Env, rehearsal.CliVariable+"="+shared.cli.Path)
	return process
}

func runCommand(t *testing.T, dir string, arguments ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, log bytes.Buffer
	process := prepared(t, dir, arguments...)
	process.Stdout, process.Stderr = &out, &log
	if err := process.Run(); err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
	}
	return process.ProcessState.ExitCode(), out.String(), log.String()
}

func TestADiffThatIsStoppedLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	clone := cloneOf(t, scratchRepository(t))
	temporary := t.TempDir()
	process := prepared(t, clone, "diff", "--base", "HEAD", "--stack", "staging")
	process.Env = append(process.Env, "TMPDIR="+temporary)
	require.NoError(t, process.Start())
	t.Cleanup(func() { _ = process.Process.Kill() })
	require.Eventually(t, func() bool {
		found, err := filepath.Glob(filepath.Join(temporary, "care-rehearse-programs-*"))
		return err == nil && len(found) > 0
	}, time.Minute, 10*time.Millisecond)
	require.NoError(t, process.Process.Signal(syscall.SIGTERM))
	var exit *exec.ExitError
	require.ErrorAs(t, process.Wait(), &exit)
	assert.Equal(t, 130, exit.ExitCode())
	assertNoWorktree(t, clone)
	left, err := filepath.Glob(filepath.Join(temporary, "care-rehearse-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestNoSecretIsInTheReportTheLogsOrTheStateOfAChange(t *testing.T) {
	t.Parallel()
	const before, after = "Marker0BeforeTheChange", "Marker1AfterTheChange"
	var logs, state bytes.Buffer
	of := func(marker string) rehearsal.Options {
		return rehearsal.Options{
			Dir: projectDir, Stdout: &logs, Stderr: &logs,
			SecretConfig: map[string]string{"redisPassword": marker, "databasePassword": marker, "secrets.SENTRY_DSN": marker},
		}
	}
	base := of(before)
	found := rehearseChange(t, change.Options{Base: &base, Head: of(after), Watch: func(opened *rehearsal.Rehearsal) {
		if exported, err := opened.Export(t.Context(), false); err == nil {
			state.Write(exported)
		}
	}})
	require.NotEmpty(t, found.Resources)
	document := found.Document()
	for _, report := range []string{document.Text(false), document.Markdown()} {
		assert.Contains(t, report, "secret value")
	}
	assert.Contains(t, logs.String(), "care-DATABASE_URL", "the engine has told what it does")
	assert.Contains(t, state.String(), "care-DATABASE_URL", "the state of the base")
	for place, text := range map[string]string{
		"the report":   document.Text(false),
		"its Markdown": document.Markdown(),
		"the logs":     logs.String(),
		"the state":    state.String(),
	} {
		assert.NotContains(t, text, before, place)
		assert.NotContains(t, text, after, place)
	}
}
