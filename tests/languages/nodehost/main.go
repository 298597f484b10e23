// Command nodehost is a language host for Node that the tests have in place of Pulumi's pulumi-language-nodejs, which
// cannot be built from a Go module. It runs a program as that one does, and can do nothing else.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
)

// reportedExit is the exit status of a program that has already reported its error to the engine (cmd/run/index.ts).
const reportedExit = 32

func main() {
	if err := serve(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve prints the port on which the host listens, and serves until the process is killed.
func serve(arguments []string) error {
	if len(arguments) < 2 {
		return errors.New("usage: pulumi-language-nodejs ENGINE")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	pulumirpc.RegisterLanguageRuntimeServer(server, &host{engine: arguments[len(arguments)-1]})
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return err
	}
	fmt.Println(port)
	return server.Serve(listener)
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	engine string
}

// Handshake implements pulumirpc.LanguageRuntimeServer.
func (h *host) Handshake(
	context.Context, *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// GetPluginInfo implements pulumirpc.LanguageRuntimeServer.
func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: "3.0.0"}, nil
}

// Run runs the program in Node, with the SDK's own cmd/run.
func (h *host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	dir := request.GetInfo().GetProgramDirectory()
	runner, err := findRunner(ctx, dir)
	if err != nil {
		return &pulumirpc.RunResponse{Error: err.Error()}, nil
	}
	variables, err := configVariables(request)
	if err != nil {
		return nil, err
	}
	arguments := []string{
		runner, "--monitor", request.GetMonitorAddress(), "--engine", h.engine,
		"--organization", request.GetOrganization(), "--project", request.GetProject(), "--stack", request.GetStack(),
		"--root-directory", request.GetInfo().GetRootDirectory(), "--pwd", dir,
		"--parallel", strconv.Itoa(int(request.GetParallel())),
	}
	if request.GetDryRun() {
		arguments = append(arguments, "--dry-run")
	}
	program := exec.CommandContext(ctx, "node", append(arguments, request.GetInfo().GetEntryPoint())...)
	program.Dir, program.Stdout, program.Stderr = dir, os.Stdout, os.Stderr
	program.Env = append(os.Environ(), variables...)
	return response(program.Run()), nil
}

// findRunner returns the SDK's cmd/run, as Node finds it from the program.
func findRunner(ctx context.Context, dir string) (string, error) {
	command := exec.CommandContext(ctx, "node", "--print", `require.resolve("@pulumi/pulumi/cmd/run")`)
	command.Dir = dir
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("finding the SDK of Pulumi: %w\n%s", err, stderr.String())
	}
	return string(bytes.TrimSpace(output)), nil
}

func configVariables(request *pulumirpc.RunRequest) ([]string, error) {
	values, err := json.Marshal(request.GetConfig())
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(request.GetConfigSecretKeys())
	if err != nil {
		return nil, err
	}
	return []string{
		"PULUMI_CONFIG=" + string(values), "PULUMI_CONFIG_SECRET_KEYS=" + string(secretKeys),
		"PULUMI_NODEJS_TYPESCRIPT=true",
	}, nil
}

func response(err error) *pulumirpc.RunResponse {
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
