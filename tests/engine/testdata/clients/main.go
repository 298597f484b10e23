// Command clients runs Redis Stack and a number of services that connect to it, to measure how a rehearsal grows.
package main

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

const logGroups = "/ecs/clients"

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		text, _ := ctx.GetConfig("clients:count")
		count, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("clients:count: %w", err)
		}
		redis, place, err := newRedis(ctx)
		if err != nil {
			return err
		}
		for i := range count {
			if err := newClient(ctx, fmt.Sprintf("client-%d", i), place, redis); err != nil {
				return err
			}
		}
		return nil
	})
}

func newRedis(ctx *pulumi.Context) (*components.RedisStack, components.Placement, error) {
	var place components.Placement
	zones, err := components.AvailabilityZones(ctx, 2)
	if err != nil {
		return nil, place, err
	}
	network, err := components.NewVpc(ctx, "vpc", &components.VpcArgs{AvailabilityZones: zones})
	if err != nil {
		return nil, place, err
	}
	cluster, err := components.NewCluster(ctx, "cluster", &components.ClusterArgs{LogGroupPrefix: logGroups})
	if err != nil {
		return nil, place, err
	}
	namespace, err := components.NewNamespace(ctx, "namespace",
		&components.NamespaceArgs{Name: pulumi.String("clients-ns")})
	if err != nil {
		return nil, place, err
	}
	place = components.Placement{
		ClusterArn: cluster.Arn, VpcId: network.VpcId, SubnetIds: network.ApplicationSubnetIds, LogGroupPrefix: logGroups,
	}
	redis, err := components.NewRedisStack(ctx, "redis", &components.RedisStackArgs{
		Placement: place, NamespaceArn: namespace.Arn, DnsName: pulumi.String("redis.clients-ns"),
	})
	return redis, place, err
}

func newClient(ctx *pulumi.Context, name string, place components.Placement, redis *components.RedisStack) error {
	_, err := components.NewFargateService(ctx, name, &components.FargateServiceArgs{
		ClusterArn: place.ClusterArn, VpcId: place.VpcId, SubnetIds: place.SubnetIds, LogGroupPrefix: place.LogGroupPrefix,
		Containers: []components.Container{{
			Name:            name,
			Image:           pulumi.String(components.DefaultRedisImage),
			Command:         pulumi.ToStringArray([]string{"redis-cli", "ping"}),
			Environment:     map[string]pulumi.StringInput{"REDIS_URL": redis.Url},
			OpenConnections: []components.OpenConnections{{Port: 6379, Max: 1}},
		}},
		Connects: map[string]components.ConnectionInput{"redis": redis.Connection},
	})
	return err
}
