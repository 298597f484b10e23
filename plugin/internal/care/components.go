// Package care serves components to programs in any language.
package care

import (
	"fmt"
	"reflect"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"

	"github.com/ohcnetwork/care-ecs/components"
)

const (
	// Name is the name of the provider, and the first part of the components' type tokens.
	Name = "care"
	// Module is the second part of the components' type tokens.
	Module = "index"
	// Version is the version of the provider and of its SDKs.
	Version = "0.2.0"
)

// Component is one component that the provider serves.
type Component struct {
	// Token is its type token, the one that the Go program uses as well, so that a stack may change its language.
	Token string
	// Inferred derives the schema from the Go types.
	Inferred infer.InferredComponent
	// args is the type of its inputs.
	args reflect.Type
	// construct runs its constructor.
	construct provider.ConstructFunc
}

// Components returns the components that stand alone: they need nothing that only Care has.
func Components() []Component {
	return []Component{
		served(components.NewAlarmTopic),
		served(components.NewAlb),
		served(components.NewBuckets),
		served(components.NewCluster),
		served(components.NewElastiCache),
		served(components.NewFargateService),
		served(components.NewFileSystem),
		served(components.NewNamespace),
		served(components.NewPostgres),
		served(components.NewRedisStack),
		served(components.NewRoute),
		served(components.NewVpc),
	}
}

// served returns the component of a constructor.
func served[Args any, Resource pulumi.ComponentResource](
	constructor func(*pulumi.Context, string, *Args, ...pulumi.ResourceOption) (Resource, error),
) Component {
	return Component{
		Token:    fmt.Sprintf("%s:%s:%s", Name, Module, reflect.TypeFor[Resource]().Elem().Name()),
		Inferred: infer.ComponentF(constructor),
		args:     reflect.TypeFor[Args](),
		construct: func(
			ctx *pulumi.Context, _, name string, inputs provider.ConstructInputs, opts pulumi.ResourceOption,
		) (*provider.ConstructResult, error) {
			args := new(Args)
			if err := inputs.CopyTo(args); err != nil {
				return nil, fmt.Errorf("reading the inputs: %w", err)
			}
			resource, err := constructor(ctx, name, args, opts)
			if err != nil {
				return nil, err
			}
			return result(resource)
		},
	}
}

// result returns the outputs of a component. One that has several values, such as a Connection, is known once all of
// them are: SDKs of other languages take an object as known even if a value in it is not.
func result(resource pulumi.ComponentResource) (*provider.ConstructResult, error) {
	built, err := provider.NewConstructResult(resource)
	if err != nil {
		return nil, err
	}
	if outputs, ok := built.State.(pulumi.Map); ok {
		for name, output := range outputs {
			outputs[name] = pulumi.ToOutput(output)
		}
	}
	return built, nil
}
