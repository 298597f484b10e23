// Package random is the stand-in for the Pulumi provider pulumi-random 4: what it makes is really
// random, in the provider's forms (https://www.pulumi.com/registry/packages/random).
package random

import "github.com/ohcnetwork/care-ecs/rehearsal/standin"

// version is that of the plugin that is stood in for.
const version = "4.18.4"

// New makes the stand-in provider in the world.
func New(world *standin.World, options ...standin.Option) (*standin.Server, error) {
	return standin.NewServer(world, Package(), options...)
}

// Package is the catalogue.
func Package() standin.Package {
	return standin.Package{
		Name: "random", Version: version, Title: "random", Local: true,
		Kinds: []standin.Kind{passwordKind(), stringKind(), idKind(), uuidKind(), petKind()},
	}
}
