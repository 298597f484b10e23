package config

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// loaded loads a configuration; keys are all keys that the stack sets.
func loaded(values map[string]string, keys []string, secrets ...string) (result *pulumitest.Result, err error) {
	result = pulumitest.Run(func(ctx *pulumi.Context) error {
		_, err = load(ctx, keys)
		return nil
	}, pulumitest.Config(values, secrets...))
	return result, err
}

// readKeys returns the keys that are read, and the configuration for the values.
func readKeys(tb testing.TB, values map[string]string) (keys []string, c Config) {
	tb.Helper()
	pulumitest.MustRun(tb, func(ctx *pulumi.Context) error {
		r := &reader{ctx: ctx}
		c, keys = r.config(), r.keys
		return nil
	}, pulumitest.Config(values))
	return keys, c
}

// declarations returns the keys that Pulumi.yaml declares.
func declarations(tb testing.TB) map[string]workspace.ProjectConfigType {
	tb.Helper()
	declared, err := workspace.LoadProject("../../Pulumi.yaml")
	require.NoError(tb, err)
	return declared.Config
}

// configText returns a value as the engine passes it to a program.
func configText(tb testing.TB, value any) string {
	tb.Helper()
	if text, ok := value.(string); ok {
		return text
	}
	encoded, err := json.Marshal(value)
	require.NoError(tb, err)
	return string(encoded)
}

// fieldOf returns the field that a key fills. Its name is the key's, with or without the name of the subject:
// redisImage fills Redis.Image, elastiCacheReplicas fills Redis.ElastiCacheReplicas, and image fills Image.Name.
func fieldOf(tb testing.TB, c Config, key string) reflect.Value {
	tb.Helper()
	_, name, _ := strings.Cut(key, ":")
	name = strings.ToUpper(name[:1]) + name[1:]
	all := reflect.ValueOf(c)
	if field := all.FieldByName(name); field.IsValid() && field.Kind() != reflect.Struct {
		return field
	} else if field.IsValid() {
		return field.FieldByName("Name")
	}
	var found []reflect.Value
	for i := range all.NumField() {
		subject, value := all.Type().Field(i).Name, all.Field(i)
		if value.Kind() != reflect.Struct {
			continue
		}
		for _, each := range slices.Compact([]string{name, strings.Replace(name, subject, "", 1)}) {
			if field := value.FieldByName(each); field.IsValid() {
				found = append(found, field)
			}
		}
	}
	require.Len(tb, found, 1, "%s fills one field of Config", key)
	return found[0]
}

func TestEveryKeyIsDeclaredAndEveryDeclaredKeyIsRead(t *testing.T) {
	t.Parallel()
	keys, c := readKeys(t, nil)
	declared := declarations(t)
	read := []string{}
	for _, key := range keys {
		read = append(read, full(key))
	}
	listed := []string{}
	types := map[reflect.Kind]string{
		reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Slice: "array",
		reflect.Map: "object", reflect.Pointer: "object",
	}
	for key, d := range declared {
		listed = append(listed, key)
		assert.True(t, strings.HasSuffix(d.Description, ".") || strings.HasSuffix(d.Description, "NAME"),
			"%s: a description is a sentence", key)
		if d.Secret {
			assert.Nil(t, d.Type, "%s: Pulumi would require it in every stack", key)
		} else if assert.NotNil(t, d.Type, key) {
			assert.Equal(t, types[fieldOf(t, c, key).Kind()], *d.Type, key)
			assert.Equal(t, *d.Type == "array", d.Items != nil, key)
		}
	}
	slices.Sort(read)
	slices.Sort(listed)
	assert.Equal(t, listed, read)
}

var yamlExample = regexp.MustCompile(` Example: (care:\w+: .*[}\]])\.`)

func TestEveryListAndObjectHasAnExampleOfItsYaml(t *testing.T) {
	t.Parallel()
	seen := 0
	for key, d := range declarations(t) {
		if _, object := d.Default.(map[string]any); (d.Type == nil || *d.Type != "array") && !object {
			continue
		}
		seen++
		found := yamlExample.FindStringSubmatch(d.Description)
		if !assert.NotNil(t, found, "%s has no example", key) || d.Secret {
			continue
		}
		var file map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(found[1]), &file), key)
		require.Contains(t, file, key)
		_, empty := readKeys(t, nil)
		_, read := readKeys(t, map[string]string{key: configText(t, file[key])})
		assert.NotEqual(t, simple(t, fieldOf(t, empty, key)), simple(t, fieldOf(t, read, key)),
			"%s cannot be read: %s", key, found[1])
	}
	assert.Greater(t, seen, 5)
}

func TestDefaultsOfTheProjectAreTheProgramsOwn(t *testing.T) {
	t.Parallel()
	_, unset := readKeys(t, nil)
	for key, d := range declarations(t) {
		if d.Default == nil {
			assert.Equal(t, "care:image", key, "every other key has a default")
			assert.Contains(t, d.Description, "Required.", key)
			continue
		}
		_, set := readKeys(t, map[string]string{key: configText(t, d.Default)})
		assert.Equal(t, simple(t, fieldOf(t, unset, key)), simple(t, fieldOf(t, set, key)), key)
	}
}

// simple returns a value as JSON, and the empty string for an empty list or object.
func simple(t *testing.T, value reflect.Value) string {
	t.Helper()
	if (value.Kind() == reflect.Slice || value.Kind() == reflect.Map) && value.Len() == 0 {
		return ""
	}
	encoded, err := json.Marshal(value.Interface())
	require.NoError(t, err)
	return string(encoded)
}
