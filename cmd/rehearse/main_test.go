package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

const (
	toyDir = "../../rehearsal/testdata/toy"
	// commandVariable turns the test binary into the command. Its value is the duration of a creation.
	commandVariable = "REHEARSE_TEST_CREATION"
)

func TestMain(m *testing.M) {
	if delay, ok := os.LookupEnv(commandVariable); ok {
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, func(options ...standin.Option) (*cloud.Cloud, error) {
			return toyCloud(delay, options...)
		}))
	}
	os.Exit(m.Run())
}

type thingArgs struct {
	Greeting string `pulumi:"greeting"`
	Kind     string `pulumi:"kind"`
	Token    string `pulumi:"token"`
}

type thingState struct {
	Address string `pulumi:"address"`
}

// toyCloud returns a cloud with the one type of the toy program. Each creation takes the given time.
func toyCloud(delay string, options ...standin.Option) (*cloud.Cloud, error) {
	wait, err := time.ParseDuration(delay)
	if err != nil {
		return nil, err
	}
	return toyCloudThat(func(ctx context.Context, _ standin.Operation, next func() error) error {
		select {
		case <-time.After(wait):
			return next()
		case <-ctx.Done():
			return ctx.Err()
		}
	}, options...)
}

// toyCloudThat returns a toyCloud with an interceptor.
func toyCloudThat(intercept standin.Interceptor, options ...standin.Option) (*cloud.Cloud, error) {
	world := standin.NewWorld()
	server, err := standin.NewServer(world, standin.Package{
		Name: "fake", Title: "fake", Version: "1.0.0", Kinds: []standin.Kind{{
			Token: "fake:index:Thing", Args: thingArgs{}, State: thingState{}, Replaces: []string{"kind"},
			Id:      func(*standin.Op) string { return "thing-1" },
			Outputs: func(*standin.Op) standin.Props { return standin.Props{"address": "thing.example.org"} },
		}},
	}, append(options, standin.Intercept(intercept))...)
	if err != nil {
		return nil, err
	}
	return &cloud.Cloud{World: world, Providers: map[string]pulumirpc.ResourceProviderServer{"fake": server}}, nil
}

// rehearseToy runs the command in this process.
func rehearseToy(arguments ...string) (status int, stdout, stderr string) {
	var out, log bytes.Buffer
	if len(arguments) > 0 && !isHelp(arguments[0]) {
		arguments = append(arguments, "--dir", toyDir)
	}
	status = run(arguments, &out, &log, func(options ...standin.Option) (*cloud.Cloud, error) {
		return toyCloud("0s", options...)
	})
	return status, out.String(), log.String()
}

func TestUpPrintsTheOutputsAndKeepsTheStateThatDestroyEmpties(t *testing.T) {
	state := t.TempDir()
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
	status, out, log := rehearseToy("up", "--state", state, "--config", "greeting=good morning")
	require.Equal(t, exitOk, status, log)
	assert.Contains(t, out, `"thing.example.org"`)
	assert.Contains(t, log, "PULUMI_BACKEND_URL='file://"+state+"' pulumi stack export --stack staging")

	status, out, log = rehearseToy("preview", "--state", state, "--config", "kind=other", "--config", "toy:greeting=hi")
	require.Equal(t, exitOk, status, log)
	assert.Contains(t, out, "+-1 to replace")

	status, out, log = rehearseToy("destroy", "--state", state)
	require.Equal(t, exitOk, status, log)
	assert.Contains(t, out, "- 2 deleted")
	assert.NotContains(t, out, "created")
	assert.Contains(t, log, "nothing is left")
	assert.NotContains(t, log, "building the program", "destroy of a kept state does not need it")
}

func TestDestroyWithoutAStateProvesTheWayUpAndDown(t *testing.T) {
	t.Parallel()
	status, out, log := rehearseToy("destroy")
	require.Equal(t, exitOk, status, log)
	assert.Contains(t, out, "+ 2 created")
	assert.Contains(t, out, "- 2 deleted")
}

func TestAStateWithoutPassphraseIsRefused(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "")
	status, _, log := rehearseToy("up", "--state", t.TempDir())
	assert.Equal(t, exitFailed, status)
	assert.Equal(t, "rehearse: --state needs PULUMI_CONFIG_PASSPHRASE, which encrypts the secrets in the state\n", log)
}

func TestThePassphraseMayComeFromAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "passphrase")
	require.NoError(t, os.WriteFile(file, []byte("correct horse\n"), 0o600))
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "")
	t.Setenv("PULUMI_CONFIG_PASSPHRASE_FILE", file)
	passphrase, err := readPassphrase()
	require.NoError(t, err)
	assert.Equal(t, "correct horse", passphrase)
}

func TestAFailedRunIsNotToldTwice(t *testing.T) {
	t.Parallel()
	status, out, log := rehearseToy("up", "--config", "greeting=refuse")
	assert.Equal(t, exitFailed, status)
	assert.Equal(t, 1, strings.Count(out+log, `greeting must not be "refuse"`))
	assert.Contains(t, log, "rehearse: up ended with exit status")
}

func TestWrongArgumentsAreTold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments []string
		want      string
	}{
		"no command":      {nil, "name a command"},
		"unknown command": {[]string{"deploy"}, `unknown command "deploy": choose one of preview, up, destroy`},
		"unknown flag":    {[]string{"up", "--stck=x"}, "flag provided but not defined: -stck"},
		"argument":        {[]string{"up", "now"}, `unexpected argument "now"`},
		"no value":        {[]string{"up", "--config", "greeting"}, `"greeting" is not key=value`},
		"no property":     {[]string{"up", "--accept", "rds.Instance"}, `"rds.Instance" is not TYPE.PROPERTY=VALUE`},
		"other property":  {[]string{"up", "--accept", "rds.Instance.engines=x"}, `did you mean "rds.Instance.engine"?`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, _, log := rehearseToy(test.arguments...)
			assert.Equal(t, exitUsage, status)
			assert.Contains(t, log, test.want)
		})
	}
}

func TestHelpNamesEveryCommandAndFlag(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{"--help"}, {"help"}, {"up", "--help"}} {
		status, out, _ := rehearseToy(arguments...)
		assert.Equal(t, exitOk, status)
		for _, word := range []string{
			"preview", "up", "destroy", "--stack", "--dir", "--state", "--config", "--accept", "REHEARSE_PULUMI",
		} {
			assert.Contains(t, out, word)
		}
	}
}

func TestAnInterruptEndsTheRunAndCleansUp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		creation string
		signals  []os.Signal
	}{
		"one Ctrl-C waits for what was begun": {"1s", []os.Signal{os.Interrupt}},
		"a second one does not":               {"10m", []os.Signal{os.Interrupt, os.Interrupt}},
		"a termination is an interrupt":       {"1s", []os.Signal{syscall.SIGTERM}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			temporary := t.TempDir()
			process, log := startCommand(t, temporary, test.creation)
			waitFor(t, log, "Thing thing creating")
			for i, each := range test.signals {
				require.NoError(t, process.Process.Signal(each))
				if i == 0 {
					waitFor(t, log, "press Ctrl-C again")
				}
			}
			err := process.Wait()
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit)
			assert.Equal(t, exitInterrupted, exit.ExitCode(), log.String())
			left, err := os.ReadDir(temporary)
			require.NoError(t, err)
			assert.Empty(t, left, "no temporary file stays")
			assertNoProcess(t, temporary)
		})
	}
}

// startCommand runs the test binary as the command, in a process of its own.
func startCommand(t *testing.T, temporary, creation string) (*exec.Cmd, *syncBuffer) {
	t.Helper()
	cli, err := rehearsal.FindCli(t.Context(), ".", os.Stderr)
	require.NoError(t, err)
	executable, err := os.Executable()
	require.NoError(t, err)
	log := &syncBuffer{}
	process := exec.Command(executable, "up", "--dir", toyDir)
	process.Env = append(os.Environ(),
		commandVariable+"="+creation, "TMPDIR="+temporary, rehearsal.CliVariable+"="+cli.Path)
	process.Stdout, process.Stderr = log, log
	require.NoError(t, process.Start())
	t.Cleanup(func() { _ = process.Process.Kill() })
	return process, log
}

//nolint:paralleltest // it sets a variable of the process
func TestTheStateIsWrittenAfterEachStepWhereItMayBeNeeded(t *testing.T) {
	t.Setenv("PULUMI_CONFIG_PASSPHRASE", "correct horse")
	for name, row := range map[string]struct {
		arguments []string
		skip      bool
	}{
		"a throwaway":    {[]string{"up"}, true},
		"a kept state":   {[]string{"up", "--state", "x"}, false},
		"a planted kill": {[]string{"up", "--kill-after", "3"}, false},
		"another fault":  {[]string{"up", "--throttle", "3"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			_, parsed, err := parse(row.arguments, nil, nil)
			require.NoError(t, err)
			options, err := parsed.options(nil, nil)
			require.NoError(t, err)
			assert.Equal(t, row.skip, options.SkipCheckpoints)
		})
	}
}
