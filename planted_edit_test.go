package main

import (
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/ohcnetwork/care-ecs/rehearsal/inprocess"
)

// set gives an input another value; nil takes it away.
func set(path string, value any) func(*inprocess.World, resource.PropertyMap) {
	return func(_ *inprocess.World, in resource.PropertyMap) {
		parsed, err := resource.ParsePropertyPath(path)
		if err != nil {
			return
		}
		if value == nil {
			parsed.Delete(resource.NewProperty(in))
			return
		}
		parsed.Set(resource.NewProperty(in), resource.NewPropertyValue(value))
	}
}

// swap replaces words within a policy.
func swap(old, replacement string) func(*inprocess.World, resource.PropertyMap) {
	return func(_ *inprocess.World, in resource.PropertyMap) {
		if value := in["policy"]; value.IsString() {
			in["policy"] = resource.NewProperty(strings.ReplaceAll(value.StringValue(), old, replacement))
		}
	}
}

// container changes a container within the task definition's JSON.
func container(name string, edit func(map[string]any)) func(*inprocess.World, resource.PropertyMap) {
	return func(_ *inprocess.World, in resource.PropertyMap) {
		var containers []map[string]any
		if json.Unmarshal([]byte(in["containerDefinitions"].StringValue()), &containers) != nil {
			return
		}
		for _, c := range containers {
			if c["name"] == name {
				edit(c)
			}
		}
		if encoded, err := json.Marshal(containers); err == nil {
			in["containerDefinitions"] = resource.NewProperty(string(encoded))
		}
	}
}

// environment gives an environment variable of a container another value.
func environment(name string, value func(string) string) func(map[string]any) {
	return func(c map[string]any) {
		list, _ := c["environment"].([]any)
		for _, item := range list {
			if pair, ok := item.(map[string]any); ok && pair["name"] == name {
				old, _ := pair["value"].(string)
				pair["value"] = value(old)
			}
		}
	}
}

// mapping changes the first port mapping of a container.
func mapping(key string, value any) func(map[string]any) {
	return func(c map[string]any) {
		list, _ := c["portMappings"].([]any)
		first, ok := list[0].(map[string]any)
		switch {
		case !ok:
		case value == nil:
			delete(first, key)
		default:
			first[key] = value
		}
	}
}
