// Command rehearse runs a Pulumi program with the real Pulumi engine and a simulator of AWS: no account,
// no credentials, no network.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Exit statuses. After an interrupt it is the status that shells report for a process ended by SIGINT.
const (
	exitOk          = 0
	exitFailed      = 1
	exitUsage       = 2
	exitRefused     = 3
	exitInterrupted = 130
)

var errInterrupted = errors.New("interrupted")

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr, cloud.New))
}

// cloudMaker returns an empty account whose providers have the options.
type cloudMaker func(...standin.Option) (*cloud.Cloud, error)

// run runs the command line and returns the exit status.
func run(arguments []string, stdout, stderr io.Writer, makeCloud cloudMaker) int {
	chosen, parsed, err := parse(arguments, stdout, stderr)
	switch {
	case errors.Is(err, errHelpShown):
		return exitOk
	case err != nil:
		fmt.Fprintf(stderr, "rehearse: %v\n", err)
		return exitUsage
	}
	ctx, watch := interruptible(stderr)
	defer watch.stop()
	err = rehearse(ctx, chosen, parsed, watch, stdout, stderr, makeCloud)
	status := statusOf(err)
	switch status {
	case exitOk:
	case exitInterrupted:
		fmt.Fprintln(stderr, "rehearse: interrupted")
	default:
		for _, each := range withoutDiagnostics(err) {
			fmt.Fprintf(stderr, "rehearse: %v\n", each)
		}
	}
	return status
}

// statusOf returns the exit status for the error of a command.
func statusOf(err error) int {
	switch {
	case err == nil:
		return exitOk
	case errors.Is(err, errOverLimits), errors.Is(err, errUnknown):
		return exitFailed
	case errors.Is(err, errStateful), errors.Is(err, errOverMonthly), errors.Is(err, errControls):
		return exitRefused
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	default:
		return exitFailed
	}
}

// rehearse opens the rehearsal, runs the command and removes temporary files.
func rehearse(
	ctx context.Context, chosen command, parsed settings, watch *watcher,
	stdout, stderr io.Writer, makeCloud cloudMaker,
) (err error) {
	if chosen.alone != nil {
		return chosen.alone(ctx, parsed, stdout, stderr)
	}
	file := report.NewFile(chosen.name)
	defer func() { err = errors.Join(err, parsed.writeJson(file, err, stderr)) }()
	prices, err := parsed.readPrices()
	if err != nil {
		return err
	}
	unknown, err := parsed.foreign.open(parsed.dir)
	if err != nil {
		return err
	}
	unknown.announce(stderr)
	makeCloud = parsed.accept.clouds(unknown.clouds(makeCloud))
	defer func() { err = errors.Join(err, unknown.conclude(stderr, err)) }()
	if chosen.compares() {
		d := differ{
			settings: parsed, prices: prices, watch: watch, makeCloud: makeCloud, stdout: stdout, stderr: stderr, file: file,
		}
		return d.run(ctx)
	}
	options, err := parsed.options(stdout, stderr)
	if err != nil {
		return err
	}
	injector := parsed.faults.injector()
	made, err := makeCloud(injector.Options()...)
	if err != nil {
		return err
	}
	options.Providers, options.World = made.Providers, made
	opened, err := rehearsal.New(ctx, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	watch.follow(opened)
	injector.OnKill(opened.Kill)
	file.Stacks = append(file.Stacks, report.NewStackFile(opened.StackName(), chosen.name == "preview"))
	return chosen.run(ctx, &session{
		Rehearsal: opened, settings: parsed, options: options, prices: prices, world: made.World, watch: watch,
		cloud: made, makeCloud: makeCloud, injector: injector, foreign: unknown,
		stdout: stdout, stderr: stderr, file: &file.Stacks[0],
	})
}

// withoutDiagnostics returns the errors that errors.Join has joined, and shortens that of a run, because the engine has
// just printed the diagnostics.
func withoutDiagnostics(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, each := range joined.Unwrap() {
			all = append(all, withoutDiagnostics(each)...)
		}
		return all
	}
	failed, ok := errors.AsType[*rehearsal.RunError](err)
	switch {
	case !ok:
		return []error{err}
	case failed.Hint != "":
		return []error{errors.New(failed.Hint)}
	default:
		return []error{fmt.Errorf("%s ended with %w; the reason is above", failed.Command, failed.Cause)}
	}
}

// watcher turns the first signal into an interrupt and a second one into a kill.
type watcher struct {
	running atomic.Pointer[[]*rehearsal.Rehearsal]
	stop    func()
}

// follow sets the rehearsals to kill when the user presses Ctrl-C a second time.
func (w *watcher) follow(running ...*rehearsal.Rehearsal) { w.running.Store(&running) }

func (w *watcher) kill() {
	if running := w.running.Load(); running != nil {
		for _, each := range *running {
			each.Kill()
		}
	}
}

func interruptible(stderr io.Writer) (context.Context, *watcher) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	// Without this, a closed pipe, as in `rehearse diff | head`, would end the command before it has cleaned up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	w := &watcher{}
	done := make(chan struct{})
	w.stop = func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	}
	go func() {
		for {
			select {
			case <-signals:
			case <-done:
				return
			}
			if ctx.Err() == nil {
				fmt.Fprintln(stderr, "rehearse: stopping; press Ctrl-C again to stop at once")
				cancel(errInterrupted)
			} else {
				w.kill()
			}
		}
	}()
	return ctx, w
}
