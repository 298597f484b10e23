package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// errorPattern matches lines of these levels. The main processes of gunicorn and Celery write some, about a process
// that was killed or took too long and about a Redis that cannot be reached. Django and Celery write none about a
// request or a task that failed, because Care's logging settings disable their loggers; the load balancer counts failed
// requests (https://github.com/ohcnetwork/care/blob/69c2b8314/config/settings/deployment.py, disable_existing_loggers).
const errorPattern = "?ERROR ?CRITICAL"

// errorMetricPrefix is the prefix of the metrics that count such lines. The container's name follows it.
const errorMetricPrefix = "LogErrors/"

// Dashboard is a CloudWatch dashboard of a stack: its alarms, the requests at the load balancer, Celery's queue and the
// errors in the logs, Redis, the services, and the database. Metric filters count the lines with errors as they are
// written, because a query would read the logs again at each view, at a cost. docs/signals.md lists the metric or the
// log line of each graph.
type Dashboard struct {
	pulumi.ResourceState

	// DashboardName is the dashboard's name in CloudWatch.
	DashboardName pulumi.StringOutput `pulumi:"dashboardName"`
	// Url is the dashboard's address in the AWS console.
	Url pulumi.StringOutput `pulumi:"url"`
}

// DashboardArgs are the inputs of NewDashboard. A subject that is not set has no graphs.
type DashboardArgs struct {
	// DashboardName is unique in the account, whose dashboards belong to no region. Default: the component's name.
	DashboardName string `pulumi:"dashboardName,optional"`
	// ClusterName is the ECS cluster's name. Required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// Services are the ECS services, by the names under which they are shown. Required.
	Services map[string]WatchedService `pulumi:"services"`
	// MetricNamespace is the namespace of the stack's own metrics. Required if Redis is metered, if a service has
	// LogGroupNames, or with ScheduledTasks.
	MetricNamespace string `pulumi:"metricNamespace,optional"`
	// AlarmArns are the alarms whose state the dashboard shows. Default: none.
	AlarmArns pulumi.StringArrayInput `pulumi:"alarmArns,optional"`
	// LoadBalancer is the load balancer and target group of Care. Default: none.
	LoadBalancer *WatchedLoadBalancer `pulumi:"loadBalancer,optional"`
	// Redis is an endpoint of Service Connect. Default: none.
	Redis *WatchedRedis `pulumi:"redis,optional"`
	// Database is the RDS instance. Default: none.
	Database *WatchedDatabase `pulumi:"database,optional"`
	// ScheduledTasks adds MetricScheduledTasks, which Alarms with a WatchedBeat count. Default: false.
	ScheduledTasks bool `pulumi:"scheduledTasks,optional"`
	// Thresholds are drawn as lines in the graphs of their metrics. Default: those of DefaultAlarmThresholds.
	Thresholds AlarmThresholds `pulumi:"thresholds,optional"`
}

func (args *DashboardArgs) withDefaults(name string) DashboardArgs {
	var a DashboardArgs
	if args != nil {
		a = *args
	}
	a.DashboardName = or(a.DashboardName, name)
	a.Thresholds = a.Thresholds.withDefaults()
	return a
}

// Validate checks every value and returns all problems at once.
func (args *DashboardArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *DashboardArgs")
	}
	problems := []error{
		rule.Given("clusterName", args.ClusterName != nil, "take it from the Cluster"),
		rule.Given("services", len(args.Services) > 0, "give the services' names"),
		args.Thresholds.Validate("thresholds"),
	}
	if args.DashboardName != "" {
		problems = append(problems, rule.DashboardName("dashboardName", args.DashboardName))
	}
	own := args.ScheduledTasks || args.Redis != nil && args.Redis.Metered
	for _, name := range sortedKeys(args.Services) {
		argument := fmt.Sprintf("services[%q]", name)
		problems = append(problems, args.Services[name].validate(argument))
		own = own || len(args.Services[name].LogGroupNames) > 0
	}
	if own {
		problems = append(problems, rule.MetricNamespace("metricNamespace", args.MetricNamespace))
	}
	if args.LoadBalancer != nil {
		problems = append(problems, args.LoadBalancer.validate("loadBalancer"))
	}
	if args.Redis != nil {
		problems = append(problems, args.Redis.validate("redis"))
	}
	if args.Database != nil {
		problems = append(problems, args.Database.validate("database"))
	}
	return rule.All(problems...)
}

// NewDashboard checks args and creates the dashboard. It returns an error and registers nothing if args is nil or
// invalid.
func NewDashboard(ctx *pulumi.Context, name string, args *DashboardArgs,
	opts ...pulumi.ResourceOption,
) (*Dashboard, error) {
	a := args.withDefaults(name)
	dashboard := &Dashboard{}
	c, err := register(ctx, "Dashboard", name, dashboard, args.Validate(), nil, opts)
	if err != nil {
		return nil, err
	}
	b := &dashboardBuilder{component: c, args: a, dashboard: dashboard}
	return dashboard, b.build(b.countErrors, b.createDashboard)
}

type dashboardBuilder struct {
	*component
	args      DashboardArgs
	dashboard *Dashboard

	errors []series
}

// countErrors creates the metric filters that count each log group's lines with errors.
func (b *dashboardBuilder) countErrors() error {
	for _, service := range sortedKeys(b.args.Services) {
		groups := b.args.Services[service].LogGroupNames
		for _, container := range sortedKeys(groups) {
			metric := ownMetric(pulumi.String(b.args.MetricNamespace), errorMetricPrefix+container).of("Sum")
			err := b.countLines(
				"errors-"+container,
				groups[container],
				errorPattern,
				&cloudwatch.LogMetricFilterMetricTransformationArgs{
					Namespace: pulumi.String(b.args.MetricNamespace), Name: pulumi.String(metric.name), Value: pulumi.String("1"),
				},
			)
			if err != nil {
				return err
			}
			b.errors = append(b.errors, series{metric: metric, label: container})
		}
	}
	return nil
}

func (b *dashboardBuilder) createDashboard() error {
	made, err := cloudwatch.NewDashboard(b.ctx, b.name, &cloudwatch.DashboardArgs{
		DashboardName: pulumi.String(b.args.DashboardName),
		DashboardBody: b.body(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create dashboard: %w", err)
	}
	d := b.dashboard
	d.DashboardName = made.DashboardName
	d.Url = pulumi.Sprintf("https://%[1]s.console.aws.amazon.com/cloudwatch/home?region=%[1]s#dashboards/dashboard/%[2]s",
		b.region(), made.DashboardName)
	return nil
}
