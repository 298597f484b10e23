package rule

import (
	"regexp"
	"strings"
)

var webAclArn = arnForm{
	what: "the ARN of a web ACL", service: "wafv2", regional: true, owned: true,
	resource: regexp.MustCompile(`^regional/webacl/[\w-]{1,128}/[0-9a-f-]+$`),
	example: "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/care/" +
		"12345678-1234-1234-1234-123456789012",
}

// WebAcl checks the ARN of a web ACL for a load balancer: of AWS WAF, of scope REGIONAL, and in the region of the load
// balancer unless region is empty (https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html).
func WebAcl(name, value, region string) error {
	fields := strings.Split(value, ":")
	if len(fields) > 5 && fields[2] == webAclArn.service && strings.HasPrefix(fields[5], "global/") {
		return Broken(name, value,
			"must be a web ACL of scope REGIONAL: one of scope CLOUDFRONT does not fit a load balancer",
			"create a web ACL with --scope REGIONAL")
	}
	if err := webAclArn.check(name, value); err != nil {
		return err
	}
	if region != "" && fields[3] != region {
		return Broken(name, value, "must be a web ACL in "+region+", the region of the load balancer", "create one there")
	}
	return nil
}
