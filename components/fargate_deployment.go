package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Each function below returns one deployment setting of the ECS service.

// minimumHealthyPercent and maximumPercent let a singleton stop before its successor starts, and any other service
// start first (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html).
func (args FargateServiceArgs) minimumHealthyPercent() int {
	if args.Singleton {
		return 0
	}
	return 100
}

func (args FargateServiceArgs) maximumPercent() int {
	if args.Singleton {
		return 100
	}
	return 200
}

// rebalancing is refused by ECS together with a maximum of 100 percent, and would start a second task of a singleton.
func (args FargateServiceArgs) rebalancing() string {
	if args.Singleton {
		return "DISABLED"
	}
	return "ENABLED"
}

// capacityProviders always returns a strategy and never a launch type, because a change from one to the other replaces
// the service.
func (args FargateServiceArgs) capacityProviders() ecs.ServiceCapacityProviderStrategyArray {
	provider := "FARGATE"
	if args.Spot {
		provider = "FARGATE_SPOT"
	}
	return ecs.ServiceCapacityProviderStrategyArray{&ecs.ServiceCapacityProviderStrategyArgs{
		CapacityProvider: pulumi.String(provider), Weight: pulumi.Int(1),
	}}
}

func (args FargateServiceArgs) gracePeriod() pulumi.IntPtrInput {
	if args.LoadBalancer == nil {
		return nil
	}
	return pulumi.Int(args.LoadBalancer.HealthCheckGracePeriodSeconds)
}

func (args FargateServiceArgs) loadBalancers() ecs.ServiceLoadBalancerArray {
	target := args.LoadBalancer
	if target == nil {
		return nil
	}
	return ecs.ServiceLoadBalancerArray{&ecs.ServiceLoadBalancerArgs{
		TargetGroupArn: target.TargetGroupArn,
		ContainerName:  pulumi.String(target.ContainerName),
		ContainerPort:  pulumi.Int(target.ContainerPort),
	}}
}

// alarms returns the alarms that roll a deployment back, or nil if there are none. ECS then keeps the old ones, and the
// provider cannot remove them: it does not compare a missing block, and omits an empty list from the call, which the
// API then refuses (hashicorp/terraform-provider-aws, internal/service/ecs/service.go, expandAlarms).
func (args FargateServiceArgs) alarms() ecs.ServiceAlarmsPtrInput {
	if len(args.RollbackAlarmNames) == 0 {
		return nil
	}
	return &ecs.ServiceAlarmsArgs{
		AlarmNames: pulumi.StringArray(args.RollbackAlarmNames), Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true),
	}
}

// triggers deploys the service again when a place that it connects to, or a secret that it reads, has changed.
func (b *fargateBuilder) triggers() pulumi.StringMap {
	triggers := pulumi.StringMap{"secrets": secretVersions(b.args.Containers)}
	for name, connection := range b.connects {
		triggers["connection/"+name] = connection.Fingerprint
	}
	for name, output := range b.args.WaitFor {
		triggers["after/"+name] = output
	}
	return triggers
}
