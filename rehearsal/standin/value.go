package standin

import (
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Props are plain Go values by property name: string, bool, int, float64, []any, []string,
// map[string]any, or a [resource.PropertyValue] to keep one as it is.
type Props map[string]any

// Value is a property as a rule reads it: secrets are opened (and remembered), unknowns are marked, and
// a method for another type returns the zero value instead of a failure.
type Value struct {
	raw    resource.PropertyValue
	path   string
	secret bool
}

// NewValue makes the Value of a property found at path.
func NewValue(path string, raw resource.PropertyValue) Value {
	v := Value{raw: raw, path: path}
	for {
		switch {
		case v.raw.IsSecret():
			v.raw, v.secret = v.raw.SecretValue().Element, true
		case v.raw.IsOutput():
			out := v.raw.OutputValue()
			v.raw, v.secret = out.Element, v.secret || out.Secret
			if !out.Known {
				v.raw = resource.MakeComputed(resource.NewProperty(""))
			}
		default:
			return v
		}
	}
}

// Path returns where the value was found, such as services[0].portName.
func (v Value) Path() string { return v.path }

// Missing reports that the property is absent or null.
func (v Value) Missing() bool { return v.raw.IsNull() }

// Unknown reports that the value itself will only be known after an update.
func (v Value) Unknown() bool { return v.raw.IsComputed() }

// Known reports that the property is present with a value known now.
func (v Value) Known() bool { return !v.Missing() && !v.Unknown() }

// Secret reports that the value is, or lies within, a secret.
func (v Value) Secret() bool { return v.secret || v.raw.ContainsSecrets() }

// Complete reports that the value is known and so is everything in it.
func (v Value) Complete() bool { return v.Known() && !v.raw.ContainsUnknowns() }

// Text returns the string, or "" when the value is not a known string.
func (v Value) Text() string {
	if v.raw.IsString() {
		return v.raw.StringValue()
	}
	return ""
}

// Scalar returns the text of a known string, number or boolean, and "" for any other value.
func (v Value) Scalar() string {
	switch {
	case v.raw.IsNumber():
		return strconv.FormatFloat(v.raw.NumberValue(), 'f', -1, 64)
	case v.raw.IsBool():
		return strconv.FormatBool(v.raw.BoolValue())
	}
	return v.Text()
}

// Number returns the number, or 0.
func (v Value) Number() float64 {
	if v.raw.IsNumber() {
		return v.raw.NumberValue()
	}
	return 0
}

// Int returns the number as an integer, or 0.
func (v Value) Int() int { return int(v.Number()) }

// Bool is the boolean, or false.
func (v Value) Bool() bool { return v.raw.IsBool() && v.raw.BoolValue() }

// At returns the property at a path of object keys from here, such as "networkConfiguration.subnets".
func (v Value) At(path string) Value {
	for key := range strings.SplitSeq(path, ".") {
		v = v.key(key)
	}
	return v
}

func (v Value) key(key string) Value {
	var raw resource.PropertyValue
	switch {
	case v.raw.IsObject():
		raw = v.raw.ObjectValue()[resource.PropertyKey(key)]
	case v.raw.IsComputed():
		raw = v.raw
	}
	return v.child(key, raw)
}

func (v Value) child(key string, raw resource.PropertyValue) Value {
	path := key
	switch {
	case v.path != "" && strings.HasPrefix(key, "["):
		path = v.path + key
	case v.path != "":
		path = v.path + "." + key
	}
	c := NewValue(path, raw)
	c.secret = c.secret || v.secret
	return c
}

// Items returns the elements of a list; none when the value is not a known list.
func (v Value) Items() []Value {
	if !v.raw.IsArray() {
		return nil
	}
	items := make([]Value, 0, len(v.raw.ArrayValue()))
	for i, raw := range v.raw.ArrayValue() {
		items = append(items, v.child("["+strconv.Itoa(i)+"]", raw))
	}
	return items
}

// Keys returns the sorted keys of an object or map.
func (v Value) Keys() []string {
	if !v.raw.IsObject() {
		return nil
	}
	var keys []string
	for key := range v.raw.ObjectValue() {
		if !strings.HasPrefix(string(key), "__") {
			keys = append(keys, string(key))
		}
	}
	sort.Strings(keys)
	return keys
}

// Key returns the property of that name from here, dots in the name being part of it.
func (v Value) Key(name string) Value { return v.key(name) }

// All returns the present values at a path that runs through every element of the lists on its way:
// "services.clientAlias.port" returns each port of each alias of each service.
func (v Value) All(path string) []Value {
	found := []Value{v}
	for key := range strings.SplitSeq(path, ".") {
		var next []Value
		for _, at := range found {
			for _, item := range at.flat() {
				next = append(next, item.key(key))
			}
		}
		found = next
	}
	var values []Value
	for _, at := range found {
		for _, item := range at.flat() {
			if !item.Missing() {
				values = append(values, item)
			}
		}
	}
	return values
}

func (v Value) flat() []Value {
	if v.raw.IsArray() {
		return v.Items()
	}
	return []Value{v}
}

// Texts returns the known strings of a list.
func (v Value) Texts() []string {
	var texts []string
	for _, item := range v.flat() {
		if text := item.Text(); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// TextsWithin returns the known strings anywhere within the value.
func (v Value) TextsWithin() []string {
	var texts []string
	walk(v, func(text string, _ bool) { texts = append(texts, text) })
	return texts
}

// Has reports whether a list of strings holds text.
func (v Value) Has(text string) bool {
	for _, item := range v.flat() {
		if item.Text() == text {
			return true
		}
	}
	return false
}

// Raw returns the property value without its outermost secret.
func (v Value) Raw() resource.PropertyValue { return v.raw }

// Show writes the value for a person, short and without any secret.
func (v Value) Show() string {
	switch {
	case v.Secret():
		return "[secret]"
	case v.Missing():
		return "(absent)"
	case v.raw.ContainsUnknowns():
		return "(known after update)"
	case v.raw.IsString():
		return strconv.Quote(shorten(v.raw.StringValue()))
	}
	data, err := json.Marshal(v.raw.Mappable())
	if err != nil {
		return fmt.Sprintf("(%s)", v.raw.TypeString())
	}
	return shorten(string(data))
}

// shorten keeps a long document from filling the screen.
func shorten(text string) string {
	const most = 120
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
