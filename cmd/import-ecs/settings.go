package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ohcnetwork/care-ecs/internal/ecsimport"
)

var errHelp = errors.New("help was asked for")

const manifest = "Pulumi.yaml"

// settings are the values of the flags and the names of the files.
type settings struct {
	options ecsimport.Options
	dir     string
	output  string
	report  string
	force   bool
	files   []string
}

func (s *settings) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("import-ecs", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.options.Stack, "stack", "", "`name` of the stack: Pulumi.<name>.yaml is written; required")
	flags.StringVar(&s.options.Region, "region", "", "AWS `region`, if the task definitions name none or several")
	flags.StringVar(&s.options.Image, "image", "",
		"`image` of Care, to override the task definitions' or if they name none")
	flags.StringVar(&s.options.Generation, "generation", "",
		"`generation` of Care's image, 2024 or 3, if the task definitions do not show it")
	flags.StringVar(&s.dir, "dir", "", "project `directory` (default: the nearest one with a Pulumi.yaml)")
	flags.StringVar(&s.output, "output", "", "write the stack file to this `file` instead")
	flags.StringVar(&s.report, "report", "", "write the report to this `file`, in Markdown, and not to standard output")
	flags.BoolVar(&s.force, "force", false, "overwrite files; encrypted values in the stack file are kept")
	return flags
}

// parse accepts flags before, between and after the files.
func parse(arguments []string) (settings, error) {
	var s settings
	flags := s.flags()
	for {
		err := flags.Parse(arguments)
		if errors.Is(err, flag.ErrHelp) {
			return s, errHelp
		}
		if err != nil {
			return s, err
		}
		if flags.NArg() == 0 {
			return s, s.check()
		}
		s.files = append(s.files, flags.Arg(0))
		arguments = flags.Args()[1:]
	}
}

func (s *settings) check() error {
	if s.options.Stack == "" {
		return errors.New("name the stack: --stack NAME")
	}
	if len(s.files) == 0 {
		return errors.New("name the files that hold the task definitions of Care's API, beat and worker")
	}
	if s.dir != "" && s.output != "" {
		return errors.New("set --dir or --output, not both")
	}
	return ecsimport.CheckOptions(s.options)
}

func usage(out io.Writer) {
	fmt.Fprint(out, "Convert the ECS task definitions of a Care that was deployed by hand into a stack file.\n\n"+
		"Usage: import-ecs --stack NAME [flags] TASKDEF.json...\n\n"+
		"Each file has the output of `aws ecs describe-task-definition --task-definition FAMILY`, or only the task "+
		"definition.\n"+
		"Together they must have Care's API, beat and worker.\n\nFlags:\n")
	var s settings
	s.flags().VisitAll(func(each *flag.Flag) {
		value, text := flag.UnquoteUsage(each)
		fmt.Fprintf(out, "  --%-18s %s\n", each.Name+" "+value, text)
	})
}

// target returns the path of the stack file.
func (s *settings) target() (string, error) {
	if s.output != "" {
		return s.output, nil
	}
	dir, err := s.project()
	return filepath.Join(dir, "Pulumi."+s.options.Stack+".yaml"), err
}

func (s *settings) project() (string, error) {
	if s.dir != "" {
		if _, err := os.Stat(filepath.Join(s.dir, manifest)); err != nil {
			return "", fmt.Errorf("%s has no %s: name the project's directory with --dir, or a file with --output",
				s.dir, manifest)
		}
		return s.dir, nil
	}
	start, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the project: %w", err)
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, manifest)); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf(
				"no %s here or above: name the project's directory with --dir, or a file with --output",
				manifest,
			)
		}
	}
}

// existing returns the content of a file that may be overwritten, or nil if there is none.
func (s *settings) existing(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !s.force:
		return nil, fmt.Errorf("%s is there already; --force writes over it", path)
	}
	return content, nil
}

// write creates the file completely or not at all, and does not overwrite one that was created in the meantime.
func (s *settings) write(path string, content []byte) error {
	if !s.force {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		_, err = file.Write(content)
		return errors.Join(err, file.Close())
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
