package main

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// The functions below hand the configuration to the components, one each.

func (c Config) vpc(zones []string) *components.VpcArgs {
	return &components.VpcArgs{
		CidrBlock:          c.VpcCidrBlock,
		AvailabilityZones:  zones,
		NatGateways:        components.NatGateways(c.NatGateways),
		InterfaceEndpoints: c.InterfaceEndpoints,
		FlowLogs:           c.FlowLogs,
		LogRetentionDays:   c.LogRetentionDays,
	}
}

// existingNetwork describes a VPC that was there before. Its file systems' mount targets are told apart by their subnets,
// because nothing is known of zones.
func (c Config) existingNetwork() components.Network {
	mounts := map[string]pulumi.StringInput{}
	for _, id := range c.DataSubnetIds {
		mounts[id] = pulumi.String(id)
	}
	return components.Network{
		VpcId:                pulumi.String(c.VpcId),
		PublicSubnetIds:      pulumi.ToStringArray(c.PublicSubnetIds),
		ApplicationSubnetIds: pulumi.ToStringArray(c.ApplicationSubnetIds),
		DataSubnetIds:        pulumi.ToStringArray(c.DataSubnetIds),
		MountSubnetIds:       mounts,
		AssignPublicIp:       c.AssignPublicIp,
	}
}

func (c Config) alb(network components.Network) *components.AlbArgs {
	return &components.AlbArgs{
		VpcId:              network.VpcId,
		SubnetIds:          network.PublicSubnetIds,
		Domain:             c.Domain,
		HostedZoneId:       c.HostedZoneId,
		CertificateArn:     c.CertificateArn,
		AccessLogsBucket:   c.AccessLogsBucket,
		DeletionProtection: c.ProtectData,
	}
}

func (c Config) cluster() *components.ClusterArgs {
	return &components.ClusterArgs{
		ContainerInsights: c.ContainerInsights,
		LogGroupPrefix:    c.LogGroupPrefix,
		LogRetentionDays:  c.LogRetentionDays,
	}
}

func (c Config) namespace() *components.NamespaceArgs {
	return &components.NamespaceArgs{Name: c.Namespace, ProtectData: c.ProtectData}
}

func (c Config) placement(network components.Network, cluster *components.Cluster) components.Placement {
	return components.Placement{
		ClusterArn:                cluster.Arn,
		VpcId:                     network.VpcId,
		SubnetIds:                 network.ApplicationSubnetIds,
		AssignPublicIp:            network.AssignPublicIp,
		CpuArchitecture:           c.Architecture,
		EnableExecuteCommand:      c.EnableExecuteCommand,
		ExecuteCommandLogGroupArn: cluster.ExecuteCommandLogGroupArn,
		ServiceConnectLogs:        c.ServiceConnectLogs,
		LogGroupPrefix:            c.LogGroupPrefix,
		LogRetentionDays:          c.LogRetentionDays,
	}
}

func (c Config) postgres(network components.Network) *components.PostgresArgs {
	backup, maintenance := c.databaseWindows()
	return &components.PostgresArgs{
		VpcId:               network.VpcId,
		SubnetIds:           network.DataSubnetIds,
		EngineVersion:       c.DatabaseVersion,
		AllowMajorUpgrade:   c.DatabaseMajorUpgrade,
		InstanceClass:       c.DatabaseInstanceClass,
		AllocatedStorage:    c.DatabaseStorage,
		MaxAllocatedStorage: c.DatabaseMaxStorage,
		MultiAz:             c.DatabaseMultiAz,
		BackupRetentionDays: c.DatabaseBackupDays,
		BackupWindow:        backup,
		MaintenanceWindow:   maintenance,
		DatabaseName:        c.DatabaseName,
		Username:            c.DatabaseUsername,
		Password:            secret(c.DatabasePassword),
		ProtectData:         c.ProtectData,
	}
}

func (c Config) buckets() *components.BucketsArgs {
	return &components.BucketsArgs{
		AllowedOrigins:         c.FrontendOrigins,
		PrivateFacilityImages:  c.PrivateFacilityImages,
		ExistingPatientBucket:  c.PatientBucket,
		ExistingFacilityBucket: c.FacilityBucket,
		ProtectData:            c.ProtectData,
	}
}

// user is the owner of the static key that Care of 2024 hands to S3 and, if it sends SMS itself, to SNS.
func (c Config) user(buckets *components.Buckets) *components.AccessKeyUserArgs {
	return &components.AccessKeyUserArgs{Statements: buckets.ObjectStatements(), Sms: c.Sms}
}

func (c Config) redisStack(ctx *pulumi.Context, s surroundings, password pulumi.StringInput) *components.RedisStackArgs {
	return &components.RedisStackArgs{
		Placement:    s.placement,
		NamespaceArn: s.namespace.Arn,
		DnsName:      "redis." + c.Namespace,
		Image:        c.RedisImage,
		Cpu:          c.RedisCpu,
		Memory:       c.RedisMemory,
		Password:     password,
		SecretsPath:  secretsPath(ctx),
		Persistence:  c.persistence(s.network),
		Meter:        &components.RedisMeter{MetricNamespace: metricNamespace(ctx)},
		Schedule:     c.redisSchedule(),
	}
}

func (c Config) elastiCache(network components.Network) *components.ElastiCacheArgs {
	return &components.ElastiCacheArgs{
		VpcId: network.VpcId, SubnetIds: network.DataSubnetIds,
		NodeType: c.ElastiCacheNodeType, Replicas: c.ElastiCacheReplicas, ProtectData: c.ProtectData,
	}
}

func (c Config) persistence(network components.Network) *components.RedisPersistence {
	if c.RedisPersistence != persistenceEfs {
		return nil
	}
	return &components.RedisPersistence{SubnetIds: network.MountSubnetIds, ProtectData: c.ProtectData}
}

func (c Config) environment(ctx *pulumi.Context, s surroundings, d data) *components.CareEnvironmentArgs {
	secrets := map[string]pulumi.StringInput{}
	for name, value := range c.Secrets {
		secrets[name] = secret(value)
	}
	return &components.CareEnvironmentArgs{
		Generation:        c.generation(),
		SettingsModule:    c.SettingsModule,
		HostName:          s.alb.HostName,
		Url:               s.alb.Url,
		FrontendOrigins:   c.FrontendOrigins,
		Database:          d.database.access,
		RedisUrl:          d.redis.url,
		RedisUrlIsSecret:  d.redis.urlIsSecret,
		Storage:           d.storage(),
		Sms:               c.Sms,
		Mail:              c.mail(),
		Captcha:           c.captcha(),
		RateLimit:         c.rateLimit(),
		GunicornWorkers:   c.CareGunicornWorkers,
		WorkerConcurrency: c.CeleryConcurrency,
		Variables:         c.Environment,
		Secrets:           secrets,
		ExistingSecrets:   c.SecretParameters,
		SecretsPath:       secretsPath(ctx),
		ProtectData:       c.ProtectData,
	}
}

func (c Config) image(environment *components.CareEnvironment) components.CareImage {
	image := components.CareImage{
		Image: c.Image, Generation: c.generation(), Variables: environment.Variables(), Secrets: environment.Secrets(),
	}
	if c.ImageCredentialsSecretArn != "" {
		image.RepositoryCredentialsArn = pulumi.String(c.ImageCredentialsSecretArn)
	}
	return image
}

func (c Config) celery(s surroundings, d data, environment *components.CareEnvironment) *components.CeleryArgs {
	return &components.CeleryArgs{
		Placement:           s.placement,
		Image:               c.image(environment),
		Cpu:                 c.CeleryCpu,
		Memory:              c.CeleryMemory,
		BeatMemory:          c.beatMemory(),
		Connects:            d.connections(),
		InternetEgressPorts: d.egressPorts(c, environment),
		TaskRolePolicies:    c.workerPolicies(d.buckets),
		Schedule:            c.celerySchedule(),
	}
}

// celeryWorkers describes the workers beside the one in Celery's task, each with all that celeryCpu and celeryMemory give.
func (c Config) celeryWorkers(
	ctx *pulumi.Context, s surroundings, d data, environment *components.CareEnvironment, celery *components.Celery,
) *components.CeleryWorkersArgs {
	count := c.CeleryWorkers - 1
	return &components.CeleryWorkersArgs{
		Placement:           s.placement,
		Image:               c.image(environment),
		Cpu:                 c.CeleryCpu,
		Memory:              c.CeleryMemory,
		DesiredCount:        &count,
		Scaling:             c.workerScaling(ctx),
		Spot:                c.CeleryWorkersOnSpot,
		Connects:            d.connections(),
		InternetEgressPorts: d.egressPorts(c, environment),
		TaskRolePolicies:    c.workerPolicies(d.buckets),
		WaitFor:             map[string]pulumi.StringInput{"celery": celery.ServiceArn},
	}
}

func (c Config) care(s surroundings, d data, environment *components.CareEnvironment, celery *components.Celery) *components.CareArgs {
	return &components.CareArgs{
		Placement: s.placement,
		Image:     c.image(environment),
		Entrance: components.Entrance{
			ListenerArn: s.alb.ListenerArn, HostName: s.alb.HostName, SecurityGroupId: s.alb.SecurityGroupId,
		},
		Alarms:              c.careAlarms(s),
		Family:              "care",
		Cpu:                 c.CareCpu,
		Memory:              c.CareMemory,
		DesiredCount:        &c.CareDesiredCount,
		Scaling:             c.careScaling(),
		Spot:                c.CareOnSpot,
		Connects:            d.connections(),
		InternetEgressPorts: d.egressPorts(c, environment),
		TaskRolePolicies:    c.apiPolicies(d.buckets),
		Sms:                 c.Sms && c.signsInByRole(),
		WaitFor:             map[string]pulumi.StringInput{"celery": celery.ServiceArn},
	}
}

// storage describes the buckets and, if there is one, the key to them.
func (d data) storage() components.CareStorage {
	storage := components.CareStorage{
		PatientBucket: d.buckets.PatientBucket, FacilityBucket: d.buckets.FacilityBucket,
		Region: d.buckets.Region, Endpoint: d.buckets.Endpoint,
	}
	if d.user != nil {
		storage.AccessKeyId, storage.SecretAccessKey = d.user.AccessKeyId, d.user.SecretAccessKey
	}
	return storage
}

func (d data) connections() []components.Connection {
	return append([]components.Connection{d.database.connection}, d.redis.connections...)
}

func (d data) egressPorts(c Config, environment *components.CareEnvironment) []int {
	ports := slices.Concat(environment.EgressPorts(), d.redis.egressPorts, c.EgressPorts)
	slices.Sort(ports)
	return slices.Compact(ports)
}

// secretsPath keeps the parameters of each stack apart.
func secretsPath(ctx *pulumi.Context) string { return "/" + ctx.Project() + "/" + ctx.Stack() }

// metricNamespace keeps the metrics of each stack apart, as "care/staging".
func metricNamespace(ctx *pulumi.Context) string { return ctx.Project() + "/" + ctx.Stack() }

// secret gives nil for the empty string, and otherwise the value marked as secret.
func secret(value string) pulumi.StringInput {
	if value == "" {
		return nil
	}
	marked, ok := pulumi.ToSecret(pulumi.String(value)).(pulumi.StringOutput)
	if !ok {
		return nil
	}
	return marked
}

// namesOf gives the names in strings, maps and lists as one sorted list.
func namesOf(groups []any) []string {
	var names []string
	for _, group := range groups {
		switch g := group.(type) {
		case string:
			names = append(names, g)
		case []string:
			names = append(names, g...)
		case map[string]string:
			names = append(names, slices.Collect(maps.Values(g))...)
		}
	}
	return slices.Sorted(slices.Values(names))
}
