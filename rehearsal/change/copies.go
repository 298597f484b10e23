package change

import (
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// copies returns the parameters of a state whose values are copies: the program writes them, from its configuration, a
// constant, or what AWS made for it. Such a parameter can be written again, unless the resource that it copies is lost,
// which is reported there. A generated value is kept by its parameter as well, and one whose value the program ignores may
// have been written by hand.
func copies(state []apitype.ResourceV3) map[string]bool {
	found := map[string]bool{}
	for _, r := range state {
		if r.Type != parameterType || slices.Contains(r.IgnoreChanges, "value") {
			continue
		}
		found[string(r.URN)] = !slices.ContainsFunc(r.PropertyDependencies["value"], generated)
	}
	return found
}

// generated reports whether the resource makes up its value, with a provider that keeps it in the state alone.
func generated(urn resource.URN) bool {
	provider, _, _ := strings.Cut(string(urn.Type()), ":")
	return provider == "random" || provider == "tls"
}
