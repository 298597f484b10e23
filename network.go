package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/components"
	"github.com/ohcnetwork/care-ecs/internal/config"
)

// network is the VPC, and the load balancer, the cluster and the Cloud Map namespace that the services share.
type network struct {
	vpc       components.Network
	alb       *components.Alb
	cluster   *components.Cluster
	namespace *components.Namespace
	placement components.Placement
}

// albName is the name of the load balancer, and the prefix of its access logs.
const albName = "care-alb"

func deployNetwork(ctx *pulumi.Context, c config.Config, s stack) (n network, err error) {
	if n.vpc, err = deployVpc(ctx, c, s.key); err != nil {
		return n, err
	}
	n.alb, err = components.NewAlb(ctx, albName, &components.AlbArgs{
		VpcId:              n.vpc.VpcId,
		SubnetIds:          n.vpc.PublicSubnetIds,
		Domain:             given(c.Network.Domain),
		HostedZoneId:       given(c.Network.HostedZoneId),
		CertificateArn:     given(c.Network.CertificateArn),
		AccessLogsBucket:   s.storage.accessLogsBucket(c),
		WebAclArn:          given(c.Network.WebAclArn),
		DeletionProtection: c.ProtectData,
	})
	if err != nil {
		return n, err
	}
	n.cluster, err = components.NewCluster(ctx, "care", &components.ClusterArgs{
		ContainerInsights: c.Watching.ContainerInsights,
		LogGroupPrefix:    c.Watching.LogGroupPrefix,
		LogRetentionDays:  c.Watching.LogRetentionDays,
		KmsKeyArn:         s.key,
	})
	if err != nil {
		return n, err
	}
	n.namespace, err = components.NewNamespace(ctx, "care-ns", &components.NamespaceArgs{
		Name: pulumi.String(c.Network.Namespace), ProtectData: c.ProtectData,
	})
	n.placement = placement(c, n.vpc, n.cluster, s.key)
	return n, err
}

// deployVpc creates a VPC, unless the stack uses an existing one.
func deployVpc(ctx *pulumi.Context, c config.Config, key pulumi.StringInput) (components.Network, error) {
	if c.Network.VpcId != "" {
		return existingVpc(c.Network), nil
	}
	zones := c.Network.AvailabilityZones
	if len(zones) == 0 {
		var err error
		if zones, err = components.AvailabilityZones(ctx, 2); err != nil {
			return components.Network{}, err
		}
	}
	vpc, err := components.NewVpc(ctx, "care-vpc", &components.VpcArgs{
		CidrBlock:          c.Network.VpcCidrBlock,
		AvailabilityZones:  zones,
		NatGateways:        c.Network.NatGateways,
		InterfaceEndpoints: c.Network.InterfaceEndpoints,
		FlowLogs:           c.Network.FlowLogs,
		FlowLogTraffic:     c.Network.FlowLogTraffic,
		LogRetentionDays:   c.Watching.LogRetentionDays,
		KmsKeyArn:          key,

		PermissionsBoundaryArn: boundary(c),
	})
	if err != nil {
		return components.Network{}, err
	}
	return vpc.Network, nil
}

// existingVpc describes an existing VPC. The mount targets of its file systems are named by their subnets, because the
// zones of the subnets are not known.
func existingVpc(n config.Network) components.Network {
	mounts := map[string]pulumi.StringInput{}
	for _, id := range n.DataSubnetIds {
		mounts[id] = pulumi.String(id)
	}
	return components.Network{
		VpcId:                pulumi.String(n.VpcId),
		PublicSubnetIds:      pulumi.ToStringArray(n.PublicSubnetIds),
		ApplicationSubnetIds: pulumi.ToStringArray(n.ApplicationSubnetIds),
		DataSubnetIds:        pulumi.ToStringArray(n.DataSubnetIds),
		MountSubnetIds:       mounts,
		AssignPublicIp:       pulumi.Bool(n.AssignPublicIp),
	}
}

// placement returns the arguments that all services have in common.
func placement(
	c config.Config, vpc components.Network, cluster *components.Cluster, key pulumi.StringInput,
) components.Placement {
	return components.Placement{
		ClusterArn:                cluster.Arn,
		VpcId:                     vpc.VpcId,
		SubnetIds:                 vpc.ApplicationSubnetIds,
		AssignPublicIp:            vpc.AssignPublicIp,
		CpuArchitecture:           c.Image.Architecture,
		EnableExecuteCommand:      c.Services.EnableExecuteCommand,
		ExecuteCommandLogGroupArn: cluster.ExecuteCommandLogGroupArn,
		PermissionsBoundaryArn:    boundary(c),
		ServiceConnectLogs:        c.Watching.ServiceConnectLogs && c.Redis.Backend == config.RedisStack,
		LogGroupPrefix:            c.Watching.LogGroupPrefix,
		LogRetentionDays:          c.Watching.LogRetentionDays,
		KmsKeyArn:                 key,
	}
}
