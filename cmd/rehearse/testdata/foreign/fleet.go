package main

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const fleetSize = 15

// fleet is fifteen services that find each other by a private DNS namespace, in a VPC that another team keeps: its
// identifier is configured, and everything else is looked up.
func fleet(ctx *pulumi.Context) error {
	id, _ := ctx.GetConfig("fleet:vpcId")
	vpc, err := ec2.LookupVpc(ctx, &ec2.LookupVpcArgs{Id: pulumi.StringRef(id)})
	if err != nil {
		return err
	}
	subnets, err := ec2.GetSubnets(ctx, &ec2.GetSubnetsArgs{
		Filters: []ec2.GetSubnetsFilter{{Name: "vpc-id", Values: []string{vpc.Id}}},
		Tags:    map[string]string{"tier": "private"},
	})
	if err != nil {
		return err
	}
	group, err := ec2.NewSecurityGroup(ctx, "fleet", &ec2.SecurityGroupArgs{
		VpcId: pulumi.String(vpc.Id),
		Ingress: ec2.SecurityGroupIngressArray{&ec2.SecurityGroupIngressArgs{
			Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(9000), ToPort: pulumi.Int(9000 + fleetSize),
			CidrBlocks: pulumi.StringArray{pulumi.String(vpc.CidrBlock)},
		}},
		Egress: ec2.SecurityGroupEgressArray{&ec2.SecurityGroupEgressArgs{
			Protocol: pulumi.String("-1"), FromPort: pulumi.Int(0), ToPort: pulumi.Int(0),
			CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
		}},
	})
	if err != nil {
		return err
	}
	namespace, err := servicediscovery.NewPrivateDnsNamespace(ctx, "fleet", &servicediscovery.PrivateDnsNamespaceArgs{
		Name: pulumi.String("fleet.internal"), Vpc: pulumi.String(vpc.Id),
	})
	if err != nil {
		return err
	}
	cluster, err := ecs.NewCluster(ctx, "fleet", nil)
	if err != nil {
		return err
	}
	role, err := executionRole(ctx, "fleet")
	if err != nil {
		return err
	}
	jobs, err := sqs.NewQueue(ctx, "jobs", &sqs.QueueArgs{VisibilityTimeoutSeconds: pulumi.Int(60)})
	if err != nil {
		return err
	}
	for i := range fleetSize {
		member := fleetMember{name: fmt.Sprintf("svc-%02d", i), port: 9000 + i}
		network := &ecs.ServiceNetworkConfigurationArgs{
			Subnets: pulumi.ToStringArray(subnets.Ids), SecurityGroups: pulumi.StringArray{group.ID()},
		}
		if err := member.deploy(ctx, cluster, role.Arn, namespace, network, jobs.Url); err != nil {
			return err
		}
	}
	return nil
}

type fleetMember struct {
	name string
	port int
}

func (m fleetMember) deploy(
	ctx *pulumi.Context, cluster *ecs.Cluster, role pulumi.StringInput, namespace *servicediscovery.PrivateDnsNamespace,
	network *ecs.ServiceNetworkConfigurationArgs, queue pulumi.StringOutput,
) error {
	logs, err := cloudwatch.NewLogGroup(ctx, m.name, &cloudwatch.LogGroupArgs{RetentionInDays: pulumi.Int(7)})
	if err != nil {
		return err
	}
	discovery, err := servicediscovery.NewService(ctx, m.name, &servicediscovery.ServiceArgs{
		Name: pulumi.String(m.name),
		DnsConfig: &servicediscovery.ServiceDnsConfigArgs{
			NamespaceId: namespace.ID(),
			DnsRecords: servicediscovery.ServiceDnsConfigDnsRecordArray{&servicediscovery.ServiceDnsConfigDnsRecordArgs{
				Ttl: pulumi.Int(10), Type: pulumi.String("A"),
			}},
		},
	})
	if err != nil {
		return err
	}
	definition, err := ecs.NewTaskDefinition(ctx, m.name, &ecs.TaskDefinitionArgs{
		Family: pulumi.String(m.name), Cpu: pulumi.String("256"), Memory: pulumi.String("512"),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.StringArray{pulumi.String("FARGATE")}, ExecutionRoleArn: role,
		ContainerDefinitions: pulumi.All(logs.Name, queue).ApplyT(func(all []any) (string, error) {
			next := (m.port - 8999) % fleetSize
			return containers(m.name, "ghcr.io/example/"+m.name+":1.4.0", m.port, all[0].(string), "eu-west-1",
				map[string]string{
					"QUEUE_URL": all[1].(string),
					"PEER":      fmt.Sprintf("http://svc-%02d.fleet.internal:%d", next, 9000+next),
				})
		}).(pulumi.StringOutput),
	})
	if err != nil {
		return err
	}
	_, err = ecs.NewService(ctx, m.name, &ecs.ServiceArgs{
		Cluster: cluster.ID(), TaskDefinition: definition.Arn, DesiredCount: pulumi.Int(1),
		LaunchType:           pulumi.String("FARGATE"),
		NetworkConfiguration: network,
		ServiceRegistries:    &ecs.ServiceServiceRegistriesArgs{RegistryArn: discovery.Arn},
	})
	return err
}
