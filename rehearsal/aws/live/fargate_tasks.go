package live

import (
	"cmp"

	"github.com/ohcnetwork/care-ecs/rehearsal/aws/token"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// Tasks describes the tasks that a service runs on Fargate.
type Tasks struct {
	Service *standin.Resource
	// Cpu and Memory are a task's size in CPU units and MiB, and Storage its ephemeral storage in GiB.
	Cpu, Memory, Storage int
	// Architecture is X86_64 or ARM64.
	Architecture string
	// Count is how many run at least, and Most how many a scaler may make of them.
	Count, Most int
	// Spot is the share of Count that is on FARGATE_SPOT, between 0 and 1.
	Spot float64
	// PublicIp reports whether each has a public IPv4 address.
	PublicIp bool
}

// freeStorage is the ephemeral storage, in GiB, that every task has
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html).
const freeStorage = 20

// FargateTasks returns the tasks of all services that run on Fargate and whose size is known.
func FargateTasks(world *standin.View) []Tasks {
	var all []Tasks
	for _, service := range world.Live(token.EcsService) {
		strategy := strategyOf(world, service)
		if task := definitionOf(world, service); task != nil && len(strategy) > 0 {
			all = append(all, tasksOf(world, service, task, strategy))
		}
	}
	return all
}

func tasksOf(world *standin.View, service, task *standin.Resource, strategy []share) Tasks {
	t := Tasks{
		Service:      service,
		Count:        service.Out("desiredCount").Int(),
		PublicIp:     service.Out("networkConfiguration.assignPublicIp").Bool(),
		Architecture: cmp.Or(task.Out("runtimePlatform.cpuArchitecture").Text(), "X86_64"),
		Storage:      max(freeStorage, task.Out("ephemeralStorage.sizeInGib").Int()),
	}
	t.Cpu, _ = CpuUnits(task.Out("cpu"))
	t.Memory, _ = Mebibytes(task.Out("memory"))
	t.Most = t.Count
	if target := scalableTargetOf(world, service); target != nil {
		t.Count, t.Most = target.Out("minCapacity").Int(), target.Out("maxCapacity").Int()
	}
	t.Spot = spotShare(strategy, t.Count)
	return t
}

func scalableTargetOf(world *standin.View, service *standin.Resource) *standin.Resource {
	return world.Find(token.AppautoscalingTarget, "resourceId",
		"service/"+ClusterName(service.Out("cluster").Text())+"/"+service.Out("name").Text())
}

// share is an item of a capacity provider strategy.
type share struct {
	provider     string
	base, weight int
}

// strategyOf returns the share of each Fargate capacity provider in a service's tasks, or nil if they do not run on
// Fargate.
func strategyOf(world *standin.View, service *standin.Resource) []share {
	items := service.Out("capacityProviderStrategies").Items()
	if len(items) == 0 {
		switch service.Out("launchType").Text() {
		case "FARGATE":
			return []share{{provider: "FARGATE", weight: 1}}
		case "":
			items = clusterStrategy(world, service)
		}
	}
	var strategy []share
	for _, item := range items {
		if provider := item.At("capacityProvider").Text(); IsFargate(provider) {
			strategy = append(strategy, share{provider, item.At("base").Int(), item.At("weight").Int()})
		}
	}
	return strategy
}

func clusterStrategy(world *standin.View, service *standin.Resource) []standin.Value {
	var items []standin.Value
	if cluster := FindCluster(world, service.Out("cluster").Text()); cluster != nil {
		for _, capacity := range ClusterCapacities(world, cluster) {
			items = append(items, capacity.Out("defaultCapacityProviderStrategies").Items()...)
		}
	}
	return items
}

// spotShare: the base comes first, and the weights share out the rest
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html).
func spotShare(strategy []share, count int) float64 {
	spot, left, weights := 0.0, count, 0
	for _, item := range strategy {
		taken := min(item.base, left)
		left -= taken
		weights += item.weight
		if item.provider == "FARGATE_SPOT" {
			spot += float64(taken)
		}
	}
	for _, item := range strategy {
		if item.provider == "FARGATE_SPOT" && weights > 0 {
			spot += float64(left) * float64(item.weight) / float64(weights)
		}
	}
	if count == 0 {
		return 0
	}
	return spot / float64(count)
}
