package pulumitest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// recorder answers a program as the engine would and records its requests.
type recorder struct {
	pulumirpc.UnimplementedResourceMonitorServer

	// world is the account in which the resources are created.
	world *inprocess.World
	// begin opens the account once.
	begin func() error
	// provider constructs components for the monitor at address. It may be nil.
	provider pulumirpc.ResourceProviderServer
	address  string
	stack    string
	preview  bool
	// replay are the resources of an earlier run, if nothing is to be created.
	replay     map[string]*Resource
	failType   string
	failNumber int

	mutex sync.Mutex
	// remote are the components that provider has constructed.
	remote    map[string]bool
	seen      map[string]*Resource
	counts    map[string]int
	resources []*Resource
	warnings  []string
	exports   resource.PropertyMap
}

func newRecorder() (*recorder, error) {
	world, err := inprocess.New()
	return &recorder{
		world: world, remote: map[string]bool{}, seen: map[string]*Resource{}, counts: map[string]int{},
	}, err
}

func (r *recorder) result(err error) *Result {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return &Result{Err: err, Resources: r.resources, Warnings: r.warnings, Exports: r.exports}
}

// properties keeps everything as it came, so that a test can tell unknown from empty and secret from clear.
var properties = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true}

// features are those that the SDK's own mocks have, and output values, which the SDK uses for remote components only.
var features = []pulumirpc.ResourceMonitorFeature{
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_SECRETS,
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_OUTPUT_VALUES,
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_DELETED_WITH,
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_TRANSFORMS,
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_RESOURCE_HOOKS,
}

// GetDeploymentInfo implements pulumirpc.ResourceMonitorServer.
func (r *recorder) GetDeploymentInfo(context.Context, *emptypb.Empty) (*pulumirpc.DeploymentInfo, error) {
	return &pulumirpc.DeploymentInfo{Project: Project, Stack: r.stack, SupportedFeatures: features}, nil
}

// SignalAndWaitForShutdown implements pulumirpc.ResourceMonitorServer.
func (r *recorder) SignalAndWaitForShutdown(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// RegisterResourceHook implements pulumirpc.ResourceMonitorServer. No hook is called: nothing is ever updated here.
func (r *recorder) RegisterResourceHook(context.Context,
	*pulumirpc.RegisterResourceHookRequest,
) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// RegisterResource implements pulumirpc.ResourceMonitorServer.
func (r *recorder) RegisterResource(
	ctx context.Context, request *pulumirpc.RegisterResourceRequest,
) (*pulumirpc.RegisterResourceResponse, error) {
	if request.GetRemote() {
		return r.construct(ctx, request)
	}
	inputs, err := plugin.UnmarshalProperties(request.GetObject(), properties)
	if err != nil {
		return nil, fmt.Errorf("read inputs of %s: %w", request.GetName(), err)
	}
	r.expand(request)
	registered := newResource(r.stack, request, inputs)
	if registered.Type == string(resource.RootStackType) {
		return &pulumirpc.RegisterResourceResponse{Urn: registered.Urn}, nil
	}
	if err := r.record(registered); err != nil {
		return nil, err
	}
	if err := r.create(registered); err != nil {
		return nil, err
	}
	state, err := plugin.MarshalProperties(registered.State, properties)
	if err != nil {
		return nil, fmt.Errorf("write state of %s: %w", registered.Urn, err)
	}
	return &pulumirpc.RegisterResourceResponse{Urn: registered.Urn, Id: registered.Id, Object: state}, nil
}

// create creates the resource in the account, by AWS's rules. A preview does not know the ID.
func (r *recorder) create(registered *Resource) (err error) {
	if r.replay != nil {
		registered.Id = registered.Name
		if known := r.replay[registered.Urn]; known != nil {
			registered.Id, registered.State = known.Id, known.State
		}
		return nil
	}
	if err := r.begin(); err != nil {
		return err
	}
	inputs := registered.Inputs.Copy()
	registered.Id, registered.State, err = r.world.Register(registered.Options, inputs, registered.Custom)
	maps.DeleteFunc(registered.State, func(key resource.PropertyKey, value resource.PropertyValue) bool {
		_, given := registered.Inputs[key]
		return !given && value.ContainsUnknowns() // the SDK has an output that is not there as unknown
	})
	return err
}

func (r *recorder) record(registered *Resource) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.seen[registered.Urn] != nil {
		return fmt.Errorf("%s is registered twice", registered.Urn)
	}
	r.counts[registered.Type]++
	if registered.Type == r.failType && r.counts[registered.Type] == r.failNumber {
		return fmt.Errorf("%s for %s", Planted, registered.Urn)
	}
	r.seen[registered.Urn] = registered
	if r.replay == nil {
		r.resources = append(r.resources, registered)
	}
	return nil
}

// RegisterResourceOutputs implements pulumirpc.ResourceMonitorServer.
func (r *recorder) RegisterResourceOutputs(
	_ context.Context, request *pulumirpc.RegisterResourceOutputsRequest,
) (*emptypb.Empty, error) {
	outputs, err := plugin.UnmarshalProperties(request.GetOutputs(), properties)
	if err != nil {
		return nil, fmt.Errorf("read outputs of %s: %w", request.GetUrn(), err)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if registered := r.seen[request.GetUrn()]; registered != nil {
		registered.Outputs = outputs
		registered.OutputRegistrations++
	} else {
		r.exports = outputs
	}
	return &emptypb.Empty{}, nil
}

// getResource is the function of the engine that reads the outputs of a resource.
const getResource = "pulumi:pulumi:getResource"

// Invoke implements pulumirpc.ResourceMonitorServer: it calls the functions that look something up.
func (r *recorder) Invoke(
	_ context.Context, request *pulumirpc.ResourceInvokeRequest,
) (*pulumirpc.ResourceInvokeResponse, error) {
	args, err := plugin.UnmarshalProperties(request.GetArgs(), properties)
	if err = errors.Join(err, r.begin()); err != nil {
		return nil, fmt.Errorf("read arguments of %s: %w", request.GetTok(), err)
	}
	if request.GetTok() == getResource {
		// No update came before this one.
		return &pulumirpc.ResourceInvokeResponse{Return: &structpb.Struct{}}, nil
	}
	result, err := r.world.Call(pulumi.MockCallArgs{Token: request.GetTok(), Args: args})
	if err != nil {
		return nil, err
	}
	fields, err := plugin.MarshalProperties(result, properties)
	if err != nil {
		return nil, fmt.Errorf("write result of %s: %w", request.GetTok(), err)
	}
	return &pulumirpc.ResourceInvokeResponse{Return: fields}, nil
}

// logger records the warnings of a program.
type logger struct {
	pulumirpc.UnimplementedEngineServer

	r *recorder
}

// Log implements pulumirpc.EngineServer.
func (l *logger) Log(_ context.Context, request *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	l.r.mutex.Lock()
	defer l.r.mutex.Unlock()
	if request.GetSeverity() == pulumirpc.LogSeverity_WARNING {
		l.r.warnings = append(l.r.warnings, request.GetMessage())
	}
	return &emptypb.Empty{}, nil
}
