package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// These are the cooldowns of target-tracking policies, in seconds: the time until the metric shows the effect of the
// last change.
const (
	// scaleOutCooldown is how long a task of Care takes at the worst until it works: careGracePeriod. A shorter one would
	// start more tasks for a load that those on their way will take.
	scaleOutCooldown = careGracePeriod
	// scaleInCooldown is AWS's own default for ECS: tasks go slowly, because a wrong step costs a start
	// (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html).
	scaleInCooldown = 300
)

const (
	ecsScalingNamespace = "ecs"
	ecsScalingDimension = "ecs:service:DesiredCount"
)

// Shorthand for types of the SDK.
//
//nolint:lll // The names of some are longer than a line.
type (
	trackingArgs        = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs
	predefinedMetric    = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs
	customizedMetric    = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs
	metricQuery         = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs
	metricQueries       = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArray
	metricStat          = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgs
	metricOfStat        = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs
	metricDimension     = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs
	metricDimensionList = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArray
)

// scaler creates the resources that scale a service. AWS accepts one change of a scalable target at a time, and the
// provider does not retry (https://github.com/hashicorp/terraform-provider-aws/issues/17915), so each resource waits
// for the one before.
type scaler struct {
	*fargateBuilder
	cluster pulumi.StringOutput
	target  *appautoscaling.Target
	last    pulumi.Resource
}

// scale registers the service with Application Auto Scaling if Scaling is set.
func (b *fargateBuilder) scale() error {
	if b.args.Scaling == nil {
		return nil
	}
	s := &scaler{fargateBuilder: b, cluster: clusterName(b.args.ClusterArn)}
	if err := s.createTarget(); err != nil {
		return err
	}
	if err := s.createPolicies(); err != nil {
		return err
	}
	return s.createSchedule()
}

// createTarget creates the scalable target. The target takes the service's name from its output, so it is created after
// the service and deleted before it. With a schedule, updates ignore both counts, so that an update at night does not
// start the service.
func (s *scaler) createTarget() error {
	scaling := s.args.Scaling
	opts := s.options()
	if len(scaling.Schedule) > 0 {
		opts = s.options(pulumi.IgnoreChanges([]string{"minCapacity", "maxCapacity"}))
	}
	target, err := appautoscaling.NewTarget(s.ctx, s.name, &appautoscaling.TargetArgs{
		ServiceNamespace:  pulumi.String(ecsScalingNamespace),
		ScalableDimension: pulumi.String(ecsScalingDimension),
		ResourceId:        pulumi.Sprintf("service/%s/%s", s.cluster, s.ecsService.Name),
		MinCapacity:       pulumi.Int(scaling.MinCount),
		MaxCapacity:       pulumi.Int(scaling.MaxCount),
		Tags:              s.tagged(),
	}, opts...)
	if err != nil {
		return fmt.Errorf("create scalable target: %w", err)
	}
	s.target, s.last = target, target
	return nil
}

func (s *scaler) createPolicies() error {
	scaling := s.args.Scaling
	if scaling.CpuPercent != 0 {
		if err := s.follow("cpu", scaling.CpuPercent, &trackingArgs{PredefinedMetricSpecification: &predefinedMetric{
			PredefinedMetricType: pulumi.String("ECSServiceAverageCPUUtilization"),
		}}); err != nil {
			return err
		}
	}
	if scaling.RequestsPerTarget != 0 {
		requests := &trackingArgs{PredefinedMetricSpecification: &predefinedMetric{
			PredefinedMetricType: pulumi.String("ALBRequestCountPerTarget"),
			ResourceLabel:        s.args.LoadBalancer.RequestCountLabel.ToStringOutput(),
		}}
		if err := s.follow("requests", scaling.RequestsPerTarget, requests); err != nil {
			return err
		}
	}
	if scaling.Metric != nil {
		return s.follow("metric", scaling.Metric.PerTask,
			&trackingArgs{CustomizedMetricSpecification: s.share(*scaling.Metric)})
	}
	return nil
}

// follow adds a target-tracking policy that holds the metric per task at value.
func (s *scaler) follow(suffix string, value int, tracking *trackingArgs) error {
	tracking.TargetValue = pulumi.Float64(value)
	tracking.ScaleOutCooldown = pulumi.Int(scaleOutCooldown)
	tracking.ScaleInCooldown = pulumi.Int(scaleInCooldown)
	policy, err := appautoscaling.NewPolicy(s.ctx, s.child(suffix), &appautoscaling.PolicyArgs{
		PolicyType:                               pulumi.String("TargetTrackingScaling"),
		ServiceNamespace:                         s.target.ServiceNamespace,
		ScalableDimension:                        s.target.ScalableDimension,
		ResourceId:                               s.target.ResourceId,
		TargetTrackingScalingPolicyConfiguration: tracking,
	}, s.options(pulumi.DependsOn([]pulumi.Resource{s.last}))...)
	if err != nil {
		return fmt.Errorf("create scaling policy for %s: %w", suffix, err)
	}
	s.last = policy
	return nil
}

// share returns the metric divided by the number of tasks. ECS sends one CPU sample a minute for each running task, so
// the number of samples is the number of tasks, without the cost of Container Insights
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html). A minute without one of the
// two values has no quotient, and nothing scales. A value of 0 instead would make a late sample look like a service
// without tasks.
func (s *scaler) share(metric SharedMetric) *customizedMetric {
	divisor := "running"
	if metric.OtherTasks > 0 {
		divisor = fmt.Sprintf("(%d + running)", metric.OtherTasks)
	}
	return &customizedMetric{Metrics: metricQueries{
		&metricQuery{
			Id: pulumi.String("load"), ReturnData: pulumi.Bool(false),
			MetricStat: &metricStat{Stat: pulumi.String("Average"), Metric: &metricOfStat{
				Namespace: pulumi.String(metric.Namespace), MetricName: pulumi.String(metric.Name),
			}},
		},
		&metricQuery{
			Id: pulumi.String("running"), ReturnData: pulumi.Bool(false),
			MetricStat: &metricStat{Stat: pulumi.String("SampleCount"), Metric: &metricOfStat{
				Namespace: pulumi.String("AWS/ECS"), MetricName: pulumi.String("CPUUtilization"),
				Dimensions: metricDimensionList{
					&metricDimension{Name: pulumi.String("ClusterName"), Value: s.cluster},
					&metricDimension{Name: pulumi.String("ServiceName"), Value: s.ecsService.Name},
				},
			}},
		},
		&metricQuery{
			Id: pulumi.String("share"), ReturnData: pulumi.Bool(true),
			Label:      pulumi.String(metric.Name + " per task"),
			Expression: pulumi.String("load / " + divisor),
		},
	}}
}

func (s *scaler) createSchedule() error {
	for _, at := range s.args.Scaling.Schedule {
		action, err := appautoscaling.NewScheduledAction(s.ctx, s.child(at.Name), &appautoscaling.ScheduledActionArgs{
			ServiceNamespace:  s.target.ServiceNamespace,
			ScalableDimension: s.target.ScalableDimension,
			ResourceId:        s.target.ResourceId,
			Schedule:          pulumi.String(at.Expression),
			Timezone:          pulumi.String(at.TimeZone),
			ScalableTargetAction: &appautoscaling.ScheduledActionScalableTargetActionArgs{
				MinCapacity: pulumi.Int(at.MinCount), MaxCapacity: pulumi.Int(at.MaxCount),
			},
		}, s.options(pulumi.DependsOn([]pulumi.Resource{s.last}))...)
		if err != nil {
			return fmt.Errorf("create scheduled action %s: %w", at.Name, err)
		}
		s.last = action
	}
	return nil
}

// clusterName returns the cluster's name from its ARN.
func clusterName(arn pulumi.StringInput) pulumi.StringOutput {
	return arn.ToStringOutput().ApplyT(func(arn string) string {
		return arn[strings.LastIndex(arn, "/")+1:]
	}).(pulumi.StringOutput)
}
