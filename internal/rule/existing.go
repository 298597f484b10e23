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
	return Broken(name, value, "must be an id that begins with "+kind+"-", fmt.Sprintf("for example %q", kind+"-0123456789abcdef0"))
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
		return Broken(name, "…", "must state how the server's certificate is checked", `end it with "?ssl_cert_reqs=required"`)
	}
	return nil
}
