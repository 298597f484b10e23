package change

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// copies returns the parameters in a state whose values are copies: the program takes them from its configuration, from
// a constant or from the outputs of another resource. Such a parameter can be written again unless the resource that it
// copies is lost, which is reported for that resource. Not copies are a generated value, because the parameter may be
// its only durable place, and a value that the program ignores, because somebody may have written it by hand.
func copies(state []apitype.ResourceV3) map[string]bool {
	found := map[string]bool{}
	for _, r := range state {
		if r.Type != parameterType || slices.Contains(r.IgnoreChanges, "value") {
			continue
		}
		found[string(r.URN)] = !slices.ContainsFunc(r.PropertyDependencies["value"], isGenerated)
	}
	return found
}

// isGenerated reports whether the resource generates its value with a provider that keeps it only in the state.
func isGenerated(urn resource.URN) bool {
	provider, _, _ := strings.Cut(string(urn.Type()), ":")
	return provider == "random" || provider == "tls"
}
