package rule

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// wired are the variables that the program sets from its own resources. A value by hand could only be wrong.
var wired = []string{
	"DATABASE_URL", "POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD",
	"REDIS_URL", "CELERY_BROKER_URL",
	"BUCKET_REGION", "BUCKET_ENDPOINT", "BUCKET_KEY", "BUCKET_SECRET", "FILE_UPLOAD_BUCKET", "FACILITY_S3_BUCKET",
	"FILE_UPLOAD_KEY", "FILE_UPLOAD_SECRET", "FILE_UPLOAD_REGION", "FILE_UPLOAD_BUCKET_ENDPOINT",
	"FACILITY_S3_KEY", "FACILITY_S3_SECRET", "FACILITY_S3_REGION_CODE", "FACILITY_S3_BUCKET_ENDPOINT",
	"DJANGO_SETTINGS_MODULE",
}

// unread are variables of old task definitions that Care does not read (OHC's aws/*.json of 2024).
var unread = []string{
	"AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY",
	"AWS_STORAGE_BUCKET_NAME",
	"USE_S3",
	"FACILITY_S3_STATIC_PREFIX",
}

var (
	secretName  = regexp.MustCompile(`PASSWORD|SECRET|TOKEN|_KEY$|_DSN$|^JWKS_`)
	plainName   = regexp.MustCompile(`_(HOURS|MINUTES|SECONDS|DAYS|LIFETIME|CONTENT|TEMPLATE_PATH)$`)
	credentials = regexp.MustCompile(`://[^/@]*:[^@/]+@`)
)

// Care parses the values of these variables as JSON lists or as integers when it starts (config/settings of Care).
var (
	jsonLists = []string{
		"CSRF_TRUSTED_ORIGINS",
		"CORS_ALLOWED_ORIGINS",
		"CORS_ALLOWED_ORIGIN_REGEXES",
		"DJANGO_ALLOWED_HOSTS",
	}
	integers = []string{
		"CONN_MAX_AGE", "EMAIL_PORT", "MAINTENANCE_MODE", "MIDDLEWARE_REQUEST_TIMEOUT", "LOCK_TIMEOUT",
		"JWT_ACCESS_TOKEN_LIFETIME", "JWT_REFRESH_TOKEN_LIFETIME", "FILE_UPLOAD_EXPIRY_HOURS",
		"GUNICORN_WORKERS", "CELERY_WORKER_CONCURRENCY",
	}
	jsonValues = []string{"ADDITIONAL_PLUGS", "PREFERENCE_SCHEMA", "TAX_CODES"}
)

// These are the generations of Care's images: the release tags of 2024, and 3.x.
const (
	Care2024 = "2024"
	Care3    = "3"
)

// CareGeneration checks that value is a generation of Care's images.
func CareGeneration(name, value string) error { return OneOf(name, value, Care2024, Care3) }

// CareSettingsModule checks that value is one of Care's settings modules for deployments.
func CareSettingsModule(name, value string) error {
	return OneOf(name, value, "config.settings.production", "config.settings.staging", "config.settings.deployment")
}

// CareVariable checks an environment variable that Care reads and that is not secret.
func CareVariable(key, name, value string) error {
	problems := []error{EnvironmentName(key, name), careName(key, name)}
	switch {
	case CareSecret(name):
		problems = append(problems,
			Broken(key, "…", name+" is a secret and must not be stored as plain text", "move it to care:secrets"))
	case credentials.MatchString(value):
		problems = append(problems, Broken(key, "…", "must not contain a password, which would be stored as plain text",
			"move it to care:secrets"))
	case strings.HasPrefix(value, "$"):
		problems = append(problems, Broken(key, value,
			"must not begin with $, Care would read it as another variable's name", "choose a value without it"))
	default:
		problems = append(problems, careValue(key, name, value))
	}
	return All(problems...)
}

// CareWired reports whether the program sets the variable from its own resources.
func CareWired(name string) bool { return slices.Contains(wired, name) }

// CareUnread reports whether the variable is in old task definitions and Care does not read it.
func CareUnread(name string) bool { return slices.Contains(unread, name) }

// CareSecret reports whether the variable's name is the name of a secret. Some durations, texts and templates of Care
// have similar names, such as PASSWORD_RESET_TOKEN_TTL_HOURS and OTP_SMS_RESET_PASSWORD_CONTENT.
func CareSecret(name string) bool {
	return secretName.MatchString(name) && !plainName.MatchString(name)
}

// CareSecretName checks the name of a secret that the user sets.
func CareSecretName(key, name string) error {
	return All(EnvironmentName(key, name), careName(key, name))
}

func careName(key, name string) error {
	switch {
	case CareWired(name):
		return Broken(key, name, "is set by the program from what it deploys", "remove it")
	case CareUnread(name):
		return Broken(key, name, "is not read by Care", "remove it")
	}
	return nil
}

// careValue checks a value that Care parses: with a wrong one the process exits at start, or answers the load balancer
// with an error.
func careValue(key, name, value string) error {
	switch {
	case slices.Contains(jsonLists, name):
		return careList(key, name, value)
	case slices.Contains(integers, name):
		return careInteger(key, name, value)
	case slices.Contains(jsonValues, name) && !json.Valid([]byte(value)):
		return Broken(key, value, "must be JSON", "for example []")
	case name == "DJANGO_DEBUG" || name == "DJANGO_SECURE_SSL_REDIRECT":
		if !strings.EqualFold(value, "false") {
			return Broken(key, value, name+" must be False behind a load balancer", "remove it")
		}
	case name == "CURRENT_DOMAIN" || name == "BACKEND_DOMAIN":
		return HttpsUrl(key, value)
	case strings.HasPrefix(name, "HCX_") || strings.HasPrefix(name, "ABDM_"):
		return Present(key, value, "give a value or remove the name")
	}
	return nil
}

func careList(key, name, value string) error {
	var list []string
	if err := json.Unmarshal([]byte(value), &list); err != nil {
		return Broken(key, value, "must be a JSON list of strings", `for example "[\"https://care.example.org\"]"`)
	}
	problems := []error{}
	for _, item := range list {
		if name == "CSRF_TRUSTED_ORIGINS" || name == "CORS_ALLOWED_ORIGINS" {
			problems = append(problems, Origin(key, item))
		}
	}
	if name == "DJANGO_ALLOWED_HOSTS" && !slices.Contains(list, "*") {
		problems = append(problems,
			Broken(key, value, `must contain "*": the load balancer's checks carry the task's address`, "remove it"))
	}
	return All(problems...)
}

func careInteger(key, name, value string) error {
	number, err := strconv.Atoi(value)
	switch {
	case err != nil:
		return Broken(key, value, "must be a whole number", "give one, or remove "+name)
	case name == "MAINTENANCE_MODE" && number != 0:
		return Broken(key, value, "must be 0: Care would answer the load balancer's checks with 503 too", "remove it")
	case name == "EMAIL_PORT":
		return Port(key, number)
	}
	return nil
}
