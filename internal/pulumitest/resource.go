package pulumitest

import (
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
)

// Result is the record of a run.
type Result struct {
	// Err is the error of the program or of one of its registrations.
	Err error
	// Resources are the registrations in the order in which they came.
	Resources []*Resource
	// Warnings are the warnings that the program logged.
	Warnings []string
	// Exports are the stack's outputs, in which secrets are marked.
	Exports resource.PropertyMap
}

// Resource is one registration.
type Resource struct {
	// Type is the type token and Name the logical name.
	Type, Name string
	// Urn is the URN and Parent the parent's; the stack's is empty.
	Urn, Parent string
	// Custom reports whether it is a resource of a provider and not a component.
	Custom bool
	// Inputs are the inputs, in which secrets are marked.
	Inputs resource.PropertyMap
	// Id and State are the answer: in a preview no ID, and only the properties that are known.
	Id    string
	State resource.PropertyMap
	// Outputs are the registered outputs of a component, and OutputRegistrations counts the registrations.
	Outputs             resource.PropertyMap
	OutputRegistrations int
	// Options is the whole request with protect, ignoreChanges, aliases, deleteBeforeReplace, customTimeouts and the rest.
	Options *pulumirpc.RegisterResourceRequest
	// Plain are the inputs as simple Go values, without the marks.
	Plain map[string]any
}

func newResource(stack string, request *pulumirpc.RegisterResourceRequest, inputs resource.PropertyMap) *Resource {
	parent := request.GetParent()
	chain := tokens.Type("")
	if urn := resource.URN(parent); urn != "" {
		if urn.QualifiedType() == resource.RootStackType {
			parent = ""
		} else {
			chain = urn.QualifiedType()
		}
	}
	urn := resource.NewURN(tokens.QName(stack), Project, chain, tokens.Type(request.GetType()), request.GetName())
	values, _ := plain(resource.NewProperty(inputs)).(map[string]any)
	return &Resource{
		Type: request.GetType(), Name: request.GetName(), Urn: string(urn), Parent: parent, Custom: request.GetCustom(),
		Inputs: inputs, State: inputs, Options: request, Plain: values,
	}
}

// Path returns the URN without stack and project: the parents' types, the type and the name.
func (r *Resource) Path() string {
	urn := resource.URN(r.Urn)
	return string(urn.QualifiedType()) + "::" + urn.Name()
}

// In returns the input at a path such as "healthCheck.path" or "containers[0].name"; nil if there is none.
func (r *Resource) In(path string) any {
	parsed, err := resource.ParsePropertyPath(path)
	if err != nil {
		return nil
	}
	var value any = r.Plain
	for _, step := range parsed {
		switch key := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[key]
		case int:
			list, _ := value.([]any)
			if key >= len(list) {
				return nil
			}
			value = list[key]
		}
	}
	return value
}

// Text returns the input at a path, and the empty string if it is not text.
func (r *Resource) Text(path string) string {
	text, _ := r.In(path).(string)
	return text
}

// Number returns the input at a path, and 0 if it is not a number.
func (r *Resource) Number(path string) int {
	number, _ := r.In(path).(float64)
	return int(number)
}

// List returns the input at a path as strings.
func (r *Resource) List(path string) []string {
	items, _ := r.In(path).([]any)
	list := make([]string, 0, len(items))
	for _, item := range items {
		text, _ := item.(string)
		list = append(list, text)
	}
	return list
}

// IsSecret reports whether the whole input is marked as secret.
func (r *Resource) IsSecret(input string) bool {
	value := r.Inputs[resource.PropertyKey(input)]
	return value.IsSecret()
}

// PhysicalName returns the name that the program sets, empty if Pulumi chooses one.
func (r *Resource) PhysicalName() string {
	if r.Type == token.EcsTaskDefinition {
		return r.Text("family")
	}
	return r.Text("name")
}

// DependsOn reports whether the resource waits for another, for any reason.
func (r *Resource) DependsOn(other *Resource) bool {
	return slices.Contains(r.Options.GetDependencies(), other.Urn)
}

// DependsThrough reports whether an input of the resource comes from another.
func (r *Resource) DependsThrough(input string, other *Resource) bool {
	return slices.Contains(r.Options.GetPropertyDependencies()[input].GetUrns(), other.Urn)
}

// OfType returns the registrations of a type.
func (r *Result) OfType(token string) []*Resource {
	var found []*Resource
	for _, registered := range r.Resources {
		if registered.Type == token {
			found = append(found, registered)
		}
	}
	return found
}

// Only returns the one registration of a type.
func (r *Result) Only(tb testing.TB, token string) *Resource {
	tb.Helper()
	found := r.OfType(token)
	if len(found) != 1 {
		tb.Fatalf("%d registrations of %s, want 1", len(found), token)
	}
	return found[0]
}

// Named returns the registration of a type with a logical name.
func (r *Result) Named(tb testing.TB, token, name string) *Resource {
	tb.Helper()
	names := []string{}
	for _, registered := range r.OfType(token) {
		if registered.Name == name {
			return registered
		}
		names = append(names, registered.Name)
	}
	tb.Fatalf("no %s is named %q, there are %q", token, name, names)
	return nil
}

// Has reports whether there is a registration of a type with a logical name.
func (r *Result) Has(token, name string) bool {
	return slices.ContainsFunc(r.OfType(token), func(registered *Resource) bool { return registered.Name == name })
}

// Names returns the logical names of a type, sorted.
func (r *Result) Names(token string) []string {
	names := []string{}
	for _, registered := range r.OfType(token) {
		names = append(names, registered.Name)
	}
	slices.Sort(names)
	return names
}

// Paths returns every registration's Path, sorted.
func (r *Result) Paths() []string {
	paths := make([]string, 0, len(r.Resources))
	for _, registered := range r.Resources {
		paths = append(paths, registered.Path())
	}
	slices.Sort(paths)
	return paths
}

// Components returns the components among the registrations.
func (r *Result) Components() []*Resource {
	return slices.DeleteFunc(slices.Clone(r.Resources), func(registered *Resource) bool { return registered.Custom })
}

// Holder returns the resource of a type whose property, or id, has a value that another resource has as an input.
func (r *Result) Holder(tb testing.TB, token, property, value string) *Resource {
	tb.Helper()
	for _, registered := range r.OfType(token) {
		answered := registered.State[resource.PropertyKey(property)]
		if property == "id" && registered.Id == value || answered.IsString() && answered.StringValue() == value {
			return registered
		}
	}
	tb.Fatalf("no %s has %s %q", token, property, value)
	return nil
}
