package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	found, err := cliTool.find(ctx, dir, log)
	if err != nil {
		return Cli{}, err
	}
	if found == "" {
		return Cli{}, errors.New(
			"no pulumi command line on PATH, none built by an earlier rehearsal, and no tools/go.mod to build it from: " +
				"install it from " + cliDownload + " or name one in " + CliVariable,
		)
	}
	return openCli(ctx, found)
}
