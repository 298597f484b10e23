package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	// defaultTimeout is longer than the time for which ECS monitors the alarms of a deployment after all tasks have
	// started. Settled services are reported at once.
	defaultTimeout = 15 * time.Minute
	// defaultLogLines is enough for a Python traceback.
	defaultLogLines = 20
	// maxLogLines is the maximum of one call of GetLogEvents.
	maxLogLines = 10000
	// killDelay is the time for pulumi to end after an interrupt.
	killDelay = 5 * time.Second
)

const usage = `verify asks ECS whether the services of a stack run as they were deployed.

  go run -C cmd/verify .                    the selected stack
  go run -C cmd/verify . --stack production
  pulumi stack output --json | go run -C cmd/verify . --outputs -

It checks the revision, Service Connect, and the number and health of tasks of each service, and waits for a
deployment in progress. If a service does not run as deployed, it prints the reasons: from ECS, stopped tasks, events,
and the last log lines of each container that failed. Logs of Care can name patients: set --log-lines 0 if others can
read the output.

It uses the AWS credentials of the AWS command line. docs/verify.md lists the required permissions.

`

const statuses = `
Exit status: 0 as deployed, 1 not as deployed, 2 could not check (no such stack, access denied, throttled, usage).
go run turns every status but 0 into 1. A command built with go build -C cmd/verify keeps them.
`

var errHelpShown = errors.New("help shown")

// settings are the values of the flags.
type settings struct {
	stack    string
	outputs  string
	timeout  time.Duration
	logLines int
	json     bool
}

func parse(arguments []string, stdout io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.stack, "stack", "", "`name` of the stack (default: the selected one)")
	flags.StringVar(&s.outputs, "outputs", "",
		"`file` with the output of pulumi stack output --json, or - for standard input; pulumi is not run")
	flags.DurationVar(&s.timeout, "timeout", defaultTimeout, "maximum duration of the command")
	flags.IntVar(&s.logLines, "log-lines", defaultLogLines, "number of last log lines to print for each failing container")
	flags.BoolVar(&s.json, "json", false, "print JSON")
	err := flags.Parse(arguments)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		fmt.Fprint(stdout, statuses)
		return s, errHelpShown
	}
	if err != nil {
		return s, err
	}
	return s, s.check(flags.Args())
}

func (s settings) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("%q is not an option", rest[0])
	case s.stack != "" && s.outputs != "":
		return errors.New("--stack and --outputs exclude each other, because the outputs are those of one stack")
	case s.timeout <= 0:
		return fmt.Errorf("--timeout is %v: set a positive duration, such as 5m", s.timeout)
	case s.logLines < 0 || s.logLines > maxLogLines:
		return fmt.Errorf("--log-lines is %d: set 0 to %d", s.logLines, maxLogLines)
	}
	return nil
}

// services reads the output "services" of the stack.
func (s settings) services(ctx context.Context, around surroundings) ([]deployed, error) {
	var content []byte
	var err error
	switch s.outputs {
	case "":
		content, err = s.askPulumi(ctx, around.pulumi)
	case "-":
		content, err = io.ReadAll(around.stdin)
	default:
		content, err = os.ReadFile(s.outputs)
	}
	if err != nil {
		return nil, err
	}
	return readOutputs(content)
}

// askPulumi reads the stack's outputs with pulumi. It needs no passphrase, because pulumi decrypts outputs only with
// --show-secrets.
func (s settings) askPulumi(ctx context.Context, pulumi string) ([]byte, error) {
	arguments := []string{"stack", "output", "--json", "--non-interactive"}
	if s.stack != "" {
		arguments = append(arguments, "--stack", s.stack)
	}
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, pulumi, arguments...)
	command.Stdout, command.Stderr, command.WaitDelay = &stdout, &stderr, killDelay
	err := command.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("%s is not on the PATH: install it, or set --outputs", pulumi)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("pulumi %s: %w", strings.Join(arguments, " "), ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("pulumi %s: %w\n%s", strings.Join(arguments, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}
