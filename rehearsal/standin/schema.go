package standin

import (
	"fmt"
	"reflect"
	"strings"
)

// shape is the type of a property, read from the SDK.
type shape struct {
	kind   shapeKind
	elem   *shape  // of a list or map
	fields *fields // of an object
}

type shapeKind string

const (
	anyShape    shapeKind = "any"
	stringShape shapeKind = "string"
	numberShape shapeKind = "number"
	boolShape   shapeKind = "bool"
	listShape   shapeKind = "array"
	mapShape    shapeKind = "map"
	objectShape shapeKind = "object"
)

// fields are the legal properties of an object.
type fields struct {
	shapes   map[string]*shape
	required []string
	// open allows properties that shapes does not have, because nothing is known of them.
	open bool
}

// schemaOf reads the properties of an SDK type. The SDK's XArgs and XState are wrappers whose
// ElementType is a struct of plain Go types with the property names in its tags. Nil stands for an unknown type.
func schemaOf(sdk any) (*fields, error) {
	if sdk == nil {
		return &fields{shapes: map[string]*shape{}, open: true}, nil
	}
	t := reflect.TypeOf(sdk)
	if wrapper, ok := sdk.(interface{ ElementType() reflect.Type }); ok {
		t = wrapper.ElementType()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%v is not a struct of properties", t)
	}
	return structFields(t, map[reflect.Type]*fields{}), nil
}

func structFields(t reflect.Type, seen map[reflect.Type]*fields) *fields {
	if known, ok := seen[t]; ok {
		return known // a type may contain itself, as WAF statements do
	}
	f := &fields{shapes: map[string]*shape{}}
	seen[t] = f
	for field := range t.Fields() {
		tag, ok := field.Tag.Lookup("pulumi")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(tag, ",")
		f.shapes[name] = shapeOf(field.Type, seen)
		if isRequired(field.Type) {
			f.required = append(f.required, name)
		}
	}
	return f
}

// isRequired reports whether the type of a field makes it required: the SDK makes optional scalars and objects
// pointers, but leaves lists, maps and the any type alone.
func isRequired(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return false
	}
	return true
}

func shapeOf(t reflect.Type, seen map[reflect.Type]*fields) *shape {
	switch t.Kind() {
	case reflect.Pointer:
		return shapeOf(t.Elem(), seen)
	case reflect.String:
		return &shape{kind: stringShape}
	case reflect.Int, reflect.Int64, reflect.Float64:
		return &shape{kind: numberShape}
	case reflect.Bool:
		return &shape{kind: boolShape}
	case reflect.Slice:
		return &shape{kind: listShape, elem: shapeOf(t.Elem(), seen)}
	case reflect.Map:
		return &shape{kind: mapShape, elem: shapeOf(t.Elem(), seen)}
	case reflect.Struct:
		return &shape{kind: objectShape, fields: structFields(t, seen)}
	}
	return &shape{kind: anyShape}
}

// at finds the shape at a dotted path, passing through lists and maps.
func (f *fields) at(path string) (*shape, bool) {
	key, rest, more := strings.Cut(path, ".")
	s, ok := f.shapes[key]
	if !ok || !more {
		return s, ok
	}
	for s.elem != nil {
		if s.kind == mapShape {
			return s.elem, true
		}
		s = s.elem
	}
	if s.kind != objectShape {
		return nil, false
	}
	return s.fields.at(rest)
}
