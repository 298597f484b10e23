package care

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/near"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// maxInteger is the largest integer of a property. Numbers arrive as float64, which represents each smaller integer.
const maxInteger = 1<<53 - 1

// checkForm returns all inputs that do not have the form of the constructor's arguments: unknown names, values of
// another type, and outputs where the value must be known. The SDK ignores the first and reports one of the others.
func checkForm(inputs resource.PropertyMap, dependencies map[string][]resource.URN, args reflect.Type) error {
	problems := []error{checkStruct("", inputs, args)}
	fields := fieldsOf(args)
	for _, name := range slices.Sorted(maps.Keys(dependencies)) {
		// An input is an output as a whole if it depends on more than the outputs in it do.
		typ, known := fields[name]
		value := inputs[resource.PropertyKey(name)]
		if known && !isInput(typ) && !isOutput(value) && !dependsOn(value, dependencies[name]) {
			problems = append(problems, mustBeKnown(name, typ, false))
		}
	}
	return rule.All(problems...)
}

// dependencies returns the resources on which each input depends.
func dependencies(request *pulumirpc.ConstructRequest) map[string][]resource.URN {
	all := map[string][]resource.URN{}
	for name, on := range request.GetInputDependencies() {
		for _, urn := range on.GetUrns() {
			all[name] = append(all[name], resource.URN(urn))
		}
	}
	return all
}

// dependsOn reports whether the outputs in the value depend on all of the resources.
func dependsOn(value resource.PropertyValue, urns []resource.URN) bool {
	in := map[resource.URN]bool{}
	collect(value, in)
	return !slices.ContainsFunc(urns, func(urn resource.URN) bool { return !in[urn] })
}

func collect(value resource.PropertyValue, urns map[resource.URN]bool) {
	switch {
	case value.IsSecret():
		collect(value.SecretValue().Element, urns)
	case value.IsOutput():
		for _, urn := range value.OutputValue().Dependencies {
			urns[urn] = true
		}
		collect(value.OutputValue().Element, urns)
	case value.IsArray():
		for _, element := range value.ArrayValue() {
			collect(element, urns)
		}
	case value.IsObject():
		for _, element := range value.ObjectValue() {
			collect(element, urns)
		}
	}
}

// check returns the problems of one value. A value for a Pulumi input may be an output, and the constructor checks it.
func check(name string, value resource.PropertyValue, typ reflect.Type) error {
	for typ.Kind() == reflect.Pointer && !isInput(typ) {
		typ = typ.Elem()
	}
	switch {
	case typ == reflect.TypeFor[components.ConnectionInput]():
		return checkConnection(name, value)
	case value.IsNull() || isInput(typ):
		return nil
	case isOutput(value):
		return mustBeKnown(name, typ, isSecret(value))
	case value.IsOutput():
		return check(name, value.OutputValue().Element, typ)
	}
	switch typ.Kind() {
	case reflect.Struct:
		if !value.IsObject() {
			return wrongType(name, value, "an object")
		}
		return checkStruct(name+".", value.ObjectValue(), typ)
	case reflect.Slice:
		return checkList(name, value, typ)
	case reflect.Map:
		return checkMap(name, value, typ)
	default:
		return checkScalar(name, value, typ)
	}
}

// checkStruct checks the properties of an object. prefix is what their names begin with.
func checkStruct(prefix string, object resource.PropertyMap, typ reflect.Type) error {
	fields := fieldsOf(typ)
	names := slices.Sorted(maps.Keys(fields))
	problems := []error{}
	for _, key := range object.StableKeys() {
		name := string(key)
		if field, known := fields[name]; known {
			problems = append(problems, check(prefix+name, object[key], field))
			continue
		}
		if resource.IsInternalPropertyKey(key) {
			continue
		}
		fix := "use one of " + strings.Join(names, ", ")
		if meant := near.Of(name, names); meant != "" {
			fix = "use " + meant
		}
		problems = append(problems, rule.Broken(prefix+name, "…", "there is no such property", fix))
	}
	return rule.All(problems...)
}

func checkList(name string, value resource.PropertyValue, typ reflect.Type) error {
	if !value.IsArray() {
		return wrongType(name, value, "a list")
	}
	problems := []error{}
	for i, element := range value.ArrayValue() {
		problems = append(problems, check(fmt.Sprintf("%s[%d]", name, i), element, typ.Elem()))
	}
	return rule.All(problems...)
}

func checkMap(name string, value resource.PropertyValue, typ reflect.Type) error {
	if !value.IsObject() {
		return wrongType(name, value, "an object")
	}
	problems := []error{}
	for _, key := range value.ObjectValue().StableKeys() {
		problems = append(problems, check(fmt.Sprintf("%s[%q]", name, key), value.ObjectValue()[key], typ.Elem()))
	}
	return rule.All(problems...)
}

func checkScalar(name string, value resource.PropertyValue, typ reflect.Type) error {
	switch {
	case typ.Kind() == reflect.String && !value.IsString():
		return wrongType(name, value, "a string")
	case typ.Kind() == reflect.Bool && !value.IsBool():
		return wrongType(name, value, "true or false")
	case typ.Kind() != reflect.Int:
		return nil
	case !value.IsNumber() || value.NumberValue() != math.Trunc(value.NumberValue()):
		return wrongType(name, value, "a whole number")
	case math.Abs(value.NumberValue()) > maxInteger:
		return rule.Broken(name, value.V, fmt.Sprintf("must be from %d to %d", -maxInteger, maxInteger),
			"give a number in that range")
	}
	return nil
}

// checkConnection refuses a connection that is not the output of its destination: nothing would make the service wait
// for it.
func checkConnection(name string, value resource.PropertyValue) error {
	const fix = "take the output connection of a component"
	if isOutput(value) || value.IsNull() { // the constructor refuses null
		return nil
	}
	if value.IsOutput() {
		return checkConnection(name, value.OutputValue().Element)
	}
	if !value.IsObject() {
		return wrongType(name, value, "the output connection of a component")
	}
	fingerprint := value.ObjectValue()["fingerprint"]
	if isOutput(fingerprint) {
		return nil
	}
	return rule.Broken(name+".fingerprint", fingerprint.V,
		"must be an output of the destination, because the service is deployed after it", fix)
}

func wrongType(name string, value resource.PropertyValue, wanted string) error {
	var shown any = "[" + value.TypeString() + "]"
	if value.IsString() || value.IsNumber() || value.IsBool() {
		shown = value.V
	}
	return rule.Broken(name, shown, "has the wrong type", "give "+wanted)
}

// mustBeKnown refuses an output for a value that decides which resources exist.
func mustBeKnown(name string, typ reflect.Type, secret bool) error {
	switch {
	case secret:
		return rule.Broken(name, "[secret]", "must not be a secret, because it is written where everyone can read it",
			"give a value that is not secret")
	case typ.Kind() == reflect.Struct || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map:
		return rule.Broken(name, "[output]", "must not be an output as a whole",
			"write its elements here, which may have outputs as their own values")
	default:
		return rule.Broken(name, "[output]", "must be known before anything is created, and an output is not",
			"give the value itself, such as one of the configuration")
	}
}

// isOutput reports whether the value is an output of another resource, unknown, or secret.
func isOutput(value resource.PropertyValue) bool {
	if value.IsOutput() {
		output := value.OutputValue()
		return !output.Known || output.Secret || len(output.Dependencies) > 0
	}
	return value.IsSecret() || value.IsComputed()
}

func isSecret(value resource.PropertyValue) bool {
	return value.IsSecret() || value.IsOutput() && value.OutputValue().Secret
}

// isInput reports whether a Go type takes outputs.
func isInput(typ reflect.Type) bool { return typ.Implements(reflect.TypeFor[pulumi.Input]()) }

// fieldsOf returns the types of a struct's fields by the names in their pulumi tags.
func fieldsOf(typ reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for field := range typ.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("pulumi"), ","); name != "" {
			fields[name] = field.Type
		}
	}
	return fields
}
