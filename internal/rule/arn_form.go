package rule

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// arnForm describes the ARNs of one kind (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
type arnForm struct {
	// what is the kind in words.
	what string
	// service is the third part; empty for any.
	service string
	// regional and owned report whether the ARN must have a region and an account.
	regional, owned bool
	// resource matches the last part; nil accepts any.
	resource *regexp.Regexp
	example  string
}

// noAccount is a number that AWS gives to no account, and test tools use.
const noAccount = "000000000000"

var servicePattern = regexp.MustCompile(`^[a-z0-9-]+$`)

// check returns an error that names the part of the ARN that is wrong.
func (f arnForm) check(name, value string) error {
	const parts = 6
	fields := strings.SplitN(value, ":", parts)
	fix := fmt.Sprintf("for example %q", f.example)
	wrong := func(format string, args ...any) error {
		return Broken(name, value, "must be "+f.what+": "+fmt.Sprintf(format, args...), fix)
	}
	switch {
	case fields[0] != "arn":
		return Broken(name, value, `must be an ARN that begins with "arn:", `+f.what, fix)
	case len(fields) < parts:
		return wrong("it has six parts, separated by colons, and this one has %d", len(fields))
	case !knownPartition(fields[1]):
		return wrong("its second part is a partition of AWS, which is aws, aws-cn or aws-us-gov")
	case f.service != "" && fields[2] != f.service:
		return Broken(name, value, "must be an ARN of "+f.service+", and its third part, the service, is "+fields[2], fix)
	case !servicePattern.MatchString(fields[2]):
		return wrong("its third part is a service of AWS")
	case f.regional && fields[3] == "":
		return wrong("its fourth part, the region, is empty")
	case f.owned && fields[4] == "":
		return wrong("its fifth part, the account, is empty")
	case !accountOfArn(fields[2], fields[4]):
		return wrong("its fifth part is the account, which has 12 digits, and not %q", fields[4])
	case fields[5] == "":
		return wrong("its sixth part, the resource, is empty")
	case f.resource != nil && !f.resource.MatchString(fields[5]):
		return wrong("its sixth part, %q, names no such resource", fields[5])
	}
	return arnPlace(name, value, fields)
}

// accountOfArn reports whether text may be the account in an ARN of the service. AWS owns the policies of aws.
func accountOfArn(service, text string) bool {
	return text == "" || accountPattern.MatchString(text) || service == "iam" && text == "aws"
}

// arnPlace checks the region and the account of an ARN, if it has them.
func arnPlace(name, value string, fields []string) error {
	partition, region, account := fields[1], fields[3], fields[4]
	switch {
	case region != "" && Region("", region) != nil:
		return Broken(name, value, "must name a region of AWS, and "+region+" is none", `for example "ap-south-1"`)
	case region != "" && partitionOf(region) != partition:
		return Broken(name, value, "must name the partition of its region: "+region+" is in "+partitionOf(region),
			fmt.Sprintf("begin it with %q, or name a region of %s", "arn:"+partitionOf(region)+":", partition))
	case account == noAccount:
		return Broken(name, value, "must name an account of AWS, and "+noAccount+" is none",
			"aws sts get-caller-identity shows the number of yours")
	}
	return nil
}

// partitions are the partitions of AWS besides aws, by the prefix of their regions
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
var partitions = map[string]string{"cn-": "aws-cn", "us-gov-": "aws-us-gov"}

func knownPartition(name string) bool {
	return name == "aws" || slices.Contains(slices.Collect(maps.Values(partitions)), name)
}

// partitionOf returns the partition of a region.
func partitionOf(region string) string {
	for prefix, partition := range partitions {
		if strings.HasPrefix(region, prefix) {
			return partition
		}
	}
	return "aws"
}

// Partition checks that an ARN is in the partition of a region, unless region is empty: nothing in one partition
// reaches the resources of another.
func Partition(name, arn, region string) error {
	if region == "" || !strings.HasPrefix(arn, "arn:") {
		return nil
	}
	want := partitionOf(region)
	if strings.Split(arn, ":")[1] == want {
		return nil
	}
	return Broken(name, arn, "must be in the partition "+want+", which has the region "+region,
		`it begins with "arn:`+want+`:"`)
}
