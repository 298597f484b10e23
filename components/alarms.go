package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Alarms are CloudWatch alarms for Redis, its queue, beat, the database, backups and a certificate, and an EventBridge
// rule for failed deployments. Care has its own alarms for the load balancer. CloudWatch charges for each alarm by the
// month, and for an alarm with an expression by the number of metrics in it. docs/operations.md describes each alarm
// and its remedy, docs/signals.md its metric or log line.
type Alarms struct {
	pulumi.ResourceState

	// AlarmArns are the alarms, for a Dashboard.
	AlarmArns pulumi.StringArrayOutput `pulumi:"alarmArns"`
}

// AlarmsArgs are the inputs of NewAlarms. A subject that is not set has no alarms.
type AlarmsArgs struct {
	// TopicArn is the SNS topic that the alarms notify, such as the one of an AlarmTopic. Required.
	TopicArn pulumi.StringInput `pulumi:"topicArn"`
	// ClusterName is the ECS cluster's name. Required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// ServiceArns are the ECS services whose failed deployments are reported. Required.
	ServiceArns pulumi.StringArrayInput `pulumi:"serviceArns"`
	// MetricNamespace is the namespace of the stack's own metrics. Required if Redis is metered or Beat is set.
	MetricNamespace string `pulumi:"metricNamespace,optional"`
	// Redis is the service of Redis in this cluster. Default: none.
	Redis *WatchedRedis `pulumi:"redis,optional"`
	// Database is the RDS instance. Default: none.
	Database *WatchedDatabase `pulumi:"database,optional"`
	// Stopped keeps the alarms from notifying the topic that go off while the API and Celery are stopped: queue and
	// beat-silent. Default: false.
	Stopped bool `pulumi:"stopped,optional"`
	// Beat is the scheduled task that shows whether Celery's beat works. Default: none.
	Beat *WatchedBeat `pulumi:"beat,optional"`
	// Backups are the daily backups of AWS Backup. Default: none.
	Backups *WatchedBackups `pulumi:"backups,optional"`
	// CertificateArn is the certificate of ACM that the load balancer has. Default: none.
	CertificateArn pulumi.StringInput `pulumi:"certificateArn,optional"`
	// Thresholds are the values at which alarms go off. Default: those of DefaultAlarmThresholds.
	Thresholds AlarmThresholds `pulumi:"thresholds,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate checks every value and returns all problems at once.
func (args *AlarmsArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give an *AlarmsArgs")
	}
	problems := []error{
		rule.Given("topicArn", args.TopicArn != nil, "take it from the AlarmTopic"),
		rule.Given("clusterName", args.ClusterName != nil, "take it from the Cluster"),
		rule.Given("serviceArns", args.ServiceArns != nil, "take them from the services"),
		args.Backups.validate("backups"),
		args.Thresholds.Validate("thresholds"),
	}
	if args.Redis != nil {
		problems = append(problems, args.Redis.validate("redis"))
		if args.Redis.Metered {
			problems = append(problems, rule.MetricNamespace("metricNamespace", args.MetricNamespace))
		}
	}
	if args.Database != nil {
		problems = append(problems, args.Database.validate("database"))
	}
	if args.Beat != nil {
		problems = append(problems, args.Beat.validate("beat"), rule.MetricNamespace("metricNamespace", args.MetricNamespace))
	}
	return rule.All(problems...)
}

// NewAlarms checks args and creates the alarms. It returns an error and registers nothing if args is nil or invalid.
func NewAlarms(ctx *pulumi.Context, name string, args *AlarmsArgs, opts ...pulumi.ResourceOption) (*Alarms, error) {
	var a AlarmsArgs
	if args != nil {
		a = *args
	}
	a.Thresholds = a.Thresholds.withDefaults()
	alarms := &Alarms{}
	c, err := register(ctx, "Alarms", name, alarms, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	b := &alarmsBuilder{component: c, args: a, alarms: alarms}
	return alarms, b.build(b.watchRedis, b.watchMeter, b.watchBeat, b.watchDatabase, b.watchCredits, b.watchBackups,
		b.watchCertificate, b.watchDeployments, b.setOutputs)
}

type alarmsBuilder struct {
	*component
	args   AlarmsArgs
	alarms *Alarms

	made []*cloudwatch.MetricAlarm
}

// add creates an alarm that notifies the topic.
func (b *alarmsBuilder) add(a alarm) error {
	a.actions = pulumi.StringArray{b.args.TopicArn}
	made, err := b.watch(a)
	b.made = append(b.made, made)
	return err
}

// steady returns value once every service is steady. An alarm that takes missing values for bad ones would ring if it
// were there before the first values of its metric are, as in a first deployment and in the one that adds the meter.
func (b *alarmsBuilder) steady(value pulumi.StringInput) pulumi.StringOutput {
	return after(value, b.args.ServiceArns)
}

// watchRedis uses a metric that has no values at all while no task runs, and never one below 0.
func (b *alarmsBuilder) watchRedis() error {
	redis := b.args.Redis
	if redis == nil {
		return nil
	}
	return b.add(alarm{
		name:        "redis-gone",
		description: "Redis does not run. Care cannot queue tasks, search or check rate limits, and nobody can sign in.",
		metric:      redis.connections("ActiveConnectionCount", "Minimum", b.steady(b.args.ClusterName)),
		// Longer than a deployment, in which the old task ends before the new one starts.
		period: 60, periods: 5, datapoints: 5,
		comparison: lessThan, threshold: 0, missing: missingIsBad,
	})
}

// watchMeter creates the alarms about the meter's two metrics. A silent meter sets off the one about the memory only.
func (b *alarmsBuilder) watchMeter() error {
	redis := b.args.Redis
	if redis == nil || !redis.Metered {
		return nil
	}
	namespace := b.steady(pulumi.String(b.args.MetricNamespace))
	err := b.add(alarm{
		name:        "redis-memory",
		description: "Redis has used most of its memory, or its meter sends no values.",
		metric:      ownMetric(namespace, MetricMemoryPercent),
		period:      300, periods: 3, datapoints: 3,
		comparison: atLeast, threshold: b.args.Thresholds[ThresholdRedisMemoryPercent], missing: missingIsBad,
	})
	if err != nil {
		return err
	}
	return b.add(alarm{
		name:        "queue",
		description: "Many tasks wait in the queue, and their number has not fallen for 15 minutes.",
		// The expression is the minimum length of five minutes, so a queue that is empty in between counts as empty. A
		// queue that stands still is as bad as one that grows, because no worker takes tasks from it.
		expression: "IF(DIFF(length) >= 0, length, 0)",
		operands:   map[string]metric{"length": ownMetric(namespace, MetricQueueLength).of("Minimum")},
		period:     300, periods: 3, datapoints: 3,
		comparison: moreThan, threshold: b.args.Thresholds[ThresholdQueueLength], missing: missingIsGood,
		suspended: b.args.Stopped,
	})
}

// watchBeat counts the scheduled task and creates the alarm for it. Hours before this component existed have no value
// and must not start the alarm. WatchedBeat describes why later hours have one.
func (b *alarmsBuilder) watchBeat() error {
	if b.args.Beat == nil {
		return nil
	}
	if err := b.args.Beat.createMetric(b.component, b.args.MetricNamespace); err != nil {
		return err
	}
	hours := int(b.args.Thresholds[ThresholdBeatSilentHours])
	return b.add(alarm{
		name:        "beat-silent",
		description: "No worker has received the task that Celery's beat schedules. Scheduled tasks do not run.",
		metric:      ownMetric(pulumi.String(b.args.MetricNamespace), MetricScheduledTasks).of("Sum"),
		period:      3600, periods: hours, datapoints: hours,
		comparison: lessThan, threshold: 1, missing: missingIsGood, suspended: b.args.Stopped,
	})
}

// watchDatabase creates an alarm for a nearly full disk. Its periods leave RDS time to enlarge the disk.
func (b *alarmsBuilder) watchDatabase() error {
	database := b.args.Database
	if database == nil {
		return nil
	}
	return b.add(alarm{
		name:        "database-storage",
		description: "The database's disk is nearly full, and RDS has not enlarged it.",
		metric:      database.metric("FreeStorageSpace", "Minimum"),
		period:      300, periods: 6, datapoints: 6,
		comparison: lessThan,
		threshold:  database.minFree(b.args.Thresholds[ThresholdDatabaseFreeStoragePercent]),
		missing:    missingIsGood,
	})
}

// watchCredits creates an alarm for the credits that the database borrows, not for those that are left. RDS lets
// instances of the T family continue without credits for an additional charge, and a new instance starts with none
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html).
func (b *alarmsBuilder) watchCredits() error {
	database := b.args.Database
	if database == nil || !database.burstable() {
		return nil
	}
	return b.add(alarm{
		name:        "database-cpu-credits",
		description: "The database uses more CPU credits than its instance class earns.",
		metric:      database.metric("CPUSurplusCreditBalance", "Minimum"),
		period:      300, periods: 12, datapoints: 12,
		comparison: moreThan, threshold: b.args.Thresholds[ThresholdDatabaseSurplusCredits], missing: missingIsGood,
	})
}

func (b *alarmsBuilder) setOutputs() error {
	b.alarms.AlarmArns = alarmArns(b.made)
	return nil
}

// watchDeployments creates an EventBridge rule that reports deployments which failed or which ECS rolled back
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html).
func (b *alarmsBuilder) watchDeployments() error {
	return b.report(event{
		name: "deployment-failed", description: "A deployment of one of the services failed",
		pattern: pulumi.Map{
			"source":      pulumi.ToStringArray([]string{"aws.ecs"}),
			"detail-type": pulumi.ToStringArray([]string{"ECS Deployment State Change"}),
			"resources":   b.args.ServiceArns,
			"detail":      pulumi.Map{"eventName": pulumi.ToStringArray([]string{"SERVICE_DEPLOYMENT_FAILED"})},
		},
		paths: pulumi.StringMap{
			"service": pulumi.String("$.resources[0]"),
			"reason":  pulumi.String("$.detail.reason"), "time": pulumi.String("$.time"),
		},
		text: "a deployment of <service> failed at <time>: <reason>",
	})
}

// event is an event of EventBridge that is reported to the topic.
type event struct {
	name, description string
	pattern           pulumi.Map
	// paths are the parts of the event that text contains, in angle brackets.
	paths pulumi.StringMap
	text  string
}

// report creates a rule that sends a message about an event to the topic, with the heading to look up.
func (b *alarmsBuilder) report(e event) error {
	rule, err := cloudwatch.NewEventRule(b.ctx, b.child(e.name), &cloudwatch.EventRuleArgs{
		Description:  pulumi.String(e.description),
		EventPattern: pulumi.JSONMarshal(e.pattern),
		Tags:         b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create rule %s: %w", e.name, err)
	}
	_, err = cloudwatch.NewEventTarget(b.ctx, b.child(e.name), &cloudwatch.EventTargetArgs{
		Rule: rule.Name,
		Arn:  b.args.TopicArn,
		InputTransformer: &cloudwatch.EventTargetInputTransformerArgs{
			InputPaths:    e.paths,
			InputTemplate: pulumi.String(fmt.Sprintf(`"%s: %s docs/operations.md, %s."`, b.stack(), e.text, e.name)),
		},
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create target of %s: %w", e.name, err)
	}
	return nil
}
