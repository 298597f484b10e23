package rehearsal

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pulumi/pulumi/sdk/v3/go/common/providers"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
)

// Registration is a request of a program to register a resource, or to read one that exists.
type Registration interface {
	proto.Message
	GetType() string
	GetName() string
	GetParent() string
	GetProvider() string
	GetDependencies() []string
}

// UrnOf returns the URN that the engine makes for a registration (pkg/resource/deploy/deployment.go, generateURN).
func UrnOf(stack, project string, r Registration) string {
	var parent tokens.Type
	if urn := resource.URN(r.GetParent()); urn.IsValid() && urn.QualifiedType() != resource.RootStackType {
		parent = urn.QualifiedType()
	}
	return string(resource.NewURN(tokens.QName(stack), tokens.PackageName(project), parent, tokens.Type(r.GetType()),
		r.GetName()))
}

// WaitsFor returns the URNs of the resources that must exist before this one: the dependencies, to which the SDK has
// added the sources of inputs and the children of components, and the resources that its registration refers to
// (sdk/go/pulumi/context.go, prepareResourceInputs).
func WaitsFor(r Registration) []string {
	on := append(slices.Clone(r.GetDependencies()), r.GetParent())
	if provider, err := providers.ParseReference(r.GetProvider()); err == nil {
		on = append(on, string(provider.URN()))
	}
	if registered, ok := r.(*pulumirpc.RegisterResourceRequest); ok {
		for _, property := range registered.GetPropertyDependencies() {
			on = append(on, property.GetUrns()...)
		}
		on = append(append(on, registered.GetReplaceWith()...), registered.GetDeletedWith())
	}
	slices.Sort(on)
	return slices.DeleteFunc(slices.Compact(on), func(urn string) bool { return urn == "" })
}

// declarations reports to the world which resources each resource of a run waits for.
type declarations struct {
	stack, project string
	world          World
	// transformed says that functions of the program change registrations in the engine, where they may add to what a
	// resource waits for. Then nothing more is declared: less is known, and nothing false.
	transformed atomic.Bool

	mutex sync.Mutex
	// remote are the components that a plugin constructs, and children the resources in each component.
	remote   map[string]bool
	children map[string][]string
}

// newDeclarations returns the declarations of one run, or nil without a world.
func newDeclarations(stack, project string, world World) *declarations {
	if world == nil {
		return nil
	}
	return &declarations{
		stack: stack, project: project, world: world, remote: map[string]bool{}, children: map[string][]string{},
	}
}

// note looks at what the program asks the engine for, before the engine gets it: the engine has the resource created
// before it answers.
func (d *declarations) note(method string, message []byte) error {
	var r Registration
	switch method {
	case pulumirpc.ResourceMonitor_RegisterResource_FullMethodName:
		r = &pulumirpc.RegisterResourceRequest{}
	case pulumirpc.ResourceMonitor_ReadResource_FullMethodName:
		r = &pulumirpc.ReadResourceRequest{}
	case pulumirpc.ResourceMonitor_RegisterStackTransform_FullMethodName:
		d.transformed.Store(true)
		return nil
	default:
		return nil
	}
	if err := proto.Unmarshal(message, r); err != nil {
		return fmt.Errorf("reading a call of %s: %w", method, err)
	}
	registered, ok := r.(*pulumirpc.RegisterResourceRequest)
	if ok && len(registered.GetTransforms()) > 0 {
		d.transformed.Store(true)
	}
	if urn := UrnOf(d.stack, d.project, r); !d.transformed.Load() {
		d.world.Declare(urn, d.expand(urn, r.GetParent(), ok && registered.GetRemote(), WaitsFor(r)))
	}
	return nil
}

// expand adds to the dependencies of a resource those that the engine adds: all resources in a component that a plugin
// has constructed (pkg/resource/graph/dependency_graph.go, DependenciesOf). The program knows them by the component
// alone. A resource does not wait for its siblings, though it is in the same component.
func (d *declarations) expand(urn, parent string, remote bool, on []string) []string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if remote {
		d.remote[urn] = true
	}
	d.children[parent] = append(d.children[parent], urn)
	for _, dependency := range on {
		if d.remote[dependency] && dependency != parent {
			on = append(on, d.within(dependency)...)
		}
	}
	return on
}

// within returns the resources in a component.
func (d *declarations) within(component string) []string {
	urns := slices.Clone(d.children[component])
	for _, child := range d.children[component] {
		urns = append(urns, d.within(child)...)
	}
	return urns
}
