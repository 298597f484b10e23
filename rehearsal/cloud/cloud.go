// Package cloud joins the stand-ins to an empty account in memory that a rehearsal can run against.
package cloud

import (
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/caller"
	"github.com/ohcnetwork/care-ecs/rehearsal/aws/live"
	"github.com/ohcnetwork/care-ecs/rehearsal/random"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
	"github.com/ohcnetwork/care-ecs/rehearsal/tls"
)

// Cloud is a world and the providers that serve it.
type Cloud struct {
	*standin.World

	// Providers are the stand-ins by the names of their Pulumi packages.
	Providers map[string]pulumirpc.ResourceProviderServer
}

// New returns an empty account with every package that can be rehearsed: aws, random and tls.
func New(options ...standin.Option) (*Cloud, error) {
	return in(standin.NewWorld(), options)
}

// As returns the same account, in which everything is done by the role with that ARN.
func (c *Cloud) As(roleArn string, options ...standin.Option) (*Cloud, error) {
	return in(c.World, append(options, caller.As(roleArn)))
}

func in(world *standin.World, options []standin.Option) (*Cloud, error) {
	cloud := &Cloud{World: world, Providers: map[string]pulumirpc.ResourceProviderServer{}}
	type maker = func(*standin.World, ...standin.Option) (*standin.Server, error)
	for _, provider := range []maker{aws.New, random.New, tls.New} {
		server, err := provider(cloud.World, options...)
		if err != nil {
			return nil, err
		}
		cloud.Providers[server.Package().Name] = server
	}
	return cloud, nil
}

// Broken returns, by URN, why a service that runs could not start its next task. It is empty if the run of the engine
// changed nothing.
func (c *Cloud) Broken() map[string][]string {
	var broken map[string][]string
	c.Happen(func(view *standin.View) {
		if view.Changed() {
			broken = live.NotRestartable(view)
		}
	})
	return broken
}

// Find returns the identifiers of the live resources with that URN, oldest first.
func (c *Cloud) Find(urn string) []string {
	var ids []string
	for _, live := range c.World.Live() {
		if live.Urn == urn {
			ids = append(ids, live.Id)
		}
	}
	return ids
}

// Live returns type and name of every live resource that a program made, oldest first.
func (c *Cloud) Live() []string {
	var names []string
	for _, live := range c.World.Live() {
		if !live.Preexisting {
			names = append(names, live.Label())
		}
	}
	return names
}
