package model

import (
	"regexp"
	"strings"
	"sync"
)

// Constraint is a set of limits that one shape of a model puts on the values at one path of a type.
type Constraint struct {
	// Type is the Pulumi type without its package, such as ecs/service:Service.
	Type string `json:"type"`
	// Path is the property, dotted through lists. It ends in [] for the elements of a list, in {} for the values of a
	// map and in {key} for its keys.
	Path string `json:"path"`
	// Shape is the source, such as "ecs CreateServiceRequest.desiredCount".
	Shape string `json:"shape"`
	// Required is set if the API needs the member.
	Required bool `json:"required"`
	// Whole is the number of bits of a number that must be whole, and 0 for any other.
	Whole int `json:"whole"`
	// Min and Max limit a number.
	Min *float64 `json:"min"`
	Max *float64 `json:"max"`
	// MinLength and MaxLength count the characters of a text, or the elements of a list or map.
	MinLength int  `json:"minLength"`
	MaxLength *int `json:"maxLength"`
	// Pattern must match, and NotPattern must not.
	Pattern    string `json:"pattern"`
	NotPattern string `json:"notPattern"`
	// Enum are all legal values.
	Enum []string `json:"enum"`

	// words describe Pattern for a person; empty for a pattern of a model.
	words string
	// written is set for a constraint of written.tsv.
	written bool
	// unset is set if an empty text counts as absent.
	unset bool
}

// span returns the property of the path, and the constrained part of its value: itself (""), its elements ("[]"), its
// values ("{}") or its keys ("{key}").
func (c *Constraint) span() (property, part string) {
	if at := strings.IndexAny(c.Path, "[{"); at >= 0 {
		return c.Path[:at], c.Path[at:]
	}
	return c.Path, ""
}

var compiled sync.Map // pattern to *regexp.Regexp

// expression compiles a pattern when a value is first held against it.
func expression(pattern string) *regexp.Regexp {
	if known, ok := compiled.Load(pattern); ok {
		return known.(*regexp.Regexp) //nolint:errcheck // nothing else is stored
	}
	made := regexp.MustCompile(pattern)
	compiled.Store(pattern, made)
	return made
}
