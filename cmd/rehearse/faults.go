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

// faultSettings are the flags of what shall go wrong.
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
		"let AWS refuse this `percent` of calls for coming too fast; the provider makes each up to 25 times")
	flags.IntVar(&f.killAfter, "kill-after", 0,
		"kill pulumi when this `number` of operations has begun; AWS does the last one, but its answer is lost")
	flags.Uint64Var(&f.seed, "seed", 0, "`number` that repeats the choices of --throttle")
}

func (f *faultSettings) any() bool { return len(f.failures) > 0 || f.throttle > 0 || f.killAfter > 0 }

// check refuses faults that could not strike.
func (f *faultSettings) check(chosen command) error {
	const all = 100
	switch {
	case f.throttle < 0 || f.throttle > all:
		return fmt.Errorf("--throttle %d is not a percentage", f.throttle)
	case f.killAfter < 0:
		return fmt.Errorf("--kill-after %d: operations are counted from 1", f.killAfter)
	case f.any() && !chosen.strikes:
		return fmt.Errorf("--fail, --throttle and --kill-after do not go with %s: it does nothing that could fail", chosen.name)
	}
	return nil
}

// injector makes the faults that were asked for.
func (f *faultSettings) injector() *fault.Injector {
	for f.seed == 0 {
		f.seed = rand.Uint64()
	}
	return fault.New(fault.Faults{
		Failures: f.failures, Throttle: f.throttle, Seed: f.seed, Kill: fault.Kill{After: f.killAfter},
	})
}

// failures collects repeated --fail flags.
type failures []fault.Failure

// String is what the flag package shows as the default.
func (f failures) String() string { return "" }

// Set takes one failure.
func (f *failures) Set(text string) error {
	failure, err := fault.ParseFailure(text)
	if err == nil {
		*f = append(*f, failure)
	}
	return err
}

// throughFaults runs the engine. When a fault has struck, a kept state can be gone on from; without one, it goes on at
// once as a person would, with what Pulumi asks for and the same command again.
func (s *session) throughFaults(ctx context.Context, name string, run func() error) error {
	if !s.settings.faults.any() {
		return run()
	}
	if s.settings.faults.throttle > 0 {
		fmt.Fprintf(s.stderr, "rehearse: --seed %d repeats this throttling\n", s.settings.faults.seed)
	}
	err := run()
	s.tellFaults()
	if err == nil || ctx.Err() != nil || !s.injector.Struck() {
		return err
	}
	if s.settings.state != "" {
		fmt.Fprintf(s.stderr, "rehearse: to go on, %s`rehearse %s` without faults, with the same --state\n", s.repairFirst(), name)
		return err
	}
	fmt.Fprintf(s.stderr, "rehearse: a fault has struck, and no state is kept to go on from later: %s%s again\n", s.repairFirst(), name)
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

// tellFaults names what did not strike, which may be a mistyped name, and how much was throttled.
func (s *session) tellFaults() {
	for _, failure := range s.injector.Unmet() {
		fmt.Fprintf(s.stderr, "rehearse: --fail %s has met no operation\n", failure)
	}
	retries := 0
	for _, operation := range s.cloud.History() {
		retries += operation.Retries
	}
	if s.settings.faults.throttle > 0 {
		fmt.Fprintf(s.stderr, "rehearse: throttled calls that were made again: %d\n", retries)
	}
}

func (s *session) repair(ctx context.Context) error {
	imported, err := s.Repair(ctx, s.cloud)
	if len(imported) > 0 {
		fmt.Fprintf(s.stderr, "taken into the state, because AWS has them but the answer was lost:\n  %s\n",
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
	s.tellState()
	return nil
}
