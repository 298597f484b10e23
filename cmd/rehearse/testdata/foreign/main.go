// Command foreign holds programs in the style of public ones, none of which was written with the stand-in in
// mind: they share a binary, because each would take as long to link. The project's name chooses one.
package main

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		switch ctx.Project() {
		case "web":
			return web(ctx)
		case "fleet":
			return fleet(ctx)
		case "race":
			return race(ctx)
		case "proof":
			return proof(ctx)
		}
		return fmt.Errorf("no program is called %q", ctx.Project())
	})
}
