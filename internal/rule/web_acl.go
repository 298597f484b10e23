package rule

import (
	"regexp"
	"strings"
)

var webAclPattern = regexp.MustCompile(`^arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:regional/webacl/[\w-]{1,128}/[0-9a-f-]+$`)

// WebAcl checks the ARN of a web ACL for a load balancer: of AWS WAF, of scope REGIONAL, and in the region of the load
// balancer unless region is empty (https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html).
func WebAcl(name, value, region string) error {
	if err := Arn(name, value, "wafv2"); err != nil {
		return err
	}
	const fix = `for example "arn:aws:wafv2:ap-south-1:123456789012:regional/webacl/care/12345678-1234-1234-1234-123456789012"`
	fields := strings.Split(value, ":")
	switch {
	case len(fields) > 5 && strings.HasPrefix(fields[5], "global/"):
		return Broken(name, value,
			"must be a web ACL of scope REGIONAL: one of scope CLOUDFRONT does not fit a load balancer",
			"create a web ACL with --scope REGIONAL")
	case !webAclPattern.MatchString(value):
		return Broken(name, value, "must be the ARN of a web ACL", fix)
	case region != "" && fields[3] != region:
		return Broken(name, value, "must be a web ACL in "+region+", the region of the load balancer", "create one there")
	}
	return nil
}
