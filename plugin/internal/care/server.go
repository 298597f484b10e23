package care

import (
	"context"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Serve serves the components until the engine ends the process.
func Serve(schema string) error {
	return provider.Main(Name, func(host *provider.HostClient) (pulumirpc.ResourceProviderServer, error) {
		return NewServer(schema, host), nil
	})
}

// server is the provider. It uses the SDK itself and not pulumi-go-provider, whose v1.5.0 drops aliases that have no
// URN: a component that is renamed with one would be replaced, with the data in it.
type server struct {
	pulumirpc.UnimplementedResourceProviderServer
	schema     string
	host       *provider.HostClient
	components map[string]Component
}

// NewServer returns the provider. It serves the schema as it is, and constructs components in the engine of host.
func NewServer(schema string, host *provider.HostClient) pulumirpc.ResourceProviderServer {
	s := &server{schema: schema, host: host, components: map[string]Component{}}
	for _, component := range Components() {
		s.components[component.Token] = component
	}
	return s
}

// GetPluginInfo returns the version of the provider.
func (s *server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: Version}, nil
}

// GetSchema returns the schema.
func (s *server) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{Schema: s.schema}, nil
}

// Configure accepts secrets and outputs among the inputs. The provider has no configuration of its own: the resources
// of a component use the program's provider of AWS.
func (s *server) Configure(context.Context, *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	return &pulumirpc.ConfigureResponse{
		AcceptSecrets: true, SupportsPreview: true, AcceptResources: true, AcceptOutputs: true,
	}, nil
}

// Attach connects the provider to the engine, if the engine did not start it.
func (s *server) Attach(_ context.Context, request *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	host, err := provider.NewHostClient(request.GetAddress())
	if err != nil {
		return nil, err
	}
	s.host = host
	return &emptypb.Empty{}, nil
}

// Cancel does nothing, because the engine ends the process.
func (s *server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// Construct runs the constructor of a component. Before that it checks that the inputs have the form that the
// constructor takes.
func (s *server) Construct(
	ctx context.Context, request *pulumirpc.ConstructRequest,
) (*pulumirpc.ConstructResponse, error) {
	component, served := s.components[request.GetType()]
	if !served {
		return nil, fmt.Errorf("the provider %s has no component %s", Name, request.GetType())
	}
	inputs, err := plugin.UnmarshalProperties(request.GetInputs(), plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepOutputValues: true,
	})
	if err != nil {
		return nil, fmt.Errorf("reading the inputs: %w", err)
	}
	if err := checkForm(inputs, dependencies(request), component.args); err != nil {
		return nil, fmt.Errorf("%s %q: %w", request.GetType(), request.GetName(), err)
	}
	return provider.Construct(ctx, request, s.host.EngineConn(), component.construct)
}
