package tests

import (
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// subject is a component with one set of Args, for the invariants.
type subject struct {
	// kind is the last part of the type token, and variant names the Args.
	kind, variant string
	// create makes a sound one.
	create func(ctx *pulumi.Context, name string, tags map[string]string, opts ...pulumi.ResourceOption) (
		pulumi.Resource,
		error,
	)
	// createNil has no Args at all.
	createNil func(ctx *pulumi.Context) error
	// wrong are Args that break a rule, by words that the error must have.
	wrong map[string]func(ctx *pulumi.Context, name string) error
	// taggable reports whether the Args have tags.
	taggable bool
	// outputs are the names of the outputs.
	outputs []string
}

func subjectOf[A any, C pulumi.Resource](variant string,
	construct func(*pulumi.Context, string, *A, ...pulumi.ResourceOption) (C, error), args func(name string) *A,
	wrong map[string]func(*A),
) subject {
	kind := reflect.TypeFor[C]().Elem()
	_, taggable := reflect.TypeFor[A]().FieldByName("Tags")
	s := subject{
		kind:     kind.Name(),
		variant:  variant,
		taggable: taggable,
		wrong:    map[string]func(*pulumi.Context, string) error{},
	}
	s.create = func(ctx *pulumi.Context, name string, tags map[string]string, opts ...pulumi.ResourceOption) (
		pulumi.Resource,
		error,
	) {
		a := args(name)
		if taggable {
			reflect.ValueOf(a).Elem().FieldByName("Tags").Set(reflect.ValueOf(tags))
		}
		return construct(ctx, name, a, opts...)
	}
	s.createNil = func(ctx *pulumi.Context) error {
		_, err := construct(ctx, "one", nil)
		return err
	}
	for words, spoil := range wrong {
		s.wrong[words] = func(ctx *pulumi.Context, name string) error {
			a := args(name)
			spoil(a)
			_, err := construct(ctx, name, a)
			return err
		}
	}
	for field := range kind.Fields() {
		if tag, ok := field.Tag.Lookup("pulumi"); ok {
			output, _, _ := strings.Cut(tag, ",")
			s.outputs = append(s.outputs, output)
		}
	}
	return s
}

// subjects are all components.
func subjects() []subject {
	return []subject{
		subjectOf("least", components.NewVpc, vpcArgs, wrongVpcs),
		subjectOf("everything", components.NewVpc, richVpcArgs, nil),
		subjectOf("HTTP", components.NewAlb, albArgs, wrongAlbs),
		subjectOf("HTTPS", components.NewAlb, secureAlbArgs, nil),
		subjectOf("", components.NewRoute, routeArgs, wrongRoutes),
		subjectOf("", components.NewCluster, clusterArgs, wrongClusters),
		subjectOf("", components.NewNamespace, namespaceArgs, map[string]func(*components.NamespaceArgs){
			`name = ""`: func(a *components.NamespaceArgs) { a.Name = pulumi.String("") },
		}),
		subjectOf("least", components.NewFargateService, serviceArgs, wrongServices),
		subjectOf("scaled", components.NewFargateService, serviceArgs, wrongScalings),
		subjectOf("everything", components.NewFargateService, richServiceArgs, wrongRichServices),
		subjectOf("least", components.NewRedisStack, redisArgs, wrongRedises),
		subjectOf("password and persistence", components.NewRedisStack, richRedisArgs, nil),
		subjectOf("least", components.NewAlarmTopic, alarmTopicArgs, map[string]func(*components.AlarmTopicArgs){
			`email = "oncall"`: func(a *components.AlarmTopicArgs) { a.Email = pulumi.String("oncall") },
		}),
		subjectOf("subscriber", components.NewAlarmTopic, subscribedTopicArgs, nil),
		subjectOf("least", components.NewAlarms, alarmsArgs, wrongAlarms),
		subjectOf("everything", components.NewAlarms, richAlarmsArgs, wrongRichAlarms),
		subjectOf("least", components.NewDashboard, dashboardArgs, wrongDashboards),
		subjectOf("everything", components.NewDashboard, richDashboardArgs, wrongRichDashboards),
		subjectOf("", components.NewFileSystem, fileSystemArgs, wrongFileSystems),
		subjectOf("", components.NewBackupPlan, backupPlanArgs, wrongBackupPlans),
		subjectOf("", components.NewElastiCache, cacheArgs, map[string]func(*components.ElastiCacheArgs){
			"vpcId = null":             func(a *components.ElastiCacheArgs) { a.VpcId = nil },
			"subnetIds = null":         func(a *components.ElastiCacheArgs) { a.SubnetIds = nil },
			`nodeType = "micro"`:       func(a *components.ElastiCacheArgs) { a.NodeType = "micro" },
			`kmsKeyArn = "alias/care"`: func(a *components.ElastiCacheArgs) { a.KmsKeyArn = pulumi.String("alias/care") },
			"replicas = 6":             func(a *components.ElastiCacheArgs) { a.Replicas = 6 },
		}),
		subjectOf("", components.NewCare, careArgs, wrongCares),
		subjectOf("alarms", components.NewCare, watchedCareArgs, wrongWatchedCares),
		subjectOf("scaled", components.NewCare, scaledCareArgs, nil),
		subjectOf("", components.NewCelery, celeryArgs, wrongCeleries),
		subjectOf("", components.NewCeleryWorkers, workersArgs, wrongWorkers),
		subjectOf("scaled", components.NewCeleryWorkers, scaledWorkersArgs, nil),
		subjectOf("", components.NewCareEnvironment, environmentArgs, wrongEnvironments),
		subjectOf(
			"", components.NewCareKeys,
			func(string) *components.CareKeysArgs { return &components.CareKeysArgs{} },
			map[string]func(*components.CareKeysArgs){
				"are a pair": func(a *components.CareKeysArgs) { a.Given = []string{"VAPID_PUBLIC_KEY"} },
			},
		),
		subjectOf("", components.NewPostgres, postgresArgs, wrongDatabases),
		subjectOf("logs", components.NewPostgres, loggedPostgresArgs, nil),
		subjectOf("", components.NewLogBucket, logBucketArgs, map[string]func(*components.LogBucketArgs){
			"loadBalancers = null":  func(a *components.LogBucketArgs) { a.LoadBalancers, a.Buckets = nil, nil },
			`loadBalancers = "Web"`: func(a *components.LogBucketArgs) { a.LoadBalancers = []string{"Web"} },
			"twice":                 func(a *components.LogBucketArgs) { a.LoadBalancers = []string{"web", "web"} },
			"retentionDays = 31":    func(a *components.LogBucketArgs) { a.RetentionDays = 31 },
			`buckets["patient"].bucket = null`: func(a *components.LogBucketArgs) {
				a.Buckets = map[string]components.LoggedBucket{"patient": {Arn: pulumi.String("arn:aws:s3:::files")}}
			},
			`buckets["patient"].arn = null`: func(a *components.LogBucketArgs) {
				a.Buckets = map[string]components.LoggedBucket{"patient": {Bucket: pulumi.String("files")}}
			},
			`buckets = "a/b"`: func(a *components.LogBucketArgs) {
				a.Buckets = map[string]components.LoggedBucket{"a/b": a.Buckets["patient"]}
			},
		}),
		subjectOf("", components.NewDatabaseSchedule, databaseScheduleArgs, map[string]func(*components.DatabaseScheduleArgs){
			"instanceIdentifier = null": func(a *components.DatabaseScheduleArgs) { a.InstanceIdentifier = nil },
			"instanceArn = null":        func(a *components.DatabaseScheduleArgs) { a.InstanceArn = nil },
			`hours.start = ""`:          func(a *components.DatabaseScheduleArgs) { a.Hours.Start = "" },
			`hours.stop = "20:00"`:      func(a *components.DatabaseScheduleArgs) { a.Hours.Stop = "20:00" },
			`hours.timeZone = "IST"`:    func(a *components.DatabaseScheduleArgs) { a.Hours.TimeZone = "IST" },
		}),
		subjectOf("", components.NewBuckets, bucketsArgs, map[string]func(*components.BucketsArgs){
			`kmsKeyArn = "alias/care"`: func(a *components.BucketsArgs) { a.KmsKeyArn = pulumi.String("alias/care") },
			`formerKmsKeyArns = "alias/care"`: func(a *components.BucketsArgs) {
				a.FormerKmsKeyArns = []pulumi.StringInput{pulumi.String("alias/care")}
			},
			"must be an origin": func(a *components.BucketsArgs) {
				a.AllowedOrigins = []pulumi.StringInput{pulumi.String("care.example.org")}
			},
			"twice": func(a *components.BucketsArgs) {
				a.AllowedOrigins = []pulumi.StringInput{
					pulumi.String("https://care.example.org"), pulumi.String("https://care.example.org"),
				}
			},
		}),
		subjectOf("", components.NewAccessKeyUser, userArgs, map[string]func(*components.AccessKeyUserArgs){
			"statements = null": func(a *components.AccessKeyUserArgs) { a.Statements = nil },
		}),
		subjectOf("", components.NewSecrets, secretsArgs, wrongSecrets),
		subjectOf(
			"", components.NewEncryptionKey,
			func(string) *components.EncryptionKeyArgs { return &components.EncryptionKeyArgs{} },
			map[string]func(*components.EncryptionKeyArgs){
				`copyAccount = "other"`: func(a *components.EncryptionKeyArgs) { a.CopyAccount = "other" },
			},
		),
		subjectOf("", components.NewGithubDeployRoles, githubRolesArgs, wrongGithubRoles),
		subjectOf("existing provider", components.NewGithubDeployRoles, existingProviderArgs, nil),
	}
}

var wrongVpcs = map[string]func(*components.VpcArgs){
	`kmsKeyArn = "alias/care"`: func(a *components.VpcArgs) { a.KmsKeyArn = pulumi.String("alias/care") },
	`permissionsBoundaryArn = "boundary"`: func(a *components.VpcArgs) {
		a.PermissionsBoundaryArn = pulumi.String("boundary")
	},
	"must be an IPv4 CIDR block": func(a *components.VpcArgs) { a.CidrBlock = "10.0.0.0/33" },
	"/16 to /22":                 func(a *components.VpcArgs) { a.CidrBlock = "10.0.0.0/24" },
	"2 to 6 availability zones":  func(a *components.VpcArgs) { a.AvailabilityZones = nil },
	"must be a zone's name": func(a *components.VpcArgs) {
		a.AvailabilityZones = []string{"ap-south-1a", "ap-south-1z"}
	},
	"twice": func(a *components.VpcArgs) {
		a.AvailabilityZones = []string{"ap-south-1a", "ap-south-1a"}
	},
	"none, single, onePerZone": func(a *components.VpcArgs) { a.NatGateways = "two" },
	"gateway endpoints":        func(a *components.VpcArgs) { a.InterfaceEndpoints = []string{"s3"} },
	"logRetentionDays = 31":    func(a *components.VpcArgs) { a.LogRetentionDays = 31 },
	`flowLogTraffic = "all"`:   func(a *components.VpcArgs) { a.FlowLogTraffic = "all" },
}

var wrongAlbs = map[string]func(*components.AlbArgs){
	"vpcId = null":     func(a *components.AlbArgs) { a.VpcId = nil },
	"subnetIds = null": func(a *components.AlbArgs) { a.SubnetIds = nil },
	"needs hostedZoneId or certificateArn": func(a *components.AlbArgs) {
		a.Domain = pulumi.String("api.care.example.org")
	},
	"has no effect without domain": func(a *components.AlbArgs) {
		a.HostedZoneId = pulumi.String("Z0123456789EXAMPLE")
	},
	`webAclArn = "care"`:        func(a *components.AlbArgs) { a.WebAclArn = pulumi.String("care") },
	`accessLogsBucket = "Logs"`: func(a *components.AlbArgs) { a.AccessLogsBucket = pulumi.String("Logs") },
}

var wrongRoutes = map[string]func(*components.RouteArgs){
	"vpcId = null":            func(a *components.RouteArgs) { a.VpcId = nil },
	"listenerArn = null":      func(a *components.RouteArgs) { a.ListenerArn = nil },
	"hostName = null":         func(a *components.RouteArgs) { a.HostName = nil },
	"port = 0":                func(a *components.RouteArgs) { a.Port = 0 },
	"priority = 50001":        func(a *components.RouteArgs) { a.Priority = 50001 },
	"must begin with a slash": func(a *components.RouteArgs) { a.HealthCheckPath = "ping/" },
}

var wrongClusters = map[string]func(*components.ClusterArgs){
	`kmsKeyArn = "alias/care"`: func(a *components.ClusterArgs) { a.KmsKeyArn = pulumi.String("alias/care") },
	`name = "a b"`:             func(a *components.ClusterArgs) { a.Name = pulumi.String("a b") },
	`logGroupPrefix = "x"`:     func(a *components.ClusterArgs) { a.LogGroupPrefix = "x" },
	"logRetentionDays = 31":    func(a *components.ClusterArgs) { a.LogRetentionDays = 31 },
}

var wrongFileSystems = map[string]func(*components.FileSystemArgs){
	`kmsKeyArn = "alias/care"`:        func(a *components.FileSystemArgs) { a.KmsKeyArn = pulumi.String("alias/care") },
	"vpcId = null":                    func(a *components.FileSystemArgs) { a.VpcId = nil },
	"subnetIds = null":                func(a *components.FileSystemArgs) { a.SubnetIds = nil },
	`subnetIds["ap-south-1a"] = null`: func(a *components.FileSystemArgs) { a.SubnetIds["ap-south-1a"] = nil },
	`directory = "data"`:              func(a *components.FileSystemArgs) { a.Directory = "data" },
}

var wrongDatabases = map[string]func(*components.PostgresArgs){
	"monitoringSeconds = 45": func(a *components.PostgresArgs) { a.MonitoringSeconds = 45 },
	`permissionsBoundaryArn = "boundary"`: func(a *components.PostgresArgs) {
		a.PermissionsBoundaryArn = pulumi.String("boundary")
	},
	`kmsKeyArn = "alias/care"`: func(a *components.PostgresArgs) { a.KmsKeyArn = pulumi.String("alias/care") },
	"vpcId = null":             func(a *components.PostgresArgs) { a.VpcId = nil },
	"subnetIds = null":         func(a *components.PostgresArgs) { a.SubnetIds = nil },
	"13 to 18":                 func(a *components.PostgresArgs) { a.EngineVersion = "12" },
	"instance class":           func(a *components.PostgresArgs) { a.InstanceClass = "micro" },
	"allocatedStorage = 5":     func(a *components.PostgresArgs) { a.AllocatedStorage = 5 },
	"maxAllocatedStorage = 20": func(a *components.PostgresArgs) { a.MaxAllocatedStorage = 20 },
	"must be 1 to 35":          func(a *components.PostgresArgs) { a.BackupRetentionDays = 36 },
	"backupWindow =":           func(a *components.PostgresArgs) { a.BackupWindow = "20:00" },
	"maintenanceWindow =":      func(a *components.PostgresArgs) { a.MaintenanceWindow = "20:00-20:30" },
	`databaseName = "a-b"`:     func(a *components.PostgresArgs) { a.DatabaseName = "a-b" },
	`username = "admin"`:       func(a *components.PostgresArgs) { a.Username = "admin" },
	`identifier = "care_db"`:   func(a *components.PostgresArgs) { a.Identifier = "care_db" },
	"logRetentionDays = 31":    func(a *components.PostgresArgs) { a.LogRetentionDays = 31 },
	`restore.name = "A"`: func(a *components.PostgresArgs) {
		a.Restore = &components.PostgresRestore{Name: "A", Time: components.LatestTime}
	},
	"restore.time = null": func(a *components.PostgresArgs) { a.Restore = &components.PostgresRestore{Name: "a"} },
	`restore.previous = "drop"`: func(a *components.PostgresArgs) {
		a.Restore = &components.PostgresRestore{Name: "a", Snapshot: "care", Previous: "drop"}
	},
	`password = "…"`: func(a *components.PostgresArgs) { a.Password = pulumi.String("sl/ash") },
}

var wrongSecrets = map[string]func(*components.SecretsArgs){
	`kmsKeyArn = "alias/care"`: func(a *components.SecretsArgs) { a.KmsKeyArn = pulumi.String("alias/care") },
	`path = ""`:                func(a *components.SecretsArgs) { a.Path = "" },
	`protected = "OTHER"`:      func(a *components.SecretsArgs) { a.Protected = []string{"OTHER"} },
	`values["A-B"]`:            func(a *components.SecretsArgs) { a.Values["A-B"] = pulumi.String("x") },
	`values["TOKEN"] = null`:   func(a *components.SecretsArgs) { a.Values["TOKEN"] = nil },
	`values["PIN"] = ""`:       func(a *components.SecretsArgs) { a.Values["PIN"] = pulumi.String("") },
	`values["PIN"] = "$…"`:     func(a *components.SecretsArgs) { a.Values["PIN"] = pulumi.String("$PIN") },
	`existing["DSN"] = "a b"`:  func(a *components.SecretsArgs) { a.Existing["DSN"] = "a b" },
	"must not be in values":    func(a *components.SecretsArgs) { a.Existing["PIN"] = "/pin" },
}

var wrongEnvironments = map[string]func(*components.CareEnvironmentArgs){
	`kmsKeyArn = "alias/care"`: func(a *components.CareEnvironmentArgs) {
		a.KmsKeyArn = pulumi.String("alias/care")
	},
	`settingsModule = "local"`:       func(a *components.CareEnvironmentArgs) { a.SettingsModule = "local" },
	"hostName = null":                func(a *components.CareEnvironmentArgs) { a.HostName = nil },
	"redis.url = null":               func(a *components.CareEnvironmentArgs) { a.Redis.Url = nil },
	"database.url = null":            func(a *components.CareEnvironmentArgs) { a.Database.Url = nil },
	"storage.secretAccessKey = null": func(a *components.CareEnvironmentArgs) { a.Storage.SecretAccessKey = nil },
	`secretsPath = "": is required`:  func(a *components.CareEnvironmentArgs) { a.SecretsPath = "" },
	"must be an origin":              func(a *components.CareEnvironmentArgs) { a.FrontendOrigins = []string{"x"} },
	"is set by the program": func(a *components.CareEnvironmentArgs) {
		a.Variables = map[string]string{"REDIS_URL": "redis://x"}
	},
	"must not be stored as plain text": func(a *components.CareEnvironmentArgs) {
		a.Variables = map[string]string{"EMAIL_PASSWORD": "x"}
	},
	`secrets["DATABASE_URL"]`: func(a *components.CareEnvironmentArgs) {
		a.ExistingSecrets = map[string]string{"DATABASE_URL": "/x"}
	},
	`must not name "SENTRY_DSN" twice`: bothSecrets,
	"must not be among the secrets":    variableAndSecret,
	"are a pair": func(a *components.CareEnvironmentArgs) {
		a.ExistingSecrets = map[string]string{"VAPID_PUBLIC_KEY": "/x"}
	},
	`["SENTRY_DSN"] = null`: func(a *components.CareEnvironmentArgs) {
		a.Secrets = map[string]pulumi.StringInput{"SENTRY_DSN": nil}
	},
	`["SENTRY_DSN"] = "a b"`: func(a *components.CareEnvironmentArgs) {
		a.ExistingSecrets = map[string]string{"SENTRY_DSN": "a b"}
	},
}

func bothSecrets(a *components.CareEnvironmentArgs) {
	a.Secrets = map[string]pulumi.StringInput{"SENTRY_DSN": secret("x")}
	a.ExistingSecrets = map[string]string{"SENTRY_DSN": "/x"}
}

func variableAndSecret(a *components.CareEnvironmentArgs) {
	a.Secrets = map[string]pulumi.StringInput{"EMAIL_USER": secret("x")}
	a.Variables = map[string]string{"EMAIL_USER": "x"}
}
