package pulumitest

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// Unknown stands among plain values for what a preview cannot know.
const Unknown = "<unknown>"

// plain takes the marks of secrets and outputs off, down to simple Go values.
func plain(value resource.PropertyValue) any {
	switch {
	case value.IsSecret():
		return plain(value.SecretValue().Element)
	case value.IsOutput():
		return plain(value.OutputValue().Element)
	case value.IsObject():
		object := map[string]any{}
		for key, item := range value.ObjectValue() {
			object[string(key)] = plain(item)
		}
		return object
	case value.IsArray():
		list := []any{}
		for _, item := range value.ArrayValue() {
			list = append(list, plain(item))
		}
		return list
	case value.IsComputed():
		return Unknown
	default:
		return value.Mappable()
	}
}

// Output returns the value of an output and whether it is secret. The program must have ended. Unknown values are nil.
func Output(tb testing.TB, output pulumi.Output) (value any, secret bool) {
	tb.Helper()
	result, err := internals.UnsafeAwaitOutput(context.Background(), output)
	if err != nil {
		tb.Fatalf("an output has an error: %v", err)
	}
	if !result.Known {
		return nil, result.Secret
	}
	return result.Value, result.Secret
}

// SecretTexts returns every text among inputs and properties that is marked as secret and has 8 characters or more:
// shorter ones appear by chance.
func (r *Result) SecretTexts() map[string]string {
	found := map[string]string{}
	for _, registered := range r.Resources {
		for _, properties := range []resource.PropertyMap{registered.Inputs, registered.State} {
			walk(resource.NewProperty(properties), false, func(text string, secret bool) {
				if secret && len(text) >= 8 {
					found[text] = registered.Path()
				}
			})
		}
	}
	return found
}

// ClearTexts returns every text among a resource's inputs that is not marked as secret.
func (r *Resource) ClearTexts() []string {
	var texts []string
	walk(resource.NewProperty(r.Inputs), false, func(text string, secret bool) {
		if !secret {
			texts = append(texts, text)
		}
	})
	return texts
}

func walk(value resource.PropertyValue, secret bool, visit func(text string, secret bool)) {
	switch {
	case value.IsSecret():
		walk(value.SecretValue().Element, true, visit)
	case value.IsOutput():
		walk(value.OutputValue().Element, secret || value.OutputValue().Secret, visit)
	case value.IsObject():
		for key, item := range value.ObjectValue() {
			visit(string(key), secret)
			walk(item, secret, visit)
		}
	case value.IsArray():
		for _, item := range value.ArrayValue() {
			walk(item, secret, visit)
		}
	case value.IsString():
		visit(value.StringValue(), secret)
	}
}
