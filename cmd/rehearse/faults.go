package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/fault"
)

// faultSettings are the flags that inject faults.
type faultSettings struct {
	failures  failures
	throttle  int
	killAfter int
	seed      uint64
}

func (f *faultSettings) register(flags *flag.FlagSet) {
	flags.Var(&f.failures, "fail", "let a `failure` happen: TYPE::NAME[:create|update|delete][:times], such as "+
		"ecs.Service::redis:create; TYPE or NAME may be *; may be repeated")
	flags.IntVar(&f.throttle, "throttle", 0,
		"let AWS throttle this `percent` of calls; the provider makes up to 25 attempts for each")
	flags.IntVar(&f.killAfter, "kill-after", 0,
		"kill pulumi when this `number` of operations has begun; AWS completes the last one, but its response is lost")
	flags.Uint64Var(&f.seed, "seed", 0,
		"`number` that selects the throttled calls; the same number selects the same calls")
}

func (f *faultSettings) any() bool { return len(f.failures) > 0 || f.throttle > 0 || f.killAfter > 0 }

// check refuses faults that could never occur.
func (f *faultSettings) check(chosen command) error {
	const all = 100
	switch {
	case f.throttle < 0 || f.throttle > all:
		return fmt.Errorf("--throttle %d is not a percentage", f.throttle)
	case f.killAfter < 0:
		return fmt.Errorf("--kill-after %d: must be 1 or more", f.killAfter)
	case f.any() && !chosen.strikes:
		return fmt.Errorf("--fail, --throttle and --kill-after are not allowed with %s, which changes nothing", chosen.name)
	}
	return nil
}

// injector returns an injector for the faults in the flags.
func (f *faultSettings) injector() *fault.Injector {
	for f.seed == 0 {
		f.seed = rand.Uint64()
	}
	return fault.New(fault.Faults{
		Failures: f.failures, Throttle: f.throttle, Seed: f.seed, Kill: fault.Kill{After: f.killAfter},
	})
}

// failures collects the values of --fail.
type failures []fault.Failure

// String returns "", so that the help shows no default.
func (f failures) String() string { return "" }

// Set parses one failure.
func (f *failures) Set(text string) error {
	failure, err := fault.ParseFailure(text)
	if err == nil {
		*f = append(*f, failure)
	}
	return err
}

// throughFaults runs the engine. If a fault strikes and the state is kept, the user can continue later. Otherwise it
// does at once what a user would do: it repairs the state as Pulumi asks and runs the command again.
func (s *session) throughFaults(ctx context.Context, name string, run func() error) error {
	if !s.settings.faults.any() {
		return run()
	}
	if s.settings.faults.throttle > 0 {
		fmt.Fprintf(s.stderr, "rehearse: --seed %d repeats this throttling\n", s.settings.faults.seed)
	}
	err := run()
	s.reportFaults()
	if err == nil || ctx.Err() != nil || !s.injector.Struck() {
		return err
	}
	if s.settings.state != "" {
		fmt.Fprintf(s.stderr, "rehearse: to continue, %s`rehearse %s` without faults and with the same --state\n",
			s.repairFirst(), name)
		return err
	}
	fmt.Fprintf(s.stderr, "rehearse: a fault has struck, and no state is kept to continue from later: %s%s again\n",
		s.repairFirst(), name)
	if s.injector.Killed() {
		if err := s.repair(ctx); err != nil {
			return err
		}
	}
	return run()
}

func (s *session) repairFirst() string {
	if s.injector.Killed() {
		return "repair, then "
	}
	return ""
}

// reportFaults lists the failures that never struck, which may be mistyped, and the number of throttled calls.
func (s *session) reportFaults() {
	for _, failure := range s.injector.Unmet() {
		fmt.Fprintf(s.stderr, "rehearse: --fail %s matched no operation\n", failure)
	}
	retries := 0
	for _, operation := range s.cloud.History() {
		retries += operation.Retries
	}
	if s.settings.faults.throttle > 0 {
		fmt.Fprintf(s.stderr, "rehearse: repeated attempts of throttled calls: %d\n", retries)
	}
}

func (s *session) repair(ctx context.Context) error {
	imported, err := s.Repair(ctx, s.cloud)
	if len(imported) > 0 {
		fmt.Fprintf(s.stderr, "imported into the state, because AWS created them but the response was lost:\n  %s\n",
			strings.Join(imported, "\n  "))
	}
	return err
}

func repair(ctx context.Context, s *session) error {
	if s.settings.state == "" {
		return errors.New("repair needs the --state of the run that was killed")
	}
	if err := s.repair(ctx); err != nil {
		return err
	}
	s.printStateHint()
	return nil
}
