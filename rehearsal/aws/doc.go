// Package aws is the catalogue of the stand-in AWS: what the Pulumi provider pulumi-aws 6 and the AWS
// APIs behind it know about each resource type, one file a service.
//
// A type is one [standin.Kind] literal, with its rules as short functions below it. Which changes force
// a replacement follows the Terraform AWS provider 5.100, which pulumi-aws 6 is made from
// (https://www.pulumi.com/registry/packages/aws/how-to-guides/7-0-migration); automatic names and
// delete-before-replace follow pulumi-aws provider/resources.go; error codes are those of the APIs.
package aws
