// Package ident has the identifiers that AWS makes: the account, partitions and ARNs.
package ident

import (
	"strings"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Account is the account that every rehearsal runs in: the one of AWS's own examples.
const Account = "123456789012"

// Partition is the family of regions that an ARN begins with.
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// HexDigits are the digits of generated identifiers.
const HexDigits = "0123456789abcdef"

// Arn is the ARN of something in an account and region.
func Arn(scope standin.Scope, service, resource string) string {
	return "arn:" + Partition(scope.Region) + ":" + service + ":" + scope.Region + ":" + scope.Account + ":" + resource
}
