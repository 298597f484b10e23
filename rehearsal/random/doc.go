// Package random simulates the Pulumi provider pulumi-random 4. Its values are random and have the provider's formats
// (https://www.pulumi.com/registry/packages/random).
package random

import "github.com/ohcnetwork/care-ecs/rehearsal/standin"

// version is the version of the simulated plugin.
const version = "4.18.4"

// New returns the simulated provider for the world.
func New(world *standin.World, options ...standin.Option) (*standin.Server, error) {
	return standin.NewServer(world, Package(), options...)
}

// Package returns the resource types of the provider.
func Package() standin.Package {
	return standin.Package{
		Name: "random", Version: version, Title: "random", Local: true,
		Kinds: []standin.Kind{passwordKind(), stringKind(), idKind(), uuidKind(), petKind()},
	}
}
