package components

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// DefaultSettingsModule is the one for real patients: with the staging module the code for patients' sign-in is the
// same for everybody.
const DefaultSettingsModule = "config.settings.production"

// CareEnvironment is the environment that Care's API, beat and workers share, so that they cannot differ. Secrets are
// in SSM Parameter Store, and containers have references to them only.
type CareEnvironment struct {
	pulumi.ResourceState

	// ParameterArns are the ARNs of the new SSM parameters, by the names of the environment variables.
	ParameterArns pulumi.StringMapOutput `pulumi:"parameterArns"`

	variables   map[string]pulumi.StringInput
	secrets     map[string]SecretReference
	egressPorts []int
}

// CareEnvironmentArgs are the inputs of NewCareEnvironment.
type CareEnvironmentArgs struct {
	// Generation is the generation of the image, 2024 or 3. Default: 2024.
	Generation CareGeneration `pulumi:"generation,optional"`
	// SettingsModule is Django's: config.settings.production, .staging or .deployment. Default:
	// config.settings.production.
	SettingsModule string `pulumi:"settingsModule,optional"`
	// HostName is the host under which Care's API is reached. Required.
	HostName pulumi.StringInput `pulumi:"hostName"`
	// Url is the address under which Care's API is reached, http:// or https://; an Alb has it. Default: https://HostName.
	Url pulumi.StringInput `pulumi:"url,optional"`
	// FrontendOrigins are the sites whose pages may call the API. Links in messages point to the first. Default: none,
	// links point to Url.
	FrontendOrigins []string `pulumi:"frontendOrigins,optional"`
	// Database is the PostgreSQL database of Care. Required.
	Database CareDatabase `pulumi:"database"`
	// Redis is the Redis for the cache, the search index and the queue. Required.
	Redis CareRedis `pulumi:"redis"`
	// Storage is the buckets for files. Required.
	Storage CareStorage `pulumi:"storage"`
	// Sms has Care send SMS through SNS: with the storage's access key, and by the task's role with generation 3. Default:
	// false.
	Sms bool `pulumi:"sms,optional"`
	// Mail is the mail server. Default: none, unless Variables and Secrets describe one; without mail nobody can reset
	// a password.
	Mail *CareMail `pulumi:"mail,optional"`
	// Captcha asks for a captcha at logins above the rate limit. Default: none, such logins fail until the limit's
	// period is over.
	Captcha *CareCaptcha `pulumi:"captcha,optional"`
	// RateLimit is how often one user may log in or ask for a new password, as number/period: 30/10m is 30 times in ten
	// minutes. Default: Care's own, 5/10m.
	RateLimit string `pulumi:"rateLimit,optional"`
	// GunicornWorkers is the number of API processes in a task, for generation 3. Default: the image's own.
	GunicornWorkers int `pulumi:"gunicornWorkers,optional"`
	// WorkerConcurrency is the number of tasks that a worker runs at a time, for generation 3. Default: the image's own,
	// 1.
	WorkerConcurrency int `pulumi:"workerConcurrency,optional"`
	// Variables are additional environment variables. A variable that this component sets is refused. Default: none.
	Variables map[string]string `pulumi:"variables,optional"`
	// Secrets are additional secrets, by value. Default: none.
	Secrets map[string]pulumi.StringInput `pulumi:"secrets,optional"`
	// ExistingSecrets are additional secrets that are stored elsewhere, as in SecretsArgs.Existing. Default: none.
	ExistingSecrets map[string]string `pulumi:"existingSecrets,optional"`
	// SecretsPath is the prefix of the SSM parameter names. Required.
	SecretsPath string `pulumi:"secretsPath"`
	// ProtectData has Pulumi refuse to delete the generated keys and their parameters. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// KmsKeyArn is the KMS key that encrypts the parameters. Default: AWS's own key.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// CareDatabase is the address and credentials of Care's database. Postgres.Database returns one.
type CareDatabase struct {
	Url      pulumi.StringInput `pulumi:"url"`
	Address  pulumi.StringInput `pulumi:"address"`
	Name     pulumi.StringInput `pulumi:"name"`
	Username pulumi.StringInput `pulumi:"username"`
	Password pulumi.StringInput `pulumi:"password"`
}

// NewCareDatabase describes a PostgreSQL database on port 5432, such as one that was there before.
func NewCareDatabase(address, name, username, password pulumi.StringInput) CareDatabase {
	return CareDatabase{
		Url: databaseUrl(address, name, username,
			password), Address: address, Name: name, Username: username, Password: password,
	}
}

// CareRedis describes how Care reaches Redis. A RedisStack and an ElastiCache each return one.
type CareRedis struct {
	// Url is the address, redis:// or rediss://. Required.
	Url pulumi.StringInput `pulumi:"url"`
	// UrlIsSecret keeps Url in the SSM Parameter Store because it holds a password. Default: false.
	UrlIsSecret bool `pulumi:"urlIsSecret,optional"`
}

// CareStorage describes Care's buckets, which Buckets has, and the key to them, which an AccessKeyUser has. Generation
// 3 has no key: it signs in with the task's role.
type CareStorage struct {
	PatientBucket  pulumi.StringInput `pulumi:"patientBucket"`
	FacilityBucket pulumi.StringInput `pulumi:"facilityBucket"`
	Region         pulumi.StringInput `pulumi:"region"`
	Endpoint       pulumi.StringInput `pulumi:"endpoint"`
	// AccessKeyId and SecretAccessKey are required for generation 2024, and refused for generation 3.
	AccessKeyId     pulumi.StringInput `pulumi:"accessKeyId,optional"`
	SecretAccessKey pulumi.StringInput `pulumi:"secretAccessKey,optional"`
}

// Validate checks every value and returns all problems at once.
func (args *CareEnvironmentArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *CareEnvironmentArgs")
	}
	problems := []error{
		validateGeneration("generation", args.Generation),
		rule.CareSettingsModule("settingsModule", or(args.SettingsModule, DefaultSettingsModule)),
		rule.Given("hostName", args.HostName != nil, "take it from the Alb"),
		rule.Given("redis.url", args.Redis.Url != nil, "take Redis from a RedisStack"),
		rule.SecretsPath("secretsPath", args.SecretsPath),
		validateKey("kmsKeyArn", args.KmsKeyArn),
		args.Database.validate(),
		args.Storage.validate(args.Generation),
		args.Mail.validate("mail"),
		args.Captcha.validate("captcha"),
		args.validateCounts(),
		args.validateTwice(),
		rule.Unique("frontendOrigins", args.FrontendOrigins),
	}
	for _, origin := range args.FrontendOrigins {
		problems = append(problems, rule.Origin("frontendOrigins", origin))
	}
	for _, name := range sortedKeys(args.Variables) {
		problems = append(problems, rule.CareVariable(fmt.Sprintf("variables[%q]", name), name, args.Variables[name]))
	}
	for _, name := range sortedKeys(args.Secrets) {
		problems = append(problems, validateSecret(fmt.Sprintf("secrets[%q]", name), args.Secrets[name]))
	}
	for _, name := range sortedKeys(args.ExistingSecrets) {
		problems = append(problems, rule.SecretLocation(fmt.Sprintf("existingSecrets[%q]", name), args.ExistingSecrets[name]))
	}
	given := append(sortedKeys(args.Secrets), sortedKeys(args.ExistingSecrets)...)
	for _, name := range given {
		problems = append(problems, rule.CareSecretName(fmt.Sprintf("secrets[%q]", name), name))
		if _, twice := args.Variables[name]; twice {
			problems = append(problems, rule.Broken(fmt.Sprintf("variables[%q]", name), name,
				"must not be among the secrets as well", "keep one of them"))
		}
	}
	keys := CareKeysArgs{Given: given}
	return rule.All(append(problems, rule.Unique("secrets", given), keys.Validate())...)
}

func (d CareDatabase) validate() error {
	const fix = "take it from a Postgres"
	return rule.All(
		rule.Given("database.url", d.Url != nil, fix), rule.Given("database.address", d.Address != nil, fix),
		rule.Given("database.name", d.Name != nil, fix),
		rule.Given("database.username", d.Username != nil, fix), rule.Given("database.password", d.Password != nil, fix),
	)
}

func (s CareStorage) validate(generation CareGeneration) error {
	const fix = "take it from Buckets"
	return rule.All(rule.Given("storage.patientBucket", s.PatientBucket != nil, fix),
		rule.Given("storage.facilityBucket", s.FacilityBucket != nil, fix),
		rule.Given("storage.region", s.Region != nil, fix), rule.Given("storage.endpoint", s.Endpoint != nil, fix),
		validateStorageKey("storage.accessKeyId", s.AccessKeyId, generation),
		validateStorageKey("storage.secretAccessKey", s.SecretAccessKey, generation))
}

func validateStorageKey(argument string, value pulumi.StringInput, generation CareGeneration) error {
	if generation != Care3 {
		return rule.Given(argument, value != nil, "take it from an AccessKeyUser")
	}
	if value != nil {
		return rule.Broken(argument, "…", "has no use with generation 3, which signs in with the task's role", "leave it out")
	}
	return nil
}

// validateCounts checks the settings that only generation 3 reads, and the rate limit.
func (args *CareEnvironmentArgs) validateCounts() error {
	problems := []error{
		validateProcesses("gunicornWorkers", args.GunicornWorkers, args.Generation),
		validateProcesses("workerConcurrency", args.WorkerConcurrency, args.Generation),
	}
	if args.RateLimit != "" {
		problems = append(problems, rule.RateLimit("rateLimit", args.RateLimit))
	}
	return rule.All(problems...)
}

func validateProcesses(argument string, count int, generation CareGeneration) error {
	if count == 0 {
		return nil
	}
	if generation != Care3 {
		return rule.Broken(argument, count, "has an effect only with generation 3", "leave it out")
	}
	return rule.Between(argument, count, 1, rule.MaxCareProcesses)
}

// NewCareEnvironment checks args, generates the missing keys, and stores the secrets. It returns an error and registers
// nothing if args is nil or invalid.
func NewCareEnvironment(
	ctx *pulumi.Context, name string, args *CareEnvironmentArgs, opts ...pulumi.ResourceOption,
) (*CareEnvironment, error) {
	var a CareEnvironmentArgs
	if args != nil {
		a = *args
	}
	environment := &CareEnvironment{}
	c, err := register(ctx, "CareEnvironment", name, environment, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	return environment, c.build(func() error { return environment.create(c, a) })
}

// Variables returns the environment variables that are not secret.
func (e *CareEnvironment) Variables() map[string]pulumi.StringInput { return maps.Clone(e.variables) }

// Secrets returns the locations of the secrets.
func (e *CareEnvironment) Secrets() map[string]SecretReference { return maps.Clone(e.secrets) }

// EgressPorts returns the internet ports that Care needs: HTTPS and, if Care sends mail, the port of the mail server.
func (e *CareEnvironment) EgressPorts() []int { return slices.Clone(e.egressPorts) }

func (e *CareEnvironment) create(c *component, a CareEnvironmentArgs) error {
	given := append(sortedKeys(a.Secrets), sortedKeys(a.ExistingSecrets)...)
	keys, err := NewCareKeys(c.ctx, c.name, &CareKeysArgs{Given: given, ProtectData: a.ProtectData}, pulumi.Parent(e))
	if err != nil {
		return err
	}
	protected := []string{}
	if a.ProtectData {
		protected = sortedKeys(keys.Generated())
	}
	secrets, err := NewSecrets(c.ctx, c.name, &SecretsArgs{
		Path: a.SecretsPath, Values: a.secretValues(keys.Generated()), Protected: protected, Existing: a.ExistingSecrets,
		KmsKeyArn: a.KmsKeyArn, Tags: a.Tags,
	}, pulumi.Parent(e))
	if err != nil {
		return err
	}
	e.secrets = secrets.References()
	e.variables = a.variables(e.secrets)
	e.egressPorts = a.egressPorts()
	e.ParameterArns = secrets.ParameterArns
	return nil
}

// validateTwice refuses additional variables and secrets that another argument sets.
func (args *CareEnvironmentArgs) validateTwice() error {
	arguments := map[string]string{}
	for argument, names := range map[string][]string{
		"mail":              append(sortedKeys(args.Mail.variables()), sortedKeys(args.Mail.secrets())...),
		"captcha":           append(sortedKeys(args.Captcha.variables()), sortedKeys(args.Captcha.secrets())...),
		"rateLimit":         named("RATE_LIMIT", args.RateLimit != ""),
		"gunicornWorkers":   named("GUNICORN_WORKERS", args.GunicornWorkers != 0),
		"workerConcurrency": named("CELERY_WORKER_CONCURRENCY", args.WorkerConcurrency != 0),
	} {
		for _, name := range names {
			arguments[name] = argument
		}
	}
	return rule.Twice(arguments, map[string][]string{
		"variables": sortedKeys(args.Variables),
		"secrets":   sortedKeys(args.Secrets), "existingSecrets": sortedKeys(args.ExistingSecrets),
	})
}

func named(name string, set bool) []string {
	if set {
		return []string{name}
	}
	return nil
}
