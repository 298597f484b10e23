package rule

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/near"
)

// VpcCidrBlock checks an IPv4 network from /16, the largest of a VPC, to /22, the smallest with room for eight zones of
// three subnets of at least AWS's /28 (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html).
func VpcCidrBlock(name, value string) error {
	const fix = `for example "10.0.0.0/16"`
	prefix, err := netip.ParsePrefix(value)
	if err != nil || !prefix.Addr().Is4() {
		return Broken(name, value, "must be an IPv4 CIDR block", fix)
	}
	if prefix.Masked() != prefix {
		return Broken(name, value, "must be a network address without host bits",
			fmt.Sprintf("write %q", prefix.Masked()))
	}
	if prefix.Bits() < 16 || prefix.Bits() > 22 {
		return Broken(name, value, "must be from /16 to /22, so that every zone's subnets fit", fix)
	}
	return nil
}

var zonePattern = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d[a-h]$`)

// AvailabilityZones checks two to six different zones, all of the region if that is known. An application load balancer
// and an RDS subnet group require two
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html).
func AvailabilityZones(name, region string, zones []string) error {
	example := region
	if example == "" {
		example = "ap-south-1"
	}
	fix := fmt.Sprintf(`for example ["%[1]sa", "%[1]sb"]`, example)
	problems := []error{Unique(name, zones)}
	if len(zones) < 2 || len(zones) > 6 {
		problems = append(problems, Broken(name, zones, "must name 2 to 6 availability zones", fix))
	}
	for _, zone := range zones {
		if !zonePattern.MatchString(zone) {
			problems = append(problems, Broken(name, zone, "must be a zone's name, the region and a letter from a to h", fix))
		} else if region != "" && zone[:len(zone)-1] != region {
			problems = append(problems, Broken(name, zone, "must be a zone of the region "+region, fix))
		}
	}
	return All(problems...)
}

var regionPattern = regexp.MustCompile(`^(us|eu|ap|sa|ca|me|af|il|mx|cn|us-gov)-[a-z]+-\d$`)

// Region checks the form of a region's name, which AWS publishes for each partition
// (https://github.com/boto/botocore/blob/develop/botocore/data/partitions.json, regionRegex).
func Region(name, value string) error {
	return Match(name, value, regionPattern, "must be the name of an AWS region", `for example "ap-south-1"`)
}

var hostPattern = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$`)

// Domain checks a full host name, in lower case and without scheme.
func Domain(name, value string) error {
	return Match(name, value, hostPattern, "must be a full host name in lower case, without scheme, port or path",
		`for example "care.example.org"`)
}

// Origin checks the value of a browser's Origin header: scheme and host, no path
// (https://developer.mozilla.org/docs/Web/HTTP/Headers/Origin).
func Origin(name, value string) error {
	parsed, err := url.Parse(value)
	if err != nil || (parsed.Scheme != "https" && parsed.Scheme != "http") || parsed.Host == "" ||
		parsed.User != nil || parsed.Path != "" || strings.ContainsAny(value, "*?#") {
		return Broken(name, value, "must be an origin: scheme and host, without user, path, query or wildcard",
			`for example "https://care.example.org"`)
	}
	return nil
}

// HttpsUrl checks an https:// address.
func HttpsUrl(name, value string) error {
	parsed, err := url.Parse(value)
	if err != nil || parsed.Scheme != "https" || parsed.Host == "" {
		return Broken(name, value, "must be an address that begins with https://", `for example "https://care.example.org"`)
	}
	return nil
}

// EndpointService checks the last part of an interface endpoint's service name
// (https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html).
func EndpointService(name, value string) error {
	if value == "s3" || value == "dynamodb" {
		return Broken(name, value, "S3 and DynamoDB have gateway endpoints, which are free",
			"leave it out, S3 has one already")
	}
	if slices.Contains(endpointServices, value) {
		return nil
	}
	fix := `for example "logs" or "ecr.api"`
	if meant := near.Of(value, endpointServices); meant != "" {
		fix = fmt.Sprintf("perhaps %q was meant", meant)
	}
	return Broken(name, value,
		"must be an AWS service with an interface endpoint, named as in com.amazonaws.REGION.NAME", fix)
}

// Https checks that a domain has a hosted zone, in which its certificate can be validated, or a certificate.
func Https(domainName, domain, zoneName, zone, certificateName, certificate string) error {
	if domain == "" {
		problems := []error{}
		for _, given := range [][2]string{{zoneName, zone}, {certificateName, certificate}} {
			if name, value := given[0], given[1]; value != "" {
				problems = append(problems, Broken(name, value, "has no effect without "+domainName, "give "+domainName+" as well"))
			}
		}
		return All(problems...)
	}
	problems := []error{Domain(domainName, domain)}
	if zone == "" && certificate == "" {
		problems = append(problems, Broken(domainName, domain, fmt.Sprintf("needs %s or %s", zoneName, certificateName),
			"give the Route 53 zone of the domain, or the ARN of its ACM certificate"))
	}
	if zone != "" {
		problems = append(problems, HostedZoneId(zoneName, zone))
	}
	if certificate != "" {
		problems = append(problems, CertificateArn(certificateName, certificate))
	}
	return All(problems...)
}

var hostedZonePattern = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)

// HostedZoneId checks the id of a Route 53 hosted zone
// (https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html).
func HostedZoneId(name, value string) error {
	return Match(name, value, hostedZonePattern, "must be the id of a Route 53 hosted zone",
		`for example "Z0123456789EXAMPLE"`)
}

// CertificateRegion checks that an ACM certificate is in the region of the load balancer that uses it
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html).
func CertificateRegion(name, arn, region string) error {
	fields := strings.Split(arn, ":")
	if len(fields) < 4 || region == "" || fields[2] != "acm" || fields[3] == region {
		return nil
	}
	return Broken(name, arn, "must be a certificate in "+region+", the region of the load balancer",
		"request or import the certificate there")
}
