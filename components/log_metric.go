package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

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
