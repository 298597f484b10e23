package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// The functions below say by what the number of each service's tasks is chosen: a load, the hours of the schedule, both, or
// neither.

func (c Config) redisSchedule() []components.ScheduledCount {
	if c.Schedule == nil {
		return nil
	}
	return c.Schedule.Redis()
}

func (c Config) celerySchedule() []components.ScheduledCount {
	if c.Schedule == nil {
		return nil
	}
	return c.Schedule.Celery()
}

// careScaling is nil where the number of API tasks never changes.
func (c Config) careScaling() *components.Scaling {
	if !c.scalesCare() && c.Schedule == nil {
		return nil
	}
	least := c.CareDesiredCount
	scaling := &components.Scaling{MinCount: least, MaxCount: max(c.CareMaxCount, least)}
	if c.scalesCare() {
		scaling.CpuPercent, scaling.RequestsPerTarget = c.CareCpuPercent, c.CareRequestsPerTarget
	}
	if c.Schedule != nil {
		scaling.Schedule = c.Schedule.Api(scaling.MinCount, scaling.MaxCount)
	}
	return scaling
}

// workerScaling is nil where the number of workers never changes. It counts those beside the first, which takes its share of
// the queue from beat's task.
func (c Config) workerScaling(ctx *pulumi.Context) *components.Scaling {
	if !c.scalesWorkers() && c.Schedule == nil {
		return nil
	}
	least := c.CeleryWorkers - 1
	scaling := &components.Scaling{MinCount: least, MaxCount: max(c.CeleryMaxWorkers-1, least)}
	if c.scalesWorkers() {
		scaling.Metric = &components.SharedMetric{
			Namespace: metricNamespace(ctx), Name: components.MetricQueueLength, PerTask: c.CeleryQueuePerWorker, OtherTasks: 1,
		}
	}
	if c.Schedule != nil {
		scaling.Schedule = c.Schedule.Workers(scaling.MinCount, scaling.MaxCount)
	}
	return scaling
}

// databaseWindows are those that are given. Where none is, a database that is stopped at night has both by day.
func (c Config) databaseWindows() (backup, maintenance string) {
	if c.Schedule != nil && c.DatabaseBackupWindow == "" && c.DatabaseMaintenanceWindow == "" {
		return c.Schedule.Windows()
	}
	return c.DatabaseBackupWindow, c.DatabaseMaintenanceWindow
}
