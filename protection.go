package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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
//
// A fact that permits a loss is written after AWS has reached it, and taken back before an update works against it: an
// update that fails in between leaves the safe answer.
type records struct {
	// next is the database that the configuration describes.
	next restore.Database
	// database is the database in use.
	database *record.Record[restore.Database]
	// attempted is the name of the database that the last update was to put into use.
	attempted *record.Record[string]
	// released are the names of the databases that AWS lets an update delete.
	released *record.Record[[]string]
	// stopped reports whether Care has no task that writes.
	stopped    *record.Record[bool]
	keys       *record.Record[keys]
	generation *record.Record[components.CareGeneration]
}

// readRecords reads the records. It returns an error for a change that would lose data, before any other resource is
// registered, and warns of one that has another effect than it seems to have.
func readRecords(ctx *pulumi.Context, c config.Config) (r records, err error) {
	r.next = newDatabase(c)
	protect := pulumi.Protect(c.ProtectData)
	var problems [6]error
	r.database, problems[0] = record.New[restore.Database](ctx, "care:index:DatabaseRecord", "care:database", protect)
	r.attempted, problems[1] = record.New[string](ctx, "care:index:AttemptedDatabase", "care:attempted", protect)
	r.released, problems[2] = record.New[[]string](ctx, "care:index:ReleasedDatabases", "care:released", protect)
	r.stopped, problems[3] = record.New[bool](ctx, "care:index:Stopped", "care:stopped", protect)
	r.keys, problems[4] = record.New[keys](ctx, "care:index:EncryptionKeys", "care:encryptionKey", protect)
	r.generation, problems[5] = record.New[components.CareGeneration](ctx, "care:index:Generation", "care:generation",
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
	return r, r.begin(ctx, c)
}

// checkDatabase refuses an update that would abandon the database in use, or restore another one while Care
// writes to it.
func (r records) checkDatabase(ctx *pulumi.Context, c config.Config) error {
	last, next := r.database.Last, r.next
	if last == nil {
		// The stack is new, or a version without restores has deployed it.
		if next.Name == "" && !next.External {
			return nil
		}
		outputs, err := record.StackOutputs[struct {
			DatabaseAddress string `pulumi:"databaseAddress"`
		}](ctx)
		if err != nil || outputs.DatabaseAddress == "" {
			return err
		}
		last = &restore.Database{External: outputs.DatabaseAddress == c.Database.Address}
	}
	if err := last.CheckAttempted(r.attempted.Value(), next); err != nil {
		return err
	}
	warn(ctx, last.UnfinishedWarning(r.attempted.Value(), next))
	warn(ctx, last.Warning(next))
	return last.Released(r.released.Value()).Check(next, r.stopped.Value())
}

// begin takes back the facts that the update works against, before it does: Care runs, a database is protected again.
func (r records) begin(ctx *pulumi.Context, c config.Config) error {
	err := r.attempted.Write(ctx, r.next.Name)
	if !c.Stopped {
		err = errors.Join(err, r.stopped.Write(ctx, false))
	}
	if kept, fewer := r.stillReleased(); fewer {
		err = errors.Join(err, r.released.Write(ctx, kept))
	}
	return err
}

// stillReleased returns the names of the released databases that the update does not protect again, and reports whether
// these are fewer than before.
func (r records) stillReleased() (kept []string, fewer bool) {
	released, protected := r.released.Value(), r.next.Protected()
	kept = slices.DeleteFunc(slices.Clone(released), func(name string) bool { return slices.Contains(protected, name) })
	return kept, len(kept) < len(released)
}

// writeDatabase records the database that is in use from now on, and those that AWS lets the next update delete.
func (r records) writeDatabase(ctx *pulumi.Context, d database, g *guard) {
	if r.next.External {
		return
	}
	r.database.WriteAfter(ctx, []any{d.access.Address}, func([]any) (restore.Database, bool) {
		return r.database.Value().Using(r.next), true
	})
	kept, written := r.stillReleased()
	if written {
		return // begin has written them, and they can be written once
	}
	var instances []any
	for _, other := range g.others {
		if instance, is := other.(*rds.Instance); is {
			instances = append(instances, instance.URN(), instance.DeletionProtection.Elem(), instance.SkipFinalSnapshot.Elem())
		}
	}
	r.released.WriteAfter(ctx, instances, func(values []any) ([]string, bool) {
		for each := range slices.Chunk(values, 3) {
			urn, _ := each[0].(pulumi.URN)
			name, released := restoreOf(urn), each[1] == false && each[2] == false
			if released && !slices.Contains(kept, name) {
				kept = append(kept, name)
			}
		}
		return kept, true
	})
}

// restoreOf returns the name of the restore that made a database; it is empty for the first one.
func restoreOf(instance pulumi.URN) string {
	return strings.TrimPrefix(strings.TrimPrefix(resource.URN(instance).Name(), databaseName), "-")
}

// writeApplication records the generation of Care, and that it is stopped, after all other resources have been updated.
// It is stopped if no service of it wants a task, and nothing scales one up.
func (r records) writeApplication(ctx *pulumi.Context, c config.Config, g *guard, s stack) {
	var urns, counts []any
	for _, other := range g.others {
		urns = append(urns, other.URN())
		switch other := other.(type) {
		case *ecs.Service:
			counts = append(counts, other.Name, other.DesiredCount)
		case *appautoscaling.Target:
			counts = append(counts, other.ResourceId, other.MaxCapacity)
		}
	}
	if r.next.External {
		r.database.WriteAfter(ctx, urns, func([]any) (restore.Database, bool) { return r.next, true })
	}
	r.generation.WriteAfter(ctx, urns, func([]any) (components.CareGeneration, bool) { return c.Image.Generation, true })
	if !c.Stopped {
		return
	}
	redis := pulumi.String("").ToStringOutput()
	if s.redis.stack != nil {
		redis = s.redis.stack.ServiceName
	}
	r.stopped.WriteAfter(ctx, slices.Concat(urns, []any{redis}, counts), func(values []any) (bool, bool) {
		redis, counts := values[len(urns)], values[len(urns)+1:]
		for each := range slices.Chunk(counts, 2) {
			if each[0] != redis && !isZero(each[1]) {
				return false, false
			}
		}
		return true, true
	})
}

// isZero reports whether the value of an output is 0.
func isZero(value any) bool {
	if optional, is := value.(*int); is {
		return optional != nil && *optional == 0
	}
	return value == 0
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
