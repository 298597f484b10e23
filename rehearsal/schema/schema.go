// Package schema holds the schemas of the Pulumi packages that have a stand-in: which resource types and functions
// they have, with the names and types of all properties. Programs in YAML are checked against them, because YAML has no
// SDK. The schemas are generated from the Go SDKs that go.mod requires, without descriptions.
package schema

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// A Package is a Pulumi package schema, with the fields of https://www.pulumi.com/docs/iac/extending-pulumi/schema/
// that the generated schemas use.
type Package struct {
	Name      string               `json:"name"`
	Version   string               `json:"version"`
	Provider  *Resource            `json:"provider,omitempty"`
	Resources map[string]*Resource `json:"resources"`
	Types     map[string]*Object   `json:"types"`
	Functions map[string]*Function `json:"functions"`
}

// An Object is a set of named properties.
type Object struct {
	Type       string               `json:"type,omitempty"`
	Properties map[string]*Property `json:"properties,omitempty"`
	Required   []string             `json:"required,omitempty"`
}

// A Resource is a resource type with its outputs and inputs.
type Resource struct {
	Object

	InputProperties map[string]*Property `json:"inputProperties,omitempty"`
	RequiredInputs  []string             `json:"requiredInputs,omitempty"`
}

// A Function is a function of a provider, which is called in an invoke.
type Function struct {
	Inputs  *Object `json:"inputs,omitempty"`
	Outputs *Object `json:"outputs"`
}

// A Property is the type of a property, of an element of a list, or of a value of a map.
type Property struct {
	Type                 string    `json:"type,omitempty"`
	Ref                  string    `json:"$ref,omitempty"`
	Items                *Property `json:"items,omitempty"`
	AdditionalProperties *Property `json:"additionalProperties,omitempty"`
	Secret               bool      `json:"secret,omitempty"`
}

//go:embed *.json.gz
var files embed.FS

// Json returns the schema of a package as JSON. It returns false if there is none.
func Json(name string) (text []byte, found bool, err error) {
	packed, err := files.ReadFile(name + ".json.gz")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err == nil {
		text, err = unpack(packed)
	}
	if err != nil {
		return nil, false, fmt.Errorf("reading the schema of the package %s: %w", name, err)
	}
	return text, true, nil
}

func unpack(packed []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}
