package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// These are the CloudWatch namespaces of AWS's own metrics.
const (
	namespaceBackup       = "AWS/Backup"
	namespaceCertificates = "AWS/CertificateManager"
	namespaceLoadBalancer = "AWS/ApplicationELB"
	namespaceEcs          = "AWS/ECS"
	namespaceRds          = "AWS/RDS"
)

// The metrics that the components create themselves, in their MetricNamespace and without dimensions. A RedisMeter
// creates the first two, Alarms with a WatchedBeat the third. Dashboards, alarms and scaling find them by these names.
const (
	// MetricQueueLength is the number of tasks that wait in Celery's queues, without those that workers have already
	// taken.
	MetricQueueLength = "QueueLength"
	// MetricMemoryPercent is how much of Redis's maxmemory is in use, in percent.
	MetricMemoryPercent = "MemoryPercent"
	// MetricScheduledTasks is how many times workers received a task that beat schedules.
	MetricScheduledTasks = "ScheduledTasks"
)

// metric is a CloudWatch metric and the statistic of its values in a period.
type metric struct {
	namespace  pulumi.StringInput
	name       string
	dimensions []dimension
	statistic  string
}

// dimension is one part of a metric's identity. CloudWatch knows only the sets of dimensions that were sent: a metric
// with one more or less is another one, and usually empty.
type dimension struct {
	name  string
	value pulumi.StringInput
}

// of returns the same metric with another statistic.
func (m metric) of(statistic string) metric {
	m.statistic = statistic
	return m
}

// dimensionMap is how alarms take the dimensions.
func (m metric) dimensionMap() pulumi.StringMap {
	values := pulumi.StringMap{}
	for _, d := range m.dimensions {
		values[d.name] = d.value
	}
	return values
}

// query returns the metric as an operand of an expression.
func (m metric) query(id string, period int) *cloudwatch.MetricAlarmMetricQueryArgs {
	return &cloudwatch.MetricAlarmMetricQueryArgs{
		Id: pulumi.String(id),
		Metric: &cloudwatch.MetricAlarmMetricQueryMetricArgs{
			Namespace:  m.namespace.ToStringOutput().ToStringPtrOutput(),
			MetricName: pulumi.String(m.name),
			Dimensions: m.dimensionMap(),
			Stat:       pulumi.String(m.statistic), Period: pulumi.Int(period),
		},
	}
}

// serviceMetric is a metric of an ECS service
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html).
func serviceMetric(name string, cluster, service pulumi.StringInput) metric {
	return metric{
		pulumi.String(namespaceEcs),
		name,
		[]dimension{{"ClusterName", cluster}, {"ServiceName", service}},
		"Average",
	}
}

// ownMetric is a metric that the stack makes itself.
func ownMetric(namespace pulumi.StringInput, name string) metric {
	return metric{namespace, name, nil, "Maximum"}
}

// countLines creates a metric filter: each line of the log group that pattern matches adds a value to the metric
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html).
func (c *component) countLines(
	suffix string, logGroup pulumi.StringInput, pattern string, metric *cloudwatch.LogMetricFilterMetricTransformationArgs,
) error {
	_, err := cloudwatch.NewLogMetricFilter(c.ctx, c.child(suffix), &cloudwatch.LogMetricFilterArgs{
		LogGroupName: logGroup, Pattern: pulumi.String(pattern), MetricTransformation: metric,
	}, c.options()...)
	if err != nil {
		return fmt.Errorf("create metric filter %s: %w", suffix, err)
	}
	return nil
}
