package ecsimport

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// facts are the variables that a generation of Care's images reads and needs, and its start scripts.
type facts struct {
	// title is the generation's name in the report.
	title string
	// scripts are the program's start scripts, by role.
	scripts [roleCount]string
	// beatMemory is the program's default of beat's memory, in MiB.
	beatMemory int
	// buckets explains how the program sets the variables for buckets.
	buckets string
	// settled maps variables that Care reads and the program sets to an explanation.
	settled map[string]string
	// known are the other variables that Care reads.
	known []string
	// required are the variables without which a role exits at start or cannot work.
	required []requirement
	// unread returns the reason why a variable that is neither settled nor known is not imported, or the empty string
	// if it is imported.
	unread func(i *importer, name string) string
}

var generations = map[string]*facts{rule.Care2024: &facts2024, rule.Care3: &facts3}

// These explain how the program handles variables that it sets itself.
const (
	byDatabase = "the stack's own database"
	byRedis    = "the stack's own Redis, by Service Connect"
	byBuckets  = "the stack's own buckets and their access key"
	byHost     = "the address of the load balancer, or `care:domain`"
	byOrigins  = "`care:frontendOrigins`"
	bySettings = "`care:settingsModule`"
)

// setByProgram explains how the program sets a variable. It returns the empty string if the program does not set it.
func (f *facts) setByProgram(name string) string {
	if how, ok := f.settled[name]; ok {
		return how
	}
	switch {
	case !rule.CareWired(name):
		return ""
	case name == settingsVariable:
		return bySettings
	case strings.HasPrefix(name, "POSTGRES_") || name == "DATABASE_URL":
		return byDatabase
	case name == "REDIS_URL" || name == "CELERY_BROKER_URL":
		return byRedis
	}
	return f.buckets
}

// starts reports whether a command line runs the script of a role. Images of 3.x have the scripts of 2024 as well,
// which run the others.
func (f *facts) starts(r role, command string) bool {
	return strings.Contains(command, f.scripts[r]) || f == &facts3 && strings.Contains(command, facts2024.scripts[r])
}

// leftBehind returns the reason why a variable is not imported because Care does not read it. It returns the empty
// string for imported variables and for those that the program sets.
func (i *importer) leftBehind(name string) string {
	switch {
	case rule.CareUnread(name):
		return unreadOld
	case i.facts.setByProgram(name) != "" || slices.Contains(i.facts.known, name):
		return ""
	}
	return i.facts.unread(i, name)
}

// requirement is a variable without which a role exits at start or cannot work.
type requirement struct {
	name  string
	roles []role
	// instead are lists of variables that can replace it. All variables of a list are needed.
	instead [][]string
}

var (
	storageInstead  = [][]string{{"FILE_UPLOAD_KEY", "FILE_UPLOAD_SECRET", "FACILITY_S3_KEY", "FACILITY_S3_SECRET"}}
	endpointInstead = [][]string{{"FILE_UPLOAD_BUCKET_ENDPOINT", "FACILITY_S3_BUCKET_ENDPOINT"}}
	regionInstead   = [][]string{{"FILE_UPLOAD_REGION", "FACILITY_S3_REGION_CODE"}}
)

const (
	settingsVariable = "DJANGO_SETTINGS_MODULE"
	originsVariable  = "CORS_ALLOWED_ORIGINS"
	currentDomain    = "CURRENT_DOMAIN"
)

// secretValue matches values that must not be shown under any name: AWS keys, private keys, and addresses with a user,
// such as those of databases and of Sentry.
var secretValue = regexp.MustCompile(`\b(AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN |://[^/@\s]+@`)

// isSecret reports whether a value in clear text should be a secret.
func isSecret(name, value string) bool {
	addresses := []string{"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"}
	return rule.CareSecret(name) || rule.CareUnread(name) && strings.HasPrefix(name, "AWS_ACCESS") ||
		slices.Contains(addresses, name) && value != "" || secretValue.MatchString(value)
}
