package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/bill"
)

// The variables in which Pulumi looks for the passphrase.
const (
	passphraseVariable     = "PULUMI_CONFIG_PASSPHRASE"
	passphraseFileVariable = "PULUMI_CONFIG_PASSPHRASE_FILE"
)

var errHelpShown = errors.New("help was shown")

// settings are the values of the flags.
type settings struct {
	stacks names
	dir    string
	state  string
	config assignments
	accept acceptances
	faults faultSettings
	report string
	// json is the file for the report for other programs.
	json   string
	prices string
	diff   diffSettings
	list   listSettings
	// monthly is the maximum monthly cost of the stack.
	monthly monthlyLimit
	// controls are the flags about controls of AWS Security Hub.
	controls controlSettings

	foreign foreignSettings
}

// stack returns the stack of a command that accepts only one.
func (s *settings) stack() string {
	if len(s.stacks) == 0 {
		return rehearsal.DefaultStack
	}
	return s.stacks[0]
}

func (s *settings) register(flags *flag.FlagSet) {
	flags.Var(&s.stacks, "stack", "`name` of the stack: Pulumi.<name>.yaml is read (default "+rehearsal.DefaultStack+
		"; diff: all that have a file, and may be repeated)")
	flags.StringVar(&s.dir, "dir", "", "project `directory` (default: the nearest one with a Pulumi.yaml)")
	flags.StringVar(&s.state, "state", "",
		"keep the state in this `directory`, a Pulumi file backend; needs "+passphraseVariable)
	flags.StringVar(&s.report, "report", "",
		"write the report of preview, up or diff as Markdown to this `file`, with a picture")
	flags.StringVar(&s.json, "json", "",
		"write the report of preview, up or diff as JSON to this `file`, also if the run fails; see docs/rehearse.md")
	flags.StringVar(&s.prices, "prices", "",
		"`file` with the prices of a region, to print the monthly cost of the stack; see docs/prices.md")
	flags.Var(
		&s.config,
		"config",
		"set one `key=value` of the configuration, for the rehearsal only; the key may be a path "+
			"(environment.EMAIL_PORT=587), a list or object may be JSON, and a value that replaces an encrypted one stays "+
			"secret; may be repeated",
	)
	flags.Var(&s.accept, "accept", acceptHelp)
	flags.Var(&s.monthly, "max-monthly",
		"status 3 if the stack would cost more than this `amount` in a month; needs --prices")
	s.controls.register(flags)
	s.diff.register(flags)
	s.list.register(flags)
	s.faults.register(flags)
	s.foreign.register(flags)
}

// parse parses the command and its flags. It prints help to stdout.
func parse(arguments []string, stdout, stderr io.Writer) (command, settings, error) {
	var parsed settings
	flags := flag.NewFlagSet("rehearse", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	parsed.register(flags)
	if len(arguments) == 0 {
		usage(stderr, flags)
		return command{}, parsed, errors.New("name a command")
	}
	if isHelp(arguments[0]) {
		usage(stdout, flags)
		return command{}, parsed, errHelpShown
	}
	chosen, ok := findCommand(arguments[0])
	if !ok {
		return command{}, parsed, fmt.Errorf("unknown command %q: choose one of %s", arguments[0], commandNames())
	}
	err := flags.Parse(arguments[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage(stdout, flags)
		return command{}, parsed, errHelpShown
	case err != nil:
		return command{}, parsed, err
	case flags.NArg() > 0:
		return command{}, parsed, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case parsed.report != "" && !chosen.reports:
		return command{}, parsed, fmt.Errorf("--report is not allowed with %s, which has no report", chosen.name)
	case parsed.json != "" && (!chosen.reports || chosen.name == watchCommand):
		return command{}, parsed, fmt.Errorf("--json is not allowed with %s, which has no report of one run", chosen.name)
	case parsed.prices != "" && !chosen.reports:
		return command{}, parsed, fmt.Errorf("--prices is not allowed with %s, which has no report", chosen.name)
	}
	return chosen, parsed, errors.Join(checkFlags(chosen, flags), parsed.list.check(chosen),
		parsed.monthly.check(chosen, parsed), parsed.checkStacks(chosen), parsed.diff.check(chosen, parsed),
		parsed.controls.check(chosen), parsed.faults.check(chosen), parsed.foreign.check(), parsed.checkFiles())
}

func isHelp(argument string) bool {
	return argument == "help" || argument == "-h" || argument == "-help" || argument == "--help"
}

func findCommand(name string) (command, bool) {
	for _, candidate := range commands {
		if candidate.name == name {
			return candidate, true
		}
	}
	return command{}, false
}

func commandNames() string {
	names := make([]string, 0, len(commands))
	for _, each := range commands {
		names = append(names, each.name)
	}
	return strings.Join(names, ", ")
}

func usage(out io.Writer, flags *flag.FlagSet) {
	fmt.Fprint(out, "Rehearse a Pulumi program with the real engine on a simulator of AWS: no account, no network.\n\n"+
		"Usage: rehearse COMMAND [flags]\n\nCommands:\n")
	for _, each := range commands {
		fmt.Fprintf(out, "  %-9s %s\n", each.name, each.summary)
	}
	fmt.Fprint(out, "\nFlags:\n")
	flags.VisitAll(func(each *flag.Flag) {
		value, text := flag.UnquoteUsage(each)
		if each.DefValue != "" {
			text += " (default " + each.DefValue + ")"
		}
		fmt.Fprintf(out, "  --%-18s %s\n", each.Name+" "+strings.ToUpper(value), text)
	})
	fmt.Fprintf(out, "\n%s names the pulumi command line to use. Otherwise it is the one on PATH,\n"+
		"or it is built once from tools/go.mod.\n", rehearsal.CliVariable)
}

// options returns the options of the rehearsal.
func (s settings) options(stdout, stderr io.Writer) (rehearsal.Options, error) {
	options := rehearsal.Options{
		Dir: s.dir, Stack: s.stack(), StateDir: s.state, Config: s.config,
		Stdout: stdout, Stderr: stderr,
		Color: rehearsal.IsTerminal(stdout) && os.Getenv("NO_COLOR") == "",
		// After an injected kill the state must be as complete as at that moment, so that it can be repaired.
		SkipCheckpoints: s.state == "" && s.faults.killAfter == 0,
	}
	if s.state == "" {
		return options, nil
	}
	var err error
	options.Passphrase, err = readPassphrase()
	if err == nil && options.Passphrase == "" {
		err = fmt.Errorf("--state needs %s, which encrypts the secrets in the state", passphraseVariable)
	}
	return options, err
}

// readPrices returns nil if --prices is not set.
func (s settings) readPrices() (*bill.Prices, error) {
	if s.prices == "" {
		return nil, nil // no prices are nothing special
	}
	return bill.Read(s.prices)
}

func readPassphrase() (string, error) {
	if passphrase := os.Getenv(passphraseVariable); passphrase != "" {
		return passphrase, nil
	}
	file := os.Getenv(passphraseFileVariable)
	if file == "" {
		return "", nil
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", passphraseFileVariable, err)
	}
	return strings.TrimSpace(string(content)), nil
}

// assignments collects the values of a repeated key=value flag.
type assignments map[string]string

// String returns "", so that the help shows no default.
func (a assignments) String() string { return "" }

// Set parses one key=value.
func (a *assignments) Set(text string) error {
	key, value, ok := strings.Cut(text, "=")
	if !ok || key == "" {
		return fmt.Errorf("%q is not key=value", text)
	}
	if *a == nil {
		*a = assignments{}
	}
	(*a)[key] = value
	return nil
}
