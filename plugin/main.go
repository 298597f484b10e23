// Command pulumi-resource-care is a Pulumi provider, through which programs in any language use the components of Care.
// Pulumi starts it; nobody runs it by hand.
package main

import (
	_ "embed"
	"fmt"
	"os"

	"github.com/ohcnetwork/care-ecs/plugin/internal/care"
)

//go:generate go run ./generate

// schema is generated from the components. It has the types and the descriptions of all inputs and outputs.
//
//go:embed schema.json
var schema string

func main() {
	if err := care.Serve(schema); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-resource-care:", err)
		os.Exit(1)
	}
}
