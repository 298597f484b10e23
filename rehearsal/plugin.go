package rehearsal

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// plugin is a provider of the project that has components only, such as those of a component library. It runs as it
// is, since the resources of its components are those of the stand-ins. A provider with resources of its own is
// refused: it would create them in a real cloud.
type plugin struct {
	pulumirpc.UnimplementedResourceProviderServer

	name, executable string
	log              io.Writer
	declarations     *declarations

	mutex   sync.Mutex
	process *child
	// client calls the process. It is nil before the engine attaches.
	client pulumirpc.ResourceProviderClient
}

// Attach starts the process, and tells it the address of the engine.
func (p *plugin) Attach(ctx context.Context, request *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.client != nil {
		return &emptypb.Empty{}, nil
	}
	command := exec.Command(p.executable, request.GetAddress())
	command.Env = cleanEnvironment()
	process, err := startChild(ctx, command, p.log)
	if err != nil {
		return nil, fmt.Errorf("starting the plugin %s: %w", p.name, err)
	}
	p.process, p.client = process, pulumirpc.NewResourceProviderClient(process.connection)
	return &emptypb.Empty{}, p.refuseResources(ctx)
}

// refuseResources returns an error if the plugin has anything but components.
func (p *plugin) refuseResources(ctx context.Context) error {
	answer, err := p.client.GetSchema(ctx, &pulumirpc.GetSchemaRequest{})
	if err != nil {
		return fmt.Errorf("reading the schema of the plugin %s: %w", p.name, err)
	}
	var schema struct {
		Resources map[string]struct {
			IsComponent bool `json:"isComponent"`
		} `json:"resources"`
		Functions map[string]any `json:"functions"`
	}
	if err := json.Unmarshal([]byte(answer.GetSchema()), &schema); err != nil {
		return fmt.Errorf("reading the schema of the plugin %s: %w", p.name, err)
	}
	foreign := slices.Collect(maps.Keys(schema.Functions))
	for token, resource := range schema.Resources {
		if !resource.IsComponent {
			foreign = append(foreign, token)
		}
	}
	slices.Sort(foreign)
	if len(foreign) > 0 {
		return fmt.Errorf("the plugin %s is not run, because it has more than components, which could reach a real cloud: %s",
			p.name, strings.Join(foreign, ", "))
	}
	return nil
}

// Construct has the plugin construct a component. Its resources are registered through a monitor, like those of the
// program.
func (p *plugin) Construct(
	ctx context.Context, request *pulumirpc.ConstructRequest,
) (*pulumirpc.ConstructResponse, error) {
	if p.declarations != nil {
		monitor, err := openMonitor(request.GetMonitorEndpoint(), p.declarations)
		if err != nil {
			return nil, err
		}
		defer monitor.close()
		request.MonitorEndpoint = monitor.address
	}
	return p.client.Construct(ctx, request)
}

// Call calls a method of a component.
func (p *plugin) Call(ctx context.Context, request *pulumirpc.CallRequest) (*pulumirpc.CallResponse, error) {
	return p.client.Call(ctx, request)
}

// GetSchema returns the schema of the plugin.
func (p *plugin) GetSchema(
	ctx context.Context, request *pulumirpc.GetSchemaRequest,
) (*pulumirpc.GetSchemaResponse, error) {
	return p.client.GetSchema(ctx, request)
}

// GetPluginInfo returns the version of the plugin.
func (p *plugin) GetPluginInfo(ctx context.Context, request *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return p.client.GetPluginInfo(ctx, request)
}

// CheckConfig checks the plugin's configuration.
func (p *plugin) CheckConfig(ctx context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	return p.client.CheckConfig(ctx, request)
}

// DiffConfig compares two configurations of the plugin.
func (p *plugin) DiffConfig(ctx context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	return p.client.DiffConfig(ctx, request)
}

// Configure configures the plugin.
func (p *plugin) Configure(
	ctx context.Context, request *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	return p.client.Configure(ctx, request)
}

// Cancel asks the plugin to stop.
func (p *plugin) Cancel(ctx context.Context, request *emptypb.Empty) (*emptypb.Empty, error) {
	return p.client.Cancel(ctx, request)
}

// stop ends the process.
func (p *plugin) stop() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.process != nil {
		_ = p.process.stop()
	}
}
