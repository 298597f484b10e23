package main

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

// readKeys gives the keys that the program reads, and what it makes of the values.
func readKeys(tb testing.TB, values map[string]string) ([]string, Config) {
	tb.Helper()
	var keys []string
	var c Config
	pulumitest.MustRun(tb, func(ctx *pulumi.Context) error {
		r := &reader{ctx: ctx}
		r.readAll(&c)
		keys = r.keys
		return nil
	}, pulumitest.Config(values))
	return keys, c
}

// fieldOf gives the field of Config that a key fills: its name with a capital letter.
func fieldOf(c Config, key string) reflect.Value {
	_, name, _ := strings.Cut(key, ":")
	return reflect.ValueOf(c).FieldByName(strings.ToUpper(name[:1]) + name[1:])
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
		reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Slice: "array", reflect.Map: "object",
		reflect.Pointer: "object",
	}
	for key, d := range declared {
		listed = append(listed, key)
		assert.NotEmpty(t, d.Description, key)
		assert.True(t, strings.HasSuffix(d.Description, ".") || strings.HasSuffix(d.Description, "NAME"), "%s: a description is a sentence", key)
		field := fieldOf(c, key)
		if assert.True(t, field.IsValid(), "%s fills a field of Config", key) {
			if d.Secret {
				assert.Empty(t, d.Type, "%s: Pulumi would ask for it where it is not set", key)
			} else {
				assert.Equal(t, types[field.Kind()], d.Type, key)
			}
		}
		assert.Equal(t, d.Type == "array", d.Items != nil, key)
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
		if _, object := d.Default.(map[string]any); d.Type != "array" && !object {
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
		assert.NotEqual(t, simple(t, fieldOf(empty, key)), simple(t, fieldOf(read, key)), "%s cannot be read: %s", key, found[1])
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
		assert.Equal(t, simple(t, fieldOf(unset, key)), simple(t, fieldOf(set, key)), key)
	}
}

// simple gives a value as JSON, in which lists and objects that are empty and that are not there are alike.
func simple(t *testing.T, value reflect.Value) string {
	t.Helper()
	if (value.Kind() == reflect.Slice || value.Kind() == reflect.Map) && value.Len() == 0 {
		return ""
	}
	encoded, err := json.Marshal(value.Interface())
	require.NoError(t, err)
	return string(encoded)
}

func TestStackFilesUseDeclaredKeysOnly(t *testing.T) {
	t.Parallel()
	declared := declarations(t)
	for _, stack := range stacks {
		for key, value := range stackValues(t, stack) {
			if key == "aws:region" {
				continue
			}
			d, ok := declared[key]
			if !assert.True(t, ok, "%s in Pulumi.%s.yaml", key, stack) {
				continue
			}
			types := map[reflect.Kind]string{
				reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Slice: "array", reflect.Map: "object",
			}
			assert.Equal(t, d.Type, types[reflect.TypeOf(value).Kind()], "%s in Pulumi.%s.yaml", key, stack)
		}
	}
}

func TestStackFilesHoldNoAccountAndNoSecret(t *testing.T) {
	t.Parallel()
	for _, stack := range stacks {
		for key, value := range cliConfig(t, stack) {
			assert.NotRegexp(t, `\b\d{12}\b`, value, "%s in Pulumi.%s.yaml", key, stack)
			assert.NotRegexp(t, `(?i)AKIA|-----BEGIN`, value, "%s in Pulumi.%s.yaml", key, stack)
			if slices.Contains([]string{"care:redisPassword", "care:redisUrl", "care:databasePassword", "care:secrets",
				"care:mailPassword", "care:captchaSecretKey"}, key) {
				assert.Contains(t, []string{"", "{}"}, value, "%s in Pulumi.%s.yaml", key, stack)
			}
		}
	}
}
