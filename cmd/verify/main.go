// Command verify checks whether the services of a stack run in ECS as they were deployed, and prints the reasons if
// they do not.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
)

// Exit statuses. An interrupt has the same status as a failure to query AWS.
const (
	exitSound    = 0
	exitUnsound  = 1
	exitNotAsked = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], surroundings{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, pulumi: "pulumi",
		pace: pace{poll: 10 * time.Second, backoff: 20 * time.Second},
	}))
}

// surroundings are the streams, clocks and commands that the command uses.
type surroundings struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	// pulumi is the command that prints the stack's outputs.
	pulumi string
	// aws are additional options of the AWS SDK.
	aws  []func(*config.LoadOptions) error
	pace pace
}

// pace is how often AWS is queried.
type pace struct {
	// poll is the time between two queries while a deployment is in progress.
	poll time.Duration
	// backoff is the maximum delay before a throttled call is repeated.
	backoff time.Duration
}

// run runs the command line and returns the exit status.
func run(ctx context.Context, arguments []string, s surroundings) int {
	chosen, err := parse(arguments, s.stdout)
	switch {
	case errors.Is(err, errHelpShown):
		return exitSound
	case err != nil:
		fmt.Fprintf(s.stderr, "verify: %v; --help lists the options\n", err)
		return exitNotAsked
	}
	ctx, cancel := context.WithTimeout(ctx, chosen.timeout)
	defer cancel()
	result, err := verify(ctx, chosen, s)
	if err != nil {
		err = explainRunError(err, chosen.timeout)
		fmt.Fprintf(s.stderr, "verify: %v\n", err)
		if chosen.json {
			printFailure(s.stdout, err)
		}
		return exitNotAsked
	}
	if chosen.json {
		printJson(s.stdout, result)
	} else {
		printText(s.stdout, result)
	}
	if !result.Sound {
		return exitUnsound
	}
	return exitSound
}

// verify reads the deployed services and waits until all of them are settled. For each service that is not as deployed
// it collects the reasons.
func verify(ctx context.Context, chosen settings, s surroundings) (report, error) {
	services, err := chosen.services(ctx, s)
	if err != nil {
		return report{}, err
	}
	ecs, err := connect(ctx, services, s)
	if err != nil {
		return report{}, err
	}
	states, err := settle(ctx, ecs, services, chosen, s)
	if err != nil {
		return report{}, err
	}
	result := report{Sound: true}
	for _, state := range states {
		reported := state.report()
		if !reported.Sound {
			result.Sound = false
			reported.Why = ecs.why(ctx, state, chosen.logLines)
		}
		result.Services = append(result.Services, reported)
	}
	return result, nil
}
