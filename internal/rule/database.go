package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

var (
	versionPattern  = regexp.MustCompile(`^(\d{1,2})(\.\d{1,2})?$`)
	classPattern    = regexp.MustCompile(`^db\.[a-z0-9]+\.[a-z0-9]+$`)
	passwordPattern = regexp.MustCompile(`^[A-Za-z0-9]{8,128}$`)
)

// The major versions of PostgreSQL: the newest that RDS offers, and the oldest ones on which Care runs.
const (
	// MinPostgres is the oldest one for Django 5.1 of Care of 2024 (https://docs.djangoproject.com/en/5.1/ref/databases/).
	MinPostgres = 13
	// MinCare3Postgres is the oldest one for Django 6.0 of Care 3.x
	// (https://docs.djangoproject.com/en/6.0/ref/databases/).
	MinCare3Postgres = 14
	// MaxPostgres is the newest one of RDS
	// (https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html).
	MaxPostgres = 18
)

// PostgresVersion checks a version of PostgreSQL that RDS offers and on which Care of 2024 runs.
func PostgresVersion(name, value string) error { return postgresFrom(name, value, MinPostgres, "") }

// Care3PostgresVersion checks a version that PostgresVersion accepts: Care 3.x does not run on the oldest ones.
func Care3PostgresVersion(name, value string) error {
	if PostgresVersion(name, value) != nil {
		return nil
	}
	return postgresFrom(name, value, MinCare3Postgres, " with Care 3.x")
}

func postgresFrom(name, value string, oldest int, with string) error {
	major, err := strconv.Atoi(Major(value))
	if err != nil || !versionPattern.MatchString(value) || major < oldest || major > MaxPostgres {
		return Broken(name, value, fmt.Sprintf("must be a version of PostgreSQL from %d to %d%s", oldest, MaxPostgres, with),
			`for example "16"`)
	}
	return nil
}

// Major returns the major part of a version.
func Major(version string) string {
	major, _, _ := strings.Cut(version, ".")
	return major
}

// oldFamilies are the instance families on which AWS runs no PostgreSQL that this package accepts
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html).
var oldFamilies = []string{"t1", "t2", "m1", "m2", "m3", "m4", "r3", "r4", "cr1"}

// InstanceClass checks the form of an RDS instance class, and that its family runs PostgreSQL of MinPostgres or newer.
func InstanceClass(name, value string) error {
	const fix = `for example "db.t4g.micro"`
	if !classPattern.MatchString(value) {
		return Broken(name, value, "must be an RDS instance class", fix)
	}
	if family := strings.Split(value, ".")[1]; slices.Contains(oldFamilies, family) {
		return Broken(name, value, fmt.Sprintf("must be of a newer family: RDS does not run PostgreSQL %d or newer on db.%s",
			MinPostgres, family), fix)
	}
	return nil
}

// MonitoringSeconds checks the interval of enhanced monitoring, 0 for none
// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, MonitoringInterval).
func MonitoringSeconds(name string, value int) error {
	return OneOf(name, value, 0, 1, 5, 10, 15, 30, 60)
}

// Storage checks sizes in GiB of a gp3 disk. The maximum must be 10 percent above the initial size
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html).
func Storage(name string, start int, limitName string, limit int) error {
	problems := []error{Between(name, start, 20, 65536)}
	if limit > 65536 || limit*10 < start*11 {
		problems = append(problems, Broken(limitName, limit,
			fmt.Sprintf("must be at least 10 percent more than %s, and at most 65536", name),
			fmt.Sprintf("give %d or more", (start*11+9)/10)))
	}
	return All(problems...)
}

var instanceIdentifierPattern = regexp.MustCompile(`^[a-z](-?[a-z0-9]){0,62}$`)

// InstanceIdentifier checks the name of a database instance on RDS
// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html, DBInstanceIdentifier).
func InstanceIdentifier(name, value string) error {
	const most = 63
	if len(value) > most {
		return Broken(name, value, "must have 63 characters or fewer", "shorten it")
	}
	return Match(name, value, instanceIdentifierPattern, "must be lower-case letters, digits and single hyphens, with a "+
		"letter in front and no hyphen at the end", `for example "care-db-1a2b3c4"`)
}

var restoreNamePattern = regexp.MustCompile(`^[a-z0-9](-?[a-z0-9]){0,19}$`)

// RestoreName checks the name of a restored database, which its identifier on RDS contains.
func RestoreName(name, value string) error {
	const rule = "must be 1 to 20 lower-case letters, digits and single hyphens, with no hyphen at either end"
	if len(value) > 20 {
		return Broken(name, value, rule, "shorten it")
	}
	return Match(name, value, restoreNamePattern, rule, `for example "2030-01-31"`)
}

// PastTime checks a time in UTC that is before now; others are the words that the value may be as well.
func PastTime(name, value string, now time.Time, others string) error {
	fix := `for example "2030-01-31T03:15:00Z"` + others
	at, err := time.Parse(time.RFC3339, value)
	if err != nil || !strings.HasSuffix(value, "Z") {
		return Broken(name, value, "must be a time in UTC, with date, T, time and Z", fix)
	}
	if at.After(now) {
		return Broken(name, value, "must not be in the future", "give the time to go back to in UTC")
	}
	return nil
}

var (
	snapshotPattern = regexp.MustCompile(`^((rds|awsbackup):)?[A-Za-z](-?[A-Za-z0-9]){0,254}$`)
	snapshotArn     = arnForm{
		what: "the identifier or the ARN of a DB snapshot", service: "rds", regional: true, owned: true,
		resource: regexp.MustCompile(`^snapshot:((rds|awsbackup):)?[A-Za-z](-?[A-Za-z0-9]){0,254}$`),
		example:  "arn:aws:rds:ap-south-1:123456789012:snapshot:care-db-before-upgrade",
	}
)

// Snapshot checks the identifier or the ARN of a DB snapshot: letters, digits and single hyphens
// (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html, DBSnapshotIdentifier). Those of
// RDS's own backups begin with rds:, those of AWS Backup with awsbackup:.
func Snapshot(name, value string) error {
	if strings.HasPrefix(value, "arn:") {
		return snapshotArn.check(name, value)
	}
	return Match(name, value, snapshotPattern, "must be the identifier or the ARN of a DB snapshot",
		`for example "care-db-before-upgrade", as aws rds describe-db-snapshots shows it`)
}

// AutomatedSnapshot reports whether an identifier or ARN is that of a snapshot of RDS's own backups or of AWS Backup,
// which cannot be shared with another account
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html).
func AutomatedSnapshot(value string) bool {
	_, identifier, _ := strings.Cut(value, ":snapshot:")
	if !strings.HasPrefix(value, "arn:") {
		identifier = value
	}
	return strings.Contains(identifier, ":")
}

// Password checks the password of a new database: letters and digits only, so that it needs no escaping in a URL or in
// Care's start scripts. The error does not show the value.
func Password(name, value string) error {
	if passwordPattern.MatchString(value) {
		return nil
	}
	return Broken(name, "…", "must be 8 to 128 letters and digits", "leave it out to have one generated")
}

// maxExistingPassword limits the password so that the address with the escaped password fits into the 4,096 characters
// of a standard SSM parameter.
const maxExistingPassword = 1000

// ExistingPassword checks the password of an existing database. It may have punctuation, but no line break or other
// control character. The error does not show the value.
func ExistingPassword(name, value string) error {
	whole := value == strings.TrimSpace(value) && !strings.ContainsFunc(value, unicode.IsControl)
	if whole && value != "" && len(value) <= maxExistingPassword {
		return nil
	}
	return Broken(name, "…",
		fmt.Sprintf("must be 1 to %d characters, with no line break and no space at either end", maxExistingPassword),
		"give the password of the existing database")
}

var redisPasswordPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)

// RedisPassword checks the password of Redis: letters, digits, underscores and hyphens, which the image's start script
// passes on as one word and which a URL needs not escape. Redis answers many guesses a second, so the password must be
// long. The error does not show the value; without describes the effect of no password.
func RedisPassword(name, value, without string) error {
	if redisPasswordPattern.MatchString(value) {
		return nil
	}
	return Broken(name, "…", "must be 16 to 128 letters, digits, underscores or hyphens", without)
}

var cacheNodePattern = regexp.MustCompile(`^cache\.[a-z0-9]+\.[a-z0-9]+$`)

// CacheNodeType checks the form of an ElastiCache node type.
func CacheNodeType(name, value string) error {
	return Match(name, value, cacheNodePattern, "must be an ElastiCache node type", `for example "cache.t4g.micro"`)
}
