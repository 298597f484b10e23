package pulumitest

import (
	"context"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Remote has a provider construct the components that a program registers by their type alone, as programs in other
// languages do. The provider is attached to the program's engine.
func Remote(provider pulumirpc.ResourceProviderServer) Option {
	return func(r *recorder, _ *pulumi.RunInfo) { r.provider = provider }
}

// construct has the provider construct a component, as the engine does
// (pkg/resource/deploy/source_eval.go, resmon.RegisterResource).
func (r *recorder) construct(
	ctx context.Context, request *pulumirpc.RegisterResourceRequest,
) (*pulumirpc.RegisterResourceResponse, error) {
	if r.provider == nil {
		return nil, fmt.Errorf("no provider constructs %s", request.GetType())
	}
	dependencies := map[string]*pulumirpc.ConstructRequest_PropertyDependencies{}
	for name, on := range request.GetPropertyDependencies() {
		dependencies[name] = &pulumirpc.ConstructRequest_PropertyDependencies{Urns: on.GetUrns()}
	}
	built, err := r.provider.Construct(ctx, &pulumirpc.ConstructRequest{
		Project: Project, Stack: r.stack, DryRun: r.preview, Parallel: 1, MonitorEndpoint: r.address,
		Type: request.GetType(), Name: request.GetName(), Parent: request.GetParent(),
		Inputs: request.GetObject(), InputDependencies: dependencies, AcceptsOutputValues: true,
		Dependencies: request.GetDependencies(), Aliases: request.GetAliases(), Protect: request.Protect,
		Providers: request.GetProviders(),
	})
	if err != nil {
		return nil, err
	}
	r.mutex.Lock()
	r.remote[built.GetUrn()] = true
	r.mutex.Unlock()
	on := map[string]*pulumirpc.RegisterResourceResponse_PropertyDependencies{}
	for name, urns := range built.GetStateDependencies() {
		on[name] = &pulumirpc.RegisterResourceResponse_PropertyDependencies{Urns: urns.GetUrns()}
	}
	return &pulumirpc.RegisterResourceResponse{
		Urn: built.GetUrn(), Object: built.GetState(), PropertyDependencies: on,
	}, nil
}

// expand adds the resources in a component that a provider has constructed to the dependencies on the component, as the
// engine does (pkg/resource/graph/dependency_graph.go, DependenciesOf).
func (r *recorder) expand(request *pulumirpc.RegisterResourceRequest) {
	on := slices.Clone(request.GetDependencies())
	for _, property := range request.GetPropertyDependencies() {
		on = append(on, property.GetUrns()...)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, urn := range on {
		if r.remote[urn] {
			request.Dependencies = append(request.Dependencies, r.within(urn)...)
		}
	}
}

// within returns the resources in a component.
func (r *recorder) within(component string) []string {
	var urns []string
	for _, registered := range r.resources {
		if registered.Parent == component {
			urns = append(append(urns, registered.Urn), r.within(registered.Urn)...)
		}
	}
	return urns
}
