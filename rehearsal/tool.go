package rehearsal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// cliDownload is the page from which the Pulumi command line is installed, with its language hosts.
const cliDownload = "https://www.pulumi.com/docs/iac/download-install/"

// tool is a program that a Go module named tools can pin, and from which it is built.
type tool struct {
	// name is the executable's, and title its name in messages.
	name, title string
	module, pkg string
	// versionVariable is set to the version by the linker.
	versionVariable string
	// why is the reason for building it, and duration how long that takes.
	why, duration string
}

// toolSource is a module that pins a tool.
type toolSource struct {
	tool

	dir     string
	version string
	hash    string
}

// find returns the executable of the tool, which it builds once if a module pins it. Otherwise it returns the newest
// that an earlier rehearsal of another project built, or "" if there is none.
func (t tool) find(ctx context.Context, dir string, log io.Writer) (string, error) {
	cache, err := cacheDir()
	if err != nil {
		return "", fmt.Errorf("building the %s: %w", t.title, err)
	}
	source, found, err := findToolSource(t, dir)
	if err != nil {
		return "", err
	}
	if found {
		return source.buildOnce(ctx, cache, log)
	}
	built, err := filepath.Glob(filepath.Join(cache, t.name+"-[0-9]*-*"+executableSuffix()))
	built = slices.DeleteFunc(built, func(file string) bool {
		return slices.Contains([]string{".lock", ".part"}, filepath.Ext(file))
	})
	if err != nil || len(built) == 0 {
		return "", err
	}
	return slices.MaxFunc(built, func(a, b string) int { return slices.Compare(t.versionOf(a), t.versionOf(b)) }), nil
}

// versionOf returns the numbers in the name of an executable that buildOnce made.
func (t tool) versionOf(path string) []int {
	return versionNumbers("v" + strings.TrimPrefix(filepath.Base(path), t.name+"-"))
}

// findToolSource looks above the project first, then above the working directory, because a project elsewhere can be
// rehearsed from here.
func findToolSource(t tool, dir string) (source toolSource, found bool, err error) {
	here, err := os.Getwd()
	if err != nil {
		return toolSource{}, false, fmt.Errorf("looking for the working directory: %w", err)
	}
	for _, start := range []string{dir, here} {
		for at := start; ; at = filepath.Dir(at) {
			if source, ok := readToolSource(t, filepath.Join(at, "tools")); ok {
				return source, true, nil
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	return toolSource{}, false, nil
}

func readToolSource(t tool, dir string) (toolSource, bool) {
	requirement := regexp.MustCompile(`(?m)^(?:require)?\s*` + regexp.QuoteMeta(t.module) + `\s+v(\S+)`)
	module, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	match := requirement.FindSubmatch(module)
	if err != nil || match == nil {
		return toolSource{}, false
	}
	sums, _ := os.ReadFile(filepath.Join(dir, "go.sum"))
	hash := sha256.New()
	fmt.Fprintf(hash, "%s %s %s\n%s\n%s", runtime.GOOS, runtime.GOARCH, runtime.Version(), module, sums)
	return toolSource{tool: t, dir: dir, version: string(match[1]), hash: hex.EncodeToString(hash.Sum(nil)[:6])}, true
}

// buildOnce returns the path of the executable in the cache. It lets one process build while others wait for it.
func (s toolSource) buildOnce(ctx context.Context, cache string, log io.Writer) (string, error) {
	target := filepath.Join(cache, fmt.Sprintf("%s-%s-%s", s.name, s.version, s.hash)+executableSuffix())
	if exists(target) {
		return target, nil
	}
	unlock, err := lockFile(ctx, target+".lock", func() {
		fmt.Fprintf(log, "waiting for another process that builds the %s\n", s.title)
	})
	if err != nil {
		return "", err
	}
	defer unlock()
	if exists(target) {
		return target, nil
	}
	return target, s.build(ctx, target, log)
}

func (s toolSource) build(ctx context.Context, target string, log io.Writer) error {
	unfinished := target + ".part" // no other process writes it, because this one holds the lock
	defer os.Remove(unfinished)
	command := exec.Command("go", "build", "-v", "-buildvcs=false",
		"-ldflags", fmt.Sprintf("-s -w -X %s=%s", s.versionVariable, s.version), "-o", unfinished, s.pkg)
	command.Dir = s.dir
	fmt.Fprintln(log, s.why)
	message := fmt.Sprintf("building the %s %s, once (about %s on two cores)", s.title, s.version, s.duration)
	if err := runBuild(ctx, command, message, 0, log); err != nil {
		return fmt.Errorf("building the %s: %w", s.title, err)
	}
	return os.Rename(unfinished, target)
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
