package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
)

const cliModule = "github.com/pulumi/pulumi/pkg/v3"

// cliTool builds the command line. Without the variable its version is empty, which nothing accepts.
var cliTool = tool{
	name: "pulumi", title: "Pulumi command line", module: cliModule, pkg: cliModule + "/cmd/pulumi",
	versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
	why: fmt.Sprintf("no pulumi %d.%d or newer on PATH: its source is compiled once, and after it the program",
		minimumMajor, minimumMinor),
	duration: "3 minutes",
}

func buildCli(ctx context.Context, dir string, log io.Writer) (Cli, error) {
	cache, err := cacheDir()
	if err != nil {
		return Cli{}, fmt.Errorf("building the Pulumi command line: %w", err)
	}
	source, found, err := findToolSource(cliTool, dir)
	if err != nil {
		return Cli{}, err
	}
	if !found {
		if built, ok := builtCli(ctx, cache); ok {
			return built, nil
		}
		return Cli{}, errors.New(
			"no pulumi command line on PATH, none built by an earlier rehearsal, and no tools/go.mod to build it from: " +
				"install it from " + cliDownload + " or name one in " + CliVariable,
		)
	}
	target, err := source.buildOnce(ctx, cache, log)
	if err != nil {
		return Cli{}, err
	}
	return openCli(ctx, target)
}

// builtCli returns the newest command line that an earlier rehearsal built, for a project without sources of its own.
func builtCli(ctx context.Context, cache string) (newest Cli, found bool) {
	for _, file := range cliTool.built(cache) {
		if built, err := openCli(ctx, file); err == nil && (!found || olderThan(newest.Version, built.Version)) {
			newest, found = built, true
		}
	}
	return newest, found
}

// built returns the executables of the tool that earlier rehearsals built.
func (t tool) built(cache string) []string {
	files, err := filepath.Glob(filepath.Join(cache, t.name+"-[0-9]*-*"+executableSuffix()))
	if err != nil {
		return nil
	}
	var built []string
	for _, file := range files {
		if ext := filepath.Ext(file); ext != ".lock" && ext != ".part" {
			built = append(built, file)
		}
	}
	return built
}
