package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// reportedExit is the exit status of a program that has already reported its error to the engine
// (sdk/go/pulumi/run.go, constant.ExitStatusLoggedError).
const reportedExit = 32

// language is the engine's language runtime. It runs a compiled Go program itself, and has the language host of any
// other program run it.
type language struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	project *project
	// program returns the compiled program, or the language host of one that is not compiled.
	program func(context.Context) (string, error)
	// env is added to the environment of the program, and hostEnv to that of a language host.
	env, hostEnv []string
	// declarations receive the order that the program declares. They may be nil.
	declarations *declarations
}

func (l *language) Handshake(
	context.Context, *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (l *language) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "1.0.0"}, nil
}

// GetRequiredPlugins returns none: all providers are attached.
func (l *language) GetRequiredPlugins(
	context.Context, *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	return &pulumirpc.GetRequiredPluginsResponse{}, nil
}

// GetRequiredPackages returns none: all providers are attached.
func (l *language) GetRequiredPackages(
	context.Context, *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{}, nil
}

// Run runs the program. It ends the program with its whole process group when the engine goes away.
func (l *language) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	program, err := l.program(ctx)
	if err != nil {
		return nil, err
	}
	if l.declarations != nil {
		monitor, err := openMonitor(request.GetMonitorAddress(), l.declarations)
		if err != nil {
			return nil, err
		}
		defer monitor.close()
		request.MonitorAddress = monitor.address
	}
	output, err := newEngineLog(ctx, engineAddress(request))
	if err != nil {
		return nil, err
	}
	defer output.close()
	if l.project.runtime() != goRuntime {
		return l.runHost(ctx, program, request, output)
	}
	return l.runGo(ctx, program, request, output)
}

// runGo runs the compiled program as the Go language host does, without one.
func (l *language) runGo(
	ctx context.Context, program string, request *pulumirpc.RunRequest, output io.Writer,
) (*pulumirpc.RunResponse, error) {
	variables, err := programVariables(request)
	if err != nil {
		return nil, err
	}
	command := exec.Command(program)
	command.Dir = l.project.programDir
	command.Env = append(append(cleanEnvironment(), l.env...), variables...)
	command.Stdout, command.Stderr = output, output
	return runResponse(runGroup(ctx, command)), nil
}

func runResponse(err error) *pulumirpc.RunResponse {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}
	case errors.As(err, &exit) && exit.ExitCode() == reportedExit:
		return &pulumirpc.RunResponse{Bail: true}
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("the program ended with %v", err)}
	}
}

func engineAddress(request *pulumirpc.RunRequest) string {
	if len(request.GetArgs()) == 0 {
		return ""
	}
	return request.GetArgs()[0]
}

// programVariables returns the variables from which a Go program finds its engine (sdk/go/pulumi/run.go, getEnvInfo).
func programVariables(request *pulumirpc.RunRequest) ([]string, error) {
	values, err := json.Marshal(request.GetConfig())
	if err != nil {
		return nil, fmt.Errorf("encoding the configuration: %w", err)
	}
	secretKeys, err := json.Marshal(request.GetConfigSecretKeys())
	if err != nil {
		return nil, fmt.Errorf("encoding the secret keys of the configuration: %w", err)
	}
	return []string{
		"PULUMI_ORGANIZATION=" + request.GetOrganization(), "PULUMI_PROJECT=" + request.GetProject(),
		"PULUMI_STACK=" + request.GetStack(), "PULUMI_CONFIG=" + string(values), "PULUMI_CONFIG_SECRET_KEYS=" +
			string(secretKeys), "PULUMI_DRY_RUN=" + strconv.FormatBool(request.GetDryRun()), "PULUMI_PARALLEL=" +
			strconv.Itoa(int(request.GetParallel())), "PULUMI_MONITOR=" + request.GetMonitorAddress(), "PULUMI_ENGINE=" +
			engineAddress(request),
	}, nil
}
