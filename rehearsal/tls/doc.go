// Package tls simulates the Pulumi provider pulumi-tls 5. It generates real keys in the provider's formats
// (https://www.pulumi.com/registry/packages/tls).
package tls

import "github.com/ohcnetwork/care-ecs/rehearsal/standin"

// version is the version of the simulated plugin.
const version = "5.2.0"

// New returns the simulated provider for the world.
func New(world *standin.World, options ...standin.Option) (*standin.Server, error) {
	return standin.NewServer(world, Package(), options...)
}

// Package returns the resource types of the provider.
func Package() standin.Package {
	return standin.Package{
		Name:    "tls",
		Version: version,
		Title:   "TLS",
		Local:   true,
		Kinds:   []standin.Kind{privateKeyKind()},
	}
}
