package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Alarms are CloudWatch alarms about Redis, its queue, beat and the database, and a rule that reports deployments that
// failed. Care has its own alarms about the load balancer. CloudWatch charges for each alarm by the month, and for one with
// an expression by the metrics in it. docs/operations.md describes each alarm and its remedy, docs/signals.md the metric
// or the log line that each rests on.
type Alarms struct {
	pulumi.ResourceState

	// AlarmArns are the alarms, for a Dashboard.
	AlarmArns pulumi.StringArrayOutput `pulumi:"alarmArns"`
}

// AlarmsArgs are the inputs of NewAlarms. What is left out is not watched.
type AlarmsArgs struct {
	// TopicArn is the SNS topic that is told, such as an AlarmTopic's. Required.
	TopicArn pulumi.StringInput `pulumi:"topicArn"`
	// ClusterName is the ECS cluster's name. Required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// ServiceArns are the ECS services of whose failed deployments is told. Required.
	ServiceArns pulumi.StringArrayInput `pulumi:"serviceArns"`
	// MetricNamespace is the namespace of the metrics that the stack makes itself. Required where Redis is metered, and with
	// Beat.
	MetricNamespace string `pulumi:"metricNamespace,optional"`
	// Redis is watched while it is a service of this cluster. Default: none.
	Redis *WatchedRedis `pulumi:"redis,optional"`
	// Database is the RDS instance. Default: none.
	Database *WatchedDatabase `pulumi:"database,optional"`
	// Beat is the scheduled task by which Celery's beat is watched. Default: none.
	Beat *WatchedBeat `pulumi:"beat,optional"`
	// Thresholds are the values at which alarms go off. Default: those of DefaultAlarmThresholds.
	Thresholds AlarmThresholds `pulumi:"thresholds,optional"`
	// Tags are given to every resource that takes tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Validate checks every value and gives all problems at once.
func (args *AlarmsArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give an *AlarmsArgs")
	}
	problems := []error{
		rule.Given("topicArn", args.TopicArn != nil, "take it from the AlarmTopic"),
		rule.Given("clusterName", args.ClusterName != nil, "take it from the Cluster"),
		rule.Given("serviceArns", args.ServiceArns != nil, "take them from the services"),
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

// NewAlarms checks args and creates the alarms. It gives an error, and registers nothing, when args are nil or a value
// breaks a rule.
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
	return alarms, b.build(b.watchRedis, b.watchMeter, b.watchBeat, b.watchDatabase, b.watchCredits, b.watchDeployments, b.setOutputs)
}

type alarmsBuilder struct {
	*component
	args   AlarmsArgs
	alarms *Alarms

	made []*cloudwatch.MetricAlarm
}

// add makes an alarm that tells the topic.
func (b *alarmsBuilder) add(a alarm) error {
	a.actions = pulumi.StringArray{b.args.TopicArn}
	made, err := b.watch(a)
	b.made = append(b.made, made)
	return err
}

// steady returns value once every service is steady. An alarm that takes missing values for bad ones would ring if it were
// there before the first values of its metric are, as in a first deployment and in the one that adds the meter.
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
		description: "No task of Redis runs: nothing can be queued, searched or limited, and nobody can sign in.",
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
		description: "Redis has used most of its memory, or its meter is silent.",
		metric:      ownMetric(namespace, MetricMemoryPercent),
		period:      300, periods: 3, datapoints: 3,
		comparison: atLeast, threshold: b.args.Thresholds[ThresholdRedisMemoryPercent], missing: missingIsBad,
	})
	if err != nil {
		return err
	}
	return b.add(alarm{
		name:        "queue",
		description: "Many tasks wait, and for 15 minutes they have not become fewer.",
		// The smallest length of five minutes, so that a queue which is emptied in between is none. One that stands still is
		// as bad as one that grows: nobody works.
		expression: "IF(DIFF(length) >= 0, length, 0)",
		operands:   map[string]metric{"length": ownMetric(namespace, MetricQueueLength).of("Minimum")},
		period:     300, periods: 3, datapoints: 3,
		comparison: moreThan, threshold: b.args.Thresholds[ThresholdQueueLength], missing: missingIsGood,
	})
}

// watchBeat counts the scheduled task and creates the alarm about it. The count begins with this component, so that hours
// before it have no value: those must not ring. Later hours have one, as WatchedBeat describes.
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
		description: "No worker has received the task that Celery's beat schedules: nothing that is scheduled happens.",
		metric:      ownMetric(pulumi.String(b.args.MetricNamespace), MetricScheduledTasks).of("Sum"),
		period:      3600, periods: hours, datapoints: hours,
		comparison: lessThan, threshold: 1, missing: missingIsGood,
	})
}

// watchDatabase leaves time for the disk to grow by itself.
func (b *alarmsBuilder) watchDatabase() error {
	database := b.args.Database
	if database == nil {
		return nil
	}
	return b.add(alarm{
		name:        "database-storage",
		description: "The database's disk is nearly full, and has not grown.",
		metric:      database.metric("FreeStorageSpace", "Minimum"),
		period:      300, periods: 6, datapoints: 6,
		comparison: lessThan,
		threshold:  database.leastFree(b.args.Thresholds[ThresholdDatabaseFreeStoragePercent]),
		missing:    missingIsGood,
	})
}

// watchCredits looks at what is borrowed and not at what is left: RDS lets machines of the T family go on without
// credits, for money, and a new one begins with none
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html).
func (b *alarmsBuilder) watchCredits() error {
	database := b.args.Database
	if database == nil || !database.burstable() {
		return nil
	}
	return b.add(alarm{
		name:        "database-cpu-credits",
		description: "The database computes more than its size pays for.",
		metric:      database.metric("CPUSurplusCreditBalance", "Minimum"),
		period:      300, periods: 12, datapoints: 12,
		comparison: moreThan, threshold: b.args.Thresholds[ThresholdDatabaseSurplusCredits], missing: missingIsGood,
	})
}

func (b *alarmsBuilder) setOutputs() error {
	b.alarms.AlarmArns = alarmArns(b.made)
	return nil
}

// watchDeployments has EventBridge tell of deployments that ECS gave up, and of those that it took back
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html).
func (b *alarmsBuilder) watchDeployments() error {
	failed, err := cloudwatch.NewEventRule(b.ctx, b.child("deployment-failed"), &cloudwatch.EventRuleArgs{
		Description: pulumi.String("A deployment of one of the services failed"),
		EventPattern: pulumi.JSONMarshal(pulumi.Map{
			"source":      pulumi.ToStringArray([]string{"aws.ecs"}),
			"detail-type": pulumi.ToStringArray([]string{"ECS Deployment State Change"}),
			"resources":   b.args.ServiceArns,
			"detail":      pulumi.Map{"eventName": pulumi.ToStringArray([]string{"SERVICE_DEPLOYMENT_FAILED"})},
		}),
		Tags: b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create rule deployment-failed: %w", err)
	}
	_, err = cloudwatch.NewEventTarget(b.ctx, b.child("deployment-failed"), &cloudwatch.EventTargetArgs{
		Rule: failed.Name,
		Arn:  b.args.TopicArn,
		InputTransformer: &cloudwatch.EventTargetInputTransformerArgs{
			InputPaths: pulumi.StringMap{
				"service": pulumi.String("$.resources[0]"), "reason": pulumi.String("$.detail.reason"), "time": pulumi.String("$.time"),
			},
			InputTemplate: pulumi.String(fmt.Sprintf(
				`"%s: a deployment of <service> failed at <time>: <reason> docs/operations.md, deployment-failed."`, b.stack())),
		},
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create target of deployment-failed: %w", err)
	}
	return nil
}
