package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// errorPattern matches the lines of these levels. The main processes of gunicorn and Celery write some: about a process that
// was killed or took too long, and about a Redis that cannot be reached. Django and Celery write none about a request or a
// task that failed, because Care's logging settings disable the loggers for it; the load balancer counts failed requests
// (https://github.com/ohcnetwork/care/blob/69c2b8314/config/settings/deployment.py, disable_existing_loggers).
const errorPattern = "?ERROR ?CRITICAL"

// errorMetricPrefix begins the names of the metrics that count such lines, which end in the container's.
const errorMetricPrefix = "LogErrors/"

// Dashboard is a CloudWatch dashboard of a stack: its alarms, what visitors see, Celery's queue and the errors in the
// logs, Redis, the services, and the database. Lines with errors are counted by filters on the log groups, as they are
// written: a query would read the logs again, for money, each time that somebody looks. docs/signals.md lists the metric or
// the log line that each graph rests on.
type Dashboard struct {
	pulumi.ResourceState

	// DashboardName is the dashboard's name in CloudWatch.
	DashboardName pulumi.StringOutput `pulumi:"dashboardName"`
	// Url is where the console shows it.
	Url pulumi.StringOutput `pulumi:"url"`
}

// DashboardArgs are the inputs of NewDashboard. What is left out is not shown.
type DashboardArgs struct {
	// DashboardName is unique in the account, whose dashboards belong to no region. Default: the component's name.
	DashboardName string `pulumi:"dashboardName,optional"`
	// ClusterName is the ECS cluster's name. Required.
	ClusterName pulumi.StringInput `pulumi:"clusterName"`
	// Services are the ECS services, by the names under which they are shown. Required.
	Services map[string]WatchedService `pulumi:"services"`
	// MetricNamespace is the namespace of the metrics that the stack makes itself. Required where Redis is metered, a service
	// has LogGroupNames, or with ScheduledTasks.
	MetricNamespace string `pulumi:"metricNamespace,optional"`
	// AlarmArns are the alarms whose state is shown. Default: none.
	AlarmArns pulumi.StringArrayInput `pulumi:"alarmArns,optional"`
	// LoadBalancer is the way in. Default: none.
	LoadBalancer *WatchedLoadBalancer `pulumi:"loadBalancer,optional"`
	// Redis is an endpoint of Service Connect. Default: none.
	Redis *WatchedRedis `pulumi:"redis,optional"`
	// Database is the RDS instance. Default: none.
	Database *WatchedDatabase `pulumi:"database,optional"`
	// ScheduledTasks adds MetricScheduledTasks, which Alarms with a WatchedBeat count. Default: false.
	ScheduledTasks bool `pulumi:"scheduledTasks,optional"`
	// Thresholds are drawn as lines where a value is shown that has one. Default: those of DefaultAlarmThresholds.
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

// Validate checks every value and gives all problems at once.
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

// NewDashboard checks args and creates the dashboard. It gives an error, and registers nothing, when args are nil or a
// value breaks a rule.
func NewDashboard(ctx *pulumi.Context, name string, args *DashboardArgs, opts ...pulumi.ResourceOption) (*Dashboard, error) {
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

// countErrors has each log group's lines with an error counted.
func (b *dashboardBuilder) countErrors() error {
	for _, service := range sortedKeys(b.args.Services) {
		groups := b.args.Services[service].LogGroupNames
		for _, container := range sortedKeys(groups) {
			metric := ownMetric(pulumi.String(b.args.MetricNamespace), errorMetricPrefix+container).of("Sum")
			err := b.countLines("errors-"+container, groups[container], errorPattern, &cloudwatch.LogMetricFilterMetricTransformationArgs{
				Namespace: pulumi.String(b.args.MetricNamespace), Name: pulumi.String(metric.name), Value: pulumi.String("1"),
			})
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
