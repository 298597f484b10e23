package rule

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	versionPattern  = regexp.MustCompile(`^1[3-7](\.\d{1,2})?$`)
	classPattern    = regexp.MustCompile(`^db\.[a-z0-9]+\.[a-z0-9]+$`)
	passwordPattern = regexp.MustCompile(`^[A-Za-z0-9]{8,128}$`)
)

// PostgresVersion wants a version of PostgreSQL that Care's Django runs on and RDS offers: 13 to 17
// (https://docs.djangoproject.com/en/5.1/ref/databases/).
func PostgresVersion(name, value string) error {
	return Match(name, value, versionPattern, "must be a version of PostgreSQL from 13 to 17", `for example "16"`)
}

// Major gives the major part of a version.
func Major(version string) string {
	major, _, _ := strings.Cut(version, ".")
	return major
}

// InstanceClass wants the form of an RDS instance class.
func InstanceClass(name, value string) error {
	return Match(name, value, classPattern, "must be an RDS instance class", `for example "db.t4g.micro"`)
}

// Storage wants sizes in GiB that RDS takes for gp3, and a limit far enough above the start: RDS asks for 10 percent
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html).
func Storage(name string, start int, limitName string, limit int) error {
	problems := []error{Between(name, start, 20, 65536)}
	if limit > 65536 || limit*10 < start*11 {
		problems = append(problems, Broken(limitName, limit,
			fmt.Sprintf("must be at least 10 percent more than %s, and 65536 at the most", name),
			fmt.Sprintf("give %d or more", (start*11+9)/10)))
	}
	return All(problems...)
}

// Password wants letters and digits only, so that the password can stand in a URL and in Care's start scripts as it is.
// The value itself is never shown.
func Password(name, value string) error {
	if passwordPattern.MatchString(value) {
		return nil
	}
	return Broken(name, "…", "must be 8 to 128 letters and digits", "leave it out to have one generated")
}

var redisPasswordPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)

// RedisPassword wants what the image's start script passes on as one word, and what can stand in a URL: letters, digits,
// underscores and hyphens. Redis answers many guesses a second, so that it must be long. The value itself is never shown.
func RedisPassword(name, value string) error {
	if redisPasswordPattern.MatchString(value) {
		return nil
	}
	return Broken(name, "…", "must be 16 to 128 letters, digits, underscores or hyphens", "leave it out to have one generated")
}

var cacheNodePattern = regexp.MustCompile(`^cache\.[a-z0-9]+\.[a-z0-9]+$`)

// CacheNodeType wants the form of an ElastiCache node type.
func CacheNodeType(name, value string) error {
	return Match(name, value, cacheNodePattern, "must be an ElastiCache node type", `for example "cache.t4g.micro"`)
}
