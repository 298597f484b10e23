package rehearsal

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A DependencyError reports that the program needs packages that are not installed.
type DependencyError struct {
	// Missing is a package or a directory with packages, Dir the directory of the program, and Install the command that
	// installs it there.
	Missing, Dir, Install string
}

// Error describes what is missing and the command that installs it.
func (e *DependencyError) Error() string {
	return fmt.Sprintf("%s is not installed: run %q in %s", e.Missing, e.Install, e.Dir)
}

// checkDependencies returns an error if the SDK of Pulumi is not installed for the program. A rehearsal installs
// nothing.
func (p *project) checkDependencies() error {
	switch p.runtime() {
	case nodeRuntime:
		return p.checkNodeModules()
	case pythonRuntime:
		return p.checkVirtualEnv()
	default:
		return nil
	}
}

// checkNodeModules looks for the SDK as Node does, in node_modules of the program's directory and of all above it.
func (p *project) checkNodeModules() error {
	dir := p.programDir
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	for at := dir; ; at = filepath.Dir(at) {
		// With Yarn's Plug'n'Play, packages are in archives.
		if exists(filepath.Join(at, "node_modules", "@pulumi", "pulumi")) || exists(filepath.Join(at, ".pnp.cjs")) {
			return nil
		}
		if at == filepath.Dir(at) {
			return &DependencyError{Missing: "the npm package @pulumi/pulumi", Dir: p.dir, Install: p.install()}
		}
	}
}

// checkVirtualEnv checks the virtual environment that Pulumi.yaml names. Without one, the host uses Python as it is.
func (p *project) checkVirtualEnv() error {
	name, ok := p.manifest.Runtime.Options()["virtualenv"].(string)
	if !ok || name == "" {
		return nil
	}
	dir := name
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(p.dir, dir)
	}
	if exists(dir) {
		return nil
	}
	return &DependencyError{Missing: "the virtual environment " + name, Dir: p.dir, Install: p.install()}
}

// install returns the command that installs the dependencies of the program.
func (p *project) install() string {
	if p.runtime() == nodeRuntime {
		for _, manager := range []struct{ file, command string }{
			{"yarn.lock", "yarn install"}, {"pnpm-lock.yaml", "pnpm install"}, {"bun.lock", "bun install"},
		} {
			if exists(filepath.Join(p.dir, manager.file)) {
				return manager.command
			}
		}
		return "npm install"
	}
	return "pulumi install"
}

// missingModule matches the errors of Node, of TypeScript and of Python for a package that they cannot find. A path is
// a file of the program itself.
var missingModule = regexp.MustCompile(
	`(?:Cannot find (?:module|package)|ModuleNotFoundError: No module named) '([^'./][^']*)'`)

// missingDependency returns advice on installing the package that the messages of a failed run name, or "".
func (p *project) missingDependency(messages string) string {
	match := missingModule.FindStringSubmatch(messages)
	if match == nil || p.runtime() != nodeRuntime && p.runtime() != pythonRuntime {
		return ""
	}
	kind, name := "the Python module ", match[1]
	if p.runtime() == nodeRuntime {
		kind, name = "the npm package ", packageOf(name)
	}
	return (&DependencyError{Missing: kind + name, Dir: p.dir, Install: p.install()}).Error()
}

// packageOf returns the npm package of a module: @scope/name of @scope/name/file.
func packageOf(module string) string {
	parts := strings.Split(module, "/")
	if strings.HasPrefix(module, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}
