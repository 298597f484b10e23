package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Config is everything that a stack can choose. Pulumi.yaml describes each key.
type Config struct {
	Region string

	Image                     string
	AllowMovingImageTag       bool
	ImageCredentialsSecretArn string
	Architecture              string
	SettingsModule            string
	Environment               map[string]string
	Secrets                   map[string]string
	SecretParameters          map[string]string
	FrontendOrigins           []string
	Sms                       bool

	Namespace            string
	LogGroupPrefix       string
	LogRetentionDays     int
	ContainerInsights    bool
	EnableExecuteCommand bool
	ProtectData          bool

	VpcId                string
	PublicSubnetIds      []string
	ApplicationSubnetIds []string
	DataSubnetIds        []string
	AssignPublicIp       bool

	VpcCidrBlock       string
	AvailabilityZones  []string
	NatGateways        string
	InterfaceEndpoints []string
	FlowLogs           bool
	Domain             string
	HostedZoneId       string
	CertificateArn     string
	AccessLogsBucket   string

	CareCpu          int
	CareMemory       int
	CareDesiredCount int
	CeleryCpu        int
	CeleryMemory     int

	RedisBackend           string
	ImageWithoutRediSearch bool
	RedisUrl               string
	ElastiCacheNodeType    string
	ElastiCacheReplicas    int

	RedisImage           string
	RedisCpu             int
	RedisMemory          int
	RedisRequirePassword bool
	RedisPassword        string
	RedisPersistence     string

	DatabaseVersion       string
	DatabaseInstanceClass string
	DatabaseStorage       int
	DatabaseMaxStorage    int
	DatabaseMultiAz       bool
	DatabaseBackupDays    int
	DatabaseName          string
	DatabaseUsername      string
	DatabasePassword      string

	DatabaseAddress         string
	DatabaseSecurityGroupId string

	PatientBucket         string
	FacilityBucket        string
	PrivateFacilityImages bool
}

// loadConfig reads and checks the whole configuration, and gives all problems at once. The engine lets unknown keys
// pass, so that given, the keys that the stack sets, is checked as well.
func loadConfig(ctx *pulumi.Context, given []string) (Config, error) {
	r := &reader{ctx: ctx}
	c := Config{}
	c.Region, _ = ctx.GetConfig("aws:region")
	r.readImage(&c)
	r.readSurroundings(&c)
	r.readNetwork(&c)
	r.readSizes(&c)
	r.readRedis(&c)
	r.readDatabase(&c)
	problems := append(slices.Concat(r.problems, r.unknown(given)), c.problems()...)
	if err := errors.Join(problems...); err != nil {
		return Config{}, fmt.Errorf("the configuration of stack %s has problems:\n%w", ctx.Stack(), err)
	}
	return c, nil
}

func (r *reader) readImage(c *Config) {
	c.Image = r.required("image")
	c.AllowMovingImageTag = r.boolean("allowMovingImageTag", false)
	c.ImageCredentialsSecretArn = r.optional("imageCredentialsSecretArn")
	c.Architecture = r.text("architecture", components.DefaultCpuArchitecture)
	c.SettingsModule = r.text("settingsModule", components.DefaultSettingsModule)
	c.Environment = r.clearTable("environment")
	c.Secrets = r.secretTable("secrets")
	c.SecretParameters = r.table("secretParameters")
	c.FrontendOrigins = r.list("frontendOrigins")
	c.Sms = r.boolean("sms", false)
	c.PrivateFacilityImages = r.boolean("privateFacilityImages", false)
}

func (r *reader) readSurroundings(c *Config) {
	c.Namespace = r.text("namespace", "care-ns")
	c.LogGroupPrefix = r.text("logGroupPrefix", components.DefaultLogGroupPrefix)
	c.LogRetentionDays = r.integer("logRetentionDays", components.DefaultLogRetentionDays)
	c.ContainerInsights = r.boolean("containerInsights", false)
	c.EnableExecuteCommand = r.boolean("enableExecuteCommand", true)
	c.ProtectData = r.boolean("protectData", true)
}

func (r *reader) readNetwork(c *Config) {
	c.VpcId = r.optional("vpcId")
	c.PublicSubnetIds = r.list("publicSubnetIds")
	c.ApplicationSubnetIds = r.list("applicationSubnetIds")
	c.DataSubnetIds = r.list("dataSubnetIds")
	c.AssignPublicIp = r.boolean("assignPublicIp", false)
	c.VpcCidrBlock = r.text("vpcCidrBlock", components.DefaultVpcCidrBlock)
	c.AvailabilityZones = r.list("availabilityZones")
	c.NatGateways = r.text("natGateways", string(components.NatSingle))
	c.InterfaceEndpoints = r.list("interfaceEndpoints")
	c.FlowLogs = r.boolean("flowLogs", false)
	c.Domain = r.optional("domain")
	c.HostedZoneId = r.optional("hostedZoneId")
	c.CertificateArn = r.optional("certificateArn")
	c.AccessLogsBucket = r.optional("accessLogsBucket")
}

func (r *reader) readSizes(c *Config) {
	c.CareCpu = r.integer("careCpu", components.DefaultCareCpu)
	c.CareMemory = r.integer("careMemory", components.DefaultCareMemory)
	c.CareDesiredCount = r.integer("careDesiredCount", 1)
	c.CeleryCpu = r.integer("celeryCpu", components.DefaultCeleryCpu)
	c.CeleryMemory = r.integer("celeryMemory", components.DefaultCeleryMemory)
}

func (r *reader) readRedis(c *Config) {
	c.RedisBackend = r.text("redisBackend", backendRedisStack)
	c.ImageWithoutRediSearch = r.boolean("imageWithoutRediSearch", false)
	c.RedisUrl = r.secret("redisUrl")
	c.ElastiCacheNodeType = r.text("elastiCacheNodeType", components.DefaultElastiCacheNodeType)
	c.ElastiCacheReplicas = r.integer("elastiCacheReplicas", 0)
	c.RedisImage = r.text("redisImage", components.DefaultRedisImage)
	c.RedisCpu = r.integer("redisCpu", components.DefaultRedisCpu)
	c.RedisMemory = r.integer("redisMemory", components.DefaultRedisMemory)
	c.RedisPassword = r.secret("redisPassword")
	c.RedisPersistence = r.text("redisPersistence", persistenceNone)
	c.RedisRequirePassword = r.boolean("redisRequirePassword", false) || c.RedisPassword != ""
}

func (r *reader) readDatabase(c *Config) {
	c.DatabaseVersion = r.text("databaseVersion", components.DefaultPostgresVersion)
	c.DatabaseInstanceClass = r.text("databaseInstanceClass", components.DefaultPostgresInstanceClass)
	c.DatabaseStorage = r.integer("databaseStorage", components.DefaultPostgresStorage)
	c.DatabaseMaxStorage = r.integer("databaseMaxStorage", components.DefaultPostgresMaxStorage)
	c.DatabaseMultiAz = r.boolean("databaseMultiAz", false)
	c.DatabaseBackupDays = r.integer("databaseBackupDays", components.DefaultPostgresBackupDays)
	c.DatabaseName = r.text("databaseName", components.DefaultPostgresName)
	c.DatabaseUsername = r.text("databaseUsername", components.DefaultPostgresName)
	c.DatabasePassword = r.secret("databasePassword")
	c.DatabaseAddress = r.optional("databaseAddress")
	c.DatabaseSecurityGroupId = r.optional("databaseSecurityGroupId")
	c.PatientBucket = r.optional("patientBucket")
	c.FacilityBucket = r.optional("facilityBucket")
}

// reader reads keys of the project one by one, and remembers which there are and what was wrong with them.
type reader struct {
	ctx      *pulumi.Context
	keys     []string
	problems []error
}

func (r *reader) report(err error) {
	if err != nil {
		r.problems = append(r.problems, err)
	}
}

// value gives a key's text; false where the key is not set.
func (r *reader) value(key string) (string, bool) {
	r.keys = append(r.keys, key)
	return r.ctx.GetConfig(full(key))
}

func (r *reader) required(key string) string {
	value, ok := r.value(key)
	fix := "set it: pulumi config set " + full(key) + " VALUE"
	if !ok {
		r.report(rule.Given(full(key), false, fix))
		return ""
	}
	r.report(rule.Present(full(key), value, fix))
	return value
}

func (r *reader) text(key, fallback string) string {
	value, ok := r.value(key)
	if !ok {
		return fallback
	}
	if err := rule.Present(full(key), value, "give a value or remove the key"); err != nil {
		r.report(err)
		return fallback
	}
	return value
}

// optional gives a key's text, which may be empty for none.
func (r *reader) optional(key string) string {
	value, _ := r.value(key)
	return value
}

// secret gives a key's text, which must be encrypted in the stack file. Pulumi.yaml cannot ask for that of a key that
// may be left out.
func (r *reader) secret(key string) string {
	value, _ := r.value(key)
	if value != "" && value != "{}" && !r.ctx.IsConfigSecret(full(key)) {
		r.report(rule.Broken(full(key), "…", "must be encrypted", "set it with: pulumi config set --secret "+full(key)))
	}
	return value
}

func (r *reader) integer(key string, fallback int) int {
	return parsed(r, key, fallback, "must be a whole number", "for example 1024")
}

func (r *reader) boolean(key string, fallback bool) bool {
	return parsed(r, key, fallback, "must be true or false", "write one of them, without quotes")
}

func (r *reader) list(key string) []string {
	return parsed[[]string](r, key, nil, "must be a list of strings", `for example ["a", "b"]`)
}

func (r *reader) table(key string) map[string]string {
	return parsed[map[string]string](r, key, nil, "must be an object whose values are strings", "put numbers, true and false in quotes")
}

// clearTable is table for values that reach the containers in clear, and so must not be among the encrypted ones.
func (r *reader) clearTable(key string) map[string]string {
	if !r.ctx.IsConfigSecret(full(key)) {
		return r.table(key)
	}
	r.keys = append(r.keys, key)
	r.report(rule.Broken(full(key), "…", "holds an encrypted value, which would be stored in clear", "move it to "+full("secrets")))
	return nil
}

// secretTable gives an object's values, which are encrypted; what is wrong with them is told without showing any.
func (r *reader) secretTable(key string) map[string]string {
	text := r.secret(key)
	var table map[string]string
	if text != "" && json.Unmarshal([]byte(text), &table) != nil {
		r.report(rule.Broken(full(key), "…", "must be an object whose values are strings",
			"set each with: pulumi config set --secret --path "+full(key)+".NAME VALUE"))
		return nil
	}
	return table
}

func parsed[T any](r *reader, key string, fallback T, words, fix string) T {
	text, ok := r.value(key)
	if !ok {
		return fallback
	}
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		r.report(rule.Broken(full(key), text, words, fix))
		return fallback
	}
	return value
}

// namespaces are those whose keys other programs read: the engine and the providers.
var namespaces = []string{"aws", "pulumi", "random", "tls"}

// unknown reports keys that nothing reads, with the key that was probably meant.
func (r *reader) unknown(given []string) []error {
	var problems []error
	for _, key := range given {
		namespace, name, _ := strings.Cut(key, ":")
		if slices.Contains(namespaces, namespace) || namespace == project && slices.Contains(r.keys, name) {
			continue
		}
		nearest := slices.MinFunc(r.keys, func(a, b string) int {
			return levenshtein.Distance(a, name, nil) - levenshtein.Distance(b, name, nil)
		})
		problems = append(problems, &rule.Error{
			Name: key, Value: "…", Rule: "is not a key of this program",
			Fix: fmt.Sprintf("remove it; perhaps %s was meant", full(nearest)),
		})
	}
	return problems
}

// What redisBackend can be.
const (
	backendRedisStack  = "redis-stack"
	backendElastiCache = "elasticache"
	backendExternal    = "external"
)

// What redisPersistence can be.
const (
	persistenceNone = "none"
	persistenceEfs  = "efs"
)

// project is the name in Pulumi.yaml, and so the namespace of the keys.
const project = "care"

func full(key string) string { return project + ":" + key }

// configKeys gives the keys that the engine has handed to the program.
func configKeys() []string {
	var values map[string]string
	if err := json.Unmarshal([]byte(os.Getenv(pulumi.EnvConfig)), &values); err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(values))
}
