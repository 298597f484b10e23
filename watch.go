package main

import (
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
	if c.Alarms {
		if w.alarms, err = components.NewAlarms(ctx, "care", c.alarms(ctx, s, d, a)); err != nil {
			return w, err
		}
	}
	if c.Dashboard {
		w.dashboard, err = components.NewDashboard(ctx, "care", c.dashboard(ctx, s, d, a, w.alarms))
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
		TopicArn:         s.topic.Arn,
		ClusterName:      s.cluster.Name,
		ServiceArns:      services,
		MetricNamespace:  metricNamespace(ctx),
		Redis:            d.redis.watched,
		Database:         d.database.watched,
		BeatLogGroupName: a.celery.BeatLogGroupName,
		Thresholds:       c.AlarmThresholds,
	}
	if c.Schedule != nil {
		// A stack that sleeps is silent, and these would ring each night.
		args.Redis, args.BeatLogGroupName = nil, nil
	}
	return args
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

// watched are the services and the logs of Care in them. Redis has its own way of telling what is wrong.
func (a application) watched(d data) map[string]components.WatchedService {
	celery := map[string]pulumi.StringInput{}
	for _, container := range []string{"care-celery-beat", "care-celery-migrate", "care-celery-worker"} {
		celery[container] = a.celery.LogGroupNames.MapIndex(pulumi.String(container))
	}
	services := map[string]components.WatchedService{
		"care-backend": {
			ServiceName: a.care.ServiceName, LogGroupNames: map[string]pulumi.StringInput{"care-backend": a.care.LogGroupName},
		},
		"care-celery": {ServiceName: a.celery.ServiceName, LogGroupNames: celery},
	}
	if a.workers != nil {
		services["care-celery-worker"] = components.WatchedService{
			ServiceName: a.workers.ServiceName, LogGroupNames: map[string]pulumi.StringInput{"care-celery-worker-more": a.workers.LogGroupName},
		}
	}
	if d.redis.watched != nil {
		services["redis"] = components.WatchedService{ServiceName: d.redis.watched.ServiceName}
	}
	return services
}
