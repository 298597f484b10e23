package main

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// guardName is the key that lets the guard go. Pulumi destroys without running the program: the name of a resource is all
// that its refusal has from us.
const guardName = "care:protectData"

// guard is nothing in AWS. Where data is protected it is protected too, and depends on all other resources, so that a
// destroy begins with it and ends there, before anything is deleted.
type guard struct {
	pulumi.ResourceState

	others []pulumi.Resource
}

// newGuard notes what is registered from now on.
func newGuard(ctx *pulumi.Context) (*guard, error) {
	g := &guard{}
	err := ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		g.others = append(g.others, args.Resource)
		return nil
	})
	return g, err
}

// register comes after all others. The guard stays when the protection is taken off, since it could not be deleted before.
func (g *guard) register(ctx *pulumi.Context, protect bool) error {
	options := []pulumi.ResourceOption{pulumi.Protect(protect)}
	if protect {
		options = append(options, pulumi.DependsOn(g.others))
	}
	if err := ctx.RegisterComponentResourceV2("care:index:Guard", guardName, pulumi.Map{}, g, options...); err != nil {
		return fmt.Errorf("guard the data: %w", err)
	}
	return nil
}
