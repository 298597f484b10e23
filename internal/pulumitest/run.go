package pulumitest

import (
	"fmt"
	"net"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// What is said about the account, in which everything is.
const (
	Project = "care"
	Region  = "ap-south-1"
	Account = "123456789012"
)

// Option changes how a program is run.
type Option func(*recorder, *pulumi.RunInfo)

// Stack names the stack. Default: test.
func Stack(name string) Option {
	return func(_ *recorder, info *pulumi.RunInfo) { info.Stack = name }
}

// Config sets the configuration, by full keys, and says which of them are encrypted.
func Config(values map[string]string, secretKeys ...string) Option {
	return func(_ *recorder, info *pulumi.RunInfo) { info.Config, info.ConfigSecretKeys = values, secretKeys }
}

// Preview has nothing created: ids and computed outputs stay unknown.
func Preview() Option {
	return func(r *recorder, info *pulumi.RunInfo) { r.preview, info.DryRun = true, true }
}

// FailNth has the nth registration of a type fail, counted from 1.
func FailNth(token string, n int) Option {
	return func(r *recorder, _ *pulumi.RunInfo) { r.failType, r.failNumber = token, n }
}

// Forget keeps no registrations, for benchmarks of what the program itself costs.
func Forget() Option {
	return func(r *recorder, _ *pulumi.RunInfo) { r.forget = true }
}

// Planted is the message of a failure that FailNth plants.
const Planted = "planted failure"

// Run runs a program to its end, with the computed outputs that AWS would give.
func Run(program pulumi.RunFunc, options ...Option) *Result {
	r := newRecorder()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return &Result{Err: fmt.Errorf("listen for the program: %w", err)}
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage))
	pulumirpc.RegisterResourceMonitorServer(server, r)
	pulumirpc.RegisterEngineServer(server, &logger{r: r})
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()

	address := listener.Addr().String()
	err = pulumi.RunErr(program, func(info *pulumi.RunInfo) {
		// What the environment of the tests says about a stack is not theirs.
		*info = pulumi.RunInfo{Project: Project, Stack: "test", MonitorAddr: address, EngineAddr: address}
		for _, option := range options {
			option(r, info)
		}
		r.stack = info.Stack
	})
	return r.result(err)
}

// maxMessage is what the engine itself accepts (sdk/go/common/util/rpcutil).
const maxMessage = 400 << 20

// MustRun is Run for a program that has to succeed.
func MustRun(tb testing.TB, program pulumi.RunFunc, options ...Option) *Result {
	tb.Helper()
	result := Run(program, options...)
	if result.Err != nil {
		tb.Fatalf("the program gave an error: %v", result.Err)
	}
	return result
}
