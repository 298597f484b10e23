package aws

import (
	"strings"
	"sync"
)

// balancingAliases are the other tokens of a type of the lb package: the SDK generates the package twice, the second
// time as alb, and each registers an older token as its alias.
func balancingAliases(token string) []string {
	var aliases []string
	for _, module := range []string{"alb", "applicationloadbalancing", "elasticloadbalancingv2"} {
		aliases = append(aliases, strings.Replace(token, "aws:lb/", "aws:"+module+"/", 1))
	}
	return aliases
}

// withoutV2 is the token that version 7 of the SDK gives to a type whose name ended in V2
// (https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration).
func withoutV2(token string) []string { return []string{strings.ReplaceAll(token, "V2", "")} }

var canonical = sync.OnceValue(func() map[string]string {
	tokens := map[string]string{}
	for _, kind := range Package().Kinds {
		for _, alias := range kind.Aliases {
			tokens[alias] = kind.Token
		}
	}
	return tokens
})

// Canonical returns the token under which the catalogue has a type that the SDK has under several.
func Canonical(token string) string {
	if known := canonical()[token]; known != "" {
		return known
	}
	return token
}
