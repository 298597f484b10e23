package components

import (
	"encoding/json"
	"maps"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// smtpPort is Care's own default of EMAIL_PORT.
const smtpPort = 587

// inert is the value of a secret that Care requires and does not use. Care's images of 2024 contain a plugin for claims
// (HCX) that does not start if one of its settings is empty, and require keys for SMS even if they send none.
const inert = "unused"

// inertVariables are the variables that the HCX plugin needs to start. Their host cannot exist (RFC 2606).
var inertVariables = map[string]string{
	"HCX_PROTOCOL_BASE_PATH":         "https://hcx.invalid/api/v0.7",
	"HCX_AUTH_BASE_PATH":             "https://hcx.invalid/auth",
	"HCX_PARTICIPANT_CODE":           inert,
	"HCX_USERNAME":                   inert,
	"HCX_ENCRYPTION_PRIVATE_KEY_URL": "https://hcx.invalid/key.pem",
	"HCX_IG_URL":                     "https://hcx.invalid/ig",
	"HCX_CERT_URL":                   "https://hcx.invalid/cert.pem",
}

var inertSecrets = []string{"HCX_PASSWORD", "SNS_ACCESS_KEY", "SNS_SECRET_KEY"}

// secretValues returns the secrets to store: those of the resources, the generated keys, the given secrets, and inert
// values for those that are still missing.
func (args CareEnvironmentArgs) secretValues(generated map[string]pulumi.StringInput) map[string]pulumi.StringInput {
	values := map[string]pulumi.StringInput{
		"DATABASE_URL":      args.Database.Url,
		"POSTGRES_PASSWORD": args.Database.Password,
	}
	if args.Redis.UrlIsSecret {
		values["REDIS_URL"], values["CELERY_BROKER_URL"] = args.Redis.Url, args.Redis.Url
	}
	if args.Generation != Care3 {
		args.keySecrets(values)
	}
	maps.Copy(values, args.Mail.secrets())
	maps.Copy(values, args.Captcha.secrets())
	maps.Copy(values, generated)
	maps.Copy(values, args.Secrets)
	if args.Generation != Care3 {
		args.addInert(values)
	}
	return values
}

// keySecrets adds the static keys of generation 2024.
func (args CareEnvironmentArgs) keySecrets(values map[string]pulumi.StringInput) {
	values["BUCKET_KEY"], values["BUCKET_SECRET"] = args.Storage.AccessKeyId, args.Storage.SecretAccessKey
	if args.Sms {
		values["SNS_ACCESS_KEY"], values["SNS_SECRET_KEY"] = args.Storage.AccessKeyId, args.Storage.SecretAccessKey
	}
}

// addInert adds the secrets without which Care of generation 2024 does not start.
func (args CareEnvironmentArgs) addInert(values map[string]pulumi.StringInput) {
	for _, name := range inertSecrets {
		_, kept := values[name]
		_, elsewhere := args.ExistingSecrets[name]
		if !kept && !elsewhere {
			values[name] = pulumi.String(inert)
		}
	}
}

// variables returns the variables that are not secret. It has both DATABASE_URL and POSTGRES_*, because the start
// scripts of images read different ones.
func (args CareEnvironmentArgs) variables(secrets map[string]SecretReference) map[string]pulumi.StringInput {
	backend := args.Url
	if backend == nil {
		backend = pulumi.Sprintf("https://%s", args.HostName)
	}
	frontend := backend
	if len(args.FrontendOrigins) > 0 {
		frontend = pulumi.String(args.FrontendOrigins[0])
	}
	variables := map[string]pulumi.StringInput{
		"DJANGO_SETTINGS_MODULE": pulumi.String(or(args.SettingsModule, DefaultSettingsModule)),
		// The load balancer's checks carry the task's address as host; unknown hosts end at its listener.
		"DJANGO_ALLOWED_HOSTS": pulumi.String(`["*"]`),
		// The load balancer redirects. Its checks are plain HTTP and would be redirected as well.
		"DJANGO_SECURE_SSL_REDIRECT": pulumi.String("False"),
		"CORS_ALLOWED_ORIGINS":       pulumi.String(jsonList(args.FrontendOrigins)),
		"CSRF_TRUSTED_ORIGINS":       pulumi.Sprintf("[%q]", backend),
		"CURRENT_DOMAIN":             frontend,
		"BACKEND_DOMAIN":             backend,
		"POSTGRES_HOST":              args.Database.Address,
		"POSTGRES_PORT":              pulumi.Sprintf("%d", postgresPort),
		"POSTGRES_DB":                args.Database.Name,
		"POSTGRES_USER":              args.Database.Username,
		"BUCKET_REGION":              args.Storage.Region,
		"FILE_UPLOAD_BUCKET":         args.Storage.PatientBucket,
		"FACILITY_S3_BUCKET":         args.Storage.FacilityBucket,
	}
	if !args.Redis.UrlIsSecret {
		variables["REDIS_URL"], variables["CELERY_BROKER_URL"] = args.Redis.Url, args.Redis.Url
	}
	if args.RateLimit != "" {
		variables["RATE_LIMIT"] = pulumi.String(args.RateLimit)
	}
	maps.Copy(variables, args.generationVariables())
	maps.Copy(variables, args.Mail.variables())
	maps.Copy(variables, args.Captcha.variables())
	for name, value := range args.Variables {
		variables[name] = pulumi.String(value)
	}
	// A name that the user keeps secret is not in clear as well: ECS refuses a name in both lists.
	for name := range secrets {
		delete(variables, name)
	}
	return variables
}

// generationVariables returns the variables that only one generation reads.
func (args CareEnvironmentArgs) generationVariables() map[string]pulumi.StringInput {
	if args.Generation == Care3 {
		return args.care3Variables()
	}
	variables := map[string]pulumi.StringInput{
		"BUCKET_ENDPOINT":          args.Storage.Endpoint,
		"BUCKET_EXTERNAL_ENDPOINT": args.Storage.Endpoint,
	}
	for name, value := range inertVariables {
		variables[name] = pulumi.String(value)
	}
	return variables
}

// care3Variables has Care sign in to AWS with the task's role (care/utils/csp/config.py and
// care/utils/sms/backend/sns.py of Care).
func (args CareEnvironmentArgs) care3Variables() map[string]pulumi.StringInput {
	variables := map[string]pulumi.StringInput{
		"BUCKET_PROVIDER": pulumi.String("AWS_ROLE_BASED"),
		// Care hands no endpoint to boto3 then, and boto3 reads this one itself. Without it boto3 signs addresses at
		// bucket.s3.amazonaws.com, which answers for a new bucket with a redirect that browsers do not follow to upload.
		"AWS_ENDPOINT_URL_S3": args.Storage.Endpoint,
		// Pictures are linked at this address.
		"FACILITY_S3_BUCKET_EXTERNAL_ENDPOINT": args.Storage.Endpoint,
	}
	if args.Sms {
		variables["SNS_ROLE_BASED_MODE"] = pulumi.String("True")
	}
	if args.GunicornWorkers != 0 {
		variables["GUNICORN_WORKERS"] = pulumi.String(strconv.Itoa(args.GunicornWorkers))
	}
	if args.WorkerConcurrency != 0 {
		variables["CELERY_WORKER_CONCURRENCY"] = pulumi.String(strconv.Itoa(args.WorkerConcurrency))
	}
	return variables
}

func (args CareEnvironmentArgs) egressPorts() []int {
	ports := []int{httpsPort}
	if args.Mail != nil {
		return append(ports, or(args.Mail.Port, smtpPort))
	}
	if args.Variables["EMAIL_HOST"] == "" {
		return ports
	}
	port, err := strconv.Atoi(args.Variables["EMAIL_PORT"])
	if err != nil {
		port = smtpPort
	}
	if port == httpsPort {
		return ports
	}
	return append(ports, port)
}

func jsonList(values []string) string {
	list, err := json.Marshal(append([]string{}, values...))
	if err != nil {
		return "[]"
	}
	return string(list)
}
