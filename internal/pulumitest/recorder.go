package pulumitest

import (
	"context"
	"fmt"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// recorder answers a program as the engine would, and writes down what came.
type recorder struct {
	pulumirpc.UnimplementedResourceMonitorServer

	stack           string
	preview, forget bool
	failType        string
	failNumber      int

	mutex     sync.Mutex
	seen      map[string]*Resource
	counts    map[string]int
	resources []*Resource
	warnings  []string
	exports   resource.PropertyMap
}

func newRecorder() *recorder {
	return &recorder{seen: map[string]*Resource{}, counts: map[string]int{}}
}

func (r *recorder) result(err error) *Result {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return &Result{Err: err, Resources: r.resources, Warnings: r.warnings, Exports: r.exports}
}

// properties keeps everything as it came, so that a test can tell unknown from empty and secret from clear.
var properties = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true}

// features are those that the SDK's own mocks have. Output values are left out, so that inputs stay simple.
var features = []pulumirpc.ResourceMonitorFeature{
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_SECRETS,
	pulumirpc.ResourceMonitorFeature_RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
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
func (r *recorder) RegisterResourceHook(context.Context, *pulumirpc.RegisterResourceHookRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// RegisterResource implements pulumirpc.ResourceMonitorServer.
func (r *recorder) RegisterResource(
	_ context.Context, request *pulumirpc.RegisterResourceRequest,
) (*pulumirpc.RegisterResourceResponse, error) {
	inputs, err := plugin.UnmarshalProperties(request.GetObject(), properties)
	if err != nil {
		return nil, fmt.Errorf("read inputs of %s: %w", request.GetName(), err)
	}
	registered := newResource(r.stack, request, inputs)
	if registered.Type == string(resource.RootStackType) {
		return &pulumirpc.RegisterResourceResponse{Urn: registered.Urn}, nil
	}
	if err := r.record(registered); err != nil {
		return nil, err
	}
	if registered.Custom && !r.preview {
		if err := registered.create(); err != nil {
			return nil, err
		}
	}
	state, err := plugin.MarshalProperties(registered.State, properties)
	if err != nil {
		return nil, fmt.Errorf("write state of %s: %w", registered.Urn, err)
	}
	return &pulumirpc.RegisterResourceResponse{Urn: registered.Urn, Id: registered.Id, Object: state}, nil
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
	if !r.forget {
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

// Invoke implements pulumirpc.ResourceMonitorServer: it answers the functions that look something up.
func (r *recorder) Invoke(_ context.Context, request *pulumirpc.ResourceInvokeRequest) (*pulumirpc.ResourceInvokeResponse, error) {
	answers := map[string]map[string]any{
		"aws:index/getRegion:getRegion":                       {"name": Region, "id": Region},
		"aws:index/getCallerIdentity:getCallerIdentity":       {"accountId": Account, "id": Account},
		"aws:index/getPartition:getPartition":                 {"partition": "aws", "id": "aws"},
		"aws:index/getAvailabilityZones:getAvailabilityZones": {"names": []any{Region + "a", Region + "b", Region + "c"}, "id": Region},
	}
	answer, ok := answers[request.GetTok()]
	if !ok {
		return nil, fmt.Errorf("pulumitest has no answer for %s", request.GetTok())
	}
	fields, err := structpb.NewStruct(answer)
	if err != nil {
		return nil, fmt.Errorf("write answer of %s: %w", request.GetTok(), err)
	}
	return &pulumirpc.ResourceInvokeResponse{Return: fields}, nil
}

// logger keeps the warnings that a program gives.
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
