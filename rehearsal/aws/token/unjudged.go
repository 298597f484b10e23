// Package token has the type tokens of AWS resources in Pulumi. No other package spells them.
package token

// Wafv2WebAcl is named by others. The catalogue does not judge it.
const Wafv2WebAcl = "aws:wafv2/webAcl:WebAcl"
