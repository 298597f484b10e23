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
	// defaultTimeout is longer than the time in which ECS watches the alarms of a deployment whose tasks all run.
	// Settled services are reported at once.
	defaultTimeout = 15 * time.Minute
	// defaultLogLines holds a Python traceback.
	defaultLogLines = 20
	// maxLogLines is the maximum of one call of GetLogEvents.
	maxLogLines = 10000
	// killDelay is the time that pulumi has to end after it was interrupted.
	killDelay = 5 * time.Second
)

const usage = `verify asks ECS whether the services of a stack run as they were deployed.

  go run -C cmd/verify .                    the selected stack
  go run -C cmd/verify . --stack production
  pulumi stack output --json | go run -C cmd/verify . --outputs -

It looks at each service's revision, Service Connect, number and health of tasks, and waits for a deployment that is in
progress. Where a service is not as deployed it prints why: ECS's reason, stopped tasks, events, and the last log lines
of each container that failed. Logs of Care can name patients: --log-lines 0 where others can read along.

AWS credentials come from where the AWS command line has them. docs/verify.md lists what they must allow.

`

const statuses = `
Exit status: 0 as deployed, 1 not as deployed, 2 could not ask (no such stack, access denied, throttled, usage).
go run makes 1 of every status but 0; go build -C cmd/verify makes a command that keeps them apart.
`

var errHelpShown = errors.New("help shown")

// settings are the values of the command line.
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
	flags.StringVar(&s.stack, "stack", "", "the stack's `name`; default: the one that is selected")
	flags.StringVar(&s.outputs, "outputs", "",
		"read the stack's outputs, as pulumi stack output --json prints them, from this `file`, or - for standard input, and do not run pulumi")
	flags.DurationVar(&s.timeout, "timeout", defaultTimeout, "how long all of it may take")
	flags.IntVar(&s.logLines, "log-lines", defaultLogLines, "how many of each failing container's last log lines to print")
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
		return errors.New("--stack and --outputs exclude each other: the outputs are of one stack already")
	case s.timeout <= 0:
		return fmt.Errorf("--timeout is %v: give a time, such as 5m", s.timeout)
	case s.logLines < 0 || s.logLines > maxLogLines:
		return fmt.Errorf("--log-lines is %d: give 0 to %d", s.logLines, maxLogLines)
	}
	return nil
}

// services reads the stack's output about its services.
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

// askPulumi needs no passphrase, because pulumi decrypts no output without --show-secrets.
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
		return nil, fmt.Errorf("%s is not on the PATH: install it, or give --outputs", pulumi)
	case ctx.Err() != nil:
		return nil, fmt.Errorf("pulumi %s: %w", strings.Join(arguments, " "), ctx.Err())
	case err != nil:
		return nil, fmt.Errorf("pulumi %s: %w\n%s", strings.Join(arguments, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.Bytes(), nil
}
