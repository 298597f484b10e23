package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// body returns the dashboard, with the metrics of alarms first and those that explain them below.
func (b *dashboardBuilder) body() pulumi.StringOutput {
	return b.layout([]row{
		{height: 3, widgets: b.alarmState()},
		{title: "Visitors", height: 6, widgets: b.visitors()},
		{title: "Work and errors", height: 6, widgets: b.work()},
		{title: "Redis", height: 6, widgets: b.redis()},
		{title: "Services", height: 6, widgets: b.services()},
		{title: "Database", height: 6, widgets: b.database()},
	})
}

func (b *dashboardBuilder) alarmState() []widget {
	if b.args.AlarmArns == nil {
		return nil
	}
	return []widget{{title: "Alarms", alarms: b.args.AlarmArns}}
}

func (b *dashboardBuilder) visitors() []widget {
	balancer := b.args.LoadBalancer
	if balancer == nil {
		return nil
	}
	return []widget{
		{title: "Requests a minute", series: []series{{metric: balancer.targets("RequestCount", "Sum"), label: "requests"}}},
		{title: "Errors a minute", series: []series{
			{metric: balancer.targets("HTTPCode_Target_5XX_Count", "Sum"), label: "5xx by Care"},
			{metric: balancer.whole("HTTPCode_ELB_5XX_Count", "Sum"), label: "5xx by the load balancer"},
			{metric: balancer.targets("HTTPCode_Target_4XX_Count", "Sum"), label: "4xx by Care"},
		}},
		{title: "Latency in seconds", series: []series{
			{metric: balancer.targets("TargetResponseTime", "p50"), label: "half of the requests"},
			{metric: balancer.targets("TargetResponseTime", "p95"), label: "95 of 100"},
		}},
		{title: "API tasks", series: []series{
			{metric: balancer.targets("HealthyHostCount", "Minimum"), label: "healthy"},
			{metric: balancer.targets("UnHealthyHostCount", "Maximum"), label: "unhealthy"},
		}},
	}
}

func (b *dashboardBuilder) work() []widget {
	var widgets []widget
	if redis := b.args.Redis; redis != nil && redis.Metered {
		widgets = append(widgets, widget{
			title: "Tasks in the queue", series: []series{{metric: b.own(MetricQueueLength), label: "waiting"}},
			line: b.args.Thresholds[ThresholdQueueLength],
		})
	}
	if b.args.ScheduledTasks {
		widgets = append(widgets, widget{
			title:  "Scheduled tasks received a minute",
			series: []series{{metric: b.own(MetricScheduledTasks).of("Sum"), label: "by all workers"}},
		})
	}
	if len(b.errors) > 0 {
		widgets = append(widgets,
			widget{title: "Processes killed and connections lost: log lines a minute", series: b.errors})
	}
	return widgets
}

func (b *dashboardBuilder) redis() []widget {
	redis := b.args.Redis
	if redis == nil {
		return nil
	}
	connections := func(name, statistic string) metric { return redis.connections(name, statistic, b.args.ClusterName) }
	widgets := []widget{
		{
			title:  "Connections to Redis",
			series: []series{{metric: connections("ActiveConnectionCount", "Average"), label: "open"}},
		},
		{
			title:  "New connections a minute",
			series: []series{{metric: connections("NewConnectionCount", "Sum"), label: "new"}},
		},
		{title: "Bytes a minute", series: []series{{metric: connections("ProcessedBytes", "Sum"), label: "bytes"}}},
	}
	if redis.Metered {
		widgets = append(widgets, widget{
			title: "Memory of Redis in percent", series: []series{{metric: b.own(MetricMemoryPercent), label: "of maxmemory"}},
			line: b.args.Thresholds[ThresholdRedisMemoryPercent],
		})
	}
	return widgets
}

func (b *dashboardBuilder) services() []widget {
	of := func(name string) []series {
		var all []series
		for _, label := range sortedKeys(b.args.Services) {
			all = append(
				all,
				series{metric: serviceMetric(name, b.args.ClusterName, b.args.Services[label].ServiceName), label: label},
			)
		}
		return all
	}
	return []widget{
		{title: "CPU of the services in percent", series: of("CPUUtilization")},
		{title: "Memory of the services in percent", series: of("MemoryUtilization")},
	}
}

func (b *dashboardBuilder) database() []widget {
	database := b.args.Database
	if database == nil {
		return nil
	}
	return []widget{
		{
			title:  "CPU of the database in percent",
			series: []series{{metric: database.metric("CPUUtilization", "Average"), label: "CPU"}},
		},
		{
			title:  "Connections to the database",
			series: []series{{metric: database.metric("DatabaseConnections", "Maximum"), label: "open"}},
		},
		{
			title:  "Free storage in bytes",
			series: []series{{metric: database.metric("FreeStorageSpace", "Minimum"), label: "free"}},
			line:   database.minFree(b.args.Thresholds[ThresholdDatabaseFreeStoragePercent]),
		},
	}
}

// own is a metric of the stack's own namespace.
func (b *dashboardBuilder) own(name string) metric {
	return ownMetric(pulumi.String(b.args.MetricNamespace), name)
}
