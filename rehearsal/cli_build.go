package rehearsal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
)

const (
	cliModule  = "github.com/pulumi/pulumi/pkg/v3"
	cliPackage = cliModule + "/cmd/pulumi"
	// Without it the version of the command line is empty, which nothing accepts.
	cliVersionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
)

var cliRequirement = regexp.MustCompile(`(?m)^(?:require)?\s*` + regexp.QuoteMeta(cliModule) + `\s+v(\S+)`)

// cliSource is a module that pins the pulumi command line as a tool.
type cliSource struct {
	dir     string
	version string
	hash    string
}

func buildCli(ctx context.Context, dir string, log io.Writer) (Cli, error) {
	cache, err := cacheDir()
	if err != nil {
		return Cli{}, fmt.Errorf("building the Pulumi command line: %w", err)
	}
	source, err := findCliSource(dir)
	if err != nil {
		if built, ok := builtCli(ctx, cache); ok {
			return built, nil
		}
		return Cli{}, err
	}
	target := filepath.Join(cache, fmt.Sprintf("pulumi-%s-%s", source.version, source.hash)+executableSuffix())
	if err := source.buildOnce(ctx, target, log); err != nil {
		return Cli{}, err
	}
	return openCli(ctx, target)
}

// builtCli returns the newest command line that an earlier rehearsal built, for a project without sources of its own.
func builtCli(ctx context.Context, cache string) (newest Cli, found bool) {
	files, err := filepath.Glob(filepath.Join(cache, "pulumi-*-*"+executableSuffix()))
	if err != nil {
		return Cli{}, false
	}
	for _, file := range files {
		if ext := filepath.Ext(file); ext == ".lock" || ext == ".part" {
			continue
		}
		if built, err := openCli(ctx, file); err == nil && (!found || olderThan(newest.Version, built.Version)) {
			newest, found = built, true
		}
	}
	return newest, found
}

// findCliSource looks above the project first, then above the working directory: a project elsewhere can be
// rehearsed from here.
func findCliSource(dir string) (cliSource, error) {
	here, err := os.Getwd()
	if err != nil {
		return cliSource{}, fmt.Errorf("looking for the working directory: %w", err)
	}
	for _, start := range []string{dir, here} {
		for at := start; ; at = filepath.Dir(at) {
			if source, ok := readCliSource(filepath.Join(at, "tools")); ok {
				return source, nil
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	return cliSource{}, errors.New(
		"no pulumi command line on PATH, none built by an earlier rehearsal, and no tools/go.mod " +
			"to build it from: install it from https://www.pulumi.com/docs/iac/download-install/ or name one in " + CliVariable,
	)
}

func readCliSource(dir string) (cliSource, bool) {
	module, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	match := cliRequirement.FindSubmatch(module)
	if err != nil || match == nil {
		return cliSource{}, false
	}
	sums, _ := os.ReadFile(filepath.Join(dir, "go.sum"))
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %s %s\n%s\n%s", runtime.GOOS, runtime.GOARCH, runtime.Version(), module, sums)
	return cliSource{dir: dir, version: string(match[1]), hash: hex.EncodeToString(hash.Sum(nil)[:6])}, true
}

// buildOnce lets one process build while others wait for it.
func (s cliSource) buildOnce(ctx context.Context, target string, log io.Writer) error {
	if exists(target) {
		return nil
	}
	unlock, err := lockFile(ctx, target+".lock", func() {
		fmt.Fprintln(log, "waiting for another process that builds the Pulumi command line")
	})
	if err != nil {
		return err
	}
	defer unlock()
	if exists(target) {
		return nil
	}
	return s.build(ctx, target, log)
}

func (s cliSource) build(ctx context.Context, target string, log io.Writer) error {
	unfinished := target + ".part" // the lock is ours, so that it is nobody else's
	defer os.Remove(unfinished)
	command := exec.Command("go", "build", "-v", "-buildvcs=false",
		"-ldflags", fmt.Sprintf("-s -w -X %s=%s", cliVersionVariable, s.version), "-o", unfinished, cliPackage)
	command.Dir = s.dir
	fmt.Fprintf(log, "no pulumi %d.%d or newer on PATH: its source is compiled once, and after it the program\n",
		minimumMajor, minimumMinor)
	what := fmt.Sprintf("building the Pulumi command line %s, once (about 3 minutes on two cores)", s.version)
	if err := runBuild(ctx, command, what, 0, log); err != nil {
		return fmt.Errorf("building the Pulumi command line: %w", err)
	}
	return os.Rename(unfinished, target)
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
