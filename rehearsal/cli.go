package rehearsal

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// CliVariable names the environment variable that may point to the pulumi command line to use.
const CliVariable = "REHEARSE_PULUMI"

// The first version that streams engine events over gRPC (`--event-log tcp://…`), so that they need no file.
const (
	minimumMajor = 3
	minimumMinor = 206
)

// Cli is a pulumi command line that can rehearse.
type Cli struct {
	// Path is the executable.
	Path string
	// Version is the output of `pulumi version`, such as "v3.259.0".
	Version string
}

// FindCli returns the command line that the environment variable REHEARSE_PULUMI names, or the one on PATH if it is
// new enough, or the one that is built once from the module in `tools` of the directories above dir, or else the newest
// that an earlier rehearsal of another project built.
func FindCli(ctx context.Context, dir string, log io.Writer) (Cli, error) {
	if named := os.Getenv(CliVariable); named != "" {
		found, err := openCli(ctx, named)
		if err != nil {
			return Cli{}, fmt.Errorf("%s=%s: %w", CliVariable, named, err)
		}
		return found, nil
	}
	if onPath, err := exec.LookPath("pulumi"); err == nil {
		found, err := openCli(ctx, onPath)
		if err == nil {
			return found, nil
		}
		fmt.Fprintf(log, "ignoring %s: %v\n", onPath, err)
	}
	return buildCli(ctx, dir, log)
}

// openCli returns the executable with its version, which must be new enough.
func openCli(ctx context.Context, path string) (Cli, error) {
	version, err := keptVersion(path, func() (string, error) { return askVersion(ctx, path) })
	if err != nil {
		return Cli{}, fmt.Errorf("asking for its version: %w", err)
	}
	if !newEnough(version) {
		return Cli{}, fmt.Errorf("its version %q is older than v%d.%d.0", version, minimumMajor, minimumMinor)
	}
	return Cli{Path: path, Version: version}, nil
}

// askVersion runs `pulumi version`. Its home is a temporary one, because even this command writes into it.
func askVersion(ctx context.Context, path string) (string, error) {
	home, err := os.MkdirTemp("", "care-rehearse-home-")
	if err != nil {
		return "", fmt.Errorf("making a temporary home: %w", err)
	}
	defer os.RemoveAll(home)
	if err := makeHome(home); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, path, "version")
	command.Env = append(cleanEnvironment(), quietVariables(home)...)
	output, err := command.Output()
	if err != nil {
		return "", err
	}
	return "v" + strings.TrimPrefix(strings.TrimSpace(string(output)), "v"), nil
}

// keptVersion returns the version that was found before for the same file: its path, size and time of change. A script
// may run another executable tomorrow, so that only a program called pulumi is remembered.
func keptVersion(path string, ask func() (string, error)) (string, error) {
	resolved, err := filepath.EvalSymlinks(path)
	if err != nil {
		return ask()
	}
	info, err := os.Stat(resolved)
	if err != nil || !strings.HasPrefix(filepath.Base(resolved), "pulumi") || isScript(resolved) {
		return ask()
	}
	versions, err := cacheDir("versions")
	if err != nil {
		return ask()
	}
	kept := filepath.Join(versions, hashOf(resolved, strconv.FormatInt(info.Size(), 10), info.ModTime().String()))
	if version, err := os.ReadFile(kept); err == nil {
		return string(version), nil
	}
	version, err := ask()
	if err == nil && newEnough(version) {
		_ = writeFileAtomic(kept, []byte(version)) // if it cannot be kept, the next rehearsal asks again
	}
	return version, err
}

func isScript(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	begin := make([]byte, 2)
	_, err = io.ReadFull(file, begin)
	return err == nil && string(begin) == "#!"
}

func newEnough(version string) bool {
	return !olderThan(version, fmt.Sprintf("v%d.%d.0", minimumMajor, minimumMinor))
}

// olderThan compares two versions by their first three numbers; one that cannot be read is older than any other.
func olderThan(version, other string) bool {
	return slices.Compare(versionNumbers(version), versionNumbers(other)) < 0
}

func versionNumbers(version string) []int {
	numbers := make([]int, 3)
	if _, err := fmt.Sscanf(version, "v%d.%d.%d", &numbers[0], &numbers[1], &numbers[2]); err != nil {
		return nil
	}
	return numbers
}
