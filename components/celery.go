package components

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The defaults of Celery, in CPU units and MiB. OHC's own task for staging has 512 and 2048, all of which its containers
// take; with the proxy of Service Connect the next size is needed.
const (
	DefaultCeleryCpu    = 1024
	DefaultCeleryMemory = 3072
)

// Beat's share of the task's CPU is that of OHC's own task definition. The worker gets the rest, and no less than it has
// there.
const (
	beatCpu      = 128
	workerCpu    = 384
	workerMemory = 1536
)

// Beat's memory, in MiB. Beat of 2024 takes 120 when it is idle. No more than the largest task of Fargate can be of use.
const (
	MinBeatMemory = 128
	MaxBeatMemory = 122880
)

// CeleryLeastCpu is the sum of what the containers need, in CPU units, without the proxy of Service Connect.
const CeleryLeastCpu = beatCpu + workerCpu

// CeleryMinMemory returns the memory that the containers need together, in MiB, without the proxy of Service Connect.
func CeleryMinMemory(beatMemory int) int { return beatMemory + workerMemory }

// migrateScript creates the extension that Care's search by name needs, and that no migration of Care creates, and then
// the tables. Beat would migrate as well, but calls itself healthy even when that failed.
const migrateScript = `set -euo pipefail; ` +
	`python manage.py shell -c "from django.db import connection; connection.cursor().execute('CREATE EXTENSION IF NOT EXISTS pg_trgm')"; ` +
	`python manage.py migrate --noinput`

// Celery is what works for Care in the background: one task that migrates the database, then runs beat and, once that is
// healthy, a worker. It is a singleton: two beats would run everything twice, and migrate at the same time. Its
// containers are named <component>-migrate, <component>-beat and <component>-worker.
type Celery struct {
	pulumi.ResourceState

	// ServiceArn is the ECS service, known once it is steady, and so once the database is migrated.
	ServiceArn pulumi.StringOutput `pulumi:"serviceArn"`
	// ServiceName is the service's name within its cluster.
	ServiceName pulumi.StringOutput `pulumi:"serviceName"`
	// SecurityGroupId is the security group of the task.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// LogGroupNames are where the containers log, by their names.
	LogGroupNames pulumi.StringMapOutput `pulumi:"logGroupNames"`
	// Deployed is what the service was deployed as; FargateService says what is in it.
	Deployed pulumi.MapOutput `pulumi:"deployed"`
}

// CeleryArgs are the inputs of NewCelery.
type CeleryArgs struct {
	// Placement says where the task runs. Required.
	Placement Placement `pulumi:"placement"`
	// Image says what it runs. Required.
	Image CareImage `pulumi:"image"`
	// Cpu is the task's CPU units: beat gets 128, the proxy 256, the worker the rest. Default: 1024; with Memory alone, the
	// smallest that Fargate offers with it and the containers fit in.
	Cpu int `pulumi:"cpu,optional"`
	// Memory is the task's memory in MiB: beat gets BeatMemory, the proxy 64, the worker the rest. Default: 3072; with Cpu
	// alone, the smallest that Fargate offers with it and the containers fit in.
	Memory int `pulumi:"memory,optional"`
	// BeatMemory is beat's share of Memory in MiB, at least 128. Default: 512, and 1024 for an image of generation 3, whose
	// beat synchronises permissions and value sets when it starts.
	BeatMemory int `pulumi:"beatMemory,optional"`
	// Connects lists what Celery connects to: the database and Redis. Required.
	Connects []Connection `pulumi:"connects"`
	// InternetEgressPorts are the ports that Celery may reach anywhere. Default: 443.
	InternetEgressPorts []int `pulumi:"internetEgressPorts,optional"`
	// TaskRolePolicies are what the containers may do in AWS, as FargateServiceArgs has them: with an image of generation 3
	// WorkerStatements of Buckets. Default: nothing.
	TaskRolePolicies map[string][]PolicyStatement `pulumi:"taskRolePolicies,optional"`
	// Schedule stops and starts the task at given times, with 0 and 1 as the counts. Default: none, it always runs.
	Schedule []ScheduledCount `pulumi:"schedule,optional"`
	// Tags are given to every resource that takes tags. Default: none.
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
		a.Cpu, a.Memory, rule.ProxyCpu+CeleryLeastCpu, rule.ProxyMemory+CeleryMinMemory(a.BeatMemory))
	return a
}

// Validate checks every value, with the defaults filled in, and gives all problems at once.
func (args *CeleryArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *CeleryArgs")
	}
	a := args.withDefaults()
	return rule.All(
		a.Placement.validate(),
		a.Image.validate(),
		rule.FargateSize("cpu", a.Cpu, "memory", a.Memory),
		rule.ProxyRoom("cpu", a.Cpu, CeleryLeastCpu),
		rule.MemoryRoom("memory", a.Memory, CeleryMinMemory(a.BeatMemory)),
		rule.Between("beatMemory", a.BeatMemory, MinBeatMemory, MaxBeatMemory),
		rule.Given("connects", len(a.Connects) > 0, "give the database's Connection, and that of Redis"),
		validateWays(a.Connects, nil, a.InternetEgressPorts),
		validateTaskRolePolicies(a.TaskRolePolicies),
		validateSingletonSchedule(a.Schedule),
	)
}

// NewCelery checks args and creates the service. It gives an error, and registers nothing, when args are nil or a value
// breaks a rule.
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
	args.Singleton, args.Scaling = true, singletonScaling(a.Schedule)
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

// celeryContainers gives the three containers in their order. The one that migrates has no size of its own: it runs
// alone, and may use the whole task.
func celeryContainers(c *component, a CeleryArgs) []ContainerArgs {
	migrate := a.Image.container(c.child("migrate"), []string{"bash", "-c", migrateScript}, nil)
	migrate.NonEssential = true

	beat := a.Image.started(c.child("beat"), a.Image.Generation.commands().beat)
	beat.Cpu, beat.Memory = beatCpu, a.BeatMemory
	beat.DependsOn = []ContainerDependency{{ContainerName: migrate.Name, Condition: "SUCCESS"}}

	worker := celeryWorker(a.Image, c.child("worker"), a.Cpu-rule.ProxyCpu-beatCpu, a.Memory-rule.ProxyMemory-a.BeatMemory)
	worker.DependsOn = []ContainerDependency{{ContainerName: beat.Name, Condition: "HEALTHY"}}
	return []ContainerArgs{migrate, beat, worker}
}

// workerStopTimeout is the longest that Fargate allows, in seconds, and the notice that Spot gives. A worker ends the
// tasks that it runs; what takes longer is lost
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html).
const workerStopTimeout = 120

// celeryWorker returns a worker, beside beat or alone.
func celeryWorker(image CareImage, name string, cpu, memory int) ContainerArgs {
	worker := image.started(name, image.Generation.commands().worker)
	worker.Cpu, worker.Memory = cpu, memory
	worker.StopTimeout = workerStopTimeout
	return worker
}
