// Command redis-stack runs Redis Stack and one client of it on ECS, in a network of their own.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

// The namespace is not Care's, so that both can be in one account and region.
const (
	namespaceName = "demo-ns"
	logGroups     = "/ecs/demo"
)

func main() {
	pulumi.Run(deploy)
}

func deploy(ctx *pulumi.Context) error {
	place, err := newPlacement(ctx)
	if err != nil {
		return err
	}
	redis, err := newRedis(ctx, place)
	if err != nil {
		return err
	}
	client, err := newClient(ctx, place, redis)
	if err != nil {
		return err
	}
	ctx.Export("redisEndpoint", redis.Endpoint)
	ctx.Export("clientLogGroups", client.LogGroupNames)
	return nil
}

// newPlacement creates the network and the cluster. Without NAT gateways tasks have public addresses, and security
// groups refuse all traffic from the internet.
func newPlacement(ctx *pulumi.Context) (components.Placement, error) {
	zones, err := components.AvailabilityZones(ctx, 2)
	if err != nil {
		return components.Placement{}, err
	}
	network, err := components.NewVpc(ctx, "demo-vpc", &components.VpcArgs{
		AvailabilityZones: zones,
		NatGateways:       components.NatNone,
	})
	if err != nil {
		return components.Placement{}, err
	}
	cluster, err := components.NewCluster(ctx, "demo", &components.ClusterArgs{LogGroupPrefix: logGroups})
	if err != nil {
		return components.Placement{}, err
	}
	return components.Placement{
		ClusterArn:     cluster.Arn,
		VpcId:          network.VpcId,
		SubnetIds:      network.ApplicationSubnetIds,
		AssignPublicIp: network.AssignPublicIp,
		LogGroupPrefix: logGroups,
	}, nil
}

func newRedis(ctx *pulumi.Context, place components.Placement) (*components.RedisStack, error) {
	namespace, err := components.NewNamespace(ctx, "demo-ns", &components.NamespaceArgs{
		Name: pulumi.String(namespaceName),
	})
	if err != nil {
		return nil, err
	}
	return components.NewRedisStack(ctx, "redis", &components.RedisStackArgs{
		Placement:    place,
		NamespaceArn: namespace.Arn,
		DnsName:      pulumi.Sprintf("redis.%s", namespace.Name),
	})
}

// newClient pings Redis every half minute. That it connects to Redis is said once, in Connects.
func newClient(
	ctx *pulumi.Context, place components.Placement, redis *components.RedisStack,
) (*components.FargateService, error) {
	return components.NewFargateService(ctx, "client", &components.FargateServiceArgs{
		ClusterArn:     place.ClusterArn,
		VpcId:          place.VpcId,
		SubnetIds:      place.SubnetIds,
		AssignPublicIp: place.AssignPublicIp,
		LogGroupPrefix: place.LogGroupPrefix,
		Containers: []components.Container{{
			Name:        "client",
			Image:       pulumi.String(components.DefaultRedisImage),
			EntryPoint:  pulumi.ToStringArray([]string{"sh", "-c"}),
			Command:     pulumi.ToStringArray([]string{`while redis-cli -u "$REDIS_URL" ping; do sleep 30; done`}),
			Environment: map[string]pulumi.StringInput{"REDIS_URL": redis.Url},
			InitProcess: true,
		}},
		Connects: map[string]components.ConnectionInput{"redis": redis.Connection},
	})
}
