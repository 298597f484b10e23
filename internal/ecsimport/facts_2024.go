package ecsimport

import "strings"

// facts2024 describes the images of October 2024: config/settings/*.py, scripts/*.sh and plugs/ of ohcnetwork/care at
// 69c2b831, its plugs care_hcx and care_abdm, and the variables that gunicorn and Celery read themselves. A test
// compares required with the contract.
var facts2024 = facts{
	title:      "Care of 2024",
	scripts:    [...]string{"/app/start-ecs.sh", "/app/celery_beat-ecs.sh", "/app/celery_worker-ecs.sh"},
	beatMemory: 512,
	buckets:    byBuckets,
	settled:    settled2024,
	known:      known2024,
	required:   required2024,
	unread:     func(*importer, string) string { return unreadUnknown },
}

var known2024 = strings.Fields(`
	ABDM_ABHA_URL ABDM_CLIENT_ID ABDM_CLIENT_SECRET ABDM_CM_ID ABDM_FACILITY_URL ABDM_GATEWAY_URL
	ADDITIONAL_PLUGS ALLOWED_MIME_TYPES AUDIT_LOG_ENABLED CELERY_SKIP_CHECKS CONN_MAX_AGE CORS_ALLOWED_ORIGIN_REGEXES
	CURRENT_DOMAIN DISABLE_RATELIMIT DJANGO_ADMIN_URL DJANGO_EMAIL_BACKEND DJANGO_EMAIL_SUBJECT_PREFIX DJANGO_SECRET_KEY
	DJANGO_SECURE_CONTENT_TYPE_NOSNIFF DJANGO_SECURE_HSTS_INCLUDE_SUBDOMAINS DJANGO_SECURE_HSTS_PRELOAD
	EMAIL_FROM EMAIL_HOST EMAIL_PASSWORD EMAIL_PORT EMAIL_USER ENABLE_REQUEST_TIME_LOGGING
	GOOGLE_RECAPTCHA_SECRET_KEY GOOGLE_RECAPTCHA_SITE_KEY GUNICORN_CMD_ARGS
	HCX_AUTH_BASE_PATH HCX_CERT_URL HCX_ENCRYPTION_PRIVATE_KEY_URL HCX_IG_URL HCX_PARTICIPANT_CODE HCX_PASSWORD
	HCX_PROTOCOL_BASE_PATH HCX_USERNAME
	JWKS_BASE64 JWT_ACCESS_TOKEN_LIFETIME JWT_REFRESH_TOKEN_LIFETIME LOCK_TIMEOUT MAINTENANCE_MODE
	MIDDLEWARE_REQUEST_TIMEOUT MIN_ENCOUNTER_DATE PEACETIME_MODE PLAUSIBLE_AUTH_TOKEN PLAUSIBLE_HOST PLAUSIBLE_SITE_ID
	RATE_LIMIT SENTRY_DSN SENTRY_ENVIRONMENT SENTRY_EVENT_LEVEL SENTRY_PROFILES_SAMPLE_RATE SENTRY_TRACES_SAMPLE_RATE
	SNS_ACCESS_KEY SNS_SECRET_KEY TASK_SUMMARIZE_DISTRICT_PATIENT TASK_SUMMARIZE_FACILITY_CAPACITY TASK_SUMMARIZE_PATIENT
	TASK_SUMMARIZE_TESTS TASK_SUMMARIZE_TRIAGE VAPID_PRIVATE_KEY VAPID_PUBLIC_KEY WEB_CONCURRENCY
`)

// settled2024 are variables that Care reads and that the program sets, or that are better not set. A stack may still
// override most of them, unlike those that package rule refuses.
var settled2024 = map[string]string{
	"DJANGO_ALLOWED_HOSTS": "`[\"*\"]`, because checks carry the task's address; unknown hosts end at " +
		"the load balancer",
	"DJANGO_SECURE_SSL_REDIRECT":           "`False`, because the load balancer redirects",
	"DJANGO_DEBUG":                         "left out, which turns it off",
	"CORS_ALLOWED_ORIGINS":                 byOrigins,
	"CSRF_TRUSTED_ORIGINS":                 byHost,
	"BACKEND_DOMAIN":                       byHost,
	"BUCKET_EXTERNAL_ENDPOINT":             byBuckets,
	"FILE_UPLOAD_BUCKET_EXTERNAL_ENDPOINT": byBuckets,
	"FACILITY_S3_BUCKET_EXTERNAL_ENDPOINT": byBuckets,
	"BUCKET_HAS_FINE_ACL":                  "left out: a bucket policy decides which objects are public, not ACLs",
	"BUCKET_PROVIDER":                      "left out: Care reads it and does not use it",
	"EMAIL_USE_TLS":                        "left out: Care's settings for deployments always turn it on",
	"APP_VERSION":                          "left out, because the image has it",
	"DJANGO_READ_DOT_ENV_FILE":             "left out, because the image has no such file",
}

var required2024 = []requirement{
	{"DJANGO_SETTINGS_MODULE", allRoles, nil},
	{"DATABASE_URL", allRoles, nil},
	{"REDIS_URL", allRoles, nil},
	{"CELERY_BROKER_URL", allRoles, nil},
	{"DJANGO_SECRET_KEY", allRoles, nil},
	{"JWKS_BASE64", allRoles, nil},
	{"SNS_ACCESS_KEY", allRoles, nil},
	{"SNS_SECRET_KEY", allRoles, nil},
	{"HCX_PROTOCOL_BASE_PATH", allRoles, nil},
	{"HCX_AUTH_BASE_PATH", allRoles, nil},
	{"HCX_PARTICIPANT_CODE", allRoles, nil},
	{"HCX_USERNAME", allRoles, nil},
	{"HCX_PASSWORD", allRoles, nil},
	{"HCX_ENCRYPTION_PRIVATE_KEY_URL", allRoles, nil},
	{"HCX_IG_URL", allRoles, nil},
	{"HCX_CERT_URL", allRoles, nil},
	{"BUCKET_KEY", []role{api, worker}, storageInstead},
	{"BUCKET_SECRET", []role{api, worker}, storageInstead},
	{"BUCKET_ENDPOINT", []role{api, worker}, endpointInstead},
	{"BUCKET_REGION", []role{api, worker}, regionInstead},
	{"FILE_UPLOAD_BUCKET", []role{api, worker}, nil},
	{"CURRENT_DOMAIN", []role{api, worker}, nil},
	{"FACILITY_S3_BUCKET", []role{api}, nil},
	{"DJANGO_ALLOWED_HOSTS", []role{api}, nil},
	{"DJANGO_SECURE_SSL_REDIRECT", []role{api}, nil},
	{"CORS_ALLOWED_ORIGINS", []role{api}, nil},
}
