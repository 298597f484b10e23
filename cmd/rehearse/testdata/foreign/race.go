package main

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// race has three faults that do not depend on each other: a size that Fargate does not have, a client that does not
// wait for its server, and a type that nobody knows.
func race(ctx *pulumi.Context) error {
	vpc, err := ec2.LookupVpc(ctx, &ec2.LookupVpcArgs{Default: pulumi.BoolRef(true)})
	if err != nil {
		return err
	}
	subnets, err := ec2.GetSubnets(ctx, &ec2.GetSubnetsArgs{
		Filters: []ec2.GetSubnetsFilter{{Name: "vpc-id", Values: []string{vpc.Id}}},
	})
	if err != nil {
		return err
	}
	if _, err := sqs.NewQueue(ctx, "jobs", nil); err != nil {
		return err
	}
	if _, err := ecs.NewTaskDefinition(ctx, "odd", &ecs.TaskDefinitionArgs{
		Family: pulumi.String("odd"), Cpu: pulumi.String("300"), Memory: pulumi.String("512"),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.StringArray{pulumi.String("FARGATE")},
		ContainerDefinitions:    pulumi.String(`[{"name": "odd", "image": "ghcr.io/example/odd:1"}]`),
	}); err != nil {
		return err
	}
	namespace, err := servicediscovery.NewHttpNamespace(ctx, "race",
		&servicediscovery.HttpNamespaceArgs{Name: pulumi.String("race")})
	if err != nil {
		return err
	}
	cluster, err := ecs.NewCluster(ctx, "race", nil)
	if err != nil {
		return err
	}
	role, err := executionRole(ctx, "race")
	if err != nil {
		return err
	}
	group, err := ec2.NewSecurityGroup(ctx, "race", &ec2.SecurityGroupArgs{
		VpcId: pulumi.String(vpc.Id),
		Ingress: ec2.SecurityGroupIngressArray{&ec2.SecurityGroupIngressArgs{
			Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(6379), ToPort: pulumi.Int(6379), Self: pulumi.Bool(true),
		}},
		Egress: ec2.SecurityGroupEgressArray{&ec2.SecurityGroupEgressArgs{
			Protocol: pulumi.String("-1"), FromPort: pulumi.Int(0), ToPort: pulumi.Int(0),
			CidrBlocks: pulumi.ToStringArray([]string{"0.0.0.0/0"}),
		}},
	})
	if err != nil {
		return err
	}
	for name, environment := range map[string]string{"worker": "redis://store.race:6379", "store": ""} {
		definition, err := ecs.NewTaskDefinition(ctx, name, &ecs.TaskDefinitionArgs{
			Family: pulumi.String(name), Cpu: pulumi.String("256"), Memory: pulumi.String("512"),
			NetworkMode:             pulumi.String("awsvpc"),
			RequiresCompatibilities: pulumi.StringArray{pulumi.String("FARGATE")}, ExecutionRoleArn: role.Arn,
			ContainerDefinitions: pulumi.String(fmt.Sprintf(`[{"name": %[1]q, "image": "ghcr.io/example/%[1]s:1",
				"portMappings": [{"containerPort": 6379, "name": %[1]q}], "environment": [{"name": "BROKER", "value": %[2]q}]}]`, name, environment)),
		})
		if err != nil {
			return err
		}
		connect := &ecs.ServiceServiceConnectConfigurationArgs{Enabled: pulumi.Bool(true), Namespace: namespace.Arn}
		if environment == "" {
			connect.Services = ecs.ServiceServiceConnectConfigurationServiceArray{&ecs.ServiceServiceConnectConfigurationServiceArgs{
				PortName: pulumi.String(name),
				ClientAlias: ecs.ServiceServiceConnectConfigurationServiceClientAliasArray{
					&ecs.ServiceServiceConnectConfigurationServiceClientAliasArgs{
						DnsName: pulumi.String("store.race"), Port: pulumi.Int(6379),
					},
				},
			}}
		}
		if _, err := ecs.NewService(ctx, name, &ecs.ServiceArgs{
			Cluster: cluster.Arn, DesiredCount: pulumi.Int(1), LaunchType: pulumi.String("FARGATE"),
			TaskDefinition: definition.Arn,
			NetworkConfiguration: &ecs.ServiceNetworkConfigurationArgs{
				AssignPublicIp: pulumi.Bool(true), Subnets: pulumi.ToStringArray(subnets.Ids),
				SecurityGroups: pulumi.StringArray{group.ID()},
			},
			ServiceConnectConfiguration: connect,
		}); err != nil {
			return err
		}
	}
	return nil
}
