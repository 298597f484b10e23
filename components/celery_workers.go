package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// DefaultCeleryQueuePerWorker is how many waiting tasks a worker shall have before another is started. Care's own health
// check calls a queue of 50 too long; two workers, the fewest that are scaled, are three before it is 50.
const DefaultCeleryQueuePerWorker = 20

// CeleryWorkers are workers beside the one in Celery's own task: a service without beat and without migrations, whose
// tasks may be many, come and go, and run on Spot. Its container is named <component>-more.
type CeleryWorkers struct {
	pulumi.ResourceState

	// ServiceArn is the ECS service, known once it is steady.
	ServiceArn pulumi.StringOutput `pulumi:"serviceArn"`
	// ServiceName is the service's name within its cluster.
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// SecurityGroupId is the security group of the tasks.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// LogGroupName is where the workers log.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// Deployed is what the service was deployed as; FargateService says what is in it.
	Deployed pulumi.MapOutput `pulumi:"deployed"`
}

// CeleryWorkersArgs are the inputs of NewCeleryWorkers.
type CeleryWorkersArgs struct {
	// Placement says where the tasks run. Required.
	Placement Placement `pulumi:"placement"`
	// Image says what they run. Required.
	Image CareImage `pulumi:"image"`
	// Cpu is a task's CPU units: the proxy gets 256, the worker the rest. Default: 1024; with Memory alone, the smallest that
	// Fargate offers with it and the worker fits in.
	Cpu int `pulumi:"cpu,optional"`
	// Memory is a task's memory in MiB: the proxy gets 64, the worker the rest. Default: 3072; with Cpu alone, the smallest
	// that Fargate offers with it and the worker fits in.
	Memory int `pulumi:"memory,optional"`
	// DesiredCount is how many tasks run; with Scaling, how many at first. Default: 1, or Scaling's MinCount.
	DesiredCount *int `pulumi:"desiredCount,optional"`
	// Scaling leaves the number of tasks to Application Auto Scaling. Default: none, it stays at DesiredCount.
	Scaling *Scaling `pulumi:"scaling,optional"`
	// Spot runs the tasks on spare capacity, for much less. AWS takes it back with two minutes' notice, in which a worker ends
	// what it is at; it may have none for a while, in which the worker beside beat is alone. Default: false.
	Spot bool `pulumi:"spot,optional"`
	// Connects lists what workers connect to: the database and Redis. Required.
	Connects []Connection `pulumi:"connects"`
	// InternetEgressPorts are the ports that workers may reach anywhere. Default: 443.
	InternetEgressPorts []int `pulumi:"internetEgressPorts,optional"`
	// TaskRolePolicies are what the containers may do in AWS, as FargateServiceArgs has them: with an image of generation 3
	// WorkerStatements of Buckets. Default: nothing.
	TaskRolePolicies map[string][]PolicyStatement `pulumi:"taskRolePolicies,optional"`
	// WaitFor are outputs of what must be ready before the workers are deployed, such as Celery's ServiceArn: Celery migrates
	// the database. Default: none.
	WaitFor map[string]pulumi.StringInput `pulumi:"waitFor,optional"`
	// Tags are given to every resource that takes tags. Default: none.
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

// Validate checks every value, with the defaults filled in, and gives all problems at once.
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
	)
}

// NewCeleryWorkers checks args and creates the service. It gives an error, and registers nothing, when args are nil or a
// value breaks a rule.
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
	args := a.Placement.service(a.Tags)
	args.Cpu, args.Memory = a.Cpu, a.Memory
	args.DesiredCount, args.Scaling, args.Spot = a.DesiredCount, a.Scaling, a.Spot
	args.Containers = []ContainerArgs{worker}
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
