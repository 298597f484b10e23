package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
)

// diffSettings are the flags of diff only.
type diffSettings struct {
	base          string
	allowStateful bool
}

func (d *diffSettings) register(flags *flag.FlagSet) {
	flags.StringVar(&d.base, "base", "", "the `commit` that diff compares the working tree with, such as origin/main")
	flags.BoolVar(&d.allowStateful, "allow-stateful", false, "permit diff to replace or delete data")
}

func (d *diffSettings) check(chosen command, all settings) error {
	switch {
	case !chosen.compares() && (d.base != "" || d.allowStateful):
		return fmt.Errorf("--base and --allow-stateful are not allowed with %s, only with diff", chosen.name)
	case chosen.compares() && d.base == "":
		return errors.New("diff needs --base: the commit to compare with, such as origin/main")
	case chosen.compares() && all.state != "":
		return errors.New("--state is not allowed with diff, which deploys the base itself")
	}
	return nil
}

func (s *settings) checkStacks(chosen command) error {
	if !chosen.compares() && len(s.stacks) > 1 {
		return fmt.Errorf("%s takes one --stack; only diff takes several", chosen.name)
	}
	return nil
}

// names collects the values of a repeated flag.
type names []string

// String returns "", so that the help shows no default.
func (n *names) String() string { return "" }

// Set adds a name, once.
func (n *names) Set(name string) error {
	if strings.TrimSpace(name) == "" {
		return errors.New("it is empty")
	}
	if !slices.Contains(*n, name) {
		*n = append(*n, name)
	}
	return nil
}
