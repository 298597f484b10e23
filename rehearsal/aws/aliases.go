package aws

import "strings"

// balancingAliases are the other tokens of a type of the lb package: the SDK generates the package twice, the second
// time as alb, and each registers an older token as its alias.
func balancingAliases(token string) []string {
	var aliases []string
	for _, module := range []string{"alb", "applicationloadbalancing", "elasticloadbalancingv2"} {
		aliases = append(aliases, strings.Replace(token, "aws:lb/", "aws:"+module+"/", 1))
	}
	return aliases
}

// Canonical returns the token under which the catalogue has a type that the SDK has under several.
func Canonical(token string) string {
	for _, module := range []string{"alb", "applicationloadbalancing", "elasticloadbalancingv2"} {
		if rest, ok := strings.CutPrefix(token, "aws:"+module+"/"); ok {
			return "aws:lb/" + rest
		}
	}
	return token
}
