package components

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// WatchedLoadBalancer is an application load balancer, and one of its target groups, in the terms of CloudWatch.
type WatchedLoadBalancer struct {
	// ArnSuffix is the end of the load balancer's ARN; an Alb has it. Required.
	ArnSuffix pulumi.StringInput `pulumi:"arnSuffix"`
	// TargetGroupArnSuffix is the end of the target group's ARN; a Route and Care have it. Required.
	TargetGroupArnSuffix pulumi.StringInput `pulumi:"targetGroupArnSuffix"`
}

func (w WatchedLoadBalancer) validate(argument string) error {
	return rule.All(
		rule.Given(argument+".arnSuffix", w.ArnSuffix != nil, "take it from the Alb"),
		rule.Given(argument+".targetGroupArnSuffix", w.TargetGroupArnSuffix != nil, "take it from Care or the Route"),
	)
}

// whole is a metric of the load balancer, targets one of the target group
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html).
func (w WatchedLoadBalancer) whole(name, statistic string) metric {
	return metric{pulumi.String(namespaceLoadBalancer), name, []dimension{{"LoadBalancer", w.ArnSuffix}}, statistic}
}

func (w WatchedLoadBalancer) targets(name, statistic string) metric {
	return metric{
		pulumi.String(namespaceLoadBalancer), name,
		[]dimension{{"LoadBalancer", w.ArnSuffix}, {"TargetGroup", w.TargetGroupArnSuffix}},
		statistic,
	}
}

// WatchedService is an ECS service and its log groups.
type WatchedService struct {
	// ServiceName is the service's name within the cluster. Required.
	ServiceName pulumi.StringInput `pulumi:"serviceName"`
	// LogGroupNames are the log groups whose errors are counted, by container name. Default: none.
	LogGroupNames map[string]pulumi.StringInput `pulumi:"logGroupNames,optional"`
}

func (w WatchedService) validate(argument string) error {
	problems := []error{rule.Given(argument+".serviceName", w.ServiceName != nil, "take it from the service")}
	return rule.All(append(problems, validateLogGroups(argument, w.LogGroupNames)...)...)
}

func validateLogGroups(argument string, groups map[string]pulumi.StringInput) []error {
	var problems []error
	for _, container := range sortedKeys(groups) {
		problems = append(problems, rule.Given(fmt.Sprintf("%s.logGroupNames[%q]", argument, container),
			groups[container] != nil, "give the log group's name or remove it"))
	}
	return problems
}

// WatchedRedis is a Redis behind an endpoint of Service Connect.
type WatchedRedis struct {
	// ServiceName is the ECS service's name within the cluster; a RedisStack has it. Required.
	ServiceName pulumi.StringInput `pulumi:"serviceName"`
	// DiscoveryName is the endpoint's name in Cloud Map. Default: redis.
	DiscoveryName string `pulumi:"discoveryName,optional"`
	// Metered reports that a meter in Redis's task sends MetricQueueLength and MetricMemoryPercent. Default: false,
	// there are no alarms and graphs for the queue and the memory.
	Metered bool `pulumi:"metered,optional"`
}

func (w WatchedRedis) validate(argument string) error {
	return rule.All(
		rule.Given(argument+".serviceName", w.ServiceName != nil, "take it from the RedisStack"),
		rule.PortName(argument+".discoveryName", or(w.DiscoveryName, redisPortName)),
	)
}

// connections is a metric of the endpoint. A TCP endpoint has no others, and these exist only while a task runs
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html).
func (w WatchedRedis) connections(name, statistic string, cluster pulumi.StringInput) metric {
	return metric{pulumi.String(namespaceEcs), name, []dimension{
		{
			"ClusterName",
			cluster,
		},
		{"DiscoveryName", pulumi.String(or(w.DiscoveryName, redisPortName))},
		{"ServiceName", w.ServiceName},
	}, statistic}
}

// WatchedDatabase is an RDS instance.
type WatchedDatabase struct {
	// Identifier is the instance's identifier; a Postgres has it. Required.
	Identifier pulumi.StringInput `pulumi:"identifier"`
	// InstanceClass is the instance class. Classes of the T family have CPU credits. Required.
	InstanceClass string `pulumi:"instanceClass"`
	// AllocatedStorage is the size of the disk at the start, in GiB. Required.
	AllocatedStorage int `pulumi:"allocatedStorage"`
}

func (w WatchedDatabase) validate(argument string) error {
	return rule.All(
		rule.Given(argument+".identifier", w.Identifier != nil, "take it from the Postgres"),
		rule.InstanceClass(argument+".instanceClass", w.InstanceClass),
		rule.Between(argument+".allocatedStorage", w.AllocatedStorage, 20, 65536),
	)
}

// burstable reports whether the instance has CPU credits
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html).
func (w WatchedDatabase) burstable() bool { return strings.HasPrefix(w.InstanceClass, "db.t") }

// metric is a metric of the instance (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html).
func (w WatchedDatabase) metric(name, statistic string) metric {
	return metric{pulumi.String(namespaceRds), name, []dimension{{"DBInstanceIdentifier", w.Identifier}}, statistic}
}

// minFree returns a percentage of the disk's initial size in bytes.
func (w WatchedDatabase) minFree(percent float64) float64 {
	const gibibyte = 1 << 30
	return percent / 100 * float64(w.AllocatedStorage) * gibibyte
}
