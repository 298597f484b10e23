package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/gosdk"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// The values of --unknown.
const (
	unknownRefuse = "refuse"
	unknownAccept = "accept"
)

// guide is the page about rehearsing other programs.
const guide = "docs/rehearse.md"

// foreignSettings are the flags for programs with resource types and functions that the stand-in does not know.
type foreignSettings struct {
	unknown string
	answers string
}

func (f *foreignSettings) register(flags *flag.FlagSet) {
	flags.StringVar(&f.unknown, "unknown", unknownRefuse,
		"treatment of resource types and functions that the stand-in does not know: refuse or `accept`; "+
			"accept continues without judging them")
	flags.StringVar(&f.answers, "answers", "",
		"`file` with the results of functions that look into your account, such as ec2.getVpc; "+guide+" describes it")
}

func (f *foreignSettings) check() error {
	if f.unknown != unknownRefuse && f.unknown != unknownAccept {
		return fmt.Errorf("--unknown %q: choose %s or %s", f.unknown, unknownRefuse, unknownAccept)
	}
	return nil
}

// foreign collects the types and calls that are unknown to the clouds of one invocation.
type foreign struct {
	accept   bool
	options  []standin.Option
	packages []gosdk.Package
	// notes describe the inputs that are not judged because of an SDK's version.
	notes []string
	// answers are those of the file.
	answers []*standin.Answer
	file    string

	mu     sync.Mutex
	worlds []*standin.World
}

// open reads the answers file and the requirements of the program.
func (f *foreignSettings) open(dir string) (*foreign, error) {
	project, err := projectDir(dir)
	if err != nil {
		return nil, err
	}
	types, packages, err := sdksOf(project)
	if err != nil {
		return nil, err
	}
	opened := &foreign{
		accept: f.unknown == unknownAccept, options: []standin.Option{standin.GoOn(types)}, packages: packages,
	}
	if version := newerAws(opened.packages); version != "" {
		opened.options = append(opened.options, standin.NewerSdk())
		opened.notes = append(
			opened.notes,
			"The program uses "+version+" of the AWS SDK and is judged by the rules of version 6: "+
				"inputs and types that were added since then, such as the region of a single resource, are not judged.",
		)
	}
	if f.answers == "" {
		return opened, nil
	}
	opened.file = f.answers
	opened.answers, err = standin.ReadAnswers(f.answers)
	opened.options = append(opened.options, standin.WithAnswers(opened.answers))
	return opened, err
}

// newerAws returns the version of the AWS SDK if it is newer than the catalogue's, and "" otherwise.
func newerAws(packages []gosdk.Package) string {
	const described = 6
	version := ""
	for _, p := range packages {
		major, err := strconv.Atoi(p.Major())
		switch {
		case p.Name != "aws" || err != nil:
		case major > described:
			version = p.Version
		case !p.Indirect:
			return ""
		}
	}
	return version
}

// announce prints the notes.
func (f *foreign) announce(stderr io.Writer) {
	for _, note := range f.notes {
		fmt.Fprintln(stderr, "rehearse: "+note)
	}
}

// clouds wraps makeCloud to add opaque stand-ins for the packages that have none.
func (f *foreign) clouds(makeCloud cloudMaker) cloudMaker {
	return func(options ...standin.Option) (*cloud.Cloud, error) {
		options = slices.Concat(f.options, options)
		made, err := makeCloud(options...)
		if err != nil {
			return nil, err
		}
		for _, p := range f.packages {
			if made.Providers[p.Name] != nil {
				continue
			}
			made.Providers[p.Name], err = standin.NewServer(made.World,
				standin.Package{Name: p.Name, Version: strings.TrimPrefix(p.Version, "v"), Title: p.Name}, options...)
			if err != nil {
				return nil, err
			}
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		f.worlds = append(f.worlds, made.World)
		return made, nil
	}
}

// unjudged returns the types and calls that any of the clouds did not know, each once.
func (f *foreign) unjudged() []standin.Unjudged {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := map[string]standin.Unjudged{}
	for _, world := range f.worlds {
		for _, u := range world.Unjudged() {
			key := u.Token + u.Entry
			u.Resources = append(u.Resources, all[key].Resources...)
			slices.Sort(u.Resources)
			u.Resources = slices.Compact(u.Resources)
			all[key] = u
		}
	}
	var sorted []standin.Unjudged
	for _, u := range all {
		sorted = append(sorted, u)
	}
	standin.SortUnjudged(sorted)
	return sorted
}

// reportUnused lists the entries of the answers file that no call has used.
func (f *foreign) reportUnused(stderr io.Writer) {
	for at, answer := range f.answers {
		if why := answer.Unused(); why != "" {
			fmt.Fprintf(stderr, "rehearse: %s: entry %d (%s) was not used: %s\n", f.file, at+1, answer.Function, why)
		}
	}
}

// errUnknown reports types or functions that the stand-in does not know, without --unknown accept.
var errUnknown = errors.New("the program uses types or functions that the stand-in does not know (see the list " +
	"above): rehearse with --unknown accept to continue without judging them")

// conclude lists unused answers and everything unknown on stderr, after a run that ended with err. It returns
// errUnknown if something is unknown, unless --unknown accept is set.
func (f *foreign) conclude(stderr io.Writer, err error) error {
	if errors.Is(err, errInterrupted) {
		return nil
	}
	if _, failed := errors.AsType[*rehearsal.BuildError](err); !failed {
		f.reportUnused(stderr)
	}
	unjudged := f.unjudged()
	if f.accept || len(unjudged) == 0 {
		return nil
	}
	fmt.Fprintln(stderr, "\nThe stand-in does not know these parts of the program:")
	var entries []string
	for _, u := range unjudged {
		fmt.Fprintln(stderr, "  - "+u.String())
		if u.IsFunction() {
			entries = append(entries, u.Entry)
		}
	}
	if len(entries) > 0 {
		fmt.Fprintf(stderr, "\nA file for --answers would have these entries, with the values of your account:\n%s\n",
			strings.Join(entries, "\n"))
	}
	fmt.Fprintln(stderr,
		"\nThe run continued with invented identifiers and results. "+guide+" lists the known types and functions.")
	return errUnknown
}
