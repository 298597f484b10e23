package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// Twin opens another rehearsal of the same stack, on a copy of its state and of its world, in which a run changes
// nothing of the original. The twin runs the same program with the same configuration. It prints nothing, and its
// state is removed when it is closed. The providers are its own and share the world. A twin may run at the same time
// as the rehearsal, and must be closed before it.
func (r *Rehearsal) Twin(
	ctx context.Context, providers map[string]pulumirpc.ResourceProviderServer, world World,
) (*Rehearsal, error) {
	options := r.options
	options.Stdout, options.Stderr, options.StateDir, options.SkipCheckpoints = nil, nil, "", true
	options.Providers, options.World, options.Cli = providers, world, &r.cli
	twin := &Rehearsal{
		options: withDefaults(options), project: r.project, vault: r.vault, program: r.program, unlock: func() {},
	}
	if err := errors.Join(twin.open(ctx), twin.copyFrom(r)); err != nil {
		return nil, errors.Join(err, twin.Close())
	}
	return twin, nil
}

func (r *Rehearsal) copyFrom(original *Rehearsal) error {
	if r.copy == nil {
		return nil // it could not be opened
	}
	r.copy.stack.Config = maps.Clone(original.copy.stack.Config)
	if err := r.copy.save(); err != nil {
		return err
	}
	if err := os.RemoveAll(r.stateDir); err != nil {
		return fmt.Errorf("copying the state: %w", err)
	}
	if err := os.CopyFS(r.stateDir, os.DirFS(original.stateDir)); err != nil {
		return fmt.Errorf("copying the state: %w", err)
	}
	if original.options.World == nil || r.options.World == nil {
		return nil
	}
	saved, err := original.options.World.Save()
	if err != nil {
		return fmt.Errorf("copying the world: %w", err)
	}
	return r.options.World.Load(saved)
}
