// Package controls judges a stack, as it lives in the stand-in cloud, by controls of AWS Security Hub: by those of the
// standard AWS Foundational Security Best Practices that depend on the resources of a stack, and by some others that
// hospitals are asked for. Controls of the account, such as those of CloudTrail, are not judged.
//
// The rules are those of the pages that [Control.Source] names, with the default values of their parameters.
package controls
