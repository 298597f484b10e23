package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The defaults of Celery, in CPU units and MiB. OHC's own task for staging has 512 and 2048, all of which its
// containers take; with the proxy of Service Connect the next size is needed.
const (
	DefaultCeleryCpu    = 1024
	DefaultCeleryMemory = 3072
)

// Beat's share of the task's CPU is the one in OHC's own task definition. The worker gets the rest, and at least as
// much as it has there.
const (
	beatCpu      = 128
	workerCpu    = 384
	workerMemory = 1536
)

// Beat's memory, in MiB. Beat of 2024 takes 120 when it is idle. No more than the largest task of Fargate can be of
// use.
const (
	MinBeatMemory = 128
	MaxBeatMemory = 122880
)

// CeleryMinCpu is the sum of the CPU units that the containers need, without the proxy of Service Connect.
const CeleryMinCpu = beatCpu + workerCpu

// CeleryMinMemory returns the memory that the containers need together, in MiB, without the proxy of Service Connect.
func CeleryMinMemory(beatMemory int) int { return beatMemory + workerMemory }

// migrateScript creates the extension that Care's search by name needs, and that no migration of Care creates, and then
// the tables. Beat would migrate as well, but calls itself healthy even when that failed.
const migrateScript = `set -euo pipefail; ` +
	`python manage.py shell -c "from django.db import connection; connection.cursor().execute('CREATE EXTENSION IF NOT EXISTS pg_trgm')"; ` +
	`python manage.py migrate --noinput`

// Celery runs Care's background work in one task. The task migrates the database, then runs beat and, when beat is
// healthy, a worker. It is a singleton, because two beats would run everything twice and migrate at the same time. Its
// containers are named <component>-migrate, <component>-beat and <component>-worker.
type Celery struct {
	pulumi.ResourceState

	// ServiceArn is the ARN of the ECS service, known once the service is steady, and so once the database is migrated.
	ServiceArn pulumi.StringOutput `pulumi:"serviceArn"`
	// ServiceName is the service's name within its cluster.
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// SecurityGroupId is the security group of the task.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// LogGroupNames are the containers' log groups, by container name.
	LogGroupNames pulumi.StringMapOutput `pulumi:"logGroupNames"`
	// Deployed has the settings of the deployed service, as in FargateService.
	Deployed pulumi.MapOutput `pulumi:"deployed"`
}

// CeleryArgs are the inputs of NewCelery.
type CeleryArgs struct {
	// Placement is the cluster and network of the service. Required.
	Placement Placement `pulumi:"placement"`
	// Image is the image of Care and its environment. Required.
	Image CareImage `pulumi:"image"`
	// Cpu is the task's CPU units: beat gets 128, the proxy 256, the worker the rest. Default: 1024; if only Memory is
	// set, the smallest value that Fargate offers with it and that the containers fit in.
	Cpu int `pulumi:"cpu,optional"`
	// Memory is the task's memory in MiB: beat gets BeatMemory, the proxy 64, the worker the rest. Default: 3072; if
	// only Cpu is set, the smallest value that Fargate offers with it and that the containers fit in.
	Memory int `pulumi:"memory,optional"`
	// BeatMemory is beat's share of Memory in MiB, at least 128. Default: 512, and 1024 for an image of generation 3,
	// whose beat synchronises permissions and value sets when it starts.
	BeatMemory int `pulumi:"beatMemory,optional"`
	// Connects lists the Connections of Celery: the database and Redis. Required.
	Connects map[string]ConnectionInput `pulumi:"connects"`
	// InternetEgressPorts are the ports that Celery may reach anywhere. Default: 443.
	InternetEgressPorts []int `pulumi:"internetEgressPorts,optional"`
	// TaskRolePolicies are the containers' permissions in AWS, as in FargateServiceArgs. An image of generation 3 needs
	// WorkerStatements of Buckets. Default: none.
	TaskRolePolicies map[string]PolicyStatementArrayInput `pulumi:"taskRolePolicies,optional"`
	// DatabaseConnections is how many connections to the database the worker opens at once, which a rehearsal adds up: 1
	// to
	// 65535. Default: one for each process of its pool and one more, WorkerDatabaseConnections.
	DatabaseConnections int `pulumi:"databaseConnections,optional"`
	// Stopped keeps the service without tasks, as in FargateServiceArgs. Default: false.
	Stopped bool `pulumi:"stopped,optional"`
	// Schedule stops and starts the task with the counts 0 and 1. Default: none, it always runs.
	Schedule []ScheduledCount `pulumi:"schedule,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`
}

func (args *CeleryArgs) withDefaults() CeleryArgs {
	var a CeleryArgs
	if args != nil {
		a = *args
	}
	if a.Cpu == 0 && a.Memory == 0 {
		a.Cpu, a.Memory = DefaultCeleryCpu, DefaultCeleryMemory
	}
	a.BeatMemory = or(a.BeatMemory, a.Image.Generation.BeatMemory())
	a.Cpu, a.Memory = rule.CompleteFargateSize(
		a.Cpu, a.Memory, rule.ProxyCpu+CeleryMinCpu, rule.ProxyMemory+CeleryMinMemory(a.BeatMemory))
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *CeleryArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *CeleryArgs")
	}
	a := args.withDefaults()
	return rule.All(
		a.Placement.validate(),
		a.Image.validate(),
		rule.FargateSize("cpu", a.Cpu, "memory", a.Memory),
		rule.ProxyRoom("cpu", a.Cpu, CeleryMinCpu),
		rule.MemoryRoom("memory", a.Memory, CeleryMinMemory(a.BeatMemory)),
		rule.Between("beatMemory", a.BeatMemory, MinBeatMemory, MaxBeatMemory),
		rule.Given("connects", len(a.Connects) > 0, "give the database's Connection, and that of Redis"),
		validateWays(a.Connects, nil, a.InternetEgressPorts),
		validateTaskRolePolicies(a.TaskRolePolicies),
		validateSingletonSchedule(a.Schedule),
		validateDatabaseConnections(a.DatabaseConnections),
	)
}

// NewCelery checks args and creates the service. It returns an error and registers nothing if args is nil or invalid.
func NewCelery(ctx *pulumi.Context, name string, args *CeleryArgs, opts ...pulumi.ResourceOption) (*Celery, error) {
	a := args.withDefaults()
	celery := &Celery{}
	c, err := register(ctx, "Celery", name, celery, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	return celery, c.build(func() error { return celery.create(c, a) })
}

func (celery *Celery) create(c *component, a CeleryArgs) error {
	args := a.Placement.service(a.Tags)
	args.Cpu, args.Memory = a.Cpu, a.Memory
	args.Singleton, args.Scaling, args.Stopped = true, singletonScaling(a.Schedule), a.Stopped
	args.Containers = celeryContainers(c, a)
	args.Connects, args.InternetEgressPorts = a.Connects, a.InternetEgressPorts
	args.TaskRolePolicies = a.TaskRolePolicies
	service, err := NewFargateService(c.ctx, c.name, args, pulumi.Parent(celery))
	if err != nil {
		return err
	}
	celery.ServiceArn, celery.ServiceName = service.Arn, service.Name
	celery.SecurityGroupId, celery.LogGroupNames = service.SecurityGroupId, service.LogGroupNames
	celery.Deployed = service.Deployed
	return nil
}

// celeryContainers returns the three containers in the order of their start. The migrations have no size of their own:
// they run before the others and may use the whole task.
func celeryContainers(c *component, a CeleryArgs) []Container {
	migrate := a.Image.container(c.child("migrate"), []string{"bash", "-c", migrateScript}, nil)
	migrate.NonEssential = true

	migrate.OpenConnections = careConnections(MigrateDatabaseConnections, 0)

	beat := a.Image.started(c.child("beat"), a.Image.Generation.commands().beat)
	beat.Cpu, beat.Memory = beatCpu, a.BeatMemory
	beat.OpenConnections = careConnections(BeatDatabaseConnections, beatRedisConnections)
	beat.DependsOn = []ContainerDependency{{ContainerName: migrate.Name, Condition: "SUCCESS"}}

	worker := celeryWorker(a.Image, c.child("worker"), a.Cpu-rule.ProxyCpu-beatCpu, a.Memory-rule.ProxyMemory-a.BeatMemory)
	worker.OpenConnections = a.Image.workerConnections(a.DatabaseConnections, a.Cpu)
	worker.DependsOn = []ContainerDependency{{ContainerName: beat.Name, Condition: "HEALTHY"}}
	return []Container{migrate, beat, worker}
}

// workerStopTimeout is the maximum of Fargate, in seconds, and the notice of Spot. A worker completes the tasks that it
// runs; a task that takes longer is lost
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html).
const workerStopTimeout = 120

// celeryWorker returns the container of a worker.
func celeryWorker(image CareImage, name string, cpu, memory int) Container {
	worker := image.started(name, image.Generation.commands().worker)
	worker.Cpu, worker.Memory = cpu, memory
	worker.StopTimeout = workerStopTimeout
	return worker
}
