package ecsimport

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Options are settings that are not in the files, or that override them.
type Options struct {
	// Stack is the name of the stack.
	Stack string
	// Region is the region of the stack. If it is empty, the files determine it.
	Region string
	// Image is the image of the stack. If it is empty, the files determine it.
	Image string
	// Generation is the generation of the image, 2024 or 3. If it is empty, the files determine it.
	Generation string
	// Existing is the stack file that is overwritten. Import keeps the entries that only this file has.
	Existing []byte
}

// Result is the result of an import.
type Result struct {
	// Stack is the stack file.
	Stack []byte
	// Report is the report, in Markdown.
	Report []byte
}

var stackName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,100}$`)

// CheckOptions checks the form of the names in options.
func CheckOptions(options Options) error {
	problems := []error{
		rule.Match("--stack", options.Stack, stackName,
			"must be a stack's name: letters, digits, hyphens, underscores and dots",
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

// Import reads task definitions of Care and returns the stack file for the same Care and the report.
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

// importer builds the stack file and the report.
type importer struct {
	options Options
	files   []File
	parts   parts
	others  []part
	entries []entry
	stack   stackFile
	report  report
	// facts are the facts about the generation of Care's images.
	facts *facts
	// imageTaken is the imported image.
	imageTaken string
	// keyed are the variables that were imported as keys of their own.
	keyed []string
	// pin explains how to pin the image. It is empty if the image is pinned.
	pin string
	// domainWired reports whether the program sets CURRENT_DOMAIN to its current value.
	domainWired bool
}

// entry returns a variable in all three containers. It is empty if no container has it.
func (i *importer) entry(name string) entry {
	for _, e := range i.entries {
		if e.name == name {
			return e
		}
	}
	return entry{name: name}
}
