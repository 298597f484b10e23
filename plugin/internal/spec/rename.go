package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// inputOf has the Go type of a program's value for each type whose values are known. Both are the same type of a schema,
// which has the name and the descriptions of the first.
var inputOf = map[string]string{
	"Destination":         "Connection",
	"Permission":          "PolicyStatement",
	"PermissionCondition": "PolicyCondition",
}

// renamed returns a token or a reference without the Args at its end, which SDKs add to the types of inputs themselves,
// and with the name of the Go type of a program's value.
func renamed(token string) string {
	name := nameOf(token)
	if input, ok := inputOf[name]; ok {
		return strings.TrimSuffix(token, name) + input
	}
	return strings.TrimSuffix(token, "Args")
}

func (o *overlay) rename() {
	for _, token := range slices.Sorted(maps.Keys(o.spec.Types)) {
		if name := renamed(token); name != token {
			o.spec.Types[name] = o.spec.Types[token]
			delete(o.spec.Types, token)
		}
	}
	for _, typ := range o.spec.Types {
		renameAll(typ.Properties)
	}
	for _, resource := range o.spec.Resources {
		renameAll(resource.Properties)
		renameAll(resource.InputProperties)
	}
}

func renameAll(properties map[string]schema.PropertySpec) {
	for name, property := range properties {
		renameReferences(&property.TypeSpec)
		properties[name] = property
	}
}

func renameReferences(spec *schema.TypeSpec) {
	if spec == nil {
		return
	}
	spec.Ref = renamed(spec.Ref)
	renameReferences(spec.Items)
	renameReferences(spec.AdditionalProperties)
}
