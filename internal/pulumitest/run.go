package pulumitest

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// These are the project of every program, its region by default and its account.
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

// Config sets the configuration by full keys. The values of secretKeys are encrypted.
func Config(values map[string]string, secretKeys ...string) Option {
	return func(_ *recorder, info *pulumi.RunInfo) { info.Config, info.ConfigSecretKeys = values, secretKeys }
}

// Preview creates nothing: IDs and computed outputs stay unknown.
func Preview() Option {
	return func(r *recorder, info *pulumi.RunInfo) { r.preview, info.DryRun = true, true }
}

// FailNth makes the nth registration of a type fail, counted from 1.
func FailNth(token string, n int) Option {
	return func(r *recorder, _ *pulumi.RunInfo) { r.failType, r.failNumber = token, n }
}

// Replay records and creates nothing, for benchmarks of the program itself. A resource has the ID and the properties
// of the earlier run, and one that is not in it has its name as ID and its inputs as properties.
func Replay(earlier *Result) Option {
	return func(r *recorder, _ *pulumi.RunInfo) {
		r.replay = map[string]*Resource{}
		for _, registered := range earlier.Resources {
			r.replay[registered.Urn] = registered
		}
	}
}

// Planted is the message of a failure that FailNth plants.
const Planted = "planted failure"

// Run runs a program to its end in an account of its own. AWS's rules refuse what AWS would refuse.
func Run(program pulumi.RunFunc, options ...Option) *Result {
	r, err := newRecorder()
	if err != nil {
		return &Result{Err: err}
	}
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
	// The environment of the tests may name a stack, which is not theirs.
	info := pulumi.RunInfo{Project: Project, Stack: "test", MonitorAddr: address, EngineAddr: address}
	for _, option := range options {
		option(r, &info)
	}
	r.stack, r.address = info.Stack, address
	if r.provider != nil {
		if _, err := r.provider.Attach(context.Background(), &pulumirpc.PluginAttach{Address: address}); err != nil {
			return &Result{Err: fmt.Errorf("attach the provider: %w", err)}
		}
	}
	// The program judges its configuration first, so the account opens at the first request.
	r.begin = sync.OnceValue(func() error {
		return r.world.Begin(Project, info.Stack, cmp.Or(info.Config["aws:region"], Region), r.preview)
	})
	return r.result(pulumi.RunErr(program, func(given *pulumi.RunInfo) { *given = info }))
}

// maxMessage is what the engine itself accepts (sdk/go/common/util/rpcutil).
const maxMessage = 400 << 20

// MustRun runs a program and fails the test if the program returns an error.
func MustRun(tb testing.TB, program pulumi.RunFunc, options ...Option) *Result {
	tb.Helper()
	result := Run(program, options...)
	if result.Err != nil {
		tb.Fatalf("the program gave an error: %v", result.Err)
	}
	return result
}
