package main

import (
	"fmt"
	"slices"
	"strings"

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

// record is a resource without anything in AWS. Its inputs are a part of the configuration that nothing else in the state
// has, so that a change of it is detected.
type record struct {
	pulumi.ResourceState

	token, name string
	// subject is what the errors call it.
	subject string
	inputs  pulumi.Map
	// hook names change, which is called before each update of the inputs, in previews too. Its error ends the update.
	hook   string
	change func(before, after resource.PropertyMap) error
}

// register registers the record. It is protected with the guard, which cannot depend on it: a dependency on a component
// is one on its children, and this one has none.
func (r *record) register(ctx *pulumi.Context, protect bool, options ...pulumi.ResourceOption) error {
	hook, err := ctx.RegisterResourceHook(r.hook, func(args *pulumi.ResourceHookArgs) error {
		return r.change(args.OldInputs, args.NewInputs)
	}, &pulumi.ResourceHookOptions{OnDryRun: true})
	if err != nil {
		return fmt.Errorf("watch the %s: %w", r.subject, err)
	}
	options = append(options, pulumi.Protect(protect),
		pulumi.ResourceHooks(&pulumi.ResourceHookBinding{BeforeUpdate: []*pulumi.ResourceHook{hook}}))
	if err := ctx.RegisterComponentResourceV2(r.token, r.name, r.inputs, r, options...); err != nil {
		return fmt.Errorf("record the %s: %w", r.subject, err)
	}
	return nil
}

// recordGeneration records the generation that the stack was deployed with. Previews and updates warn if it changes.
func recordGeneration(ctx *pulumi.Context, generation components.CareGeneration, protect bool) error {
	r := &record{
		token: "care:index:Generation", name: "care:generation", subject: "generation",
		inputs: pulumi.Map{"generation": pulumi.String(generation)}, hook: "warn-of-generation",
		change: func(before, after resource.PropertyMap) error {
			if warning := moveWarning(recordedGeneration(before), recordedGeneration(after)); warning != "" {
				return ctx.Log.Warn(warning, nil)
			}
			return nil
		},
	}
	return r.register(ctx, protect)
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

// encryption is the KMS keys of the data of a stack.
type encryption struct {
	// key is the ARN of the key of new data; nil if AWS's own keys encrypt it.
	key pulumi.StringInput
	// formerKeys are the ARNs of keys that older data has.
	formerKeys []pulumi.StringInput
	// ownKey is nil unless one of them is created by the stack.
	ownKey *components.EncryptionKey
}

// deployKeys creates the key of the stack if new or older data has it. With it, it registers a resource without anything
// in AWS for each kind of data that the key encrypts: Pulumi lists them when it asks for the confirmation of a destroy.
func deployKeys(ctx *pulumi.Context, c config.Config) (e encryption, err error) {
	arns := map[string]pulumi.StringInput{}
	for _, key := range c.Encryption.Keys() {
		arns[key] = pulumi.String(key)
		if key != config.OwnKey {
			continue
		}
		args := &components.EncryptionKeyArgs{ProtectData: c.ProtectData, CopyAccount: c.CopyAccount()}
		if e.ownKey, err = components.NewEncryptionKey(ctx, "care-data", args); err != nil {
			return e, err
		}
		arns[key] = e.ownKey.Arn
		for _, data := range encryptedData(c) {
			err := ctx.RegisterComponentResourceV2("care:index:UnreadableWithoutKey", data, pulumi.Map{}, &record{},
				pulumi.Parent(e.ownKey), pulumi.Protect(c.ProtectData))
			if err != nil {
				return e, fmt.Errorf("record the data of the key: %w", err)
			}
		}
	}
	e.key = arns[c.Encryption.Key]
	for _, key := range c.Encryption.FormerEncryptionKeys {
		e.formerKeys = append(e.formerKeys, arns[key])
	}
	return e, nil
}

// encryptedData lists the data of the stack that nobody can read any more when its key is deleted.
func encryptedData(c config.Config) []string {
	data := []string{"log groups and parameters"}
	if c.Database.Address == "" {
		data = append(data, "database care-db with its automated backups, snapshots and recovery points")
	}
	switch {
	case c.Redis.Backend == config.ElastiCache:
		data = append(data, "cache care-cache with its snapshots")
	case c.Redis.Persistence == config.PersistenceEfs:
		data = append(data, "file system of redis with recovery points under the key")
	}
	if c.BucketsHaveKeys() && c.Storage.PatientBucket == "" {
		data = append(data, "objects in the bucket care-patient")
	}
	if c.BucketsHaveKeys() && c.Storage.FacilityBucket == "" && c.Storage.PrivateFacilityImages {
		data = append(data, "objects in the bucket care-facility")
	}
	if c.Backup.Plan {
		data = append(data, "backups in the vault of the stack")
	}
	return data
}

// recordKeys records the keys that data of the stack may have, and refuses a change that no longer names one of them: the
// key would be deleted, or Care would lose the permission to decrypt with it. The record is made after the first use of
// each key, so that a key that AWS refuses can be corrected.
func recordKeys(ctx *pulumi.Context, c config.Config, s stack) error {
	used := []pulumi.Resource{s.storage.buckets}
	if c.Encryption.Key == config.OwnKey {
		used = []pulumi.Resource{s.ownKey}
	}
	data := encryptedData(c)
	r := &record{
		token: "care:index:EncryptionKeys", name: "care:encryptionKey", subject: "encryption keys",
		inputs: pulumi.Map{"keys": pulumi.ToStringArray(c.Encryption.Keys()), "data": pulumi.ToStringArray(data)},
		hook:   "keep-encryption-keys", change: lostKeys,
	}
	if err := r.register(ctx, c.ProtectData, pulumi.DependsOn(used)); err != nil {
		return err
	}
	if s.ownKey != nil && !c.ProtectData {
		_ = ctx.Log.Warn("care:protectData is false: pulumi destroy deletes the key of the stack. 30 days later nobody can "+
			"read what it encrypted: "+strings.Join(data, "; ")+". Before a destroy, copy each snapshot that you keep under "+
			"another key: docs/operations.md#encrypt-with-a-key-of-your-own", nil)
	}
	return nil
}

// lostKeys returns an error if a change of the record of the keys no longer names one.
func lostKeys(before, after resource.PropertyMap) error {
	kept := texts(after["keys"])
	for _, key := range texts(before["keys"]) {
		if slices.Contains(kept, key) {
			continue
		}
		loss := "Care could no longer decrypt the files that have it"
		if key == config.OwnKey {
			loss = "the key of the stack would be deleted, and nobody could read what it encrypted: " +
				strings.Join(texts(before["data"]), "; ")
		}
		return fmt.Errorf("care:encryptionKey and care:formerEncryptionKeys no longer name %s: %s. Add %[1]s to "+
			"care:formerEncryptionKeys, or set care:encryptionKey back to it", key, loss)
	}
	return nil
}

// texts returns the texts in a list.
func texts(list resource.PropertyValue) (found []string) {
	if list.IsArray() {
		for _, each := range list.ArrayValue() {
			found = append(found, each.StringValue())
		}
	}
	return found
}
