// Command import-ecs reads ECS task definitions of a Care that was deployed by hand. It writes a stack file for the
// same Care, and a report of the settings that it did not import and the reasons.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/ecsimport"
)

// These are the exit statuses.
const (
	exitOk     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run runs the command with the given arguments and returns its exit status.
func run(arguments []string, stdout, stderr io.Writer) int {
	parsed, err := parse(arguments)
	switch {
	case errors.Is(err, errHelp):
		usage(stdout)
		return exitOk
	case err != nil:
		printProblems(stderr, err)
		fmt.Fprintln(stderr, "import-ecs --help lists the options")
		return exitUsage
	}
	if err := importFiles(parsed, stdout, stderr); err != nil {
		printProblems(stderr, err)
		return exitFailed
	}
	return exitOk
}

// printProblems prints each problem on a line of its own.
func printProblems(stderr io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintf(stderr, "import-ecs: %s\n", line)
	}
}

// importFiles writes both files, or none if one of them cannot be written.
func importFiles(s settings, stdout, stderr io.Writer) error {
	target, err := s.target()
	if err != nil {
		return err
	}
	existing, err := s.existing(target)
	if err != nil {
		return err
	}
	if _, err := s.existing(s.report); err != nil {
		return err
	}
	files, err := read(s.files)
	if err != nil {
		return err
	}
	options := s.options
	options.Existing = existing
	result, err := ecsimport.Import(files, options)
	if err != nil {
		return err
	}
	if err := s.write(target, result.Stack); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "wrote %s\n", target)
	if s.report == "" {
		_, err = stdout.Write(result.Report)
		return err
	}
	if err := s.write(s.report, result.Report); err != nil {
		return err
	}
	fmt.Fprintf(stderr, "wrote %s\n", s.report)
	return nil
}

func read(names []string) ([]ecsimport.File, error) {
	var (
		files    []ecsimport.File
		problems []error
	)
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			problems = append(problems, fmt.Errorf("%w; name a file that can be read", err))
			continue
		}
		files = append(files, ecsimport.File{Name: filepath.Clean(name), Content: content})
	}
	return files, errors.Join(problems...)
}
