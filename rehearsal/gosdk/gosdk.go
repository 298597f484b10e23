// Package gosdk reads the types of Pulumi resources and functions from the source of the Go SDKs that a program uses.
//
// A stand-in describes only the types that it was written for. The source of the program's SDK has the names and types
// of the properties of all others. It is always on the computer, because compiling the program needs it.
package gosdk

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// Package is the Go SDK of a Pulumi package, as required by the go.mod of a program.
type Package struct {
	// Name is the Pulumi package, such as "aws".
	Name string
	// Module and Version are the path and the version of the Go module.
	Module, Version string
	// Indirect reports whether go.mod marks the requirement as indirect.
	Indirect bool
}

// Major returns the first number of the version, such as "6".
func (p Package) Major() string {
	major, _, _ := strings.Cut(strings.TrimPrefix(p.Version, "v"), ".")
	return major
}

var requirement = regexp.MustCompile(
	`(?m)^\s*(?:require\s+)?([\w.~-]+/[\w./~-]*?pulumi-([\w-]+)/sdk(?:/v\d+|/go)?)\s+(v\S+)[ \t]*(//[ \t]*indirect)?`)

// Packages returns the Pulumi packages that the go.mod of the program in dir requires, in the order of that file.
func Packages(dir string) ([]Package, error) {
	file, err := moduleFile(dir)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the requirements of the program: %w", err)
	}
	var packages []Package
	for _, match := range requirement.FindAllSubmatch(content, -1) {
		packages = append(packages, Package{
			Module: string(match[1]), Name: string(match[2]), Version: string(match[3]), Indirect: len(match[4]) > 0,
		})
	}
	return packages, nil
}

// moduleFile returns the path of the nearest go.mod in dir or its parent directories.
func moduleFile(dir string) (string, error) {
	at, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("resolving %s: %w", dir, err)
	}
	for {
		file := filepath.Join(at, "go.mod")
		if _, err := os.Stat(file); err == nil {
			return file, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("no go.mod in %s or above", dir)
		}
		at = filepath.Dir(at)
	}
}

// Source finds types in the SDKs of one program. It is safe for concurrent use.
type Source struct {
	dir string

	mu      sync.Mutex
	roots   map[string][]string
	folders map[string]*folder
}

// Open returns the source of the SDKs of the program in dir. It reads nothing until a type is requested.
func Open(dir string) *Source {
	return &Source{dir: dir, roots: map[string][]string{}, folders: map[string]*folder{}}
}

// rootsOf returns the directories with the Go packages of a Pulumi package, or none if the program has no SDK for it.
func (s *Source) rootsOf(name string) []string {
	if roots, known := s.roots[name]; known {
		return roots
	}
	s.roots[name] = nil
	packages, err := Packages(s.dir)
	if err != nil {
		return nil
	}
	for _, p := range packages {
		if p.Name != name {
			continue
		}
		if dir, err := moduleDir(s.dir, p.Module); err == nil {
			inner := strings.ReplaceAll(name, "-", "")
			s.roots[name] = append(s.roots[name],
				filepath.Join(dir, "go", inner), filepath.Join(dir, "go", name), filepath.Join(dir, inner), dir)
		}
	}
	return s.roots[name]
}

// moduleDir returns the directory with the source of a module: in the module cache, at the target of a replace
// directive, or in the vendor directory.
func moduleDir(dir, module string) (string, error) {
	command := exec.Command("go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", module)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOPROXY=off")
	if output, err := command.Output(); err == nil {
		if found := string(bytes.TrimSpace(output)); found != "" {
			return found, nil
		}
	}
	file, err := moduleFile(dir)
	if err != nil {
		return "", err
	}
	vendored := filepath.Join(filepath.Dir(file), "vendor", filepath.FromSlash(module))
	if _, err := os.Stat(vendored); err != nil {
		return "", errors.New("the source of " + module + " is not on this computer")
	}
	return vendored, nil
}
