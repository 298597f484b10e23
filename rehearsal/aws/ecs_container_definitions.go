package aws

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// ecsClient is the code of the refusals of RegisterTaskDefinition
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html, Errors).
const ecsClient = "ClientException"

// containersOf opens a document of container definitions: one value a container, its fields spelled as
// the API spells them. None when the document is not known or not an array of objects.
func containersOf(document standin.Value) []standin.Value {
	containers, err := parseContainers(document)
	if err != nil {
		return nil
	}
	return containers
}

func parseContainers(document standin.Value) ([]standin.Value, error) {
	if !document.Known() {
		return nil, nil
	}
	var plain []map[string]any
	if err := json.Unmarshal([]byte(document.Text()), &plain); err != nil {
		return nil, err
	}
	containers := make([]standin.Value, 0, len(plain))
	for i, container := range plain {
		raw := resource.NewPropertyValue(spelled(container, reflect.TypeFor[types.ContainerDefinition]()))
		if document.Secret() {
			raw = resource.MakeSecret(raw)
		}
		containers = append(containers, standin.NewValue(containerPath(document.Path(), container["name"], i), raw))
	}
	return containers, nil
}

// containerPath names a container by its name, or by its place when it has none.
func containerPath(document string, name any, i int) string {
	if text, ok := name.(string); ok && text != "" {
		return fmt.Sprintf("%s[%q]", document, text)
	}
	return fmt.Sprintf("%s[%d]", document, i)
}

// spelled writes field names as the API has them: the provider decodes the document with encoding/json,
// which takes them in any case (internal/service/ecs/container_definitions.go).
func spelled(value any, t reflect.Type) any {
	t = pointed(t)
	switch plain := value.(type) {
	case map[string]any:
		if t.Kind() != reflect.Struct {
			return plain
		}
		fields, object := fieldsOf(t), map[string]any{}
		for key, inner := range plain {
			for name, field := range fields {
				if strings.EqualFold(name, key) {
					key, inner = name, spelled(inner, field)
					break
				}
			}
			object[key] = inner
		}
		return object
	case []any:
		if t.Kind() != reflect.Slice {
			return plain
		}
		list := make([]any, len(plain))
		for i, inner := range plain {
			list[i] = spelled(inner, t.Elem())
		}
		return list
	}
	return value
}

func pointed(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// fieldsOf are the fields of an API type as JSON spells them. The SDK's types carry no tags: their
// serializer writes each name with a small first letter (service/ecs/serializers.go).
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for field := range t.Fields() {
		if field.IsExported() {
			fields[strings.ToLower(field.Name[:1])+field.Name[1:]] = field.Type
		}
	}
	return fields
}

// requiredFields are those that the API marks "This member is required", and the name and image of a
// container and the name of a variable, which it demands as well (aws/aws-cli#5924).
var requiredFields = map[reflect.Type][]string{
	reflect.TypeFor[types.ContainerDefinition]():    {"name", "image"},
	reflect.TypeFor[types.ContainerDependency]():    {"containerName", "condition"},
	reflect.TypeFor[types.ContainerRestartPolicy](): {"enabled"},
	reflect.TypeFor[types.Device]():                 {"hostPath"},
	reflect.TypeFor[types.EnvironmentFile]():        {"type", "value"},
	reflect.TypeFor[types.FirelensConfiguration]():  {"type"},
	reflect.TypeFor[types.HealthCheck]():            {"command"},
	reflect.TypeFor[types.HostEntry]():              {"hostname", "ipAddress"},
	reflect.TypeFor[types.KeyValuePair]():           {"name"},
	reflect.TypeFor[types.LogConfiguration]():       {"logDriver"},
	reflect.TypeFor[types.RepositoryCredentials]():  {"credentialsParameter"},
	reflect.TypeFor[types.ResourceRequirement]():    {"type", "value"},
	reflect.TypeFor[types.Secret]():                 {"name", "valueFrom"},
	reflect.TypeFor[types.Tmpfs]():                  {"containerPath", "size"},
	reflect.TypeFor[types.Ulimit]():                 {"name", "softLimit", "hardLimit"},
}

// decoder holds container definitions to the API's types, strictly.
type decoder struct {
	*standin.Draft
	wrong bool
}

func (d *decoder) refuse(at standin.Value, rule, fix string) {
	d.wrong = true
	d.Refuse(at, ecsClient, rule, fix)
}

func (d *decoder) value(v standin.Value, t reflect.Type) {
	t = pointed(t)
	raw := v.Raw()
	switch {
	case v.Missing():
	case t.Kind() == reflect.Struct && raw.IsObject():
		d.object(v, t)
	case t.Kind() == reflect.Slice && raw.IsArray():
		for _, item := range v.Items() {
			d.value(item, t.Elem())
		}
	case t.Kind() == reflect.Map && raw.IsObject():
		for _, key := range v.Keys() {
			d.value(v.Key(key), t.Elem())
		}
	case t.Kind() == reflect.String && raw.IsString():
		d.enum(v, enumValues(t))
	case t.Kind() == reflect.Bool && raw.IsBool():
	case t.Kind() == reflect.Int32 && raw.IsNumber() && v.Number() == math.Trunc(v.Number()) &&
		math.Abs(v.Number()) <= math.MaxInt32:
	default:
		d.refuse(v, fmt.Sprintf("cannot unmarshal %s into a field of type %s", v.Raw().TypeString(), typeWord(t)),
			"give a value of type "+typeWord(t)+asText(v, t))
	}
}

func (d *decoder) object(v standin.Value, t reflect.Type) {
	fields := fieldsOf(t)
	for _, key := range v.Keys() {
		field, known := fields[key]
		if !known {
			// The provider drops such a field without an error.
			d.refuse(v.Key(key), fmt.Sprintf("unknown parameter %q in a %s", key, t.Name()),
				standin.Nearest(key, keysOf(fields)))
			continue
		}
		d.value(v.Key(key), field)
	}
	for _, key := range requiredFields[t] {
		if field := v.Key(key); field.Missing() || field.Raw().IsString() && field.Text() == "" {
			d.refuse(field, strings.TrimSuffix(t.Name(), "Definition")+"."+key+" should not be null or empty", "set "+key)
		}
	}
}

// enum: an empty one is left out of the request.
func (d *decoder) enum(v standin.Value, legal []string) {
	if v.Text() != "" && len(legal) > 0 && !slices.Contains(legal, v.Text()) {
		d.refuse(v, "the value must be one of "+strings.Join(legal, ", "), standin.Nearest(v.Text(), legal))
	}
}

// enumValues asks an enumeration of the SDK for its values; a plain string has none.
func enumValues(t reflect.Type) []string {
	method := reflect.Zero(t).MethodByName("Values")
	if !method.IsValid() {
		return nil
	}
	list := method.Call(nil)[0]
	values := make([]string, list.Len())
	for i := range values {
		values[i] = list.Index(i).String()
	}
	return values
}

func keysOf(fields map[string]reflect.Type) []string {
	keys := make([]string, 0, len(fields))
	for key := range fields {
		keys = append(keys, key)
	}
	return keys
}

func typeWord(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Struct:
		return "object"
	case reflect.Slice:
		return "list"
	case reflect.Map:
		return "map"
	case reflect.Int32:
		return "int32"
	}
	return t.Kind().String()
}

// asText shows the usual slip: a number or boolean where text is wanted, or the other way round.
func asText(v standin.Value, t reflect.Type) string {
	switch raw := v.Raw(); {
	case v.Secret():
	case t.Kind() == reflect.String && raw.IsNumber():
		return ", " + strconv.Quote(strconv.FormatFloat(v.Number(), 'f', -1, 64))
	case t.Kind() == reflect.String && raw.IsBool():
		return ", " + strconv.Quote(strconv.FormatBool(v.Bool()))
	case t.Kind() == reflect.Int32 && raw.IsString():
		return ", without quotes"
	}
	return ""
}

// openContainers decodes the document of a task definition and refuses keys and values that the API's types do not
// have.
func openContainers(d *standin.Draft) (containers []standin.Value, sound bool) {
	document := d.In("containerDefinitions")
	containers, err := parseContainers(document)
	switch {
	case err != nil:
		d.Refuse(document, ecsClient, fmt.Sprintf("container definitions are a JSON array of objects: %v", err),
			"build the document with a JSON encoder")
		return nil, false
	case document.Known() && len(containers) == 0:
		d.Refuse(document, ecsClient, "container definitions have at least one container", "add a container")
		return nil, false
	}
	decode := &decoder{Draft: d}
	for _, container := range containers {
		decode.value(container, reflect.TypeFor[types.ContainerDefinition]())
	}
	return containers, !decode.wrong
}
