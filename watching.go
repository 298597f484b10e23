package main

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
)

// watching is the alarms and the dashboard. Each is nil if the stack does without it.
type watching struct {
	alarms    *components.Alarms
	dashboard *components.Dashboard
}

// deployAlarmTopic creates the topic of the alarms; nil if there are none.
func deployAlarmTopic(ctx *pulumi.Context, w config.Watching) (*components.AlarmTopic, error) {
	if !w.Alarms {
		return nil, nil
	}
	return components.NewAlarmTopic(ctx, "care-alarms", &components.AlarmTopicArgs{Email: given(w.AlarmEmail)})
}

// deployWatching comes last, because it refers to the metrics of everything else.
func deployWatching(ctx *pulumi.Context, c config.Config, s stack) (w watching, err error) {
	beat := false
	if c.Watching.Alarms {
		args := alarmsArgs(ctx, c, s)
		beat = args.Beat != nil
		if w.alarms, err = components.NewAlarms(ctx, "care", args); err != nil {
			return w, err
		}
	}
	if c.Watching.Dashboard {
		args := dashboardArgs(ctx, c, s)
		args.ScheduledTasks = beat
		if w.alarms != nil {
			args.AlarmArns = sortedNames(s.application.care.AlarmArns, w.alarms.AlarmArns)
		}
		w.dashboard, err = components.NewDashboard(ctx, "care", args)
	}
	return w, err
}

// careAlarms describes the alarms that ECS watches during deployments of Care. They are created before Care's service.
func careAlarms(c config.Config, s stack) *components.CareAlarms {
	if s.topic == nil {
		return nil
	}
	return &components.CareAlarms{
		LoadBalancerArnSuffix: s.network.alb.ArnSuffix, TopicArns: []pulumi.StringInput{s.topic.Arn},
		Thresholds: c.Watching.AlarmThresholds, Suspended: c.Stopped,
	}
}

func alarmsArgs(ctx *pulumi.Context, c config.Config, s stack) *components.AlarmsArgs {
	services := pulumi.StringArray{s.application.care.ServiceArn, s.application.celery.ServiceArn}
	if s.application.workers != nil {
		services = append(services, s.application.workers.ServiceArn)
	}
	if s.redis.stack != nil {
		services = append(services, s.redis.stack.ServiceArn)
	}
	args := &components.AlarmsArgs{
		TopicArn:        s.topic.Arn,
		CertificateArn:  s.network.alb.CertificateArn(),
		ClusterName:     s.network.cluster.Name,
		ServiceArns:     services,
		MetricNamespace: metricNamespace(ctx),
		Database:        s.database.watched,
		Thresholds:      c.Watching.AlarmThresholds,
		Stopped:         c.Stopped,
	}
	if s.backups != nil {
		args.Backups = s.backups.Watched()
	}
	if c.Schedule == nil {
		// These alarms start when a metric is missing, as it is every night in a stack with a schedule.
		args.Redis, args.Beat = s.redis.watched(), watchedBeat(c, s)
	}
	return args
}

// watchedBeat returns the scheduled task that shows that beat works, in the logs of all workers; nil if none is known,
// or if the stack switches it off or may do so with a secret.
func watchedBeat(c config.Config, s stack) *components.WatchedBeat {
	settings := map[string]string{}
	maps.Copy(settings, c.Settings.Environment)
	for name := range c.Settings.Secrets {
		settings[name] = ""
	}
	for name := range c.Settings.SecretParameters {
		settings[name] = ""
	}
	tasks := c.Image.Generation.ScheduledTask(settings)
	if len(tasks) == 0 {
		return nil
	}
	return &components.WatchedBeat{
		TaskNames: tasks, LogGroupNames: s.application.workerLogGroups(), MeterLogGroupName: s.redis.meterLogGroup(),
	}
}

func dashboardArgs(ctx *pulumi.Context, c config.Config, s stack) *components.DashboardArgs {
	return &components.DashboardArgs{
		DashboardName:   ctx.Project() + "-" + ctx.Stack(),
		ClusterName:     s.network.cluster.Name,
		Services:        watchedServices(s),
		MetricNamespace: metricNamespace(ctx),
		LoadBalancer: &components.WatchedLoadBalancer{
			ArnSuffix: s.network.alb.ArnSuffix, TargetGroupArnSuffix: s.application.care.TargetGroupArnSuffix,
		},
		Redis:      s.redis.watched(),
		Database:   s.database.watched,
		Thresholds: c.Watching.AlarmThresholds,
	}
}

// watchedServices returns the services, with the logs in which errors are counted: those of gunicorn and of the
// workers. Beat, the migrations and Redis write no lines of that level.
func watchedServices(s stack) map[string]components.WatchedService {
	a, workers := s.application, s.application.workerLogGroups()
	services := map[string]components.WatchedService{}
	add := func(service string, name pulumi.StringInput, container string, logGroup pulumi.StringInput) {
		services[service] = components.WatchedService{
			ServiceName: name, LogGroupNames: map[string]pulumi.StringInput{container: logGroup},
		}
	}
	add("care-backend", a.care.ServiceName, "care-backend", a.care.LogGroupName)
	add("care-celery", a.celery.ServiceName, "care-celery-worker", workers["care-celery-worker"])
	if a.workers != nil {
		add("care-celery-worker", a.workers.ServiceName, "care-celery-worker-more", workers["care-celery-worker-more"])
	}
	if s.redis.stack != nil {
		services["redis"] = components.WatchedService{ServiceName: s.redis.stack.ServiceName}
	}
	return services
}
