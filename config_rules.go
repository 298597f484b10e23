package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// problems checks every value of the configuration, before anything is registered.
func (c Config) problems() []error {
	return slices.Concat(c.imageProblems(), c.generationProblems(), c.mailProblems(), c.loginProblems(), c.surroundingProblems(), c.watchingProblems(), c.networkProblems(), c.sizeProblems(),
		c.scalingProblems(), c.redisProblems(), c.databaseProblems(), c.bucketProblems(), c.environmentProblems())
}

func (c Config) imageProblems() []error {
	problems := []error{
		rule.OneOf("care:architecture", c.Architecture, "X86_64", "ARM64"),
		rule.CareSettingsModule("care:settingsModule", c.SettingsModule),
		rule.Image("care:redisImage", c.RedisImage, c.AllowMovingImageTag),
		rule.Unique("care:frontendOrigins", c.FrontendOrigins),
	}
	if c.Image != "" {
		problems = append(problems, rule.Image("care:image", c.Image, c.AllowMovingImageTag))
	}
	if c.ImageCredentialsSecretArn != "" {
		problems = append(problems, rule.Arn("care:imageCredentialsSecretArn", c.ImageCredentialsSecretArn, components.StoreSecretsManager))
	}
	for _, origin := range c.FrontendOrigins {
		problems = append(problems, rule.Origin("care:frontendOrigins", origin))
	}
	return problems
}

func (c Config) surroundingProblems() []error {
	problems := []error{
		rule.Region("aws:region", c.Region),
		rule.Namespace("care:namespace", c.Namespace),
		rule.LogGroupPrefix("care:logGroupPrefix", c.LogGroupPrefix),
		rule.LogRetention("care:logRetentionDays", c.LogRetentionDays),
		rule.VpcCidrBlock("care:vpcCidrBlock", c.VpcCidrBlock),
		rule.OneOf("care:natGateways", components.NatGateways(c.NatGateways),
			components.NatNone, components.NatSingle, components.NatOnePerZone),
		rule.Unique("care:interfaceEndpoints", c.InterfaceEndpoints),
		rule.Https("care:domain", c.Domain, "care:hostedZoneId", c.HostedZoneId, "care:certificateArn", c.CertificateArn),
		rule.CertificateRegion("care:certificateArn", c.CertificateArn, c.Region),
	}
	if len(c.AvailabilityZones) > 0 {
		problems = append(problems, rule.AvailabilityZones("care:availabilityZones", c.Region, c.AvailabilityZones))
	}
	problems = append(problems, c.scheduleProblems())
	for _, service := range c.InterfaceEndpoints {
		problems = append(problems, rule.EndpointService("care:interfaceEndpoints", service))
	}
	if c.AccessLogsBucket != "" {
		problems = append(problems, rule.BucketName("care:accessLogsBucket", c.AccessLogsBucket))
	}
	return problems
}

// scheduleProblems: a value that was left out has been told of already.
func (c Config) scheduleProblems() error {
	const key = "care:schedule"
	h := c.Schedule
	if h == nil {
		return nil
	}
	if c.ProtectData {
		return rule.Broken(key, "…", "would stop a stack that care:protectData protects, and patients come at night too",
			"remove it, or set care:protectData to false where there are none")
	}
	if h.Days == "" || h.Start == "" || h.Stop == "" || h.TimeZone == "" {
		return nil
	}
	return h.ValidateAs(key + ".")
}

func (c Config) watchingProblems() []error {
	problems := []error{components.AlarmThresholds(c.AlarmThresholds).Validate("care:alarmThresholds")}
	if c.AlarmEmail == "" {
		return problems
	}
	problems = append(problems, rule.Email("care:alarmEmail", c.AlarmEmail))
	if !c.Alarms {
		problems = append(problems, rule.Broken("care:alarmEmail", c.AlarmEmail, "has no effect without care:alarms", "set care:alarms to true"))
	}
	return problems
}

func (c Config) sizeProblems() []error {
	problems := []error{
		rule.FargateSize("care:careCpu", c.CareCpu, "care:careMemory", c.CareMemory),
		rule.ProxyRoom("care:careCpu", c.CareCpu, 1),
		rule.Between("care:careDesiredCount", c.CareDesiredCount, 0, 5000),
		rule.FargateSize("care:celeryCpu", c.CeleryCpu, "care:celeryMemory", c.CeleryMemory),
		rule.ProxyRoom("care:celeryCpu", c.CeleryCpu, components.CeleryLeastCpu),
		rule.MemoryRoom("care:celeryMemory", c.CeleryMemory, components.CeleryMinMemory(c.beatMemory())),
		rule.FargateSize("care:redisCpu", c.RedisCpu, "care:redisMemory", c.RedisMemory),
		rule.ProxyRoom("care:redisCpu", c.RedisCpu, 1),
		rule.OneOf("care:redisPersistence", c.RedisPersistence, persistenceNone, persistenceEfs),
	}
	return problems
}

func (c Config) databaseProblems() []error {
	problems := []error{
		rule.PostgresVersion("care:databaseVersion", c.DatabaseVersion),
		rule.InstanceClass("care:databaseInstanceClass", c.DatabaseInstanceClass),
		rule.Storage("care:databaseStorage", c.DatabaseStorage, "care:databaseMaxStorage", c.DatabaseMaxStorage),
		rule.Between("care:databaseBackupDays", c.DatabaseBackupDays, 1, 35),
		rule.BackupWindow("care:databaseBackupWindow", c.DatabaseBackupWindow),
		rule.MaintenanceWindow("care:databaseMaintenanceWindow", c.DatabaseMaintenanceWindow),
		rule.WindowsApart("care:databaseBackupWindow", c.DatabaseBackupWindow, "care:databaseMaintenanceWindow", c.DatabaseMaintenanceWindow),
	}
	if c.DatabaseAddress != "" || c.DatabaseSecurityGroupId != "" {
		return append(problems, c.existingDatabaseProblems()...)
	}
	return append(problems, c.newDatabaseProblems()...)
}

// newDatabaseProblems checks the names and the password that RDS creates the database with.
func (c Config) newDatabaseProblems() []error {
	problems := []error{
		rule.DatabaseName("care:databaseName", c.DatabaseName),
		rule.DatabaseName("care:databaseUsername", c.DatabaseUsername),
	}
	if c.DatabasePassword != "" {
		problems = append(problems, rule.Password("care:databasePassword", c.DatabasePassword))
	}
	return problems
}

func (c Config) environmentProblems() []error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		problems = append(problems, rule.CareVariable("care:environment."+name, name, c.Environment[name]),
			rule.CareGenerationVariable("care:environment."+name, name, c.Generation))
		if _, twice := c.Secrets[name]; twice {
			problems = append(problems, rule.Broken("care:secrets."+name, name, "must not be in care:environment as well", "keep one of them"))
		}
		if _, twice := c.SecretParameters[name]; twice {
			problems = append(problems, rule.Broken("care:secretParameters."+name, name,
				"must not be in care:environment as well", "keep one of them"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		key := "care:secrets." + name
		problems = append(problems, rule.CareSecretName(key, name), rule.SecretValue(key, c.Secrets[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(c.SecretParameters)) {
		key := "care:secretParameters." + name
		problems = append(problems, rule.CareSecretName(key, name), rule.SecretLocation(key, c.SecretParameters[name]))
		if _, twice := c.Secrets[name]; twice {
			problems = append(problems, rule.Broken(key, name, "must not be in care:secrets as well", "keep one of them"))
		}
	}
	problems = append(problems, c.twiceProblems())
	keys := components.CareKeysArgs{Given: slices.Concat(slices.Collect(maps.Keys(c.Secrets)), slices.Collect(maps.Keys(c.SecretParameters)))}
	if keys.Validate() != nil {
		problems = append(problems, rule.Broken("care:secrets", "VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY",
			"the two keys are a pair", fmt.Sprintf("give both or none, in %s or %s", "care:secrets", "care:secretParameters")))
	}
	return problems
}

// twiceProblems refuses a variable or secret that a key of its own sets as well.
func (c Config) twiceProblems() error {
	keys := map[string]string{}
	for _, set := range []map[string]string{c.mailNames(), c.loginNames(), c.generationNames()} {
		maps.Copy(keys, set)
	}
	return rule.Twice(keys, map[string][]string{
		"care:environment":      slices.Collect(maps.Keys(c.Environment)),
		"care:secrets":          slices.Collect(maps.Keys(c.Secrets)),
		"care:secretParameters": slices.Collect(maps.Keys(c.SecretParameters)),
	})
}

// gives reports whether the environment, the secrets or the secret parameters have the name.
func (c Config) gives(name string) bool {
	_, clear := c.Environment[name]
	_, secret := c.Secrets[name]
	_, parameter := c.SecretParameters[name]
	return clear || secret || parameter
}
