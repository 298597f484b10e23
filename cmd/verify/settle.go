package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Of the time limit, this part, and no more than mostForReasons, is kept for asking why a service is not as deployed.
const (
	partForReasons = 2
	mostForReasons = 30 * time.Second
)

// settle asks until no service is on its way any more, or the time is over.
func settle(ctx context.Context, ecs *asker, services []deployed, chosen settings, s surroundings) ([]state, error) {
	ctx, cancel := context.WithTimeout(ctx, chosen.timeout-min(chosen.timeout/partForReasons, mostForReasons))
	defer cancel()
	var last []state
	var told []string
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
		if !slices.Equal(waiting, told) {
			fmt.Fprintf(s.stderr, "verify: waiting: %s\n", strings.Join(waiting, "; "))
			told = waiting
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

// waitingFor describes the states that may still change. It does not wait for a service that has a lasting problem.
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
