// Package tls is the stand-in for the Pulumi provider pulumi-tls 5: its keys are real, in the
// provider's forms (https://www.pulumi.com/registry/packages/tls).
package tls

import "github.com/ohcnetwork/care-ecs/rehearsal/standin"

// version is that of the plugin that is stood in for.
const version = "5.2.0"

// New makes the stand-in provider in the world.
func New(world *standin.World, options ...standin.Option) (*standin.Server, error) {
	return standin.NewServer(world, Package(), options...)
}

// Package is the catalogue.
func Package() standin.Package {
	return standin.Package{Name: "tls", Version: version, Title: "TLS", Local: true, Kinds: []standin.Kind{privateKeyKind()}}
}
