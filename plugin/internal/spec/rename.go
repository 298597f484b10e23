package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// rename changes the name of each type to the one of its inputs, such as Connection, whose values are of the type
// Destination. It removes Args at the end, which SDKs add to the types of inputs themselves: ContainerArgs would be
// ContainerArgsArgs.
func (o *overlay) rename() {
	for _, token := range slices.Sorted(maps.Keys(o.spec.Types)) {
		if short := o.renamed(token); short != token {
			o.spec.Types[short] = o.spec.Types[token]
			delete(o.spec.Types, token)
		}
	}
	for _, typ := range o.spec.Types {
		o.renameAll(typ.Properties)
	}
	for _, resource := range o.spec.Resources {
		o.renameAll(resource.Properties)
		o.renameAll(resource.InputProperties)
	}
}

func (o *overlay) renamed(token string) string {
	if token == "" {
		return ""
	}
	name := nameOf(token)
	return strings.TrimSuffix(token, name) + strings.TrimSuffix(o.inputOf(name), "Args")
}

func (o *overlay) renameAll(properties map[string]schema.PropertySpec) {
	for name, property := range properties {
		o.renameReferences(&property.TypeSpec)
		properties[name] = property
	}
}

func (o *overlay) renameReferences(spec *schema.TypeSpec) {
	if spec == nil {
		return
	}
	if strings.HasPrefix(spec.Ref, "#/types/") {
		spec.Ref = o.renamed(spec.Ref)
	}
	o.renameReferences(spec.Items)
	o.renameReferences(spec.AdditionalProperties)
}
