// Command guest has a component of a plugin, and a resource with an output of it.
package main

import "github.com/pulumi/pulumi/sdk/v3/go/pulumi"

type pair struct {
	pulumi.ResourceState

	Address pulumi.StringOutput `pulumi:"address"`
}

type thing struct{ pulumi.CustomResourceState }

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		greeting, _ := ctx.GetConfig("guest:greeting")
		built := &pair{}
		err := ctx.RegisterRemoteComponentResource("library:index:Pair", "pair", pulumi.Map{
			"greeting": pulumi.String(greeting),
		}, built)
		if err != nil {
			return err
		}
		ctx.Export("address", built.Address)
		return ctx.RegisterResource("fake:index:Thing", "guest", pulumi.Map{"greeting": built.Address}, &thing{})
	})
}
