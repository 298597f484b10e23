package tests

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/pulumitest"
)

const (
	scalableTargetType  = "aws:appautoscaling/target:Target"
	scalingPolicyType   = "aws:appautoscaling/policy:Policy"
	scheduledActionType = "aws:appautoscaling/scheduledAction:ScheduledAction"
)

func TestAScaledServiceLeavesItsCountToTheScaler(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	service, target := result.Only(t, serviceType), result.Only(t, scalableTargetType)
	assert.Equal(t, 2, service.Number("desiredCount"), "it begins with the least")
	assert.Equal(t, []string{"desiredCount"}, service.Options.GetIgnoreChanges())
	assert.Equal(t, map[string]any{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "resourceId": "service/care/app",
		"minCapacity": 2.0, "maxCapacity": 6.0, "tags": map[string]any{},
	}, target.Plain)
	assert.True(t, target.DependsThrough("resourceId", service), "the target goes before the service")
	assert.Equal(t, []string{"minCapacity", "maxCapacity"}, target.Options.GetIgnoreChanges(),
		"the schedule has the last word")
}

func TestWithoutAScheduleTheBoundsAreThePrograms(t *testing.T) {
	t.Parallel()
	args := richServiceArgs("app")
	args.Scaling.Schedule = nil
	result, _ := makeService(t, args)
	assert.Empty(t, result.Only(t, scalableTargetType).Options.GetIgnoreChanges())
}

func TestAStoppedServiceHasNoTasksAndNothingThatStartsThem(t *testing.T) {
	t.Parallel()
	args := richServiceArgs("app")
	args.Stopped = true
	result, _ := makeService(t, args)
	service, target := result.Only(t, serviceType), result.Only(t, scalableTargetType)
	assert.Equal(t, 0, service.Number("desiredCount"))
	assert.Empty(t, service.Options.GetIgnoreChanges(), "the count is set, whatever the scaler has chosen")
	assert.Equal(t, []int{0, 0}, []int{target.Number("minCapacity"), target.Number("maxCapacity")})
	assert.Empty(t, target.Options.GetIgnoreChanges())
	assert.Empty(t, result.OfType(scalingPolicyType))
	assert.Empty(t, result.OfType(scheduledActionType))
}

func TestAnUnscaledServiceKeepsItsCount(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, serviceArgs("app"))
	assert.Empty(t, result.Only(t, serviceType).Options.GetIgnoreChanges())
	assert.Empty(t, result.OfType(scalableTargetType))
}

func TestEachLoadHasAPolicyOfItsOwn(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	assert.Equal(t, []string{"app-cpu", "app-metric", "app-requests"}, result.Names(scalingPolicyType))
	tracking := func(name string) any {
		policy := result.Named(t, scalingPolicyType, name)
		assert.Equal(t, "TargetTrackingScaling", policy.Text("policyType"))
		return policy.In("targetTrackingScalingPolicyConfiguration")
	}
	assert.Equal(t, map[string]any{
		"targetValue": 60.0, "scaleOutCooldown": 180.0, "scaleInCooldown": 300.0,
		"predefinedMetricSpecification": map[string]any{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
	}, tracking("app-cpu"))
	assert.Equal(t, map[string]any{
		"targetValue": 300.0, "scaleOutCooldown": 180.0, "scaleInCooldown": 300.0,
		"predefinedMetricSpecification": map[string]any{
			"predefinedMetricType": "ALBRequestCountPerTarget", "resourceLabel": requestCountLabel,
		},
	}, tracking("app-requests"))
	assert.Equal(t, map[string]any{
		"targetValue": 10.0, "scaleOutCooldown": 180.0, "scaleInCooldown": 300.0,
		"customizedMetricSpecification": map[string]any{"metrics": []any{
			map[string]any{"id": "load", "returnData": false, "metricStat": map[string]any{
				"stat": "Average", "metric": map[string]any{"namespace": "care/test", "metricName": "QueueLength"},
			}},
			map[string]any{"id": "running", "returnData": false, "metricStat": map[string]any{
				"stat": "SampleCount", "metric": map[string]any{
					"namespace": "AWS/ECS", "metricName": "CPUUtilization", "dimensions": []any{
						map[string]any{"name": "ClusterName", "value": "care"}, map[string]any{"name": "ServiceName", "value": "app"},
					},
				},
			}},
			map[string]any{
				"id":         "share",
				"returnData": true,
				"label":      "QueueLength per task",
				"expression": "load / (1 + running)",
			},
		}},
	}, tracking("app-metric"))
}

func TestAMetricThatNobodyElseSharesIsDividedByTheTasksAlone(t *testing.T) {
	t.Parallel()
	args := richServiceArgs("app")
	args.Scaling.Metric.OtherTasks = 0
	result, _ := makeService(t, args)
	policy := result.Named(t, scalingPolicyType, "app-metric")
	assert.Equal(t, "load / running",
		policy.Text("targetTrackingScalingPolicyConfiguration.customizedMetricSpecification.metrics[2].expression"))
}

func TestAScheduleSetsBothBoundsInItsTimeZone(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	assert.Equal(t, []string{"app-evening", "app-morning"}, result.Names(scheduledActionType))
	evening := result.Named(t, scheduledActionType, "app-evening")
	assert.Equal(t, map[string]any{
		"serviceNamespace": "ecs", "scalableDimension": "ecs:service:DesiredCount", "resourceId": "service/care/app",
		"schedule": "cron(0 20 ? * MON-FRI *)", "timezone": "Asia/Kolkata",
		"scalableTargetAction": map[string]any{"minCapacity": 0.0, "maxCapacity": 0.0},
	}, evening.Plain)
}

// AWS refuses a second change of a scalable target while it makes the first.
func TestWhatScalesAServiceIsMadeOneAfterTheOther(t *testing.T) {
	t.Parallel()
	result, _ := makeService(t, richServiceArgs("app"))
	chain := []*pulumitest.Resource{result.Only(t, scalableTargetType)}
	for _, name := range []string{"app-cpu", "app-requests", "app-metric"} {
		chain = append(chain, result.Named(t, scalingPolicyType, name))
	}
	for _, name := range []string{"app-evening", "app-morning"} {
		chain = append(chain, result.Named(t, scheduledActionType, name))
	}
	for i, next := range chain[1:] {
		assert.True(t, next.DependsOn(chain[i]), "%s after %s", next.Path(), chain[i].Path())
	}
}

func TestASingletonFollowsTheClockOnly(t *testing.T) {
	t.Parallel()
	day := []components.ScheduledCount{
		{Name: "evening", Expression: "cron(0 20 * * ? *)"},
		{Name: "morning", Expression: "cron(0 8 * * ? *)", MinCount: 1, MaxCount: 1},
	}
	for name, scaling := range map[string]components.Scaling{
		"two": {MinCount: 1, MaxCount: 2, Schedule: day},
		"two at a time": {MinCount: 1, MaxCount: 1, Schedule: []components.ScheduledCount{{
			Name: "x", Expression: day[0].Expression, MaxCount: 2,
		}}},
		"CPU":      {MinCount: 1, MaxCount: 1, CpuPercent: 60},
		"requests": {MinCount: 1, MaxCount: 1, RequestsPerTarget: 60},
		"a metric": {MinCount: 1, MaxCount: 1, Metric: &components.SharedMetric{
			Namespace: "care/x", Name: "QueueLength", PerTask: 1,
		}},
		"CPU by schedule": {MinCount: 1, MaxCount: 1, CpuPercent: 60, Schedule: day},
	} {
		args := serviceArgs("app")
		args.Singleton, args.Scaling = true, &scaling
		err := args.Validate()
		require.ErrorContains(t, err, "a singleton has at most one task and does not scale by a load", name)
		assert.NotContains(t, err.Error(), "\n", "one clear error")
	}
	args := serviceArgs("app")
	args.Singleton, args.Scaling = true, &components.Scaling{MinCount: 1, MaxCount: 1, Schedule: day}
	result, _ := makeService(t, args)
	assert.Len(t, result.OfType(scheduledActionType), 2)
	assert.Empty(t, result.OfType(scalingPolicyType))
}

func TestARouteKnowsHowItsRequestsAreCounted(t *testing.T) {
	t.Parallel()
	result, route := create(t, components.NewRoute, "care", routeArgs("care"))
	group := result.Only(t, "aws:lb/targetGroup:TargetGroup")
	label, _ := pulumitest.Output(t, route.RequestCountLabel)
	assert.Equal(t, "app/care/1/"+group.State["arnSuffix"].StringValue(), label)
	assert.Regexp(t, `^app/care/1/targetgroup/[^/]+/[^/]+$`, label)
}

func TestARouteRefusesAListenerWhoseRequestsAreNotCounted(t *testing.T) {
	t.Parallel()
	result := pulumitest.Run(func(ctx *pulumi.Context) error {
		args := routeArgs("care")
		args.ListenerArn = pulumi.String("arn:aws:elasticloadbalancing:ap-south-1:123456789012:listener/net/care/1/2")
		_, err := components.NewRoute(ctx, "care", args)
		return err
	})
	require.ErrorContains(t, result.Err, "is not a listener of an application load balancer")
}
