package components

// The metrics that the components create themselves, in their MetricNamespace and without dimensions. A RedisMeter creates
// the first two, Alarms with a WatchedBeat the third. Dashboards, alarms and scaling find them by these names.
const (
	// MetricQueueLength is how many tasks wait in Celery's queues; what workers have taken already is not in them.
	MetricQueueLength = "QueueLength"
	// MetricMemoryPercent is how much of Redis's maxmemory is in use, in percent.
	MetricMemoryPercent = "MemoryPercent"
	// MetricScheduledTasks is how many times workers received a task that beat schedules.
	MetricScheduledTasks = "ScheduledTasks"
)
