package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// These are the ways in which an alarm treats a period without a value
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html, missing data).
const (
	missingIsBad  = "breaching"
	missingIsGood = "notBreaching"
)

// The ways in which alarms compare.
const (
	atLeast  = "GreaterThanOrEqualToThreshold"
	moreThan = "GreaterThanThreshold"
	lessThan = "LessThanThreshold"
)

// alarm is one alarm about a metric or, with an expression, about several.
type alarm struct {
	// name is the suffix of the resource's name, and the alarm's name on the operations page.
	name string
	// description explains the problem to the person whom the alarm wakes.
	description string
	metric      metric
	// expression refers to its operands by their keys.
	expression string
	operands   map[string]metric
	// period is in seconds; of the last periods, datapoints must be bad.
	period, periods, datapoints int
	comparison                  string
	threshold                   float64
	missing                     string
	actions                     pulumi.StringArray
	// suspended keeps the alarm from notifying its topics.
	suspended bool
}

// watch creates an alarm that notifies its topics when it starts and when it ends.
func (c *component) watch(a alarm) (*cloudwatch.MetricAlarm, error) {
	args := &cloudwatch.MetricAlarmArgs{
		AlarmDescription:   pulumi.String(fmt.Sprintf("%s: %s docs/operations.md, %s.", c.stack(), a.description, a.name)),
		ComparisonOperator: pulumi.String(a.comparison),
		Threshold:          pulumi.Float64(a.threshold),
		EvaluationPeriods:  pulumi.Int(a.periods),
		DatapointsToAlarm:  pulumi.Int(a.datapoints),
		TreatMissingData:   pulumi.String(a.missing),
		AlarmActions:       actions(a.actions),
		OkActions:          actions(a.actions),
		Tags:               c.tagged(),
	}
	if a.suspended {
		args.ActionsEnabled = pulumi.Bool(false)
	}
	if a.expression == "" {
		args.Namespace, args.MetricName = a.metric.namespace.ToStringOutput().ToStringPtrOutput(), pulumi.String(
			a.metric.name,
		)
		args.Dimensions, args.Statistic = a.metric.dimensionMap(), pulumi.String(a.metric.statistic)
		args.Period = pulumi.Int(a.period)
	} else {
		args.MetricQueries = a.queries()
	}
	made, err := cloudwatch.NewMetricAlarm(c.ctx, c.child(a.name), args, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("create alarm %s: %w", a.name, err)
	}
	return made, nil
}

// queries returns the expression and its operands. Only the expression's result is compared with the threshold.
func (a alarm) queries() cloudwatch.MetricAlarmMetricQueryArray {
	queries := cloudwatch.MetricAlarmMetricQueryArray{&cloudwatch.MetricAlarmMetricQueryArgs{
		Id:         pulumi.String("result"),
		Expression: pulumi.String(a.expression), Label: pulumi.String(a.name), ReturnData: pulumi.Bool(true),
	}}
	for _, id := range sortedKeys(a.operands) {
		queries = append(queries, a.operands[id].query(id, a.period))
	}
	return queries
}

// stack returns the stack's name, for people who are on call for several stacks.
func (c *component) stack() string { return c.ctx.Project() + "/" + c.ctx.Stack() }

// alarmArns returns the ARNs of alarms in their order.
func alarmArns(alarms []*cloudwatch.MetricAlarm) pulumi.StringArrayOutput {
	arns := make(pulumi.StringArray, 0, len(alarms))
	for _, made := range alarms {
		arns = append(arns, made.Arn)
	}
	return arns.ToStringArrayOutput()
}

// actions converts the ARNs of an alarm's actions to the type that the provider uses.
func actions(arns pulumi.StringArray) pulumi.Array {
	list := make(pulumi.Array, 0, len(arns))
	for _, arn := range arns {
		list = append(list, arn)
	}
	return list
}
