package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
)

// diffSettings are the flags of diff alone.
type diffSettings struct {
	base          string
	allowStateful bool
}

func (d *diffSettings) register(flags *flag.FlagSet) {
	flags.StringVar(&d.base, "base", "", "the `commit` that diff compares the working tree with, such as origin/main")
	flags.BoolVar(&d.allowStateful, "allow-stateful", false, "let diff pass when data would be replaced or deleted")
}

func (d *diffSettings) check(chosen command, all settings) error {
	switch {
	case !chosen.compares() && (d.base != "" || d.allowStateful):
		return fmt.Errorf("--base and --allow-stateful do not go with %s: only diff compares", chosen.name)
	case chosen.compares() && d.base == "":
		return errors.New("diff needs --base: the commit to compare with, such as origin/main")
	case chosen.compares() && all.state != "":
		return errors.New("--state does not go with diff: it brings the base up by itself")
	}
	return nil
}

func (s *settings) checkStacks(chosen command) error {
	if !chosen.compares() && len(s.stacks) > 1 {
		return fmt.Errorf("%s takes one --stack; only diff takes several", chosen.name)
	}
	return nil
}

// names collects repeated flags.
type names []string

// String is what the flag package shows as the default.
func (n *names) String() string { return "" }

// Set takes one name; twice is once.
func (n *names) Set(name string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("it is empty")
	}
	if !slices.Contains(*n, name) {
		*n = append(*n, name)
	}
	return nil
}
