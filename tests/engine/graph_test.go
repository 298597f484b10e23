package engine_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	"github.com/stretchr/testify/require"
)

// graph is a stack without its random parts: each resource by its URN, with its inputs, in which identifiers,
// generated names and secrets are replaced by the names of their resources.
type graph map[string]string

// graph reads the state. It must agree with the cloud: nothing there that the state does not know, nothing missing.
func (s *stack) graph() graph {
	s.t.Helper()
	resources, err := s.Resources(false)
	require.NoError(s.t, err)
	var inState, inCloud []string
	names := standIns(resources)
	shown := graph{}
	for _, resource := range resources {
		urn := string(resource.URN)
		if inAws(resource) {
			inState = append(inState, urn)
		}
		for shown[urn] != "" {
			urn += " again"
		}
		shown[urn] = describe(resource, names)
	}
	for _, live := range s.cloud.World.Live() {
		inCloud = append(inCloud, live.Urn)
	}
	require.ElementsMatch(s.t, inState, inCloud, "state and cloud")
	return shown
}

func inAws(resource apitype.ResourceV3) bool {
	return resource.Custom && !resource.Delete && strings.HasPrefix(string(resource.Type), "aws:")
}

func describe(resource apitype.ResourceV3, names map[string]string) string {
	inputs, _ := json.Marshal(hide(visible(resource.Inputs)))
	text := string(inputs)
	for _, generated := range longestFirst(names) {
		text = strings.ReplaceAll(text, generated, names[generated])
	}
	dependencies := slices.Clone(resource.Dependencies)
	slices.Sort(dependencies)
	return fmt.Sprintf("%s\nparent %s, after %v, protected %v", text, resource.Parent, dependencies, resource.Protect)
}

// shortest is the length below which a generated text could be part of another by chance.
const shortest = 6

// standIns maps each random text and each of the cloud's to the text that replaces it.
func standIns(resources []apitype.ResourceV3) map[string]string {
	names := map[string]string{}
	name := func(text, what string) {
		if len(text) >= shortest && (names[text] == "" || what < names[text]) {
			names[text] = what
		}
	}
	for _, resource := range resources {
		urn := string(resource.URN)
		name(string(resource.ID), "<"+urn+" id>")
		given := visible(resource.Inputs)
		for key, value := range resource.Outputs {
			if _, ok := given[key]; !ok {
				texts(value, func(text string) { name(text, "<"+urn+" "+key+">") })
			}
		}
		for _, key := range defaults(resource.Inputs) {
			texts(resource.Inputs[key], func(text string) { name(text, "<"+urn+" "+key+">") })
		}
	}
	return names
}

func longestFirst(names map[string]string) []string {
	return slices.SortedFunc(maps.Keys(names), func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
}

// visible are the properties that the program or the provider gave, without the engine's own.
func visible(properties map[string]any) map[string]any {
	return maps.Collect(func(yield func(string, any) bool) {
		for key, value := range properties {
			if !strings.HasPrefix(key, "__") && !yield(key, value) {
				return
			}
		}
	})
}

// defaults names the inputs that the provider filled in, among them generated names.
func defaults(inputs map[string]any) (keys []string) {
	texts(inputs["__defaults"], func(text string) { keys = append(keys, text) })
	return keys
}

func hide(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if value[sig.Key] == sig.Secret {
			return "[secret]"
		}
		hidden := map[string]any{}
		for key, item := range value {
			hidden[key] = hide(item)
		}
		return hidden
	case []any:
		hidden := make([]any, 0, len(value))
		for _, item := range value {
			hidden = append(hidden, hide(item))
		}
		return hidden
	}
	return value
}

// texts visits every text in a value that is no secret.
func texts(value any, visit func(string)) {
	switch value := value.(type) {
	case string:
		visit(value)
	case []any:
		for _, item := range value {
			texts(item, visit)
		}
	case map[string]any:
		if value[sig.Key] != sig.Secret {
			for _, item := range value {
				texts(item, visit)
			}
		}
	}
}
