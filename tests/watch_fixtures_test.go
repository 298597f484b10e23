package tests

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// Types of resources that watch others.
const (
	alarmType      = "aws:cloudwatch/metricAlarm:MetricAlarm"
	eventRuleType  = "aws:cloudwatch/eventRule:EventRule"
	topicArn       = "arn:aws:sns:ap-south-1:123456789012:alarms"
	balancerSuffix = "app/care/0123456789abcdef"
	backendArn     = "arn:aws:ecs:ap-south-1:123456789012:service/care/care-backend"
)

func alarmTopicArgs(string) *components.AlarmTopicArgs { return &components.AlarmTopicArgs{} }

func subscribedTopicArgs(string) *components.AlarmTopicArgs {
	return &components.AlarmTopicArgs{Email: pulumi.String("oncall@example.org")}
}

func alarmsArgs(string) *components.AlarmsArgs {
	return &components.AlarmsArgs{
		TopicArn: pulumi.String(topicArn), ClusterName: pulumi.String("care"), ServiceArns: texts(backendArn),
	}
}

const watchedCertificate = "arn:aws:acm:ap-south-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"

// richAlarmsArgs has everything watched.
func richAlarmsArgs(name string) *components.AlarmsArgs {
	args := alarmsArgs(name)
	args.MetricNamespace = "care/" + name
	args.Redis = &components.WatchedRedis{ServiceName: pulumi.String("redis"), Metered: true}
	args.Database = &components.WatchedDatabase{
		Identifier: pulumi.String("care-db"), InstanceClass: "db.t4g.micro", AllocatedStorage: 20,
	}
	args.Backups = &components.WatchedBackups{
		VaultName: pulumi.String("care"), ResourceTypes: []string{"RDS", "EFS", "S3"},
		CopiedVaultArn: pulumi.String("arn:aws:backup:ap-south-1:123456789012:backup-vault:care"),
	}
	args.CertificateArn = pulumi.String(watchedCertificate)
	args.Beat = &components.WatchedBeat{
		TaskNames: []string{"care.tasks.tick", "care.tasks.tock"},
		LogGroupNames: map[string]pulumi.StringInput{
			"worker": pulumi.String("/ecs/worker"), "more": pulumi.String("/ecs/more"),
		},
		MeterLogGroupName: pulumi.String("/ecs/redis-meter"),
	}
	return args
}

// watchedCareArgs has Care watched and taken back.
func watchedCareArgs(name string) *components.CareArgs {
	args := careArgs(name)
	args.Alarms = &components.CareAlarms{
		LoadBalancerArnSuffix: pulumi.String(balancerSuffix), TopicArns: []pulumi.StringInput{pulumi.String(topicArn)},
	}
	return args
}

var wrongAlarms = map[string]func(*components.AlarmsArgs){
	"backups.vaultName = null": func(a *components.AlarmsArgs) {
		a.Backups = &components.WatchedBackups{ResourceTypes: []string{"RDS"}}
	},
	"backups.resourceTypes = null": func(a *components.AlarmsArgs) {
		a.Backups = &components.WatchedBackups{VaultName: pulumi.String("care")}
	},
	`backups.resourceTypes = "EBS"`: func(a *components.AlarmsArgs) {
		a.Backups = &components.WatchedBackups{VaultName: pulumi.String("care"), ResourceTypes: []string{"EBS"}}
	},
	"topicArn = null":    func(a *components.AlarmsArgs) { a.TopicArn = nil },
	"clusterName = null": func(a *components.AlarmsArgs) { a.ClusterName = nil },
	"serviceArns = null": func(a *components.AlarmsArgs) { a.ServiceArns = nil },
	`thresholds.queue = "queue": must be one of beatSilentHours`: func(a *components.AlarmsArgs) {
		a.Thresholds = components.AlarmThresholds{"queue": 1}
	},
	"thresholds.queueLength = 0: must be more than 0": func(a *components.AlarmsArgs) {
		a.Thresholds = components.AlarmThresholds{components.ThresholdQueueLength: 0}
	},
	"thresholds.errorPercent = 101: must be at most 100": func(a *components.AlarmsArgs) {
		a.Thresholds = components.AlarmThresholds{components.ThresholdErrorPercent: 101}
	},
	"thresholds.beatSilentHours = 169: must be at most 168": func(a *components.AlarmsArgs) {
		a.Thresholds = components.AlarmThresholds{components.ThresholdBeatSilentHours: 169}
	},
	"thresholds.beatSilentHours = 2.5: must be a whole number": func(a *components.AlarmsArgs) {
		a.Thresholds = components.AlarmThresholds{components.ThresholdBeatSilentHours: 2.5}
	},
	"thresholds.beatSilentHours = 1: must be at least 2": func(a *components.AlarmsArgs) {
		a.Thresholds = components.AlarmThresholds{components.ThresholdBeatSilentHours: 1}
	},
}

var wrongRichAlarms = map[string]func(*components.AlarmsArgs){
	`metricNamespace = ""`:             func(a *components.AlarmsArgs) { a.MetricNamespace = "" },
	"begin with AWS/":                  func(a *components.AlarmsArgs) { a.MetricNamespace = "AWS/Care" },
	"redis.serviceName = null":         func(a *components.AlarmsArgs) { a.Redis.ServiceName = nil },
	`redis.discoveryName = "A"`:        func(a *components.AlarmsArgs) { a.Redis.DiscoveryName = "A" },
	"database.identifier = null":       func(a *components.AlarmsArgs) { a.Database.Identifier = nil },
	"beat.taskNames = null":            func(a *components.AlarmsArgs) { a.Beat.TaskNames = nil },
	`beat.taskNames = "tick["`:         func(a *components.AlarmsArgs) { a.Beat.TaskNames = []string{"tick["} },
	`beat.taskNames = ["tick","tick"]`: func(a *components.AlarmsArgs) { a.Beat.TaskNames = []string{"tick", "tick"} },
	"beat.logGroupNames = null":        func(a *components.AlarmsArgs) { a.Beat.LogGroupNames = nil },
	`beat.logGroupNames["more"] = null`: func(a *components.AlarmsArgs) {
		a.Beat.LogGroupNames["more"] = nil
	},
	`metricNamespace = "": must be`: func(a *components.AlarmsArgs) { a.MetricNamespace, a.Redis = "", nil },
	`instanceClass = "t4g.micro"`:   func(a *components.AlarmsArgs) { a.Database.InstanceClass = "t4g.micro" },
	"database.allocatedStorage = ":  func(a *components.AlarmsArgs) { a.Database.AllocatedStorage = 0 },
}

var wrongWatchedCares = map[string]func(*components.CareArgs){
	"alarms.loadBalancerArnSuffix = null": func(a *components.CareArgs) { a.Alarms.LoadBalancerArnSuffix = nil },
	"alarms.topicArns = null":             func(a *components.CareArgs) { a.Alarms.TopicArns = []pulumi.StringInput{nil} },
	"alarms.thresholds.error =": func(a *components.CareArgs) {
		a.Alarms.Thresholds = components.AlarmThresholds{"error": 1}
	},
}

func dashboardArgs(name string) *components.DashboardArgs {
	return &components.DashboardArgs{
		DashboardName: name + "-board", ClusterName: pulumi.String("care"),
		Services: map[string]components.WatchedService{"api": {ServiceName: pulumi.String("care-backend")}},
	}
}

// richDashboardArgs has everything shown.
func richDashboardArgs(name string) *components.DashboardArgs {
	args := dashboardArgs(name)
	watched := richAlarmsArgs(name)
	args.MetricNamespace, args.Redis, args.Database = watched.MetricNamespace, watched.Redis, watched.Database
	args.Services["jobs"] = components.WatchedService{
		ServiceName: pulumi.String("care-celery"), LogGroupNames: map[string]pulumi.StringInput{
			"worker": pulumi.String("/ecs/worker"), "beat": pulumi.String("/ecs/beat"),
		},
	}
	args.ScheduledTasks = true
	args.LoadBalancer = &components.WatchedLoadBalancer{
		ArnSuffix: pulumi.String(balancerSuffix), TargetGroupArnSuffix: pulumi.String("targetgroup/care/0123456789abcdef"),
	}
	args.AlarmArns = texts("arn:aws:cloudwatch:ap-south-1:123456789012:alarm:" + name)
	return args
}

var wrongDashboards = map[string]func(*components.DashboardArgs){
	`dashboardName = "a b"`: func(a *components.DashboardArgs) { a.DashboardName = "a b" },
	"clusterName = null":    func(a *components.DashboardArgs) { a.ClusterName = nil },
	"services = null":       func(a *components.DashboardArgs) { a.Services = nil },
	"thresholds.queue =":    func(a *components.DashboardArgs) { a.Thresholds = components.AlarmThresholds{"queue": 1} },
	`services["api"].serviceName = null`: func(a *components.DashboardArgs) {
		a.Services = map[string]components.WatchedService{"api": {}}
	},
	`metricNamespace = ""`: func(a *components.DashboardArgs) {
		a.Redis = &components.WatchedRedis{ServiceName: pulumi.String("redis"), Metered: true}
	},
}

var wrongRichDashboards = map[string]func(*components.DashboardArgs){
	`metricNamespace = ""`: func(a *components.DashboardArgs) { a.MetricNamespace, a.Redis.Metered = "", false },
	`metricNamespace = "": must be`: func(a *components.DashboardArgs) {
		a.MetricNamespace, a.Redis, a.Services["jobs"] = "", nil, a.Services["api"]
	},
	`logGroupNames["beat"] = null`: func(a *components.DashboardArgs) {
		a.Services["jobs"].LogGroupNames["beat"] = nil
	},
	"loadBalancer.arnSuffix = null": func(a *components.DashboardArgs) { a.LoadBalancer.ArnSuffix = nil },
	"loadBalancer.targetGroupArnSuffix = null": func(a *components.DashboardArgs) {
		a.LoadBalancer.TargetGroupArnSuffix = nil
	},
	"redis.serviceName = null":   func(a *components.DashboardArgs) { a.Redis.ServiceName = nil },
	"database.identifier = null": func(a *components.DashboardArgs) { a.Database.Identifier = nil },
}
