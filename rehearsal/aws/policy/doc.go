// Package policy checks the syntax of IAM policy documents and evaluates them within one account.
package policy
