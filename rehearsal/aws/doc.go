// Package aws is the catalogue of the stand-in AWS: the resource types of the Pulumi provider pulumi-aws 6, each with
// the rules of the provider and of the AWS API behind it.
//
// A type is one [standin.Kind] literal in a file of its own, which registers it; types that only belong to another, as
// the settings of a bucket do, share a file. The rules stand below it or in the files named *_rules.go beside it: a
// short function each, with the ID that its refusals end with, the programs that it refuses, and the page that states
// it. Which changes force a replacement follows the Terraform AWS provider 5.100, which pulumi-aws 6 is made from
// (https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration); automatic names and delete-before-replace
// follow pulumi-aws provider/resources.go; error codes are those of the APIs.
//
// The catalogue is the top of four layers. Below it are package live, which follows a deployed stack (reachability,
// steady state, schedules, warnings), package policy, which evaluates IAM policies, and the packages ident and token,
// which hold ARNs and type tokens.
package aws
