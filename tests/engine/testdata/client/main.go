// Command client deploys Redis and a client of it, which either takes the connection that Redis hands out or has
// a copy of its values, so that nothing makes it wait.
package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		vpc, err := components.NewVpc(ctx, "vpc", &components.VpcArgs{
			AvailabilityZones: []string{"ap-south-1a", "ap-south-1b"}, NatGateways: components.NatNone,
		})
		if err != nil {
			return err
		}
		cluster, err := components.NewCluster(ctx, "cluster", &components.ClusterArgs{LogGroupPrefix: "/ecs/client"})
		if err != nil {
			return err
		}
		namespace, err := components.NewNamespace(ctx, "client-ns",
			&components.NamespaceArgs{Name: pulumi.String("client-ns")})
		if err != nil {
			return err
		}
		redis, err := components.NewRedisStack(ctx, "redis", &components.RedisStackArgs{
			Placement: components.Placement{
				ClusterArn: cluster.Arn, VpcId: vpc.VpcId, SubnetIds: vpc.ApplicationSubnetIds, AssignPublicIp: pulumi.Bool(true),
				LogGroupPrefix: "/ecs/client",
			},
			NamespaceArn: namespace.Arn, DnsName: pulumi.String("redis.client-ns"),
		})
		if err != nil {
			return err
		}
		var url pulumi.StringInput = redis.Url
		connection := redis.Connection
		if byHeart, _ := ctx.GetConfig("client:byHeart"); byHeart == "true" {
			url, connection.Fingerprint = pulumi.String("redis://redis.client-ns:6379"), pulumi.String("redis")
		}
		_, err = components.NewFargateService(ctx, "client", &components.FargateServiceArgs{
			ClusterArn: cluster.Arn, VpcId: vpc.VpcId, SubnetIds: vpc.ApplicationSubnetIds, AssignPublicIp: pulumi.Bool(true),
			LogGroupPrefix: "/ecs/client",
			Containers: []components.Container{{
				Name: "client", Image: pulumi.String(components.DefaultRedisImage),
				EntryPoint:  pulumi.ToStringArray([]string{"sh", "-c"}),
				Command:     pulumi.ToStringArray([]string{`while redis-cli -u "$REDIS_URL" ping; do sleep 30; done`}),
				Environment: map[string]pulumi.StringInput{"REDIS_URL": url},
			}},
			Connects: map[string]components.ConnectionInput{"redis": connection},
		})
		return err
	})
}
