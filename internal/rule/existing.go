package rule

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
)

var idPattern = regexp.MustCompile(`^([a-z]+)-[0-9a-f]{8}([0-9a-f]{9})?$`)

// ResourceId checks the id of an EC2 resource of the kind, such as vpc-0123456789abcdef0
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html).
func ResourceId(name, value, kind string) error {
	if match := idPattern.FindStringSubmatch(value); match != nil && match[1] == kind {
		return nil
	}
	return Broken(name, value, "must be an id that begins with "+kind+"-",
		fmt.Sprintf("for example %q", kind+"-0123456789abcdef0"))
}

// RedisUrl checks the address of a Redis. It must use database 0, because RediSearch works in no other. The error never
// shows the value, which may have a password.
func RedisUrl(name, value string) error {
	const fix = "for example redis://:PASSWORD@redis.example.org:6379/0"
	parsed, err := url.Parse(value)
	if err != nil || (parsed.Scheme != "redis" && parsed.Scheme != "rediss") || parsed.Hostname() == "" {
		return Broken(name, "…", "must be an address that begins with redis:// or rediss://", fix)
	}
	if port, err := strconv.Atoi(parsed.Port()); err != nil || Port(name, port) != nil {
		return Broken(name, "…", "must name its port", fix)
	}
	if parsed.Path != "" && parsed.Path != "/" && parsed.Path != "/0" {
		return Broken(name, "…", "must name database 0 or none", fix)
	}
	// Celery refuses to start without it, and redis-py accepts only these spellings.
	checks := []string{"none", "optional", "required"}
	if parsed.Scheme == "rediss" && !slices.Contains(checks, parsed.Query().Get("ssl_cert_reqs")) {
		return Broken(name, "…", "must state how the server's certificate is checked",
			`end it with "?ssl_cert_reqs=required"`)
	}
	return nil
}

// signatureVersion2 are the regions in which boto3, Care's SDK, signs addresses for browsers with Signature Version 2
// unless it is told otherwise, as Care does not: those that its endpoints.json lists with "s3" among the signature
// versions (https://github.com/boto/botocore/blob/develop/botocore/data/endpoints.json,
// https://github.com/boto/boto3/issues/2680).
var signatureVersion2 = []string{
	"ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1", "sa-east-1", "us-east-1", "us-gov-east-1",
	"us-gov-west-1", "us-west-1", "us-west-2",
}

// SignsForKms reports whether Care's addresses for browsers in the region have Signature Version 4, which S3 requires
// for objects under a KMS key (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
func SignsForKms(region string) bool { return !slices.Contains(signatureVersion2, region) }
