package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// surveyed runs a command. If it fails, it adds the refusals that the engine did not reach, because the engine stops at
// the first.
func surveyed(ctx context.Context, s *session, run func(context.Context, *session) error) error {
	err := run(ctx, s)
	if err == nil || errors.Is(err, errInterrupted) || ctx.Err() != nil || s.settings.faults.any() {
		return err
	}
	if _, ok := errors.AsType[*rehearsal.BuildError](err); ok {
		return err
	}
	further, surveyErr := s.survey(ctx)
	if surveyErr != nil || len(further) == 0 {
		return err
	}
	if failed, ok := errors.AsType[*rehearsal.RunError](err); ok {
		s.file.FailRun(failed) // the engine's refusals come first
	}
	s.file.Survey(further)
	known := []string{err.Error()}
	if failed, ok := errors.AsType[*rehearsal.RunError](err); ok {
		for _, diagnostic := range failed.Diagnostics {
			known = append(known, diagnostic.Message)
		}
	}
	shown := withoutValues(strings.Join(known, "\n"))
	var rest []string
	for _, refusal := range further {
		if !strings.Contains(shown, withoutValues(refusal.Text)) {
			rest = append(rest, "  - "+strings.ReplaceAll(refusal.Text, "\n", "\n    "))
		}
	}
	if len(rest) > 0 {
		fmt.Fprintf(s.stderr, "\nThe engine stopped there. These would have been refused as well:\n%s\n",
			strings.Join(rest, "\n"))
	}
	return err
}

// valueShown matches the value in a refusal. A value that AWS assigns differs in each run.
var valueShown = regexp.MustCompile(` = "[^"]*"`)

func withoutValues(text string) string { return valueShown.ReplaceAllString(text, "") }

// survey repeats the update without output in a cloud that carries out refused operations too, and returns all
// refusals.
func (s *session) survey(ctx context.Context) (refusals []standin.Forgiven, err error) {
	opened, made, err := s.twin(ctx, standin.Survey())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	s.watch.follow(opened)
	defer s.watch.follow(s.Rehearsal)
	_, _ = opened.Up(ctx) // a program that fails by itself has said so before
	refusals = made.Forgiven()
	made.Look(func(v *standin.View) {
		for _, race := range live.Races(v) {
			if !mentionsRace(refusals, race) {
				refusals = append(refusals, standin.Forgiven{Text: race})
			}
		}
	})
	return refusals, nil
}

// mentionsRace reports whether a refusal is about the same race, that is, has the same endpoint and fix.
func mentionsRace(refusals []standin.Forgiven, race string) bool {
	_, fix, _ := strings.Cut(race, "; fix: ")
	client, _, _ := strings.Cut(strings.TrimPrefix(race, "race: "), " (")
	for _, refusal := range refusals {
		if strings.Contains(refusal.Text, fix) && strings.Contains(refusal.Text, client) {
			return true
		}
	}
	return false
}
