package components

import (
	_ "embed"
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// DefaultQueue is Celery's default queue, a list in Redis
// (https://docs.celeryq.dev/en/stable/userguide/configuration.html#task-default-queue).
const DefaultQueue = "celery"

const (
	meterContainer = "redis-meter"
	// meterInterval is the time in seconds between two measurements. It is half a minute, CloudWatch's period, so that
	// one failed measurement leaves no gap.
	meterInterval = 30
	// meterCpu and meterMemory are the meter's share of Redis's task, in CPU units and MiB. It is enough for a few
	// short processes and, during a shell session, the agent of ECS Exec.
	meterCpu    = 32
	meterMemory = 128
)

//go:embed redis_meter.sh
var meterScript string

// RedisMeter is a second container in Redis's task that measures Celery's queue and Redis's memory twice a minute.
// Metric filters turn the lines of its log into the metrics QueueLength and MemoryPercent. It uses 32 CPU units and 128
// MiB of the task. Redis continues if it ends.
type RedisMeter struct {
	// MetricNamespace is the namespace of the metrics. Each stack of an account and region needs its own. Required.
	MetricNamespace string `pulumi:"metricNamespace"`
	// Queues are the lists whose lengths are added up. Default: celery.
	Queues []string `pulumi:"queues,optional"`
}

func (m *RedisMeter) withDefaults() *RedisMeter {
	if m == nil {
		return nil
	}
	meter := *m
	if len(meter.Queues) == 0 {
		meter.Queues = []string{DefaultQueue}
	}
	return &meter
}

func (m *RedisMeter) validate() error {
	if m == nil {
		return nil
	}
	problems := []error{
		rule.MetricNamespace("meter.metricNamespace", m.MetricNamespace),
		rule.Unique("meter.queues", m.Queues),
	}
	for _, queue := range m.Queues {
		problems = append(problems, rule.QueueName("meter.queues", queue))
	}
	return rule.All(problems...)
}

// size returns the meter's share of the task, or zeros without a meter.
func (m *RedisMeter) size() (cpu, memory int) {
	if m == nil {
		return 0, 0
	}
	return meterCpu, meterMemory
}

// container returns the meter's container. It uses Redis's own image, for redis-cli, and replaces the entry point
// because the image's own starts another Redis. It has no dependencies on other containers or of others on it, because
// a task stops dependent containers first.
func (m *RedisMeter) container(image pulumi.StringInput, redis Container) Container {
	container := Container{
		Name:         meterContainer,
		Image:        image,
		Cpu:          meterCpu,
		Memory:       meterMemory,
		NonEssential: true,
		EntryPoint:   pulumi.ToStringArray([]string{"sh", "-c", meterScript, meterContainer}),
		Command:      pulumi.ToStringArray(append([]string{strconv.Itoa(meterInterval)}, m.Queues...)),
	}
	if password, ok := redis.Secrets[redisCliPassword]; ok {
		container.Secrets = map[string]SecretReference{redisCliPassword: password}
	}
	return container
}

// The fields of the meter's lines.
const (
	meterQueueLength   = "queueLength"
	meterMemoryPercent = "memoryPercent"
)

// meterPattern matches the lines of the meter that have the field. The line for a Redis that does not answer has none.
func meterPattern(field string) string { return fmt.Sprintf("{ $.%s >= 0 }", field) }

// createMetrics turns the lines of the meter's log into metrics.
func (m *RedisMeter) createMetrics(c *component, logGroup pulumi.StringInput) error {
	for _, metric := range []struct{ suffix, name, field, unit string }{
		{"queue-length", MetricQueueLength, meterQueueLength, "Count"},
		{"memory-percent", MetricMemoryPercent, meterMemoryPercent, "Percent"},
	} {
		err := c.countLines(
			metric.suffix,
			logGroup,
			meterPattern(metric.field),
			&cloudwatch.LogMetricFilterMetricTransformationArgs{
				Namespace: pulumi.String(m.MetricNamespace), Name: pulumi.String(metric.name),
				Value: pulumi.String("$." + metric.field), Unit: pulumi.String(metric.unit),
			},
		)
		if err != nil {
			return err
		}
	}
	return nil
}
