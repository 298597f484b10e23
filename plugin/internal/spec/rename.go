package spec

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// rename removes Args from the names of types. SDKs add it to the types of inputs themselves, so that ContainerArgs
// would be ContainerArgsArgs.
func (o *overlay) rename() {
	for _, token := range slices.Sorted(maps.Keys(o.spec.Types)) {
		if short, ends := strings.CutSuffix(token, "Args"); ends {
			o.spec.Types[short] = o.spec.Types[token]
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
	spec.Ref = strings.TrimSuffix(spec.Ref, "Args")
	renameReferences(spec.Items)
	renameReferences(spec.AdditionalProperties)
}
