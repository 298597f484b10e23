package main

import (
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/alb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// web is a service with a database and a cache in a VPC of its own, behind a load balancer of the alb package.
func web(ctx *pulumi.Context) error {
	network, err := webNetwork(ctx)
	if err != nil {
		return err
	}
	groups, err := webGroups(ctx, network.vpc)
	if err != nil {
		return err
	}
	database, err := webDatabase(ctx, network, groups.data)
	if err != nil {
		return err
	}
	cache, err := webCache(ctx, network, groups.data)
	if err != nil {
		return err
	}
	balancer, err := alb.NewLoadBalancer(ctx, "web", &alb.LoadBalancerArgs{
		SecurityGroups: pulumi.StringArray{groups.balancer.ID()}, Subnets: network.public,
	}, pulumi.DependsOn([]pulumi.Resource{network.gateway}))
	if err != nil {
		return err
	}
	target, err := alb.NewTargetGroup(ctx, "web", &alb.TargetGroupArgs{
		Port: pulumi.Int(8080), Protocol: pulumi.String("HTTP"), TargetType: pulumi.String("ip"), VpcId: network.vpc.ID(),
		HealthCheck: &alb.TargetGroupHealthCheckArgs{Path: pulumi.String("/healthz")},
	})
	if err != nil {
		return err
	}
	listener, err := alb.NewListener(ctx, "web", &alb.ListenerArgs{
		LoadBalancerArn: balancer.Arn, Port: pulumi.Int(80),
		DefaultActions: alb.ListenerDefaultActionArray{&alb.ListenerDefaultActionArgs{
			Type: pulumi.String("forward"), TargetGroupArn: target.Arn,
		}},
	})
	if err != nil {
		return err
	}
	ctx.Export("url", pulumi.Sprintf("http://%s", balancer.DnsName))
	return webService(ctx, network, groups.task, target, listener, pulumi.StringMap{
		"DATABASE_HOST": database.Address,
		"REDIS_URL":     pulumi.Sprintf("redis://%s:6379/0", cache.CacheNodes.Index(pulumi.Int(0)).Address().Elem()),
	})
}

type webNet struct {
	vpc             *ec2.Vpc
	gateway         pulumi.Resource
	public, private pulumi.StringArray
}

func webNetwork(ctx *pulumi.Context) (webNet, error) {
	vpc, err := ec2.NewVpc(ctx, "web", &ec2.VpcArgs{
		CidrBlock: pulumi.String("10.20.0.0/16"), EnableDnsHostnames: pulumi.Bool(true),
	})
	if err != nil {
		return webNet{}, err
	}
	gateway, err := ec2.NewInternetGateway(ctx, "web", nil)
	if err != nil {
		return webNet{}, err
	}
	attached, err := ec2.NewInternetGatewayAttachment(ctx, "web", &ec2.InternetGatewayAttachmentArgs{
		InternetGatewayId: gateway.ID(), VpcId: vpc.ID(),
	})
	if err != nil {
		return webNet{}, err
	}
	table, err := ec2.NewRouteTable(ctx, "public", &ec2.RouteTableArgs{
		VpcId: vpc.ID(),
		Routes: ec2.RouteTableRouteArray{&ec2.RouteTableRouteArgs{
			CidrBlock: pulumi.String("0.0.0.0/0"), GatewayId: gateway.ID(),
		}},
	}, pulumi.DependsOn([]pulumi.Resource{attached}))
	if err != nil {
		return webNet{}, err
	}
	zones, err := aws.GetAvailabilityZones(ctx, &aws.GetAvailabilityZonesArgs{State: pulumi.StringRef("available")})
	if err != nil {
		return webNet{}, err
	}
	network := webNet{vpc: vpc, gateway: attached}
	for i, zone := range zones.Names[:2] {
		public, err := ec2.NewSubnet(ctx, fmt.Sprintf("public-%d", i), &ec2.SubnetArgs{
			VpcId: vpc.ID(), AvailabilityZone: pulumi.String(zone), CidrBlock: pulumi.Sprintf("10.20.%d.0/24", i),
			MapPublicIpOnLaunch: pulumi.Bool(true),
		})
		if err != nil {
			return webNet{}, err
		}
		if _, err := ec2.NewRouteTableAssociation(ctx, fmt.Sprintf("public-%d", i), &ec2.RouteTableAssociationArgs{
			SubnetId: public.ID(), RouteTableId: table.ID(),
		}); err != nil {
			return webNet{}, err
		}
		private, err := ec2.NewSubnet(ctx, fmt.Sprintf("private-%d", i), &ec2.SubnetArgs{
			VpcId: vpc.ID(), AvailabilityZone: pulumi.String(zone), CidrBlock: pulumi.Sprintf("10.20.%d.0/24", 100+i),
		})
		if err != nil {
			return webNet{}, err
		}
		network.public, network.private = append(network.public, public.ID()), append(network.private, private.ID())
	}
	return network, nil
}

type webSecurity struct{ balancer, task, data *ec2.SecurityGroup }

func webGroups(ctx *pulumi.Context, vpc *ec2.Vpc) (webSecurity, error) {
	var made [3]*ec2.SecurityGroup
	for i, name := range []string{"balancer", "task", "data"} {
		group, err := ec2.NewSecurityGroup(ctx, name, &ec2.SecurityGroupArgs{VpcId: vpc.ID()})
		if err != nil {
			return webSecurity{}, err
		}
		made[i] = group
		if _, err := ec2.NewSecurityGroupRule(ctx, name+"-out", &ec2.SecurityGroupRuleArgs{
			Type: pulumi.String("egress"), SecurityGroupId: group.ID(), Protocol: pulumi.String("-1"),
			FromPort: pulumi.Int(0), ToPort: pulumi.Int(0), CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
		}); err != nil {
			return webSecurity{}, err
		}
	}
	groups := webSecurity{made[0], made[1], made[2]}
	for name, args := range map[string]*ec2.SecurityGroupRuleArgs{
		"http": {
			SecurityGroupId: groups.balancer.ID(), FromPort: pulumi.Int(80),
			CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
		},
		"app": {
			SecurityGroupId: groups.task.ID(), FromPort: pulumi.Int(8080), SourceSecurityGroupId: groups.balancer.ID(),
		},
		"postgres": {SecurityGroupId: groups.data.ID(), FromPort: pulumi.Int(5432), SourceSecurityGroupId: groups.task.ID()},
		"redis":    {SecurityGroupId: groups.data.ID(), FromPort: pulumi.Int(6379), SourceSecurityGroupId: groups.task.ID()},
	} {
		args.Type, args.Protocol, args.ToPort = pulumi.String("ingress"), pulumi.String("tcp"), args.FromPort
		if _, err := ec2.NewSecurityGroupRule(ctx, name, args); err != nil {
			return webSecurity{}, err
		}
	}
	return groups, nil
}

func webDatabase(ctx *pulumi.Context, network webNet, group *ec2.SecurityGroup) (*rds.Instance, error) {
	subnets, err := rds.NewSubnetGroup(ctx, "web", &rds.SubnetGroupArgs{SubnetIds: network.private})
	if err != nil {
		return nil, err
	}
	return rds.NewInstance(ctx, "web", &rds.InstanceArgs{
		Engine: pulumi.String("postgres"), EngineVersion: pulumi.String("16"), InstanceClass: pulumi.String("db.t4g.micro"),
		AllocatedStorage: pulumi.Int(20), DbName: pulumi.String("web"), Username: pulumi.String("web"),
		Password: pulumi.ToSecret("correct-horse-9").(pulumi.StringOutput), SkipFinalSnapshot: pulumi.Bool(true),
		DbSubnetGroupName: subnets.Name, VpcSecurityGroupIds: pulumi.StringArray{group.ID()},
	})
}

func webCache(ctx *pulumi.Context, network webNet, group *ec2.SecurityGroup) (*elasticache.Cluster, error) {
	subnets, err := elasticache.NewSubnetGroup(ctx, "web", &elasticache.SubnetGroupArgs{SubnetIds: network.private})
	if err != nil {
		return nil, err
	}
	return elasticache.NewCluster(ctx, "web", &elasticache.ClusterArgs{
		Engine: pulumi.String("redis"), NodeType: pulumi.String("cache.t4g.micro"), NumCacheNodes: pulumi.Int(1),
		SubnetGroupName: subnets.Name, SecurityGroupIds: pulumi.StringArray{group.ID()},
	})
}

func webService(
	ctx *pulumi.Context, network webNet, group *ec2.SecurityGroup, target *alb.TargetGroup, listener *alb.Listener,
	environment pulumi.StringMap,
) error {
	role, err := executionRole(ctx, "web")
	if err != nil {
		return err
	}
	logs, err := cloudwatch.NewLogGroup(ctx, "web", &cloudwatch.LogGroupArgs{RetentionInDays: pulumi.Int(14)})
	if err != nil {
		return err
	}
	cluster, err := ecs.NewCluster(ctx, "web", nil)
	if err != nil {
		return err
	}
	region, err := aws.GetRegion(ctx, nil)
	if err != nil {
		return err
	}
	definition, err := ecs.NewTaskDefinition(ctx, "web", &ecs.TaskDefinitionArgs{
		Family: pulumi.String("web"), Cpu: pulumi.String("256"), Memory: pulumi.String("512"),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.StringArray{pulumi.String("FARGATE")}, ExecutionRoleArn: role.Arn,
		ContainerDefinitions: pulumi.All(logs.Name, environment.ToStringMapOutput()).ApplyT(func(all []any) (string, error) {
			return containers("web", "public.ecr.aws/docker/library/httpd:2.4", 8080, all[0].(string), region.Name,
				all[1].(map[string]string))
		}).(pulumi.StringOutput),
	})
	if err != nil {
		return err
	}
	_, err = ecs.NewService(ctx, "web", &ecs.ServiceArgs{
		Cluster: cluster.Arn, TaskDefinition: definition.Arn, DesiredCount: pulumi.Int(2),
		LaunchType: pulumi.String("FARGATE"),
		NetworkConfiguration: &ecs.ServiceNetworkConfigurationArgs{
			Subnets: network.public, SecurityGroups: pulumi.StringArray{group.ID()}, AssignPublicIp: pulumi.Bool(true),
		},
		LoadBalancers: ecs.ServiceLoadBalancerArray{&ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: target.Arn, ContainerName: pulumi.String("web"), ContainerPort: pulumi.Int(8080),
		}},
	}, pulumi.DependsOn([]pulumi.Resource{listener}))
	return err
}

// executionRole is the role with which ECS starts tasks.
func executionRole(ctx *pulumi.Context, name string) (*iam.Role, error) {
	assume, err := iam.GetPolicyDocument(ctx, &iam.GetPolicyDocumentArgs{Statements: []iam.GetPolicyDocumentStatement{{
		Actions: []string{"sts:AssumeRole"},
		Principals: []iam.GetPolicyDocumentStatementPrincipal{
			{Type: "Service", Identifiers: []string{"ecs-tasks.amazonaws.com"}},
		},
	}}})
	if err != nil {
		return nil, err
	}
	role, err := iam.NewRole(ctx, name+"-exec", &iam.RoleArgs{AssumeRolePolicy: pulumi.String(assume.Json)})
	if err != nil {
		return nil, err
	}
	_, err = iam.NewRolePolicyAttachment(ctx, name+"-exec", &iam.RolePolicyAttachmentArgs{
		Role: role.Name, PolicyArn: pulumi.String("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"),
	})
	return role, err
}

func containers(name, image string, port int, logs, region string, environment map[string]string) (string, error) {
	variables := []map[string]string{}
	for key, value := range environment {
		variables = append(variables, map[string]string{"name": key, "value": value})
	}
	text, err := json.Marshal([]map[string]any{{
		"name": name, "image": image, "essential": true, "environment": variables,
		"portMappings": []map[string]any{{"containerPort": port}},
		"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]string{
			"awslogs-group": logs, "awslogs-region": region, "awslogs-stream-prefix": name,
		}},
	}})
	return string(text), err
}
