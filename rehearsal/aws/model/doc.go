// Package model holds the constraints that AWS publishes for the properties of the catalogue: required members, ranges,
// lengths, patterns and enumerations.
//
// properties.tsv maps each property to members of the API's models and of CloudFormation's schemas, or excuses it with
// a reason. tools/models/generate.py reads the published models and writes constraints.json from it. A constraint that
// no model has, such as those of the provider itself, is written by hand in written.tsv with its source; its forms,
// such as that of a VPC's id, are in forms.tsv.
//
// The package also has the IAM actions that each type needs. actions.json has those that AWS publishes, and actions.tsv
// corrects them by what the provider calls.
package model
