package main

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
)

// guardName is the key that removes the guard's protection. Pulumi destroys without running the program, so its refusal
// to delete the guard shows nothing of ours but this name.
const guardName = "care:protectData"

// guard is a resource without anything in AWS. If data is protected, the guard is protected too and depends on all
// other resources, so that a destroy begins with it and stops there, before anything is deleted.
type guard struct {
	pulumi.ResourceState

	others []pulumi.Resource
}

// newGuard returns a guard that collects the resources registered from now on.
func newGuard(ctx *pulumi.Context) (*guard, error) {
	g := &guard{}
	collect := func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
		g.others = append(g.others, args.Resource)
		return nil
	}
	return g, ctx.RegisterStackTransformation(collect)
}

// register registers the guard, after all other resources. A guard without protection is registered too: it could not
// be deleted in the update that removes its protection.
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

// generationRecord is a resource without anything in AWS. Its input records the generation that a stack was deployed
// with, which nothing else in the state does, so that a change of it can be detected.
type generationRecord struct{ pulumi.ResourceState }

// recordGeneration records the generation. Previews and updates warn if it changes. The record is protected with the
// guard, which cannot depend on it: a dependency on a component is one on its children, and this one has none.
func recordGeneration(ctx *pulumi.Context, generation components.CareGeneration, protect bool) error {
	hook, err := ctx.RegisterResourceHook("warn-of-generation", func(args *pulumi.ResourceHookArgs) error {
		if warning := moveWarning(recordedGeneration(args.OldInputs), recordedGeneration(args.NewInputs)); warning != "" {
			return ctx.Log.Warn(warning, nil)
		}
		return nil
	}, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return fmt.Errorf("watch the generation: %w", err)
	}
	err = ctx.RegisterComponentResourceV2("care:index:Generation", "care:generation",
		pulumi.Map{"generation": pulumi.String(generation)}, &generationRecord{}, pulumi.Protect(protect),
		pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook}}))
	if err != nil {
		return fmt.Errorf("record the generation: %w", err)
	}
	return nil
}

func recordedGeneration(inputs resource.PropertyMap) components.CareGeneration {
	value := inputs["generation"]
	if !value.IsString() {
		return ""
	}
	return components.CareGeneration(value.StringValue())
}

// moveWarning describes how a change of generation affects the data; it is empty if the generation stays the same.
func moveWarning(from, to components.CareGeneration) string {
	switch {
	case from == to || from == "" || to == "":
		return ""
	case to == components.Care3:
		return "care:generation goes from 2024 to 3: Care 3.x migrates the database, and nothing migrates it back. " +
			"Whether it takes over the tables of 2024 is not confirmed: take a snapshot of the database first, and try " +
			"it on a copy."
	}
	return "care:generation goes from 3 to 2024: the resources move back, the data does not. Care of 2024 cannot use " +
		"the tables that Care 3.x has migrated: restore a database from before that move, and use it."
}

// deployKey returns the ARN of the key that encrypts the data of the stack, a new or an existing one; nil if AWS's own
// keys do.
func deployKey(ctx *pulumi.Context, c config.Config) (pulumi.StringInput, error) {
	if existing := c.Encryption.ExistingKeyArn(); existing != "" {
		return pulumi.String(existing), nil
	}
	if c.Encryption.Key != config.OwnKey {
		return nil, nil
	}
	key, err := components.NewEncryptionKey(ctx, "care-data", &components.EncryptionKeyArgs{ProtectData: c.ProtectData})
	if err != nil {
		return nil, err
	}
	return key.Arn, nil
}
