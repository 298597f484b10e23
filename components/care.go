package components

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The defaults of Care, as in OHC's own task definition for staging, in CPU units and MiB.
const (
	DefaultCareCpu    = 512
	DefaultCareMemory = 1024
)

// These are the targets of Care's scaling.
const (
	// DefaultCareCpuPercent leaves room for the load of the three minutes until an additional task works.
	DefaultCareCpuPercent = 60
	// DefaultCareRequestsPerTarget is the number of requests a minute that is about half the capacity of a task, whose
	// two gunicorn workers answer one request at a time in about 200 ms.
	DefaultCareRequestsPerTarget = 300
)

const (
	carePort = 9000
	// careGracePeriod is the time, in seconds, in which a starting task may fail the load balancer's checks: it collects
	// static files first.
	careGracePeriod = 180
)

// Care is Care's API: gunicorn behind a load balancer, a client of Service Connect. Its container has the component's
// name.
type Care struct {
	pulumi.ResourceState

	// ServiceArn is the ARN of the ECS service, known once the service is steady.
	ServiceArn pulumi.StringOutput `pulumi:"serviceArn"`
	// ServiceName is the service's name within its cluster.
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// SecurityGroupId is the security group of the tasks.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// TargetGroupArnSuffix is the end of the target group's ARN, by which CloudWatch knows it.
	TargetGroupArnSuffix pulumi.StringOutput `pulumi:"targetGroupArnSuffix"`
	// AlarmArns are the two alarms, for a Dashboard. It is empty without Alarms.
	AlarmArns pulumi.StringArrayOutput `pulumi:"alarmArns"`
	// LogGroupName is the log group of the API.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// Deployed has the settings of the deployed service, as in FargateService.
	Deployed pulumi.MapOutput `pulumi:"deployed"`
}

// CareArgs are the inputs of NewCare.
type CareArgs struct {
	// Placement is the cluster and network of the service. Required.
	Placement Placement `pulumi:"placement"`
	// Image is the image of Care and its environment. Required.
	Image CareImage `pulumi:"image"`
	// Entrance is the way in, through a load balancer. Required.
	Entrance Entrance `pulumi:"entrance"`
	// Family is the name of the task definition. Default: the component's name.
	Family string `pulumi:"family,optional"`
	// Cpu is a task's CPU units. Default: 512; if only Memory is set, the smallest value that Fargate offers with it.
	Cpu int `pulumi:"cpu,optional"`
	// Memory is a task's memory in MiB. Default: 1024; if only Cpu is set, the smallest value that Fargate offers with
	// it.
	Memory int `pulumi:"memory,optional"`
	// DesiredCount is the number of tasks, or the initial number with Scaling. Default: 1, or Scaling's MinCount.
	DesiredCount *int `pulumi:"desiredCount,optional"`
	// Scaling lets Application Auto Scaling choose the number of tasks. Default: none, it stays at DesiredCount.
	Scaling *Scaling `pulumi:"scaling,optional"`
	// Stopped keeps the service without tasks, as in FargateServiceArgs. Default: false.
	Stopped bool `pulumi:"stopped,optional"`
	// Spot runs the tasks on spare capacity at a much lower price. AWS reclaims it with two minutes' notice and may
	// have none for a while, during which the API can be unavailable. Default: false.
	Spot bool `pulumi:"spot,optional"`
	// Connects lists the Connections of Care: its database and Redis. Required.
	Connects map[string]ConnectionInput `pulumi:"connects"`
	// InternetEgressPorts are the ports that Care may reach anywhere. Default: 443.
	InternetEgressPorts []int `pulumi:"internetEgressPorts,optional"`
	// TaskRolePolicies are the containers' permissions in AWS, as in FargateServiceArgs. An image of generation 3 needs
	// ObjectStatements of Buckets. Default: none.
	TaskRolePolicies map[string]PolicyStatementArrayInput `pulumi:"taskRolePolicies,optional"`
	// Sms lets the tasks send SMS through SNS by their role, as images of generation 3 do. They may publish to phone
	// numbers only, and to no topic. Default: false.
	Sms bool `pulumi:"sms,optional"`
	// DatabaseConnections is how many connections to the database each task opens at once, which a rehearsal adds up: 1 to
	// 65535. Default: one for each process and thread of gunicorn, CareDatabaseConnections.
	DatabaseConnections int `pulumi:"databaseConnections,optional"`
	// Alarms are two alarms for Care that roll back a deployment during which they go off. Default: none, ECS rolls
	// back only deployments whose tasks do not start.
	Alarms *CareAlarms `pulumi:"alarms,optional"`
	// WaitFor are outputs that must be known before Care is deployed, such as Celery's ServiceArn, because Celery
	// migrates the database. Default: none.
	WaitFor map[string]pulumi.StringInput `pulumi:"waitFor,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

// Entrance is a load balancer's listener and the host for which requests come in; an Alb has all of it.
type Entrance struct {
	// ListenerArn is the listener. Required.
	ListenerArn pulumi.StringInput `pulumi:"listenerArn"`
	// HostName is the host. Required.
	HostName pulumi.StringInput `pulumi:"hostName"`
	// SecurityGroupId is the load balancer's security group. Required.
	SecurityGroupId pulumi.StringInput `pulumi:"securityGroupId"`
}

func (args *CareArgs) withDefaults(name string) CareArgs {
	var a CareArgs
	if args != nil {
		a = *args
	}
	a.Family = or(a.Family, name)
	if a.Cpu == 0 && a.Memory == 0 {
		a.Cpu, a.Memory = DefaultCareCpu, DefaultCareMemory
	}
	a.Cpu, a.Memory = rule.CompleteFargateSize(a.Cpu, a.Memory, rule.ProxyCpu+1, rule.ProxyMemory+1)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *CareArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *CareArgs")
	}
	a := args.withDefaults("")
	problems := []error{
		a.Placement.validate(),
		a.Image.validate(),
		rule.Given("entrance.listenerArn", a.Entrance.ListenerArn != nil, "take it from the Alb"),
		rule.Given("entrance.hostName", a.Entrance.HostName != nil, "take it from the Alb"),
		rule.Given("entrance.securityGroupId", a.Entrance.SecurityGroupId != nil, "take it from the Alb"),
		rule.FargateSize("cpu", a.Cpu, "memory", a.Memory),
		rule.ProxyRoom("cpu", a.Cpu, 1),
		rule.Given("connects", len(a.Connects) > 0, "give the database's Connection, and that of Redis"),
		validateWays(a.Connects, a.WaitFor, a.InternetEgressPorts),
		validateTaskRolePolicies(a.TaskRolePolicies),
		a.Alarms.validate("alarms"),
		a.validateScaling(),
		validateDatabaseConnections(a.DatabaseConnections),
	}
	if a.Family != "" {
		problems = append(problems, rule.ClusterName("family", a.Family))
	}
	return rule.All(problems...)
}

// validateScaling checks the number of tasks by the rules of the service, before anything is registered.
func (args CareArgs) validateScaling() error {
	return validateScaledCount(&FargateServiceArgs{
		DesiredCount: args.DesiredCount, Scaling: args.Scaling,
		LoadBalancer: &LoadBalancerTarget{RequestCountLabel: pulumi.String("")},
	})
}

// NewCare checks args and creates the service. It returns an error and registers nothing if args is nil or invalid.
func NewCare(ctx *pulumi.Context, name string, args *CareArgs, opts ...pulumi.ResourceOption) (*Care, error) {
	a := args.withDefaults(name)
	care := &Care{}
	c, err := register(ctx, "Care", name, care, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	return care, c.build(func() error { return care.create(c, a) })
}

func (care *Care) create(c *component, a CareArgs) error {
	route, err := NewRoute(c.ctx, c.name, &RouteArgs{
		VpcId: a.Placement.VpcId, ListenerArn: a.Entrance.ListenerArn, HostName: a.Entrance.HostName,
		Port: carePort, HealthCheckPath: "/ping/", Tags: a.Tags,
	}, pulumi.Parent(care))
	if err != nil {
		return err
	}
	alarms, err := c.watchTargets(a.Alarms, route)
	if err != nil {
		return err
	}
	container := a.Image.started(c.name, a.Image.Generation.commands().api)
	container.Cpu, container.Memory = a.Cpu-rule.ProxyCpu, a.Memory-rule.ProxyMemory
	container.PortMappings = []PortMapping{{Name: "care", ContainerPort: carePort}}
	container.OpenConnections = a.Image.apiConnections(a.DatabaseConnections)
	args := a.Placement.service(a.Tags)
	args.Family, args.Cpu, args.Memory, args.DesiredCount = a.Family, a.Cpu, a.Memory, a.DesiredCount
	args.Scaling, args.Spot, args.Stopped = a.Scaling, a.Spot, a.Stopped
	args.Containers = []Container{container}
	args.Connects, args.WaitFor, args.InternetEgressPorts = a.Connects, a.WaitFor, a.InternetEgressPorts
	args.TaskRolePolicies = c.carePolicies(a)
	args.RollbackAlarmNames = alarmNames(alarms)
	args.LoadBalancer = &LoadBalancerTarget{
		TargetGroupArn: route.TargetGroupArn, SecurityGroupId: a.Entrance.SecurityGroupId,
		ContainerName: c.name, ContainerPort: carePort, HealthCheckGracePeriodSeconds: careGracePeriod,
		RequestCountLabel: route.RequestCountLabel,
	}
	service, err := NewFargateService(c.ctx, c.name, args, pulumi.Parent(care))
	if err != nil {
		return err
	}
	care.ServiceArn, care.ServiceName, care.SecurityGroupId = service.Arn, service.Name, service.SecurityGroupId
	care.TargetGroupArnSuffix, care.AlarmArns = route.TargetGroupArnSuffix, alarmArns(alarms)
	care.LogGroupName = service.LogGroupNames.MapIndex(pulumi.String(c.name))
	care.Deployed = service.Deployed
	return nil
}

// carePolicies returns the policies of the tasks' role, with the one for SMS.
func (c *component) carePolicies(a CareArgs) map[string]PolicyStatementArrayInput {
	policies := map[string]PolicyStatementArrayInput{}
	maps.Copy(policies, a.TaskRolePolicies)
	if a.Sms {
		policies["sms"] = c.smsStatements()
	}
	return policies
}
