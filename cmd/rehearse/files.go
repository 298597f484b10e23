package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/report"
)

// checkFiles refuses a file that two flags name if one of them writes it, because the other content would be lost.
func (s settings) checkFiles() error {
	files := []struct{ flag, path string }{
		{"--report", s.report}, {"--json", s.json}, {"--prices", s.prices}, {"--answers", s.foreign.answers},
	}
	const written = 2
	var problems []error
	for i, file := range files[:written] {
		for _, other := range files[i+1:] {
			if file.path != "" && other.path != "" && sameFile(file.path, other.path) {
				problems = append(problems, fmt.Errorf("%s %s and %s %s are the same file: name two files",
					file.flag, file.path, other.flag, other.path))
			}
		}
	}
	return errors.Join(problems...)
}

// sameFile reports whether both paths name one file, of which two links may exist. A terminal, a pipe and other files
// without a content of their own are never the same.
func sameFile(path, other string) bool {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return false
	}
	otherInfo, otherErr := os.Stat(other)
	if err == nil && otherErr == nil {
		return os.SameFile(info, otherInfo)
	}
	return err != nil && otherErr != nil && target(path) == target(other)
}

// target returns the absolute path of a file that may not exist yet, without symbolic links.
func target(path string) string {
	const maxLinks = 40 // as in Linux (https://man7.org/linux/man-pages/man7/path_resolution.7.html)
	for range maxLinks {
		link, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(path), link)
		}
		path = link
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	if absolute, err := filepath.Abs(path); err == nil {
		return absolute
	}
	return filepath.Clean(path)
}

// writeReport writes the file of --report, and prints its name.
func (s settings) writeReport(markdown string, stderr io.Writer) error {
	if s.report == "" {
		return nil
	}
	const readable = 0o644
	if err := os.WriteFile(s.report, []byte(markdown), readable); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	fmt.Fprintln(stderr, "rehearse: report written to", s.report)
	return nil
}

// writeJson writes the file of --json after a run that ended with err, and prints its name. An interrupted run writes
// none.
func (s settings) writeJson(file *report.File, err error, stderr io.Writer) error {
	if s.json == "" || errors.Is(err, errInterrupted) {
		return nil
	}
	if err != nil && len(file.Stacks) == 0 {
		stacks := s.stacks
		if len(stacks) == 0 {
			stacks = names{rehearsal.DefaultStack}
		}
		file.FailAll(stacks, err)
	}
	if errors.Is(err, errUnknown) {
		for i := range file.Stacks {
			file.Stacks[i].Fail("", errUnknown.Error())
		}
	}
	if err := file.Write(s.json); err != nil {
		return err
	}
	fmt.Fprintln(stderr, "rehearse: report written to", s.json)
	return nil
}
