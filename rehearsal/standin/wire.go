package standin

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"google.golang.org/protobuf/types/known/structpb"
)

// defaultsKey is where the Pulumi bridge notes which inputs it filled in itself. The engine hides keys
// that begin with two underscores.
const defaultsKey = "__defaults"

// read decodes a message of the engine. Secrets and unknowns stay marked; references to resources become
// their ids, which is all that a cloud knows.
func read(props *structpb.Struct, label string) (resource.PropertyMap, error) {
	m, err := plugin.UnmarshalProperties(props, plugin.MarshalOptions{
		Label: label, KeepUnknowns: true, KeepSecrets: true, SkipNulls: true,
	})
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", label, err)
	}
	return m, nil
}

// write encodes a message for the engine, secrets as secrets.
func write(props resource.PropertyMap, label string) (*structpb.Struct, error) {
	s, err := plugin.MarshalProperties(props, plugin.MarshalOptions{
		Label: label, KeepUnknowns: true, KeepSecrets: true, SkipNulls: true,
	})
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", label, err)
	}
	return s, nil
}

// property turns a plain Go value into a property value.
func property(value any) resource.PropertyValue {
	switch v := value.(type) {
	case resource.PropertyValue:
		return v
	case Value:
		if v.secret {
			return resource.MakeSecret(v.raw)
		}
		return v.raw
	case Props:
		return resource.NewProperty(v.properties())
	case []Props:
		list := make([]resource.PropertyValue, 0, len(v))
		for _, item := range v {
			list = append(list, property(item))
		}
		return resource.NewProperty(list)
	}
	return resource.NewPropertyValue(value)
}

func (p Props) properties() resource.PropertyMap {
	m := resource.PropertyMap{}
	for key, value := range p {
		if value != nil {
			m[resource.PropertyKey(key)] = property(value)
		}
	}
	return m
}

// visible returns the properties a person wrote: without the keys that belong to the engine or the bridge.
func visible(props resource.PropertyMap) resource.PropertyMap {
	m := make(resource.PropertyMap, len(props))
	for key, value := range props {
		if !strings.HasPrefix(string(key), "__") {
			m[key] = value
		}
	}
	return m
}

// strings collects every known string within a value, secrets included.
func textsWithin(value resource.PropertyValue, visit func(text string, secret bool)) {
	walk(NewValue("", value), visit)
}

func walk(v Value, visit func(text string, secret bool)) {
	switch {
	case v.raw.IsString():
		visit(v.raw.StringValue(), v.secret)
	case v.raw.IsArray():
		for _, item := range v.Items() {
			walk(item, visit)
		}
	case v.raw.IsObject():
		for key, raw := range v.raw.ObjectValue() {
			walk(v.child(string(key), raw), visit)
		}
	}
}

// SecretOf returns a value that stays secret on the wire.
func SecretOf(v Value) resource.PropertyValue { return resource.MakeSecret(v.raw) }
