// Package inprocess runs a Pulumi program against the stand-in AWS without an engine. It serves tests: every resource
// is checked and created by AWS's rules, and a program that takes the engine seconds takes milliseconds. There are no
// updates, no state and no diffs; package rehearsal has those.
package inprocess

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/cloud"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// World is an account in which programs run one after another. It implements pulumi.MockResourceMonitor, so the SDK
// itself waits for inputs and dependencies and the order of the registrations is the real one.
type World struct {
	*cloud.Cloud

	project, stack string
	preview        bool
	plants         []Plant

	mutex   sync.Mutex
	created map[string]created
	met     map[string]bool
	// grown signals each resource that is created.
	grown sync.Cond
}

// created is a resource in the account.
type created struct {
	token, urn, id string
	inputs         *structpb.Struct
}

var _ pulumi.MockResourceMonitor = (*World)(nil)

// New returns an account without resources, in which the programs have the plants' mistakes.
func New(plants ...Plant) (*World, error) {
	account, err := cloud.New()
	if err != nil {
		return nil, err
	}
	w := &World{Cloud: account, plants: plants, created: map[string]created{}, met: map[string]bool{}}
	w.grown.L = &w.mutex
	return w, nil
}

// Run deploys the program as a stack with that configuration. The region is that of the key aws:region.
func (w *World) Run(
	program pulumi.RunFunc, project, stack string, config map[string]string, secretKeys ...string,
) error {
	if err := w.Begin(project, stack, config["aws:region"], false); err != nil {
		return err
	}
	err := pulumi.RunErr(program, pulumi.WithMocks(project, stack, w), func(info *pulumi.RunInfo) {
		info.Config, info.ConfigSecretKeys = config, secretKeys
	})
	for _, p := range w.plants {
		if err == nil && p.Destroyed {
			err = w.remove(p.At)
		}
	}
	return err
}

// Begin starts a deployment, or a preview, of a stack in a region. Run calls it; a caller that has its own resource
// monitor calls it before the first registration.
func (w *World) Begin(project, stack, region string, preview bool) error {
	w.project, w.stack, w.preview = project, stack, preview
	config, err := structpb.NewStruct(map[string]any{"region": region})
	if err != nil {
		return err
	}
	request := &pulumirpc.ConfigureRequest{Args: config, AcceptSecrets: true}
	for _, provider := range w.Providers {
		if _, err := provider.Configure(context.Background(), request); err != nil {
			return err
		}
	}
	w.Cloud.Begin()
	// The SDK's mocks do not pass the registration of the stack itself on.
	root := &pulumirpc.RegisterResourceRequest{Type: string(resource.RootStackType), Name: project + "-" + stack}
	w.Declare(rehearsal.UrnOf(stack, project, root), nil)
	return nil
}

// Warnings returns the warnings of the stand-in about the account as it is.
func (w *World) Warnings() []live.Warning {
	var all []live.Warning
	w.Look(func(view *standin.View) { all = live.Warnings(view) })
	return all
}

// Has reports whether a program has created the resource with that label, such as ecs.Service 'redis'.
func (w *World) Has(label string) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.created[label].id != ""
}

// Empty reports whether no program has created anything.
func (w *World) Empty() bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return len(w.created) == 0
}

// NewResource implements pulumi.MockResourceMonitor.
func (w *World) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	var registration rehearsal.Registration = args.RegisterRPC
	if args.RegisterRPC == nil {
		registration = args.ReadRPC
	}
	return w.Register(registration, args.Inputs, args.Custom)
}

// Register creates the resource of a registration, with the plants for it, and returns its ID and properties. A
// component has its inputs as properties and no ID.
func (w *World) Register(
	registration rehearsal.Registration, inputs resource.PropertyMap, custom bool,
) (string, resource.PropertyMap, error) {
	urn := rehearsal.UrnOf(w.stack, w.project, registration)
	w.Declare(urn, slices.DeleteFunc(rehearsal.WaitsFor(registration), w.unawaited))
	if !custom {
		return "", inputs, nil
	}
	id, state, err := w.plant(registration.GetType(), urn, inputs)
	if request, ok := registration.(*pulumirpc.RegisterResourceRequest); ok && err == nil {
		hide(state, request.GetAdditionalSecretOutputs())
	}
	return id, state, err
}

// hide marks outputs as secret, as the engine does.
func hide(state resource.PropertyMap, outputs []string) {
	for _, output := range outputs {
		key := resource.PropertyKey(output)
		if value, ok := state[key]; ok && !value.IsSecret() {
			state[key] = resource.MakeSecret(value)
		}
	}
}

// create has the provider check the inputs and create the resource, as the engine does.
func (w *World) create(token, urn string, inputs resource.PropertyMap) (string, resource.PropertyMap, error) {
	provider := w.provider(token)
	if provider == nil {
		return "", nil, fmt.Errorf("nothing stands in for %s", token)
	}
	news, err := plugin.MarshalProperties(inputs, wire)
	if err != nil {
		return "", nil, err
	}
	ctx := context.Background()
	checked, err := provider.Check(ctx, &pulumirpc.CheckRequest{Urn: urn, News: news, RandomSeed: []byte(urn)})
	if err != nil {
		return "", nil, err
	}
	if err := failures(checked); err != nil {
		return "", nil, err
	}
	answer, err := provider.Create(ctx,
		&pulumirpc.CreateRequest{Urn: urn, Properties: checked.GetInputs(), Preview: w.preview})
	if err != nil {
		return "", nil, err
	}
	state, err := plugin.UnmarshalProperties(answer.GetProperties(), wire)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.created[label(urn)] = created{token, urn, answer.GetId(), checked.GetInputs()}
	w.grown.Broadcast()
	return answer.GetId(), state, err
}

func failures(checked *pulumirpc.CheckResponse) error {
	var errs []error
	for _, failure := range checked.GetFailures() {
		errs = append(errs, errors.New(failure.GetReason()))
	}
	return errors.Join(errs...)
}

// wire keeps secrets and unknown values as they are.
var wire = plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true, KeepResources: true}

// label returns the name of a resource in refusals, such as ecs.Service 'redis'.
func label(urn string) string {
	parsed := resource.URN(urn)
	return standin.ShortType(string(parsed.Type())) + " '" + parsed.Name() + "'"
}

func (w *World) provider(token string) pulumirpc.ResourceProviderServer {
	name, _, _ := strings.Cut(token, ":")
	return w.Providers[name]
}

// Call implements pulumi.MockResourceMonitor.
func (w *World) Call(args pulumi.MockCallArgs) (resource.PropertyMap, error) {
	provider := w.provider(args.Token)
	if provider == nil {
		return nil, fmt.Errorf("nothing stands in for %s", args.Token)
	}
	asked, err := plugin.MarshalProperties(args.Args, wire)
	if err != nil {
		return nil, err
	}
	answer, err := provider.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: args.Token, Args: asked})
	if err != nil {
		return nil, err
	}
	if err := failures(&pulumirpc.CheckResponse{Failures: answer.GetFailures()}); err != nil {
		return nil, err
	}
	return plugin.UnmarshalProperties(answer.GetReturn(), wire)
}
