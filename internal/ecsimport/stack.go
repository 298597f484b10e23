package ecsimport

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"
)

// entryValue is a value within a setting, with its comment.
type entryValue struct{ text, comment string }

// table is a setting that is an object.
type table map[string]entryValue

// setting is a key of the stack file.
type setting struct {
	key     string
	value   any
	from    string
	comment string
}

// stackFile has the settings of Pulumi.<stack>.yaml.
type stackFile struct{ settings []setting }

// set adds a key with the source of its value and the reason of a change. It omits an empty table.
func (s *stackFile) set(key string, value any, from, comment string) {
	if entries, ok := value.(table); ok && len(entries) == 0 {
		return
	}
	s.settings = append(s.settings, setting{key, value, from, comment})
}

// has reports whether a table has a name.
func (s *stackFile) has(key, name string) bool {
	for _, each := range s.settings {
		if entries, ok := each.value.(table); ok && each.key == key {
			_, there := entries[name]
			return there
		}
	}
	return false
}

// The other keys of a stack file are Pulumi's own. Without its salt or key, neither the encrypted values nor those in
// the stack's state can be decrypted.
const configField = "config"

// render writes the file. It keeps Pulumi's own keys and the encrypted values of an existing one.
func (s *stackFile) render(heading string, existing []byte) ([]byte, error) {
	config := &yaml.Node{Kind: yaml.MappingNode}
	for _, each := range s.settings {
		key, value := scalar(each.key), node(each.value)
		key.HeadComment = each.comment
		config.Content = append(config.Content, key, value)
	}
	document := &yaml.Node{Kind: yaml.MappingNode}
	title := scalar(configField)
	title.HeadComment = heading
	document.Content = append(document.Content, title, config)
	if err := keep(document, config, existing); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("writing the stack file: %w", err)
	}
	return out.Bytes(), nil
}

func scalar(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

func node(value any) *yaml.Node {
	switch v := value.(type) {
	case []string:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v {
			list.Content = append(list.Content, scalar(item))
		}
		return list
	case []int:
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, item := range v {
			list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.Itoa(item)})
		}
		return list
	case table:
		object := &yaml.Node{Kind: yaml.MappingNode}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			key := scalar(name)
			key.HeadComment = v[name].comment
			object.Content = append(object.Content, key, scalar(v[name].text))
		}
		return object
	case string:
		return scalar(v)
	default:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(v)}
	}
}

// keep copies the entries of the existing file that no task definition has.
func keep(document, config *yaml.Node, existing []byte) error {
	var old yaml.Node
	if err := yaml.Unmarshal(existing, &old); err != nil {
		return fmt.Errorf("reading the stack file that is there: %w", err)
	}
	if len(old.Content) == 0 {
		return nil
	}
	fields := old.Content[0]
	if fields.Kind != yaml.MappingNode {
		return errors.New("the stack file that is there is no YAML object; move it away")
	}
	for at := 0; at+1 < len(fields.Content); at += 2 {
		name, value := fields.Content[at], fields.Content[at+1]
		if name.Value == configField {
			keepEncrypted(config, value)
			continue
		}
		name.HeadComment = ""
		document.Content = append(document.Content, name, value)
	}
	return nil
}

func keepEncrypted(config, old *yaml.Node) {
	for at := 0; at+1 < len(old.Content); at += 2 {
		key, value := old.Content[at], old.Content[at+1]
		if encrypted(value) {
			key.HeadComment = "kept from the file that was here, because it is encrypted"
			config.Content = append(config.Content, key, value)
		}
	}
}

// encrypted reports whether the value has the "secure" key of an encrypted value.
func encrypted(n *yaml.Node) bool {
	for at, child := range n.Content {
		if n.Kind == yaml.MappingNode && at%2 == 0 && child.Value == "secure" || encrypted(child) {
			return true
		}
	}
	return false
}
