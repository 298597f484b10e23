// Package record keeps facts about a stack in its state, for the next update to read.
package record

import (
	"context"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Record is a resource without anything in AWS and without inputs. Its output is a value that an update writes when it
// has reached it. An update that fails before that leaves the last value as it was, so it is always one that was true.
type Record[T any] struct {
	pulumi.ResourceState

	// Last is the value that the last update wrote; nil if none has.
	Last *T
}

// Value returns the last value, or the zero value if there is none.
func (r *Record[T]) Value() (value T) {
	if r.Last != nil {
		value = *r.Last
	}
	return value
}

// New registers the record, waits until that is done, and reads its last value. Previews read it too.
func New[T any](ctx *pulumi.Context, token, name string, opts ...pulumi.ResourceOption) (*Record[T], error) {
	r := &Record[T]{}
	if err := ctx.RegisterComponentResource(token, name, r, opts...); err != nil {
		return nil, fmt.Errorf("register the record %s: %w", name, err)
	}
	urn, err := known(ctx.Context(), r.URN())
	if err != nil {
		return nil, fmt.Errorf("register the record %s: %w", name, err)
	}
	outputs, err := read[struct {
		Value *T `pulumi:"value"`
	}](ctx, urn)
	r.Last = outputs.Value
	return r, err
}

// Write writes the value. It or WriteAfter can be called once in an update.
func (r *Record[T]) Write(ctx *pulumi.Context, value T) error {
	return ctx.RegisterResourceOutputs(r, pulumi.Map{"value": pulumi.ToOutput(value)})
}

// WriteAfter writes the value that reached returns for the values of the outputs. It writes nothing if one of them does
// not become known, as that of a resource that failed or, with --target, was left out, or if reached returns false.
func (r *Record[T]) WriteAfter(ctx *pulumi.Context, outputs []any, reached func(values []any) (T, bool)) {
	pulumi.All(outputs...).ApplyT(func(values []any) (bool, error) {
		value, ok := reached(values)
		if !ok {
			return false, nil
		}
		return true, r.Write(ctx, value)
	})
}

// StackOutputs returns the outputs of the stack that the last update left. O is a struct with a field for each.
func StackOutputs[O any](ctx *pulumi.Context) (O, error) {
	urn := resource.DefaultRootStackURN(tokens.QName(ctx.Stack()), tokens.PackageName(ctx.Project()))
	outputs, err := read[O](ctx, pulumi.URN(urn))
	if err != nil && strings.Contains(err.Error(), "unknown resource") {
		// On the mocks of the SDK there is no resource for the stack, and no update before this one.
		return outputs, nil
	}
	return outputs, err
}

// known waits for the URN of a resource that is being registered.
func known(ctx context.Context, urn pulumi.URNOutput) (pulumi.URN, error) {
	registered := make(chan pulumi.URN, 1)
	urn.ApplyT(func(urn pulumi.URN) bool {
		registered <- urn
		return true
	})
	select {
	case urn := <-registered:
		return urn, nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// read reads the outputs of a resource of the stack from the engine, as the SDKs do for a resource of which they know
// only the URN. A resource that has written none in this update has those of the last one.
func read[O any](ctx *pulumi.Context, urn pulumi.URN) (O, error) {
	args := struct {
		Urn string `pulumi:"urn"`
	}{string(urn)}
	var result struct {
		State O `pulumi:"state"`
	}
	if _, err := ctx.InvokePackageRaw("pulumi:pulumi:getResource", &args, &result, ""); err != nil {
		return result.State, fmt.Errorf("read %s: %w", urn, err)
	}
	return result.State, nil
}
