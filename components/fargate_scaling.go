package components

import (
	"fmt"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Scaling lets Application Auto Scaling choose the number of a service's tasks by their load, by a schedule, or both.
// Each kind of load has its own policy, and the policy that needs the most tasks decides
// (https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html).
type Scaling struct {
	// MinCount is the minimum number of tasks. Scaling by a load needs 1 or more, because a service without tasks has
	// no load. Required.
	MinCount int `pulumi:"minCount"`
	// MaxCount is the maximum number of tasks, at most 1 for a singleton. Required.
	MaxCount int `pulumi:"maxCount"`
	// CpuPercent is the target for the average CPU utilization of the tasks, in percent. Default: none, the service
	// does not scale by CPU.
	CpuPercent int `pulumi:"cpuPercent,optional"`
	// RequestsPerTarget is the target for the number of requests a minute that each task receives. It requires a
	// LoadBalancer with its RequestCountLabel. Default: none, the service does not scale by requests.
	RequestsPerTarget int `pulumi:"requestsPerTarget,optional"`
	// Metric is a load with one value for all tasks, such as the length of a queue. Default: none.
	Metric *SharedMetric `pulumi:"metric,optional"`
	// Schedule changes MinCount and MaxCount at set times. With a schedule, the values above apply only until the first
	// of its times. Default: none.
	Schedule []ScheduledCount `pulumi:"schedule,optional"`
}

// SharedMetric is a CloudWatch metric without dimensions whose value the running tasks share out among them.
type SharedMetric struct {
	// Namespace is the metric's namespace. Required.
	Namespace string `pulumi:"namespace"`
	// Name is the metric's name. Required.
	Name string `pulumi:"name"`
	// PerTask is how much of it each task shall have. Required.
	PerTask int `pulumi:"perTask"`
	// OtherTasks is how many tasks of other services share it as well, all the time. Default: 0.
	OtherTasks int `pulumi:"otherTasks,optional"`
}

// ScheduledCount is a time at which the number of tasks gets new bounds.
type ScheduledCount struct {
	// Name identifies the time within the service: lower-case letters, digits and hyphens. Required.
	Name string `pulumi:"name"`
	// Expression is cron(minutes hours day-of-month month day-of-week year) or at(yyyy-mm-ddThh:mm:ss). Required.
	Expression string `pulumi:"expression"`
	// TimeZone is the zone of these times, as in Asia/Kolkata. Default: UTC.
	TimeZone string `pulumi:"timeZone,optional"`
	// MinCount is the minimum number of tasks from then on. Required.
	MinCount int `pulumi:"minCount"`
	// MaxCount is the greatest number of tasks from then on. Required.
	MaxCount int `pulumi:"maxCount"`
}

// follows reports whether the number of tasks depends on a load.
func (s Scaling) follows() bool {
	return s.CpuPercent != 0 || s.RequestsPerTarget != 0 || s.Metric != nil
}

func (s ScheduledCount) withDefaults() ScheduledCount {
	s.TimeZone = or(s.TimeZone, "UTC")
	return s
}

func (s *Scaling) withDefaults() *Scaling {
	if s == nil {
		return nil
	}
	scaling := *s
	scaling.Schedule = make([]ScheduledCount, len(s.Schedule))
	for i, at := range s.Schedule {
		scaling.Schedule[i] = at.withDefaults()
	}
	return &scaling
}

// validateScaling checks Scaling and its fit to the service. If a singleton may have two tasks, it reports only that.
func (args FargateServiceArgs) validateScaling() error {
	s := args.Scaling
	if s == nil {
		return nil
	}
	if args.Singleton {
		if err := s.validateSingleton(); err != nil {
			return err
		}
	}
	problems := []error{
		validateBounds("scaling", s.MinCount, s.MaxCount),
		s.validateFollowing(args.LoadBalancer),
		s.validateSchedule(),
	}
	if count := *args.DesiredCount; count < s.MinCount || count > s.MaxCount {
		problems = append(problems, rule.Broken("desiredCount", count,
			fmt.Sprintf("must be scaling's %d to %d", s.MinCount, s.MaxCount), "leave it out, or change scaling"))
	}
	return rule.All(problems...)
}

// validateScaledCount checks the number of tasks by the rules of a service, for a component that creates the service
// later.
func validateScaledCount(service *FargateServiceArgs) error {
	args := service.withDefaults("")
	return rule.All(args.validateCounts(), args.validateScaling())
}

func (s Scaling) validateSingleton() error {
	const words, fix = "a singleton has at most one task and does not scale by a load", "set 0 or 1, and no load"
	if s.MaxCount > 1 || s.follows() {
		return rule.Broken("scaling.maxCount", s.MaxCount, words, fix)
	}
	for _, at := range s.Schedule {
		if at.MaxCount > 1 {
			return rule.Broken(fmt.Sprintf("scaling.schedule[%q].maxCount", at.Name), at.MaxCount, words, fix)
		}
	}
	return nil
}

func validateBounds(argument string, minCount, maxCount int) error {
	return rule.All(
		rule.Between(argument+".minCount", minCount, 0, 5000),
		rule.Between(argument+".maxCount", maxCount, max(minCount, 0), 5000),
	)
}

func (s Scaling) validateFollowing(target *LoadBalancerTarget) error {
	var problems []error
	if s.follows() && s.MinCount < 1 {
		problems = append(problems, rule.Broken("scaling.minCount", s.MinCount,
			"scaling measures running tasks, so it cannot start the first", "give 1 or more"))
	}
	if !s.follows() && len(s.Schedule) == 0 {
		problems = append(problems, rule.Broken("scaling", "…", "must name a load or a time to scale by",
			"give cpuPercent, requestsPerTarget, metric or schedule, or leave scaling out"))
	}
	if s.CpuPercent != 0 {
		problems = append(problems, rule.Between("scaling.cpuPercent", s.CpuPercent, 1, 100))
	}
	if s.RequestsPerTarget != 0 {
		problems = append(problems, rule.Between("scaling.requestsPerTarget", s.RequestsPerTarget, 1, 1000000),
			rule.Given("loadBalancer.requestCountLabel", target != nil && target.RequestCountLabel != nil,
				"take it from a Route, or leave scaling.requestsPerTarget out"))
	}
	if s.Metric != nil {
		problems = append(problems, s.Metric.validate())
	}
	return rule.All(problems...)
}

func (m SharedMetric) validate() error {
	return rule.All(
		rule.MetricNamespace("scaling.metric.namespace", m.Namespace),
		rule.Present("scaling.metric.name", m.Name, "give the metric's name"),
		rule.Between("scaling.metric.perTask", m.PerTask, 1, 1000000),
		rule.Between("scaling.metric.otherTasks", m.OtherTasks, 0, 5000),
	)
}

func (s Scaling) validateSchedule() error { return validateSchedule("scaling.schedule", s.Schedule) }

func validateSchedule(list string, schedule []ScheduledCount) error {
	var problems []error
	names := []string{}
	for _, given := range schedule {
		at := given.withDefaults()
		argument := fmt.Sprintf("%s[%q]", list, at.Name)
		names = append(names, at.Name)
		problems = append(problems,
			rule.PortName(argument+".name", at.Name),
			rule.ScheduleExpression(argument+".expression", at.Expression),
			rule.TimeZone(argument+".timeZone", at.TimeZone),
			validateBounds(argument, at.MinCount, at.MaxCount),
		)
	}
	return rule.All(append(problems, rule.Unique(list+"[].name", names))...)
}

// validateSingletonSchedule checks the times at which a singleton stops and starts.
func validateSingletonSchedule(schedule []ScheduledCount) error {
	problems := []error{validateSchedule("schedule", schedule)}
	for _, at := range schedule {
		problems = append(problems, rule.Between(fmt.Sprintf("schedule[%q].maxCount", at.Name), at.MaxCount, 0, 1))
	}
	return rule.All(problems...)
}

// singletonScaling returns a Scaling by which only the schedule stops and starts a singleton, or nil if the singleton
// always runs.
func singletonScaling(schedule []ScheduledCount) *Scaling {
	if len(schedule) == 0 {
		return nil
	}
	return &Scaling{MinCount: 1, MaxCount: 1, Schedule: schedule}
}

// stopped returns the arguments of a service without tasks if Stopped is set.
func (args FargateServiceArgs) stopped() FargateServiceArgs {
	if !args.Stopped {
		return args
	}
	args.DesiredCount = new(int)
	if args.Scaling != nil {
		args.Scaling = &Scaling{}
	}
	return args
}

// ignored returns the service's properties that the program leaves to Application Auto Scaling once the service exists.
func (args FargateServiceArgs) ignored() []string {
	if args.Scaling == nil || args.Stopped {
		return nil
	}
	return []string{"desiredCount"}
}
