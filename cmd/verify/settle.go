package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// This share of the time limit, up to maxForReasons, is reserved for collecting the reasons of problems.
const (
	partForReasons = 2
	maxForReasons  = 30 * time.Second
)

// settle queries ECS until no service is in transition or the time is over.
func settle(ctx context.Context, ecs *asker, services []deployed, chosen settings, s surroundings) ([]state, error) {
	ctx, cancel := context.WithTimeout(ctx, chosen.timeout-min(chosen.timeout/partForReasons, maxForReasons))
	defer cancel()
	var last []state
	var reported []string
	for {
		states, err := ecs.states(ctx, services)
		if last != nil && errors.Is(err, context.DeadlineExceeded) {
			return last, nil
		}
		if err != nil {
			return nil, err
		}
		last = states
		waiting := waitingFor(states)
		if len(waiting) == 0 {
			return states, nil
		}
		if !slices.Equal(waiting, reported) {
			fmt.Fprintf(s.stderr, "verify: waiting: %s\n", strings.Join(waiting, "; "))
			reported = waiting
		}
		select {
		case <-time.After(s.pace.poll):
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return nil, ctx.Err()
			}
			return states, nil
		}
	}
}

// waitingFor describes the states that may still change. It leaves out services with a lasting problem.
func waitingFor(states []state) []string {
	var waiting []string
	for _, state := range states {
		findings := state.judge()
		if len(findings) > 0 && !slices.ContainsFunc(findings, func(f finding) bool { return !f.passing }) {
			waiting = append(waiting, state.deployed.Name+" "+findings[0].Text)
		}
	}
	return waiting
}
