package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	portNamePattern  = regexp.MustCompile(`^[a-z0-9_][a-z0-9_-]{0,63}$`)
	dnsNamePattern   = regexp.MustCompile(`^[a-z0-9_.][a-z0-9_.-]{0,126}$`)
	namespacePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`)
	logGroupPattern  = regexp.MustCompile(`^(/[A-Za-z0-9_.#-]+)+$`)
	databasePattern  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,62}$`)
	// secretLocationPattern has the characters of SSM's and Secrets Manager's names, and colons.
	secretLocationPattern = regexp.MustCompile(`^[\w/+=.@:-]+$`)
	secretNameRule        = regexp.MustCompile(`^/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$`)
)

// PortName checks the name of a port mapping or a discovery name: 1 to 64 lower-case letters, digits, underscores and
// hyphens, no hyphen in front (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html).
func PortName(name, value string) error {
	return Match(name, value, portNamePattern,
		"must be 1 to 64 lower-case letters, digits, underscores or hyphens, with no hyphen in front", `for example "redis"`)
}

// DnsName checks the DNS name of a client alias
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html).
func DnsName(name, value string) error {
	return Match(name, value, dnsNamePattern,
		"must be 1 to 127 lower-case letters, digits, underscores, hyphens or dots, with no hyphen in front",
		`for example "redis.care-ns"`)
}

// Namespace checks the name of a Cloud Map namespace. Cloud Map accepts almost any character, but the name is also the
// suffix of DNS names (https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateHttpNamespace.html).
func Namespace(name, value string) error {
	if len(value) > 63 {
		return Broken(name, value, "must be at most 63 characters", `for example "care-ns"`)
	}
	return Match(name, value, namespacePattern, "must be lower-case letters, digits, hyphens and dots, as in a host name",
		`for example "care-ns"`)
}

// LogGroupPrefix checks the prefix of a log group's name, which starts with a slash
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html).
func LogGroupPrefix(name, value string) error {
	if len(value) > 400 {
		return Broken(name, value, "must be at most 400 characters", `for example "/ecs"`)
	}
	return Match(name, value, logGroupPattern, "must be a path that begins with a slash and does not end with one",
		`for example "/ecs"`)
}

var (
	parameterPathPattern = regexp.MustCompile(`^(/[A-Za-z0-9_.-]+){1,14}$`)
	reservedPathPattern  = regexp.MustCompile(`^/(?i:aws|ssm)`)
	directoryPattern     = regexp.MustCompile(`^(/[A-Za-z0-9_-][A-Za-z0-9_.-]*){1,4}$`)
)

// SecretsPath checks the prefix of SSM parameter names, under which each parameter adds one level
// (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html, Name).
func SecretsPath(name, value string) error {
	const fix = `for example "/care/staging"`
	if value == "" {
		return Broken(name, value, "is required: the names of the SSM parameters with the secrets begin with it", fix)
	}
	if reservedPathPattern.MatchString(value) {
		return Broken(name, value, "must not begin with /aws or /ssm, which AWS reserves", fix)
	}
	if len(value) > 900 {
		return Broken(name, value, "must be at most 900 characters", fix)
	}
	return Match(name, value, parameterPathPattern,
		"must be a path of at most 14 levels that begins with a slash and does not end with one", fix)
}

// Directory checks the root directory of an EFS access point
// (https://docs.aws.amazon.com/efs/latest/ug/API_RootDirectory.html).
func Directory(name, value string) error {
	const fix = `for example "/redis"`
	if len(value) > 100 {
		return Broken(name, value, "must be at most 100 characters", fix)
	}
	return Match(name, value, directoryPattern,
		"must be a path of at most 4 levels that begins with a slash and does not end with one", fix)
}

// logRetentions are the days that CloudWatch Logs accepts
// (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).
var logRetentions = []int{
	1,
	3,
	5,
	7,
	14,
	30,
	60,
	90,
	120,
	150,
	180,
	365,
	400,
	545,
	731,
	1096,
	1827,
	2192,
	2557,
	2922,
	3288,
	3653,
}

// LogRetention checks that CloudWatch Logs offers the number of days.
func LogRetention(name string, value int) error { return OneOf(name, value, logRetentions...) }

// reservedNames are the words that RDS refuses as the name of a new PostgreSQL database or of its owner. It accepts
// postgres, which is the owner's name that its console proposes
// (https://github.com/aws-cloudformation/cfn-lint/pull/4425,
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Roles.html).
var reservedNames = []string{"admin", "rdsadmin", "user", "template0", "template1"}

// DatabaseName checks the name of a new database on RDS, or of its owner
// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html).
func DatabaseName(name, value string) error {
	const fix = `for example "care"`
	lower := strings.ToLower(value)
	if slices.Contains(reservedNames, lower) || strings.HasPrefix(lower, "pg_") {
		return Broken(name, value, "must not be a word that PostgreSQL or RDS reserves", fix)
	}
	return Match(name, value, databasePattern, "must be a letter, then up to 62 letters, digits or underscores", fix)
}

var existingNamePattern = regexp.MustCompile(`^[!#-&(-\[\]-_a-~]{1,63}$`)

// ExistingDatabaseName checks the name of an existing database or user. PostgreSQL accepts nearly any characters; the
// rule refuses only those that shells and URLs do not pass on: spaces, quotes, backslashes.
func ExistingDatabaseName(name, value string) error {
	return Match(name, value, existingNamePattern,
		"must be 1 to 63 printable characters without spaces, quotes and backslashes",
		"give the name as PostgreSQL shows it, for example \"care-prod\"")
}

var componentPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// ComponentName checks the prefix of the names of a component's resources: load balancers, which have 32 characters of
// which Pulumi's suffix takes 8
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html), containers, and
// final snapshots, which have no two hyphens in a row
// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html).
func ComponentName(name, value string, longest int) error {
	if len(value) > longest {
		return Broken(name, value, fmt.Sprintf("must be at most %d characters", longest), `for example "care"`)
	}
	return Match(name, value, componentPattern,
		"must be lower-case letters, digits and single hyphens, with a letter in front", `for example "care"`)
}

var clusterPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

// ClusterName checks the name of a cluster, a service or a task definition's family
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html).
func ClusterName(name, value string) error {
	return Match(name, value, clusterPattern, "must be 1 to 255 letters, digits, underscores or hyphens",
		`for example "care"`)
}

var bucketPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// BucketName checks the name of an S3 bucket
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
func BucketName(name, value string) error {
	return Match(name, value, bucketPattern, "must be 3 to 63 lower-case letters, digits, dots or hyphens",
		`for example "care-access-logs"`)
}

var policyPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{0,62}$`)

// PolicyName checks the name of an inline policy of a task's role, which becomes part of a resource's name. Every
// service has policies with the names "task" and "execution".
func PolicyName(name, value string) error {
	if value == "task" || value == "execution" {
		return Broken(name, value, "is the name of a policy that every service has", "choose another")
	}
	return Match(name, value, policyPattern, "must be lower-case letters, digits and hyphens, with a letter in front",
		`for example "storage"`)
}

var emailPattern = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s.]+$`)

// Email checks an e-mail address.
func Email(name, value string) error {
	return Match(name, value, emailPattern, "must be an e-mail address", `for example "oncall@example.org"`)
}

var dashboardPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`)

// DashboardName checks the name of a CloudWatch dashboard
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html).
func DashboardName(name, value string) error {
	return Match(name, value, dashboardPattern, "must be 1 to 255 letters, digits, hyphens and underscores",
		`for example "care-staging"`)
}
