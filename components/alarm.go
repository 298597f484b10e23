package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// What an alarm makes of a period without a value
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
	// name ends the resource's name, and is what the operations page calls the alarm.
	name string
	// description says what is the matter, to a person who is woken by it.
	description string
	metric      metric
	// expression is made of operands, which it calls by their keys.
	expression string
	operands   map[string]metric
	// period is in seconds; of the last periods, datapoints must be bad.
	period, periods, datapoints int
	comparison                  string
	threshold                   float64
	missing                     string
	actions                     pulumi.StringArray
}

// watch makes an alarm. It tells of its beginning and its end.
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
	if a.expression == "" {
		args.Namespace, args.MetricName = a.metric.namespace.ToStringOutput().ToStringPtrOutput(), pulumi.String(a.metric.name)
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

// queries gives the expression, of which alone the alarm sees the result, and its operands.
func (a alarm) queries() cloudwatch.MetricAlarmMetricQueryArray {
	queries := cloudwatch.MetricAlarmMetricQueryArray{&cloudwatch.MetricAlarmMetricQueryArgs{
		Id: pulumi.String("result"), Expression: pulumi.String(a.expression), Label: pulumi.String(a.name), ReturnData: pulumi.Bool(true),
	}}
	for _, id := range sortedKeys(a.operands) {
		queries = append(queries, a.operands[id].query(id, a.period))
	}
	return queries
}

// stack names the stack to whoever is on call for several.
func (c *component) stack() string { return c.ctx.Project() + "/" + c.ctx.Stack() }

// alarmArns gives the ARNs of alarms in their order.
func alarmArns(alarms []*cloudwatch.MetricAlarm) pulumi.StringArrayOutput {
	arns := make(pulumi.StringArray, 0, len(alarms))
	for _, made := range alarms {
		arns = append(arns, made.Arn)
	}
	return arns.ToStringArrayOutput()
}

// actions gives alarms' actions as the provider takes them.
func actions(arns pulumi.StringArray) pulumi.Array {
	list := make(pulumi.Array, 0, len(arns))
	for _, arn := range arns {
		list = append(list, arn)
	}
	return list
}
