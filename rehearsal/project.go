package rehearsal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
)

// runtimes are those whose programs can be rehearsed.
var runtimes = []string{goRuntime, nodeRuntime, pythonRuntime, yamlRuntime}

const (
	goRuntime     = "go"
	nodeRuntime   = "nodejs"
	pythonRuntime = "python"
	yamlRuntime   = "yaml"
)

// project is a Pulumi project on disk, with the stack file that is rehearsed.
type project struct {
	file       string
	dir        string
	programDir string
	stack      string
	stackFile  string
	manifest   *workspace.Project
}

func findProject(dir, stack string) (*project, error) {
	file, err := projectFile(dir)
	if err != nil {
		return nil, err
	}
	manifest, err := workspace.LoadProject(file)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	if runtime := manifest.Runtime.Name(); !slices.Contains(runtimes, runtime) {
		return nil, fmt.Errorf("%s has the runtime %q; a rehearsal runs those of %s",
			file, runtime, strings.Join(runtimes, ", "))
	}
	p := &project{file: file, dir: filepath.Dir(file), stack: stack, manifest: manifest}
	p.programDir = filepath.Join(p.dir, manifest.Main)
	return p, p.findStackFile()
}

func (p *project) runtime() string { return p.manifest.Runtime.Name() }

// projectFile looks upwards only when no directory was named: a mistyped one must not rehearse its parent.
func projectFile(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("resolving %s: %w", dir, err)
	}
	if info, err := os.Stat(start); err != nil || !info.IsDir() {
		return "", fmt.Errorf("%s is not a directory", start)
	}
	file, err := workspace.DetectProjectPathFrom(start)
	if errors.Is(err, workspace.ErrProjectNotFound) || err == nil && dir != "" && filepath.Dir(file) != start {
		return "", fmt.Errorf("no Pulumi.yaml in %s", start)
	}
	if err != nil {
		return "", fmt.Errorf("looking for a Pulumi project in %s: %w", start, err)
	}
	return file, nil
}

// findStackFile sets the path of the stack file. As with Pulumi, a project whose configuration is in Pulumi.yaml alone
// needs none. If other stacks have a file, the name is probably mistyped.
func (p *project) findStackFile() error {
	if _, err := tokens.ParseStackName(p.stack); err != nil {
		return fmt.Errorf("stack name %q: %w", p.stack, err)
	}
	p.stackFile = workspace.ProjectStackPath(p.file, p.manifest, tokens.QName(p.stack))
	_, err := os.Stat(p.stackFile)
	if others := p.stackFiles(); errors.Is(err, os.ErrNotExist) && len(others) == 0 {
		return nil
	} else if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s does not exist; this project has %s; if the configuration is in %s, create an empty file",
			p.stackFile, strings.Join(others, ", "), filepath.Base(p.file))
	}
	return err
}

// stackFiles returns the names of the files of all stacks.
func (p *project) stackFiles() []string {
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(p.stackFile), "Pulumi.*"+filepath.Ext(p.file)))
	for i, file := range files {
		files[i] = filepath.Base(file)
	}
	return files
}
