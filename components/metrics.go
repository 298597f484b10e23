package components

// What the meter in Redis's task measures, as names of CloudWatch metrics without dimensions in the namespace of the
// stack.
const (
	// MetricQueueLength is how many tasks wait in Celery's queue.
	MetricQueueLength = "QueueLength"
	// MetricMemoryPercent is how much of its maxmemory Redis uses, in percent.
	MetricMemoryPercent = "MemoryPercent"
)
