// Package spec derives the schema of the provider from the components, and the SDKs from the schema.
package spec

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/ohcnetwork/care-ecs/plugin/internal/care"
)

// Schema returns the schema of the provider. Types come from the components by reflection, and everything else from
// their source in the directory: descriptions, and which strings are enums.
func Schema(ctx context.Context, directory string) (*schema.PackageSpec, error) {
	spec, err := inferred(ctx)
	if err != nil {
		return nil, err
	}
	src, err := readSource(directory)
	if err != nil {
		return nil, err
	}
	o := &overlay{source: src, spec: spec}
	o.apply()
	return spec, nil
}

// inferred returns the schema that the types alone have.
func inferred(ctx context.Context) (*schema.PackageSpec, error) {
	builder := infer.NewProviderBuilder().
		WithDisplayName("Care on ECS").
		WithDescription("Components for services on AWS ECS with Fargate and Service Connect, and Redis Stack among them.").
		WithKeywords("category/cloud", "kind/component", "aws", "ecs", "fargate", "service-connect", "redis-stack").
		WithHomepage("https://github.com/ohcnetwork/care-ecs").
		WithRepository("https://github.com/ohcnetwork/care-ecs").
		WithPublisher("Open Healthcare Network").
		WithLicense("Apache-2.0").
		WithNamespace("ohcnetwork").
		WithModuleMap(map[tokens.ModuleName]tokens.ModuleName{"components": care.Module})
	for _, component := range care.Components() {
		builder.WithComponents(component.Inferred)
	}
	provider, err := builder.Build()
	if err != nil {
		return nil, err
	}
	spec, err := p.GetSchema(ctx, care.Name, care.Version, provider)
	if err != nil {
		return nil, fmt.Errorf("deriving the schema from the components: %w", err)
	}
	// Go programs import the components themselves, so there is no SDK for Go.
	delete(spec.Language, "go")
	return &spec, nil
}

// overlay completes a schema with what only the source has.
type overlay struct {
	*source
	spec *schema.PackageSpec
}

func (o *overlay) apply() {
	for token, resource := range o.spec.Resources {
		name := nameOf(token)
		o.object(&resource.ObjectTypeSpec, name)
		o.properties(resource.InputProperties, name+"Args")
		o.spec.Resources[token] = resource
	}
	for _, token := range slices.Sorted(maps.Keys(o.spec.Types)) {
		typ := o.spec.Types[token]
		o.object(&typ.ObjectTypeSpec, o.inputOf(nameOf(token)))
		o.spec.Types[token] = typ
	}
	o.rename()
}

// nameOf returns the last part of a type token.
func nameOf(token string) string { return token[strings.LastIndex(token, ":")+1:] }

// object describes a type or a component and its properties.
func (o *overlay) object(object *schema.ObjectTypeSpec, name string) {
	if object.Type == "" || object.Type == "object" {
		object.Description = describe(o.structs[name].doc, name, nil)
		o.properties(object.Properties, name)
	}
}

func (o *overlay) properties(properties map[string]schema.PropertySpec, name string) {
	fields := o.structs[name].fields
	names := map[string]string{}
	for property, field := range fields {
		names[field.goName] = property
	}
	for property, spec := range properties {
		field := fields[property]
		spec.Description = describe(field.doc, field.goName, names)
		o.enumerate(&spec.TypeSpec, field.typ)
		spec.Plain = o.isPlain(field.typ)
		properties[property] = spec
	}
}

// isPlain reports whether a field holds a value that must be known, and no output.
func (o *overlay) isPlain(typ string) bool {
	for _, prefix := range []string{"*", "[]", "map[string]"} {
		typ = strings.TrimPrefix(typ, prefix)
	}
	_, enum := o.enums[typ]
	return enum || slices.Contains([]string{"string", "int", "bool", "float64"}, typ)
}

// enumerate makes the type an enum if the Go type has constants.
func (o *overlay) enumerate(spec *schema.TypeSpec, typ string) {
	enum, found := o.enums[strings.TrimPrefix(typ, "*")]
	if !found || len(enum.values) == 0 {
		return
	}
	name := strings.TrimPrefix(typ, "*")
	token := fmt.Sprintf("%s:%s:%s", care.Name, care.Module, name)
	values := make([]schema.EnumValueSpec, len(enum.values))
	for i, value := range enum.values {
		values[i] = schema.EnumValueSpec{Value: value.value, Description: describe(value.doc, value.name, nil)}
	}
	o.spec.Types[token] = schema.ComplexTypeSpec{
		ObjectTypeSpec: schema.ObjectTypeSpec{Type: "string", Description: describe(enum.doc, name, nil)},
		Enum:           values,
	}
	*spec = schema.TypeSpec{Ref: "#/types/" + token}
}
