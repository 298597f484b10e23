package main

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// watching is what looks at the rest; parts of it are nil where they are not wanted.
type watching struct {
	alarms    *components.Alarms
	dashboard *components.Dashboard
}

// deployWatching comes last: what is not there yet has no metrics to look at.
func deployWatching(ctx *pulumi.Context, c Config, s surroundings, d data, a application) (w watching, err error) {
	beat := false
	if c.Alarms {
		args := c.alarms(ctx, s, d, a)
		beat = args.Beat != nil
		if w.alarms, err = components.NewAlarms(ctx, "care", args); err != nil {
			return w, err
		}
	}
	if c.Dashboard {
		args := c.dashboard(ctx, s, d, a, w.alarms)
		args.ScheduledTasks = beat
		w.dashboard, err = components.NewDashboard(ctx, "care", args)
	}
	return w, err
}

// careAlarms are there before Care is, which ECS has them watch.
func (c Config) careAlarms(s surroundings) *components.CareAlarms {
	if s.topic == nil {
		return nil
	}
	return &components.CareAlarms{
		LoadBalancerArnSuffix: s.alb.ArnSuffix, TopicArns: []pulumi.StringInput{s.topic.Arn}, Thresholds: c.AlarmThresholds,
	}
}

func (c Config) alarms(ctx *pulumi.Context, s surroundings, d data, a application) *components.AlarmsArgs {
	services := pulumi.StringArray{a.care.ServiceArn, a.celery.ServiceArn}
	if a.workers != nil {
		services = append(services, a.workers.ServiceArn)
	}
	if d.redis.serviceArn != nil {
		services = append(services, d.redis.serviceArn)
	}
	args := &components.AlarmsArgs{
		TopicArn:        s.topic.Arn,
		ClusterName:     s.cluster.Name,
		ServiceArns:     services,
		MetricNamespace: metricNamespace(ctx),
		Redis:           d.redis.watched,
		Database:        d.database.watched,
		Beat:            c.watchedBeat(d, a),
		Thresholds:      c.AlarmThresholds,
	}
	if c.Schedule != nil {
		// A stack that sleeps is silent, and these would ring each night.
		args.Redis, args.Beat = nil, nil
	}
	return args
}

// watchedBeat returns the scheduled task that shows that beat works, in the logs of all workers; nil if none is known, or
// if the stack switches it off or may do so with a secret.
func (c Config) watchedBeat(d data, a application) *components.WatchedBeat {
	settings := map[string]string{}
	maps.Copy(settings, c.Environment)
	for name := range c.Secrets {
		settings[name] = ""
	}
	for name := range c.SecretParameters {
		settings[name] = ""
	}
	tasks := c.generation().ScheduledTask(settings)
	if len(tasks) == 0 {
		return nil
	}
	return &components.WatchedBeat{TaskNames: tasks, LogGroupNames: a.workerLogGroups(), MeterLogGroupName: d.redis.meterLogGroup}
}

// workerLogGroups returns the log groups of all workers, by the containers' names.
func (a application) workerLogGroups() map[string]pulumi.StringInput {
	groups := map[string]pulumi.StringInput{
		"care-celery-worker": a.celery.LogGroupNames.MapIndex(pulumi.String("care-celery-worker")),
	}
	if a.workers != nil {
		groups["care-celery-worker-more"] = a.workers.LogGroupName
	}
	return groups
}

func (c Config) dashboard(
	ctx *pulumi.Context, s surroundings, d data, a application, alarms *components.Alarms,
) *components.DashboardArgs {
	args := &components.DashboardArgs{
		DashboardName:   ctx.Project() + "-" + ctx.Stack(),
		ClusterName:     s.cluster.Name,
		Services:        a.watched(d),
		MetricNamespace: metricNamespace(ctx),
		LoadBalancer: &components.WatchedLoadBalancer{
			ArnSuffix: s.alb.ArnSuffix, TargetGroupArnSuffix: a.care.TargetGroupArnSuffix,
		},
		Redis:      d.redis.watched,
		Database:   d.database.watched,
		Thresholds: c.AlarmThresholds,
	}
	if alarms != nil {
		args.AlarmArns = pulumi.All(a.care.AlarmArns, alarms.AlarmArns).ApplyT(namesOf).(pulumi.StringArrayOutput)
	}
	return args
}

// watched returns the services, with the logs in which errors are counted: those of gunicorn and of Celery's workers. Beat
// and the migrations write no lines of that level, and neither does Redis.
func (a application) watched(d data) map[string]components.WatchedService {
	workers := a.workerLogGroups()
	only := func(container string) map[string]pulumi.StringInput {
		return map[string]pulumi.StringInput{container: workers[container]}
	}
	services := map[string]components.WatchedService{
		"care-backend": {
			ServiceName: a.care.ServiceName, LogGroupNames: map[string]pulumi.StringInput{"care-backend": a.care.LogGroupName},
		},
		"care-celery": {ServiceName: a.celery.ServiceName, LogGroupNames: only("care-celery-worker")},
	}
	if a.workers != nil {
		services["care-celery-worker"] = components.WatchedService{
			ServiceName: a.workers.ServiceName, LogGroupNames: only("care-celery-worker-more"),
		}
	}
	if d.redis.watched != nil {
		services["redis"] = components.WatchedService{ServiceName: d.redis.watched.ServiceName}
	}
	return services
}
