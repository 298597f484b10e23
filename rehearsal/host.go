package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"
)

const yamlModule = "github.com/pulumi/pulumi-yaml"

// yamlTool builds the language host of YAML, which alone of those for other languages is a Go module.
var yamlTool = tool{
	name: "pulumi-language-yaml", title: "Pulumi language host for YAML",
	module: yamlModule, pkg: yamlModule + "/cmd/pulumi-language-yaml",
	versionVariable: yamlModule + "/pkg/version.Version",
	why:             "no pulumi-language-yaml on PATH: its source is compiled once",
	duration:        "1 minute",
}

// findHost returns the executable that runs programs of the project's runtime: the one on PATH, or the one beside the
// command line, or for YAML the one that is built once from the module in `tools`.
func (r *Rehearsal) findHost(ctx context.Context) (string, error) {
	name := "pulumi-language-" + r.project.runtime()
	if found, err := exec.LookPath(name); err == nil {
		return found, nil
	}
	if beside := filepath.Join(filepath.Dir(r.cli.Path), name+executableSuffix()); exists(beside) {
		return beside, nil
	}
	if name == yamlTool.name {
		if found, err := yamlTool.find(ctx, r.project.dir, r.options.Stderr); found != "" || err != nil {
			return found, err
		}
	}
	return "", fmt.Errorf("the runtime %q of %s needs the language host %s, which is not on PATH (%s): "+
		"it comes with the Pulumi command line, which is installed from %s",
		r.project.runtime(), r.project.file, name, os.Getenv("PATH"), cliDownload)
}

// runHost has the language host at path run the program.
func (l *language) runHost(
	ctx context.Context, path string, request *pulumirpc.RunRequest, output io.Writer,
) (response *pulumirpc.RunResponse, err error) {
	info, err := l.project.programInfo()
	if err != nil {
		return nil, err
	}
	engine := engineAddress(request)
	command := exec.Command(path, engine)
	command.Dir = info.GetProgramDirectory()
	command.Env = append(append(cleanEnvironment(), l.hostEnv...), l.env...)
	started, err := startChild(ctx, command, output)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, started.stop()) }()
	client := pulumirpc.NewLanguageRuntimeClient(started.connection)
	_, err = client.Handshake(ctx, &pulumirpc.LanguageHandshakeRequest{
		EngineAddress: engine, RootDirectory: &info.RootDirectory, ProgramDirectory: &info.ProgramDirectory,
	})
	if err != nil && status.Code(err) != codes.Unimplemented { // older hosts have no handshake
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	request.Args, request.Info = nil, info
	request.Pwd, request.Program = info.GetProgramDirectory(), info.GetEntryPoint() //nolint:staticcheck // for older hosts
	return client.Run(ctx, request)
}

// programInfo returns the program's place as the engine does (pkg/engine/project.go, getPwdMain). The engine itself has
// that of the copy.
func (p *project) programInfo() (*pulumirpc.ProgramInfo, error) {
	options, err := structpb.NewStruct(p.manifest.Runtime.Options())
	if err != nil {
		return nil, fmt.Errorf("%s: options of the runtime: %w", p.file, err)
	}
	info := &pulumirpc.ProgramInfo{
		RootDirectory: p.dir, ProgramDirectory: p.programDir, EntryPoint: ".", Options: options,
	}
	if stat, err := os.Stat(p.programDir); err != nil {
		return nil, fmt.Errorf("%s: main: %w", p.file, err)
	} else if !stat.IsDir() {
		info.ProgramDirectory, info.EntryPoint = filepath.Split(p.programDir)
		info.ProgramDirectory = filepath.Clean(info.ProgramDirectory)
	}
	return info, nil
}
