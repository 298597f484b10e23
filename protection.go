package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
	"github.com/ohcnetwork/care-ecs/internal/record"
	"github.com/ohcnetwork/care-ecs/internal/restore"
	"github.com/ohcnetwork/care-ecs/internal/rule"
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

// records are the facts about the stack that its state keeps for the next update. The guard cannot depend on them: a
// dependency on a component is one on its children, and these have none. So they are protected as it is.
type records struct {
	database   *record.Record[restore.Database]
	stopped    *record.Record[bool]
	keys       *record.Record[keys]
	generation *record.Record[components.CareGeneration]
}

// readRecords reads the records. It returns an error for a change that would lose data, before any other resource is
// registered, and warns of one that has another effect than it seems to have.
func readRecords(ctx *pulumi.Context, c config.Config) (r records, err error) {
	protect := pulumi.Protect(c.ProtectData)
	var problems [4]error
	r.database, problems[0] = record.New[restore.Database](ctx, "care:index:DatabaseRecord", "care:database", protect)
	r.stopped, problems[1] = record.New[bool](ctx, "care:index:Stopped", "care:stopped", protect)
	r.keys, problems[2] = record.New[keys](ctx, "care:index:EncryptionKeys", "care:encryptionKey", protect)
	r.generation, problems[3] = record.New[components.CareGeneration](ctx, "care:index:Generation", "care:generation",
		protect)
	if err := errors.Join(problems[:]...); err != nil {
		return r, err
	}
	if err := rule.All(r.checkDatabase(ctx, c), r.checkKeys(c)); err != nil {
		return r, err
	}
	if last := r.generation.Last; last != nil {
		warn(ctx, moveWarning(*last, c.Image.Generation))
	}
	if !c.Stopped {
		// From now on a task of Care may write, even if the update fails.
		err = r.stopped.Write(ctx, false)
	}
	return r, err
}

// checkDatabase refuses an update that would abandon the database in use, or restore another one while Care
// writes to it.
func (r records) checkDatabase(ctx *pulumi.Context, c config.Config) error {
	last, next := r.database.Last, newDatabase(c)
	if last == nil {
		// The stack is new, or a version without restores has deployed it.
		if next.Name == "" {
			return nil
		}
		outputs, err := record.StackOutputs[struct {
			DatabaseAddress string `pulumi:"databaseAddress"`
		}](ctx)
		if err != nil || outputs.DatabaseAddress == "" {
			return err
		}
		last = &restore.Database{}
	}
	stopped := r.stopped.Last != nil && *r.stopped.Last
	warn(ctx, last.Warning(next))
	return last.Check(next, stopped)
}

// writeDatabase records the database that is in use from now on.
func (r records) writeDatabase(ctx *pulumi.Context, c config.Config, d database) error {
	var last restore.Database
	if r.database.Last != nil {
		last = *r.database.Last
	}
	return r.database.Write(ctx, last.Using(newDatabase(c)), d.access.Address)
}

// writeApplication records the generation of Care, and that it is stopped, after all other resources have reached that:
// the scalable targets, for example, follow their services.
func (r records) writeApplication(ctx *pulumi.Context, c config.Config, g *guard) error {
	var reached []any
	for _, other := range g.others {
		reached = append(reached, other.URN())
	}
	err := r.generation.Write(ctx, c.Image.Generation, reached...)
	if c.Stopped {
		err = errors.Join(err, r.stopped.Write(ctx, true, reached...))
	}
	return err
}

// warn shows the warning, if there is one.
func warn(ctx *pulumi.Context, warning string) {
	if warning != "" {
		_ = ctx.Log.Warn(warning, nil)
	}
}

// moveWarning describes how a change of generation affects the data; it is empty if the generation stays the same.
func moveWarning(from, to components.CareGeneration) string {
	switch {
	case from == to:
		return ""
	case to == components.Care3:
		return "care:generation goes from 2024 to 3: Care 3.x migrates the database, and nothing migrates it back. " +
			"Whether it takes over the tables of 2024 is not confirmed: take a snapshot of the database first, and try " +
			"it on a copy."
	}
	return "care:generation goes from 3 to 2024: the resources move back, the data does not. Care of 2024 cannot use " +
		"the tables that Care 3.x has migrated: restore a database from before that move, and use it."
}

// keys are the KMS keys that data of a stack may have, and that data.
type keys struct {
	Keys []string `pulumi:"keys"`
	Data []string `pulumi:"data"`
}

// checkKeys refuses a change that no longer names one of the keys: it would be deleted, or Care would lose the
// permission to decrypt with it.
func (r records) checkKeys(c config.Config) error {
	if r.keys.Last == nil {
		return nil
	}
	kept := c.Encryption.Keys()
	for _, key := range r.keys.Last.Keys {
		if slices.Contains(kept, key) {
			continue
		}
		loss := "Care could no longer decrypt the files that have it"
		if key == config.OwnKey {
			loss = "the key of the stack would be deleted, and nobody could read what it encrypted: " +
				strings.Join(r.keys.Last.Data, "; ")
		}
		return fmt.Errorf("care:encryptionKey and care:formerEncryptionKeys no longer name %s: %s. Add %[1]s to "+
			"care:formerEncryptionKeys, or set care:encryptionKey back to it", key, loss)
	}
	return nil
}

// writeKeys records the keys after the first use of each, so that a key that AWS refuses can be corrected.
func (r records) writeKeys(ctx *pulumi.Context, c config.Config, s stack) error {
	var used any = s.storage.buckets.PatientBucketArn
	if c.Encryption.Key == config.OwnKey {
		used = s.ownKey.Arn
	}
	data := encryptedData(c)
	if s.ownKey != nil && !c.ProtectData {
		warn(ctx, "care:protectData is false: pulumi destroy deletes the key of the stack. 30 days later nobody can read "+
			"what it encrypted: "+strings.Join(data, "; ")+". Before a destroy, copy each snapshot that you keep under "+
			"another key: docs/operations.md#encrypt-with-a-key-of-your-own")
	}
	return r.keys.Write(ctx, keys{Keys: c.Encryption.Keys(), Data: data}, used)
}
