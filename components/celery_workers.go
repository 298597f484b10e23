package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// DefaultCeleryQueuePerWorker is how many waiting tasks a worker shall have before another is started. Care's own
// health check calls a queue of 50 too long; two workers, the fewest that are scaled, are three before it is 50.
const DefaultCeleryQueuePerWorker = 20

// CeleryWorkers are additional workers to the one in Celery's own task. The service has no beat and no migrations, so
// it may have any number of tasks, scale, and run on Spot. Its container is named <component>-more.
type CeleryWorkers struct {
	pulumi.ResourceState

	// ServiceArn is the ARN of the ECS service, known once the service is steady.
	ServiceArn pulumi.StringOutput `pulumi:"serviceArn"`
	// ServiceName is the service's name within its cluster.
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// SecurityGroupId is the security group of the tasks.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// LogGroupName is the log group of the workers.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// Deployed has the settings of the deployed service, as in FargateService.
	Deployed pulumi.MapOutput `pulumi:"deployed"`
}

// CeleryWorkersArgs are the inputs of NewCeleryWorkers.
type CeleryWorkersArgs struct {
	// Placement is the cluster and network of the service. Required.
	Placement Placement `pulumi:"placement"`
	// Image is the image of Care and its environment. Required.
	Image CareImage `pulumi:"image"`
	// Cpu is a task's CPU units: the proxy gets 256, the worker the rest. Default: 1024; if only Memory is set, the
	// smallest value that Fargate offers with it and that the worker fits in.
	Cpu int `pulumi:"cpu,optional"`
	// Memory is a task's memory in MiB: the proxy gets 64, the worker the rest. Default: 3072; if only Cpu is set, the
	// smallest value that Fargate offers with it and that the worker fits in.
	Memory int `pulumi:"memory,optional"`
	// DesiredCount is the number of tasks, or the initial number with Scaling. Default: 1, or Scaling's MinCount.
	DesiredCount *int `pulumi:"desiredCount,optional"`
	// Scaling lets Application Auto Scaling choose the number of tasks. Default: none, it stays at DesiredCount.
	Scaling *Scaling `pulumi:"scaling,optional"`
	// Stopped keeps the service without tasks, as in FargateServiceArgs. Default: false.
	Stopped bool `pulumi:"stopped,optional"`
	// Spot runs the tasks on spare capacity at a much lower price. AWS reclaims it with two minutes' notice, in which a
	// worker completes its tasks. AWS may have none for a while, during which only the worker in beat's task runs.
	// Default: false.
	Spot bool `pulumi:"spot,optional"`
	// Connects lists the Connections of the workers: the database and Redis. Required.
	Connects map[string]ConnectionInput `pulumi:"connects"`
	// InternetEgressPorts are the ports that workers may reach anywhere. Default: 443.
	InternetEgressPorts []int `pulumi:"internetEgressPorts,optional"`
	// TaskRolePolicies are the containers' permissions in AWS, as in FargateServiceArgs. An image of generation 3 needs
	// WorkerStatements of Buckets. Default: none.
	TaskRolePolicies map[string]PolicyStatementArrayInput `pulumi:"taskRolePolicies,optional"`
	// DatabaseConnections is how many connections to the database each worker opens at once, which a rehearsal adds up: 1
	// to
	// 65535. Default: one for each process of its pool and one more, WorkerDatabaseConnections.
	DatabaseConnections int `pulumi:"databaseConnections,optional"`
	// WaitFor are outputs that must be known before the workers are deployed, such as Celery's ServiceArn, because
	// Celery migrates the database. Default: none.
	WaitFor map[string]pulumi.StringInput `pulumi:"waitFor,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *CeleryWorkersArgs) withDefaults() CeleryWorkersArgs {
	var a CeleryWorkersArgs
	if args != nil {
		a = *args
	}
	if a.Cpu == 0 && a.Memory == 0 {
		a.Cpu, a.Memory = DefaultCeleryCpu, DefaultCeleryMemory
	}
	a.Cpu, a.Memory = rule.CompleteFargateSize(a.Cpu, a.Memory, rule.ProxyCpu+workerCpu, rule.ProxyMemory+workerMemory)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *CeleryWorkersArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *CeleryWorkersArgs")
	}
	a := args.withDefaults()
	return rule.All(
		a.Placement.validate(),
		a.Image.validate(),
		rule.FargateSize("cpu", a.Cpu, "memory", a.Memory),
		rule.ProxyRoom("cpu", a.Cpu, workerCpu),
		rule.MemoryRoom("memory", a.Memory, workerMemory),
		rule.Given("connects", len(a.Connects) > 0, "give the database's Connection, and that of Redis"),
		validateWays(a.Connects, a.WaitFor, a.InternetEgressPorts),
		validateTaskRolePolicies(a.TaskRolePolicies),
		validateScaledCount(&FargateServiceArgs{DesiredCount: a.DesiredCount, Scaling: a.Scaling}),
		validateDatabaseConnections(a.DatabaseConnections),
	)
}

// NewCeleryWorkers checks args and creates the service. It returns an error and registers nothing if args is nil or
// invalid.
func NewCeleryWorkers(
	ctx *pulumi.Context, name string, args *CeleryWorkersArgs, opts ...pulumi.ResourceOption,
) (*CeleryWorkers, error) {
	a := args.withDefaults()
	workers := &CeleryWorkers{}
	c, err := register(ctx, "CeleryWorkers", name, workers, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	return workers, c.build(func() error { return workers.create(c, a) })
}

func (workers *CeleryWorkers) create(c *component, a CeleryWorkersArgs) error {
	worker := celeryWorker(a.Image, c.child("more"), a.Cpu-rule.ProxyCpu, a.Memory-rule.ProxyMemory)
	worker.OpenConnections = a.Image.workerConnections(a.DatabaseConnections, a.Cpu)
	args := a.Placement.service(a.Tags)
	args.Cpu, args.Memory = a.Cpu, a.Memory
	args.DesiredCount, args.Scaling, args.Spot = a.DesiredCount, a.Scaling, a.Spot
	args.Stopped = a.Stopped
	args.Containers = []Container{worker}
	args.Connects, args.WaitFor, args.InternetEgressPorts = a.Connects, a.WaitFor, a.InternetEgressPorts
	args.TaskRolePolicies = a.TaskRolePolicies
	service, err := NewFargateService(c.ctx, c.name, args, pulumi.Parent(workers))
	if err != nil {
		return err
	}
	workers.ServiceArn, workers.ServiceName, workers.SecurityGroupId = service.Arn, service.Name, service.SecurityGroupId
	workers.LogGroupName = service.LogGroupNames.MapIndex(pulumi.String(worker.Name))
	workers.Deployed = service.Deployed
	return nil
}
