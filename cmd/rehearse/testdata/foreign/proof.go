package main

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ses"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// proof is a proof of concept in the default VPC, with an image from a repository of its own.
func proof(ctx *pulumi.Context) error {
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
	group, err := ec2.NewSecurityGroup(ctx, "web", &ec2.SecurityGroupArgs{
		VpcId: pulumi.String(vpc.Id),
		Ingress: ec2.SecurityGroupIngressArray{&ec2.SecurityGroupIngressArgs{
			Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(80), ToPort: pulumi.Int(80),
			CidrBlocks: pulumi.ToStringArray([]string{"0.0.0.0/0"}),
		}},
		Egress: ec2.SecurityGroupEgressArray{&ec2.SecurityGroupEgressArgs{
			Protocol: pulumi.String("-1"), FromPort: pulumi.Int(0), ToPort: pulumi.Int(0),
			CidrBlocks: pulumi.ToStringArray([]string{"0.0.0.0/0"}),
		}},
	})
	if err != nil {
		return err
	}
	repository, err := ecr.NewRepository(ctx, "app", &ecr.RepositoryArgs{
		ImageScanningConfiguration: &ecr.RepositoryImageScanningConfigurationArgs{ScanOnPush: pulumi.Bool(true)},
		ForceDelete:                pulumi.Bool(true),
	})
	if err != nil {
		return err
	}
	if _, err := s3.NewBucket(ctx, "uploads", &s3.BucketArgs{ForceDestroy: pulumi.Bool(true)}); err != nil {
		return err
	}
	if _, err := ses.NewEmailIdentity(ctx, "sender",
		&ses.EmailIdentityArgs{Email: pulumi.String("care@example.org")}); err != nil {
		return err
	}
	if _, err := ses.LookupActiveReceiptRuleSet(ctx); err != nil {
		return err
	}
	balancer, err := lb.NewLoadBalancer(ctx, "web", &lb.LoadBalancerArgs{
		SecurityGroups: pulumi.StringArray{group.ID()}, Subnets: pulumi.ToStringArray(subnets.Ids),
	})
	if err != nil {
		return err
	}
	target, err := lb.NewTargetGroup(ctx, "web", &lb.TargetGroupArgs{
		Port: pulumi.Int(80), Protocol: pulumi.String("HTTP"), TargetType: pulumi.String("ip"), VpcId: pulumi.String(vpc.Id),
	})
	if err != nil {
		return err
	}
	listener, err := lb.NewListener(ctx, "web", &lb.ListenerArgs{
		LoadBalancerArn: balancer.Arn, Port: pulumi.Int(80),
		DefaultActions: lb.ListenerDefaultActionArray{&lb.ListenerDefaultActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: target.Arn,
		}},
	})
	if err != nil {
		return err
	}
	ctx.Export("url", pulumi.Sprintf("http://%s", balancer.DnsName))
	return proofService(ctx, repository.RepositoryUrl, group, subnets.Ids, target, listener)
}

func proofService(
	ctx *pulumi.Context, repository pulumi.StringOutput, group *ec2.SecurityGroup, subnets []string,
	target *lb.TargetGroup, listener *lb.Listener,
) error {
	role, err := executionRole(ctx, "app")
	if err != nil {
		return err
	}
	cluster, err := ecs.NewCluster(ctx, "proof", nil)
	if err != nil {
		return err
	}
	definition, err := ecs.NewTaskDefinition(ctx, "app", &ecs.TaskDefinitionArgs{
		Family: pulumi.String("app"), Cpu: pulumi.String("256"), Memory: pulumi.String("512"),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.StringArray{pulumi.String("FARGATE")}, ExecutionRoleArn: role.Arn,
		ContainerDefinitions: pulumi.Sprintf(
			`[{"name": "app", "image": "%s:latest", "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}]}]`, repository),
	})
	if err != nil {
		return err
	}
	_, err = ecs.NewService(ctx, "app", &ecs.ServiceArgs{
		Cluster: cluster.Arn, DesiredCount: pulumi.Int(1), LaunchType: pulumi.String("FARGATE"),
		TaskDefinition: definition.Arn,
		NetworkConfiguration: &ecs.ServiceNetworkConfigurationArgs{
			AssignPublicIp: pulumi.Bool(true), Subnets: pulumi.ToStringArray(subnets),
			SecurityGroups: pulumi.StringArray{group.ID()},
		},
		LoadBalancers: ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: target.Arn, ContainerName: pulumi.String("app"), ContainerPort: pulumi.Int(80),
		}},
	}, pulumi.DependsOn([]pulumi.Resource{listener}))
	return err
}
