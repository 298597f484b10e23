package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Types finds resource types and functions in the schemas, for programs whose SDK is not in Go. It implements
// standin.Types.
type Types struct {
	mutex    sync.Mutex
	packages map[string]*Package
}

// Resource returns values of two struct types: one with the inputs of a resource type, and one with the properties of
// an existing resource. Their fields have the names of the properties in "pulumi" tags. It returns false if no schema
// has the type.
func (t *Types) Resource(token string) (args, state any, found bool) {
	p := t.find(token)
	if p == nil || p.Resources[token] == nil {
		return nil, nil, false
	}
	r := p.Resources[token]
	return p.value(r.InputProperties, r.RequiredInputs), p.value(r.Properties, nil), true
}

// Function returns a value of a struct type with the results of a function, in the same form as Resource.
func (t *Types) Function(token string) (result any, found bool) {
	p := t.find(token)
	if p == nil || p.Functions[token] == nil {
		return nil, false
	}
	return p.value(p.Functions[token].Outputs.Properties, nil), true
}

// find returns the schema of the token's package, or nil if there is none.
func (t *Types) find(token string) *Package {
	name, _, _ := strings.Cut(token, ":")
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if known, ok := t.packages[name]; ok {
		return known
	}
	var read *Package
	if text, found, err := Json(name); found && err == nil && json.Unmarshal(text, &read) != nil {
		read = nil
	}
	if t.packages == nil {
		t.packages = map[string]*Package{}
	}
	t.packages[name] = read
	return read
}

func (p *Package) value(properties map[string]*Property, required []string) any {
	return reflect.Zero(p.structType(properties, required, map[string]bool{})).Interface()
}

func (p *Package) structType(properties map[string]*Property, required []string, within map[string]bool) reflect.Type {
	var fields []reflect.StructField
	for name, property := range properties {
		of := p.typeOf(property, within)
		if kind := of.Kind(); !slices.Contains(required, name) && kind != reflect.Slice && kind != reflect.Map &&
			kind != reflect.Interface {
			of = reflect.PointerTo(of)
		}
		fields = append(fields, reflect.StructField{
			Name: "P" + strconv.Itoa(len(fields)), Type: of, Tag: reflect.StructTag(`pulumi:` + strconv.Quote(name)),
		})
	}
	return reflect.StructOf(fields)
}

var anyType = reflect.TypeFor[any]()

// typeOf returns the Go type of a property. For a recursive or an unknown type it returns any.
func (p *Package) typeOf(property *Property, within map[string]bool) reflect.Type {
	switch property.Type {
	case "string":
		return reflect.TypeFor[string]()
	case "boolean":
		return reflect.TypeFor[bool]()
	case "integer", "number":
		return reflect.TypeFor[float64]()
	case "array":
		return reflect.SliceOf(p.typeOf(property.Items, within))
	case "object":
		return reflect.MapOf(reflect.TypeFor[string](), p.typeOf(property.AdditionalProperties, within))
	}
	name, isType := strings.CutPrefix(property.Ref, "#/types/")
	object := p.Types[name]
	if !isType || object == nil || within[name] {
		return anyType
	}
	within[name] = true
	defer delete(within, name)
	return p.structType(object.Properties, object.Required, within)
}
