package main

import (
	"errors"
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// Config is everything that a stack can choose. Pulumi.yaml describes each key.
type Config struct {
	generationConfig
	mailConfig
	loginConfig

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

	Alarms             bool
	AlarmEmail         string
	AlarmThresholds    map[string]float64
	Dashboard          bool
	ServiceConnectLogs bool

	Namespace            string
	LogGroupPrefix       string
	LogRetentionDays     int
	ContainerInsights    bool
	EnableExecuteCommand bool
	ProtectData          bool
	// Schedule is nil where the stack is always up.
	Schedule *components.CareHours

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
	CareOnSpot       bool
	CeleryCpu        int
	CeleryMemory     int

	CareMaxCount          int
	CareCpuPercent        int
	CareRequestsPerTarget int
	CeleryWorkers         int
	CeleryMaxWorkers      int
	CeleryWorkersOnSpot   bool
	CeleryQueuePerWorker  int

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

	DatabaseVersion           string
	DatabaseMajorUpgrade      bool
	DatabaseInstanceClass     string
	DatabaseStorage           int
	DatabaseMaxStorage        int
	DatabaseMultiAz           bool
	DatabaseBackupDays        int
	DatabaseBackupWindow      string
	DatabaseMaintenanceWindow string
	DatabaseName              string
	DatabaseUsername          string
	DatabasePassword          string

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
	r.readAll(&c)
	problems := append(slices.Concat(r.problems, r.unknown(given)), c.problems()...)
	if err := errors.Join(problems...); err != nil {
		return Config{}, fmt.Errorf("the configuration of stack %s has problems:\n%w", ctx.Stack(), err)
	}
	return c, nil
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
