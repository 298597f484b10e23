package components

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// DefaultSettingsModule is the one for real patients: with the staging module the code for patients' sign-in is the same
// for everybody.
const DefaultSettingsModule = "config.settings.production"

// smtpPort is Care's own default of EMAIL_PORT.
const smtpPort = 587

// inert stands for a secret that Care insists on and that is not used. Care's images of 2024 hold a plugin for claims
// (HCX) that refuses to start with any of its settings empty, and want keys for SMS even where none is sent.
const inert = "unused"

// inertVariables are what the HCX plugin needs to start, at a host that cannot exist (RFC 2606).
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

// CareEnvironment is the one environment that Care's API, beat and worker share, made in one place so that they cannot
// drift apart. What is secret is kept in SSM Parameter Store and reaches the containers by reference only.
type CareEnvironment struct {
	pulumi.ResourceState

	// ParameterArns are the SSM parameters that were made, by the names of the environment variables.
	ParameterArns pulumi.StringMapOutput `pulumi:"parameterArns"`

	variables   map[string]pulumi.StringInput
	secrets     map[string]SecretReference
	egressPorts []int
}

// CareEnvironmentArgs are the inputs of NewCareEnvironment.
type CareEnvironmentArgs struct {
	// Generation is that of the image which gets the environment, 2024 or 3. Default: 2024.
	Generation CareGeneration `pulumi:"generation,optional"`
	// SettingsModule is Django's: config.settings.production, .staging or .deployment. Default: config.settings.production.
	SettingsModule string `pulumi:"settingsModule,optional"`
	// HostName is the host under which Care's API is reached. Required.
	HostName pulumi.StringInput `pulumi:"hostName"`
	// FrontendOrigins are the sites whose pages may call the API; links in messages lead to the first. Default: none, links
	// lead to HostName.
	FrontendOrigins []string `pulumi:"frontendOrigins,optional"`
	// Database is where patients' data is. Required.
	Database CareDatabase `pulumi:"database"`
	// RedisUrl is the address of Redis, for cache, search index and queue alike. Required.
	RedisUrl pulumi.StringInput `pulumi:"redisUrl"`
	// RedisUrlIsSecret says that RedisUrl holds a password. Default: false.
	RedisUrlIsSecret bool `pulumi:"redisUrlIsSecret,optional"`
	// Storage is where files are. Required.
	Storage CareStorage `pulumi:"storage"`
	// Sms has the storage's access key used for SMS too. Default: false.
	Sms bool `pulumi:"sms,optional"`
	// Variables are further environment variables. Those that this component sets cannot be given. Default: none.
	Variables map[string]string `pulumi:"variables,optional"`
	// Secrets are further secrets, by value. Default: none.
	Secrets map[string]pulumi.StringInput `pulumi:"secrets,optional"`
	// ExistingSecrets are further secrets that are kept elsewhere, as in SecretsArgs.Existing. Default: none.
	ExistingSecrets map[string]string `pulumi:"existingSecrets,optional"`
	// SecretsPath begins the names of the SSM parameters. Required.
	SecretsPath string `pulumi:"secretsPath"`
	// ProtectData has Pulumi refuse to delete the keys that are generated and their parameters. Default: false.
	ProtectData bool `pulumi:"protectData,optional"`
	// Tags are given to every resource that takes tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// CareDatabase says how Care reaches its database; a Postgres has all of it.
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
		Url: databaseUrl(address, name, username, password), Address: address, Name: name, Username: username, Password: password,
	}
}

// CareStorage says how Care reaches its buckets; Buckets and an AccessKeyUser have all of it.
type CareStorage struct {
	PatientBucket   pulumi.StringInput `pulumi:"patientBucket"`
	FacilityBucket  pulumi.StringInput `pulumi:"facilityBucket"`
	Region          pulumi.StringInput `pulumi:"region"`
	Endpoint        pulumi.StringInput `pulumi:"endpoint"`
	AccessKeyId     pulumi.StringInput `pulumi:"accessKeyId"`
	SecretAccessKey pulumi.StringInput `pulumi:"secretAccessKey"`
}

// Validate checks every value and gives all problems at once.
func (args *CareEnvironmentArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *CareEnvironmentArgs")
	}
	problems := []error{
		validateGeneration("generation", args.Generation),
		rule.CareSettingsModule("settingsModule", or(args.SettingsModule, DefaultSettingsModule)),
		rule.Given("hostName", args.HostName != nil, "take it from the Alb"),
		rule.Given("redisUrl", args.RedisUrl != nil, "take it from the RedisStack"),
		rule.SecretsPath("secretsPath", args.SecretsPath),
		args.Database.validate(),
		args.Storage.validate(),
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

func (s CareStorage) validate() error {
	const fix = "take it from Buckets and an AccessKeyUser"
	return rule.All(
		rule.Given("storage.patientBucket", s.PatientBucket != nil, fix), rule.Given("storage.facilityBucket", s.FacilityBucket != nil, fix),
		rule.Given("storage.region", s.Region != nil, fix), rule.Given("storage.endpoint", s.Endpoint != nil, fix),
		rule.Given("storage.accessKeyId", s.AccessKeyId != nil, fix), rule.Given("storage.secretAccessKey", s.SecretAccessKey != nil, fix),
	)
}

// NewCareEnvironment checks args, generates the keys that are not given, and keeps the secrets. It gives an error, and
// registers nothing, when args are nil or a value breaks a rule.
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

// Variables are what the containers may know in clear.
func (e *CareEnvironment) Variables() map[string]pulumi.StringInput { return maps.Clone(e.variables) }

// Secrets says where the containers' secrets are kept.
func (e *CareEnvironment) Secrets() map[string]SecretReference { return maps.Clone(e.secrets) }

// EgressPorts are the ports that Care must reach on the internet: HTTPS and, where mail is sent, the mail server's.
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
		Path: a.SecretsPath, Values: a.secretValues(keys.Generated()), Protected: protected, Existing: a.ExistingSecrets, Tags: a.Tags,
	}, pulumi.Parent(e))
	if err != nil {
		return err
	}
	e.secrets = secrets.References()
	e.variables = a.variables(e.secrets)
	e.egressPorts = a.egressPorts()
	e.ParameterArns = secrets.ParameterArns
	return c.publish(pulumi.Map{"parameterArns": e.ParameterArns})
}

// secretValues are the secrets to keep: wired, generated, given and, for what is still missing, inert.
func (args CareEnvironmentArgs) secretValues(generated map[string]pulumi.StringInput) map[string]pulumi.StringInput {
	values := map[string]pulumi.StringInput{
		"DATABASE_URL":      args.Database.Url,
		"POSTGRES_PASSWORD": args.Database.Password,
		"BUCKET_KEY":        args.Storage.AccessKeyId,
		"BUCKET_SECRET":     args.Storage.SecretAccessKey,
	}
	if args.RedisUrlIsSecret {
		values["REDIS_URL"], values["CELERY_BROKER_URL"] = args.RedisUrl, args.RedisUrl
	}
	if args.Sms {
		values["SNS_ACCESS_KEY"], values["SNS_SECRET_KEY"] = args.Storage.AccessKeyId, args.Storage.SecretAccessKey
	}
	maps.Copy(values, generated)
	maps.Copy(values, args.Secrets)
	for _, name := range inertSecrets {
		_, kept := values[name]
		_, elsewhere := args.ExistingSecrets[name]
		if !kept && !elsewhere {
			values[name] = pulumi.String(inert)
		}
	}
	return values
}

// variables are what is not secret. DATABASE_URL and POSTGRES_* are both there, because images differ in what their start
// scripts read.
func (args CareEnvironmentArgs) variables(secrets map[string]SecretReference) map[string]pulumi.StringInput {
	backend := pulumi.Sprintf("https://%s", args.HostName)
	var frontend pulumi.StringInput = backend
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
		"BUCKET_ENDPOINT":            args.Storage.Endpoint,
		"BUCKET_EXTERNAL_ENDPOINT":   args.Storage.Endpoint,
		"FILE_UPLOAD_BUCKET":         args.Storage.PatientBucket,
		"FACILITY_S3_BUCKET":         args.Storage.FacilityBucket,
	}
	if !args.RedisUrlIsSecret {
		variables["REDIS_URL"], variables["CELERY_BROKER_URL"] = args.RedisUrl, args.RedisUrl
	}
	for name, value := range inertVariables {
		variables[name] = pulumi.String(value)
	}
	for name, value := range args.Variables {
		variables[name] = pulumi.String(value)
	}
	// What the user keeps secret is not in clear as well; ECS takes no name twice.
	for name := range secrets {
		delete(variables, name)
	}
	return variables
}

func (args CareEnvironmentArgs) egressPorts() []int {
	ports := []int{httpsPort}
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
