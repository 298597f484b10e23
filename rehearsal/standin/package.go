package standin

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// Package is the whole of one stand-in provider.
type Package struct {
	// Name is the Pulumi package, such as "aws"; Version what the real plugin would answer.
	Name, Version string
	// Title is how errors call it, such as "AWS".
	Title string
	// Local reports whether its resources live in the state alone, as random values do: no cloud has them, so that the
	// world has not either, and none is left behind when a state is lost.
	Local bool
	// Kinds are the resource types.
	Kinds []Kind
	// Invokes are the functions by token.
	Invokes map[string]Invoke
	// Check judges the inputs of every kind, after its own Checks; it may be nil.
	Check func(*Draft)
	// CheckConfig judges the provider configuration; it may be nil.
	CheckConfig func(*Draft)
	// Configure reads the provider configuration; it may be nil.
	Configure func(config Value) (Scope, error)
	// Invent makes up an output of a type or function that the package does not describe, in the form that the cloud
	// gives it; empty for no opinion. It may be nil.
	Invent func(scope Scope, token, name, property string) string
}

// Invoke answers a function of the provider.
type Invoke func(*Question) (Props, error)

// Question is one call of a provider function.
type Question struct {
	Token string
	Args  Value
	Scope Scope
	World *View
}

// Interceptor stands around every operation that is not a preview; next does the operation. It may delay
// it, fail instead of it, or fail after it: then the engine hears that the resource is there but unfinished.
type Interceptor func(ctx context.Context, op Operation, next func() error) error

// compiled is a Kind with values that are worked out once.
type compiled struct {
	Kind

	local       bool
	opaque      bool
	args, state *fields
	replaces    map[string]bool
	sets        map[string]bool
	computed    map[string]bool
	keeps       map[string]bool
	known       map[string]bool // outputs that exist only once created
	same        map[string]func(old, new string) bool
}

func compile(kind Kind) (*compiled, error) {
	args, err := schemaOf(kind.Args)
	if err != nil {
		return nil, fmt.Errorf("%s: arguments: %w", kind.Token, err)
	}
	state, err := schemaOf(kind.State)
	if err != nil {
		return nil, fmt.Errorf("%s: state: %w", kind.Token, err)
	}
	c := &compiled{
		Kind: kind, args: args, state: state,
		replaces: setOf(kind.Replaces), sets: setOf(kind.Sets), computed: setOf(kind.Computed),
		keeps: setOf(kind.Keeps), known: map[string]bool{}, same: map[string]func(old, new string) bool{},
	}
	maps.Copy(c.same, kind.Same)
	for _, path := range kind.Json {
		c.same[path] = SameJson
	}
	if kind.Name.Unless != "" {
		c.computed[kind.Name.Property] = true
	}
	for name := range state.shapes {
		if _, given := args.shapes[name]; !given || c.computed[name] {
			c.known[name] = true
		}
	}
	return c, c.sound()
}

// sound finds slips in a catalogue: a path that no property has would make its rule silently void.
func (c *compiled) sound() error {
	paths := slices.Concat(c.Required, c.Computed, c.Keeps, c.Windowed, c.Replaces, c.Sets)
	for _, ref := range c.Refs {
		paths = append(paths, ref.Path)
	}
	paths = append(paths, c.Json...)
	for path := range c.Same {
		paths = append(paths, path)
	}
	for _, defaults := range []Props{c.Defaults, c.Absent} {
		for path := range defaults {
			paths = append(paths, path)
		}
	}
	for _, causes := range c.Moves {
		paths = append(paths, causes...)
	}
	if c.Name.Property != "" {
		paths = append(paths, c.Name.Property)
	}
	for _, path := range paths {
		if _, ok := c.args.at(path); !ok {
			return fmt.Errorf("%s has no input %q", c.Token, path)
		}
	}
	for output := range c.Moves {
		if !c.known[output] {
			return fmt.Errorf("%s computes no output %q", c.Token, output)
		}
	}
	if c.Id == nil {
		return fmt.Errorf("%s makes no identifier", c.Token)
	}
	return nil
}

func setOf(texts []string) map[string]bool {
	set := make(map[string]bool, len(texts))
	for _, text := range texts {
		set[text] = true
	}
	return set
}
