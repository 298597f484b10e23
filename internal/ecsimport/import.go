package ecsimport

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Options say what the files do not.
type Options struct {
	// Stack is the name of the stack.
	Stack string
	// Region is where the stack is to be; empty takes it from the files.
	Region string
	// Image is what the stack is to run; empty takes it from the files.
	Image string
	// Generation is that of the image, 2024 or 3; empty takes it from the files.
	Generation string
	// Existing is the stack file that is written over; what only it can know is kept.
	Existing []byte
}

// Result is what an import gives.
type Result struct {
	// Stack is the stack file.
	Stack []byte
	// Report is the report, in Markdown.
	Report []byte
}

var stackName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)

// CheckOptions wants the forms of names that were given by hand.
func CheckOptions(options Options) error {
	problems := []error{
		rule.Match("--stack", options.Stack, stackName, "must be a stack's name: letters, digits, hyphens, underscores and dots",
			`for example "production", without organisation and project`),
	}
	if options.Region != "" {
		problems = append(problems, rule.Region("--region", options.Region))
	}
	if options.Image != "" {
		problems = append(problems, rule.Image("--image", options.Image, true))
	}
	if options.Generation != "" {
		problems = append(problems, rule.CareGeneration("--generation", options.Generation))
	}
	return rule.All(problems...)
}

// Import reads task definitions of Care and gives the stack file for the same Care, and what is to be said about it.
func Import(files []File, options Options) (Result, error) {
	tasks, err := parseAll(files)
	if err != nil {
		return Result{}, err
	}
	found, others, err := find(tasks)
	if err != nil {
		return Result{}, err
	}
	i := &importer{options: options, files: files, parts: found, entries: collect(found)}
	i.others = others
	if err := rule.All(i.region(), i.image()); err != nil {
		return Result{}, err
	}
	i.generation()
	i.surroundings()
	i.database()
	i.origins()
	i.variables()
	i.compare()
	i.contract()
	i.closing()
	if err := i.checkOwnParameters(); err != nil {
		return Result{}, err
	}
	stack, err := i.stack.render(i.heading(), options.Existing)
	if err != nil {
		return Result{}, err
	}
	return Result{Stack: stack, Report: i.render()}, nil
}

func parseAll(files []File) ([]*taskDefinition, error) {
	var (
		tasks    []*taskDefinition
		problems []error
	)
	seen := map[string]bool{}
	for _, file := range files {
		if seen[file.Name] {
			problems = append(problems, fmt.Errorf("%s: named twice; name it once", file.Name))
			continue
		}
		seen[file.Name] = true
		task, err := parse(file)
		problems = append(problems, err)
		if err == nil {
			tasks = append(tasks, task)
		}
	}
	return tasks, errors.Join(problems...)
}

// importer gathers the stack file and the report.
type importer struct {
	options Options
	files   []File
	parts   parts
	others  []part
	entries []entry
	stack   stackFile
	report  report
	// facts are those of the generation of Care's images.
	facts *facts
	// imageTaken is the image that the stack gets.
	imageTaken string
	// keyed are the variables that became keys of their own.
	keyed []string
	// pin says how to pin the image; empty where it is pinned.
	pin string
	// domainWired says that the program gives CURRENT_DOMAIN the value that it has.
	domainWired bool
}

// entry gives a variable in all three containers; nothing is there where none has it.
func (i *importer) entry(name string) entry {
	for _, e := range i.entries {
		if e.name == name {
			return e
		}
	}
	return entry{name: name}
}
