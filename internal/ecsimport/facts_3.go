package ecsimport

import (
	"slices"
	"strings"
)

// facts3 describes Care 3.x from the files that were available: config/settings/config.py of ohcnetwork/care at
// 044a4d6b, config/settings/deployment.py at 1b9a8cc6, scripts/*.sh, and a base.py of a fork of August 2026. There may
// be more settings, and plugins have their own, so unknown variables are imported.
var facts3 = facts{
	title:      "Care 3.x",
	scripts:    [...]string{"/app/start.sh", "/app/celery_beat.sh", "/app/celery_worker.sh"},
	beatMemory: 1024,
	buckets:    byRole,
	settled:    settled3,
	known:      known3,
	required:   required3,
	unread:     unread3,
}

const (
	byRole = "the stack's own buckets, which the tasks' roles may access without a key"
	bySms  = "`care:sms`, with the tasks' roles in place of a key"
)

// only3 are the variables that Care of 2024 does not read. One of them identifies generation 3.
var only3 = strings.Fields(`
	ACCOUNTING_PRECISION ACCOUNTING_ROUNDING_METHOD ALLOWED_FILE_EXTENSIONS BLOCKED_FILE_EXTENSIONS
	CELERY_WORKER_CONCURRENCY CHARGE_ITEM_FREE_CANCEL_PERIOD_MINUTES DISCOUNT_CODES
	DISCOUNT_MONETARY_COMPONENT_DEFINITIONS ENCOUNTER_RESTART_TIME_LIMIT_HOURS FACILITY_CDN
	FACILITY_ORGANIZATION_MAX_DEPTH FILE_UPLOAD_EXPIRY_HOURS GUNICORN_WORKERS INFORMATIONAL_MONETARY_CODES
	INVOICE_FINAL_AMOUNT_PRECISION INVOICE_FINAL_AMOUNT_ROUNDING_METHOD INVOICE_FREE_CANCEL_PERIOD_MINUTES
	LOCATION_MAX_DEPTH MAINTAIN_FACILITY_PATIENT_NAME_IDENTIFIER MAINTAIN_PATIENT_NAME_IDENTIFIER
	MAINTAIN_PATIENT_PHONE_NUMBER_IDENTIFIER MAX_ACTIVE_ENCOUNTERS_PER_PATIENT_IN_FACILITY MAX_APPOINTMENTS_PER_PATIENT
	MAX_DATAPOINTS_PER_UPSERT MAX_FAVORITES_PER_LIST MAX_FILE_UPLOAD_SIZE MAX_LOCATION_IN_FACILITY
	MAX_ORGANIZATION_IN_FACILITY MAX_QUESTIONNAIRE_TEXT_RESPONSE_SIZE MAX_REQUESTS_PER_BATCH_REQUEST
	MAX_SLOTS_PER_AVAILABILITY ORGANIZATION_MAX_DEPTH OTP_SMS_LOGIN_CONTENT OTP_SMS_RESET_PASSWORD_CONTENT
	PASSWORD_RESET_TOKEN_TTL_HOURS PATIENT_GLOBAL_EDIT_ACCESS_ENABLED PATIENT_NAME_MAX_LENGTH
	PAYMENT_RECONCILIATION_FREE_CANCEL_PERIOD_MINUTES PREFERENCE_SCHEMA QUESTIONNAIRE_ERRORED_TIME_LIMIT_MINUTES
	SMS_BACKEND SNOWSTORM_DEPLOYMENT_URL SNS_REGION SNS_ROLE_BASED_MODE TAX_CODES TAX_MONETARY_COMPONENT_DEFINITIONS
	TEMPLATE_LIVE_PREVIEW_ENABLED TOTP_DISABLED_EMAIL_TEMPLATE_PATH TOTP_ENABLED_EMAIL_TEMPLATE_PATH
	USER_CREATE_PASSWORD_TEMPLATE_PATH USER_RESET_PASSWORD_TEMPLATE_PATH
`)

// only2024 are prefixes of variables that Care 3.x no longer reads, or only with a plugin.
var only2024 = []string{"MIN_ENCOUNTER_DATE", "PEACETIME_MODE", "PLAUSIBLE_", "TASK_SUMMARIZE_"}

// plugins maps the prefixes of plugins' variables to the word that ADDITIONAL_PLUGS has if the plugin is built in.
var plugins = map[string]string{"ABDM_": "abdm", "HCX_": "hcx"}

const (
	gone3   = "Care 3.x reads them no more"
	plugin3 = "Care 3.x reads them only with a plugin that is not in `ADDITIONAL_PLUGS`"
)

func unread3(i *importer, name string) string {
	for prefix, plugin := range plugins {
		if strings.HasPrefix(name, prefix) {
			if i.hasPlugin(plugin) {
				return ""
			}
			return plugin3
		}
	}
	if slices.ContainsFunc(only2024, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
		return gone3
	}
	return ""
}

// hasPlugin reports whether the image has the plugin, or may have it because the list of its plugins cannot be read.
func (i *importer) hasPlugin(plugin string) bool {
	list, _ := i.entry("ADDITIONAL_PLUGS").taken()
	return list.secret || strings.Contains(strings.ToLower(list.text), plugin)
}

var (
	known3 = slices.DeleteFunc(slices.Concat(only3, known2024), func(name string) bool {
		_, settled := settled3[name]
		return settled || unlisted3(name)
	})
	settled3 = settledFor3()
)

// unlisted3 reports whether Care 3.x no longer reads a variable of 2024, or reads it only with a plugin.
func unlisted3(name string) bool {
	for prefix := range plugins {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return slices.ContainsFunc(only2024, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// settledFor3 explains how the program sets the variables of generation 3.
func settledFor3() map[string]string {
	settled := map[string]string{
		"BUCKET_PROVIDER": "`AWS_ROLE_BASED`: the tasks' roles may access the buckets, and there is no static key",
		"REDIS_HOST":      byRedis, "REDIS_PORT": byRedis, "REDIS_AUTH_TOKEN": byRedis, "REDIS_DATABASE": byRedis,
		"SNS_ROLE_BASED_MODE": bySms, "SNS_ACCESS_KEY": bySms, "SNS_SECRET_KEY": bySms,
		"AWS_ENDPOINT_URL_S3": byRole,
	}
	for name, how := range settled2024 {
		if _, changed := settled[name]; changed {
			continue
		}
		if how == byBuckets {
			how = byRole
		}
		settled[name] = how
	}
	return settled
}

// required3 follows the contract; beat uses no bucket.
var required3 = []requirement{
	{"DJANGO_SETTINGS_MODULE", allRoles, nil},
	{"DATABASE_URL", allRoles, [][]string{addressParts}},
	{"POSTGRES_HOST", allRoles, nil},
	{"POSTGRES_PORT", allRoles, nil},
	{"POSTGRES_USER", allRoles, nil},
	{"POSTGRES_PASSWORD", allRoles, nil},
	{"POSTGRES_DB", allRoles, nil},
	{"REDIS_URL", allRoles, [][]string{{"REDIS_HOST", "REDIS_PORT", "REDIS_AUTH_TOKEN", "REDIS_DATABASE"}}},
	// Care's default is REDIS_URL.
	{"CELERY_BROKER_URL", allRoles, [][]string{{"REDIS_URL"}, {"REDIS_HOST"}}},
	{"DJANGO_SECRET_KEY", allRoles, nil},
	{"JWKS_BASE64", allRoles, nil},
	{
		"BUCKET_PROVIDER",
		[]role{api, worker},
		[][]string{{"BUCKET_KEY", "BUCKET_SECRET"}, {"FACILITY_S3_KEY", "FACILITY_S3_SECRET"}},
	},
	{"BUCKET_REGION", []role{api, worker}, [][]string{{"FACILITY_S3_REGION_CODE"}}},
	{"FILE_UPLOAD_BUCKET", []role{api, worker}, nil},
	{"FACILITY_S3_BUCKET", []role{api, worker}, nil},
	{"CURRENT_DOMAIN", allRoles, nil},
	{"DJANGO_ALLOWED_HOSTS", []role{api}, nil},
	{"DJANGO_SECURE_SSL_REDIRECT", []role{api}, nil},
	{"CORS_ALLOWED_ORIGINS", []role{api}, nil},
}
