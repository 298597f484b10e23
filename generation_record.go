package main

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// generationRecordName is the key whose value is recorded.
const generationRecordName = "care:generation"

// generationRecord is nothing in AWS. Its input records the generation that a stack was deployed with, which nothing else
// in the state does, so that a change of it can be noticed.
type generationRecord struct{ pulumi.ResourceState }

// recordGeneration records the generation, and has previews and updates warn where it changes.
func recordGeneration(ctx *pulumi.Context, c Config) error {
	hook, err := ctx.RegisterResourceHook("warn-of-generation", func(args *pulumi.ResourceHookArgs) error {
		if warning := moveWarning(recordedGeneration(args.OldInputs), recordedGeneration(args.NewInputs)); warning != "" {
			return ctx.Log.Warn(warning, nil)
		}
		return nil
	}, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return fmt.Errorf("watch the generation: %w", err)
	}
	err = ctx.RegisterComponentResourceV2("care:index:Generation", generationRecordName,
		pulumi.Map{"generation": pulumi.String(c.Generation)}, &generationRecord{},
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

// moveWarning describes what a change of generation does to the data; nothing where the generation stays.
func moveWarning(from, to components.CareGeneration) string {
	switch {
	case from == to || from == "" || to == "":
		return ""
	case to == components.Care3:
		return "care:generation goes from 2024 to 3: Care 3.x migrates the database, and nothing migrates it back. Whether it " +
			"takes over the tables of 2024 is not confirmed: take a snapshot of the database first, and try it on a copy."
	}
	return "care:generation goes from 3 to 2024: the resources move back, the data does not. Care of 2024 cannot use the tables " +
		"that Care 3.x has migrated: restore a database from before that move, and use it."
}
