package components

// The metrics that a RedisMeter measures, in its MetricNamespace and without dimensions. Dashboards, alarms and scaling
// find them by these names.
const (
	// MetricQueueLength is how many tasks wait in Celery's queues; what workers have taken already is not in them.
	MetricQueueLength = "QueueLength"
	// MetricMemoryPercent is how much of Redis's maxmemory is in use, in percent.
	MetricMemoryPercent = "MemoryPercent"
)
