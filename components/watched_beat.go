package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// WatchedBeat is a task that Celery's beat schedules, as workers log it. The logs of beat are no sign that it works:
// Care's logging settings disable the loggers that exist when they are read, and beat's is one of them
// (https://github.com/ohcnetwork/care/blob/69c2b8314/config/settings/deployment.py, disable_existing_loggers). A worker
// logs each task that it receives.
type WatchedBeat struct {
	// TaskNames are the full names that the task has in different images; one is enough. Required.
	TaskNames []string `pulumi:"taskNames"`
	// LogGroupNames are the log groups of all workers, by the containers' names: any worker may receive the task.
	// Required.
	LogGroupNames map[string]pulumi.StringInput `pulumi:"logGroupNames"`
	// MeterLogGroupName is the log group of a RedisMeter. Each of its lines counts as zero tasks, so that hours in
	// which workers log nothing have a value too. Default: none, hours without a worker's line have no value and start
	// no alarm.
	MeterLogGroupName pulumi.StringInput `pulumi:"meterLogGroupName,optional"`
}

func (w *WatchedBeat) validate(argument string) error {
	problems := []error{
		rule.Given(argument+".taskNames", len(w.TaskNames) > 0, "give the task's full name"),
		rule.Unique(argument+".taskNames", w.TaskNames),
		rule.Given(argument+".logGroupNames", len(w.LogGroupNames) > 0, "give the log groups of all workers"),
	}
	for _, name := range w.TaskNames {
		problems = append(problems, rule.TaskName(argument+".taskNames", name))
	}
	return rule.All(append(problems, validateLogGroups(argument, w.LogGroupNames)...)...)
}

// pattern matches the line in which a worker reports that it received the task, and others about the same task
// (https://github.com/celery/celery/blob/v5.4.0/celery/app/trace.py, LOG_RECEIVED).
func (w *WatchedBeat) pattern() string {
	terms := make([]string, 0, len(w.TaskNames))
	for _, name := range w.TaskNames {
		terms = append(terms, fmt.Sprintf(`?"Task %s["`, name))
	}
	return strings.Join(terms, " ")
}

// createMetric creates the filters that count the task in MetricScheduledTasks: one for the logs of each worker and, if
// there is a meter, one that adds zeros.
func (w *WatchedBeat) createMetric(c *component, namespace string) error {
	for _, container := range sortedKeys(w.LogGroupNames) {
		err := c.countLines(
			"beat-"+container,
			w.LogGroupNames[container],
			w.pattern(),
			&cloudwatch.LogMetricFilterMetricTransformationArgs{
				Namespace: pulumi.String(namespace), Name: pulumi.String(MetricScheduledTasks),
				Value: pulumi.String("1"), DefaultValue: pulumi.String("0"), Unit: pulumi.String("Count"),
			},
		)
		if err != nil {
			return err
		}
	}
	if w.MeterLogGroupName == nil {
		return nil
	}
	return c.countLines(
		"beat-none",
		w.MeterLogGroupName,
		meterPattern(meterQueueLength),
		&cloudwatch.LogMetricFilterMetricTransformationArgs{
			Namespace: pulumi.String(namespace),
			Name:      pulumi.String(MetricScheduledTasks), Value: pulumi.String("0"), Unit: pulumi.String("Count"),
		},
	)
}
