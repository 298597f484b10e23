package main

import (
	"maps"
	"slices"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The functions below read the keys of one subject each, with their defaults.

// readAll reads every key of the project.
func (r *reader) readAll(c *Config) {
	r.readImage(c)
	r.readGeneration(c)
	r.readMail(c)
	r.readLogin(c)
	r.readSurroundings(c)
	r.readWatching(c)
	r.readNetwork(c)
	r.readSizes(c)
	r.readScaling(c)
	r.readRedis(c)
	r.readDatabase(c)
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
	c.Schedule = r.hours("schedule")
}

func (r *reader) readWatching(c *Config) {
	c.Alarms = r.boolean("alarms", true)
	c.AlarmEmail = r.optional("alarmEmail")
	c.AlarmThresholds = r.numbers("alarmThresholds")
	c.Dashboard = r.boolean("dashboard", true)
	c.ServiceConnectLogs = r.boolean("serviceConnectLogs", false)
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
	c.CareOnSpot = r.boolean("careOnSpot", false)
	c.CeleryCpu = r.integer("celeryCpu", components.DefaultCeleryCpu)
	c.CeleryMemory = r.integer("celeryMemory", components.DefaultCeleryMemory)
}

// readScaling has no more than the least where no most is given.
func (r *reader) readScaling(c *Config) {
	c.CareMaxCount = r.integer("careMaxCount", 0)
	c.CareCpuPercent = r.integer("careCpuPercent", components.DefaultCareCpuPercent)
	c.CareRequestsPerTarget = r.integer("careRequestsPerTarget", components.DefaultCareRequestsPerTarget)
	c.CeleryWorkers = r.integer("celeryWorkers", 1)
	c.CeleryMaxWorkers = r.integer("celeryMaxWorkers", 0)
	c.CeleryWorkersOnSpot = r.boolean("celeryWorkersOnSpot", false)
	c.CeleryQueuePerWorker = r.integer("celeryQueuePerWorker", components.DefaultCeleryQueuePerWorker)
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
	c.DatabaseMajorUpgrade = r.boolean("databaseMajorUpgrade", false)
	c.DatabaseInstanceClass = r.text("databaseInstanceClass", components.DefaultPostgresInstanceClass)
	c.DatabaseStorage = r.integer("databaseStorage", components.DefaultPostgresStorage)
	c.DatabaseMaxStorage = r.integer("databaseMaxStorage", components.DefaultPostgresMaxStorage)
	c.DatabaseMultiAz = r.boolean("databaseMultiAz", false)
	c.DatabaseBackupDays = r.integer("databaseBackupDays", components.DefaultPostgresBackupDays)
	c.DatabaseBackupWindow = r.optional("databaseBackupWindow")
	c.DatabaseMaintenanceWindow = r.optional("databaseMaintenanceWindow")
	c.DatabaseName = r.text("databaseName", components.DefaultPostgresName)
	c.DatabaseUsername = r.text("databaseUsername", components.DefaultPostgresName)
	c.DatabasePassword = r.secret("databasePassword")
	c.DatabaseAddress = r.optional("databaseAddress")
	c.DatabaseSecurityGroupId = r.optional("databaseSecurityGroupId")
	c.PatientBucket = r.optional("patientBucket")
	c.FacilityBucket = r.optional("facilityBucket")
}

// hours gives the hours of an object that has all four; nil where there is none. Their values are checked with all others.
func (r *reader) hours(key string) *components.CareHours {
	given := r.table(key)
	if len(given) == 0 {
		return nil
	}
	hours := &components.CareHours{}
	parts := map[string]*string{"days": &hours.Days, "start": &hours.Start, "stop": &hours.Stop, "timeZone": &hours.TimeZone}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if parts[name] == nil {
			r.report(rule.Broken(full(key)+"."+name, given[name], "is not a key of a schedule", "give days, start, stop and timeZone"))
			continue
		}
		*parts[name] = given[name]
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if _, there := given[name]; !there && !r.reported(full(key)+"."+name) {
			r.report(rule.Given(full(key)+"."+name, false, "give days, start, stop and timeZone, as in docs/deploy.md"))
		}
	}
	return hours
}
