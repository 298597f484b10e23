package tests

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

func makeWorkers(t *testing.T, args *components.CeleryWorkersArgs) (*pulumitest.Result, *components.CeleryWorkers) {
	t.Helper()
	return create(t, components.NewCeleryWorkers, "jobs-worker", args)
}

func TestFurtherWorkersAreRolledAndHaveNoBeat(t *testing.T) {
	t.Parallel()
	result, workers := makeWorkers(t, workersArgs("jobs"))
	service, definition := result.Only(t, serviceType), result.Only(t, taskDefinitionType)
	assert.Equal(t, []any{1, 100, 200, "ENABLED", "FARGATE"}, []any{
		service.Number("desiredCount"),
		service.Number("deploymentMinimumHealthyPercent"), service.Number("deploymentMaximumPercent"),
		service.Text("availabilityZoneRebalancing"), service.Text("capacityProviderStrategies[0].capacityProvider"),
	})
	assert.Equal(t, map[string]any{"enabled": true, "namespace": namespaceArn, "services": []any{}},
		service.In("serviceConnectConfiguration"))
	assert.Empty(t, result.OfType(scalableTargetType))
	containers := definition.Containers(t)
	assert.Len(t, containers, 1)
	worker := containers[0]
	assert.Equal(t, "jobs-worker-more", worker.Name)
	assert.Equal(t, []int{768, 3008}, []int{worker.Cpu, worker.Memory}, "the proxy gets 256 units and 64 MiB")
	assert.Equal(t, 120, worker.StopTimeout, "all the time that Fargate gives")
	assert.Empty(t, worker.DependsOn)
	assert.Empty(t, worker.PortMappings)
	name, _ := pulumitest.Output(t, workers.LogGroupName)
	assert.Equal(t, "/ecs/jobs/jobs-worker-more", name)
}

func TestAFurtherWorkerIsTheOneBesideBeatBySomeOtherName(t *testing.T) {
	t.Parallel()
	alone, _ := makeWorkers(t, workersArgs("jobs"))
	beside, _ := create(t, components.NewCelery, "jobs", celeryArgs("jobs"))
	one := alone.Only(t, taskDefinitionType).Container(t, "jobs-worker-more")
	other := beside.Only(t, taskDefinitionType).Container(t, "jobs-worker")
	other.Name, other.Cpu, other.Memory = one.Name, one.Cpu, one.Memory
	other.StopTimeout, other.DependsOn = one.StopTimeout, one.DependsOn
	other.LogConfiguration = one.LogConfiguration
	assert.Equal(t, other, one)
}

func TestWorkersFollowTheQueueThatTheOneBesideBeatSharesToo(t *testing.T) {
	t.Parallel()
	result, _ := makeWorkers(t, scaledWorkersArgs("jobs"))
	service, target := result.Only(t, serviceType), result.Only(t, scalableTargetType)
	assert.Equal(t, "FARGATE_SPOT", service.Text("capacityProviderStrategies[0].capacityProvider"))
	assert.Equal(t, "arn-of-celery", service.In(`triggers["after/celery"]`))
	assert.Equal(t, []int{2, 2, 5},
		[]int{service.Number("desiredCount"), target.Number("minCapacity"), target.Number("maxCapacity")})
	tracking := "targetTrackingScalingPolicyConfiguration."
	policy := result.Only(t, scalingPolicyType)
	assert.Equal(t, 20, policy.Number(tracking+"targetValue"))
	assert.Equal(t, "QueueLength",
		policy.Text(tracking+"customizedMetricSpecification.metrics[0].metricStat.metric.metricName"))
	assert.Equal(t, "load / (1 + running)", policy.Text(tracking+"customizedMetricSpecification.metrics[2].expression"))
}

func TestTheApiFollowsCpuAndRequestsOfItsOwnTargetGroup(t *testing.T) {
	t.Parallel()
	result, _ := create(t, components.NewCare, "web", scaledCareArgs("web"))
	assert.Equal(t, []string{"web-cpu", "web-requests"}, result.Names(scalingPolicyType))
	label := result.Named(t, scalingPolicyType, "web-requests").
		Text("targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification.resourceLabel")
	assert.Equal(t, "app/care/1/"+result.Only(t, "aws:lb/targetGroup:TargetGroup").State["arnSuffix"].StringValue(), label)
	assert.Equal(t, []string{"desiredCount"}, result.Only(t, serviceType).Options.GetIgnoreChanges())
}
