package components

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// serviceTimeout bounds how long a deployment may take. Twenty minutes, the provider's own limit, is short for a first
// deployment that creates every table of an empty database.
const serviceTimeout = "30m"

// FargateService is an ECS service on Fargate with its own task definition, log groups, task role, execution role,
// security group, rules to and from its connections and, if Scaling is set, its scaling.
type FargateService struct {
	pulumi.ResourceState

	// Arn is the service's ARN, known once the service is steady.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// Name is the service's name within its cluster.
	Name pulumi.StringOutput `pulumi:"name"`
	// SecurityGroupId is the security group of the service's tasks.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// TaskDefinitionArn is the revision that was deployed last.
	TaskDefinitionArn pulumi.StringOutput `pulumi:"taskDefinitionArn"`
	// TaskRoleArn is the role that the containers have.
	TaskRoleArn pulumi.StringOutput `pulumi:"taskRoleArn"`
	// ExecutionRoleArn is the role with which ECS starts the containers.
	ExecutionRoleArn pulumi.StringOutput `pulumi:"executionRoleArn"`
	// LogGroupNames are the log groups, by the containers' names.
	LogGroupNames pulumi.StringMapOutput `pulumi:"logGroupNames"`
	// Connections has the Connection of each Service Connect endpoint of the service, by its discovery name.
	Connections ConnectionMapOutput `pulumi:"connections"`

	// Deployed has the settings of the deployed service, to compare with the running ones: name, arn, clusterArn,
	// taskDefinitionArn, desiredCount unless there is Scaling, and serviceConnect with mode, namespaceArn, endpoints
	// and, if its proxy logs, logOptions.
	Deployed pulumi.MapOutput `pulumi:"deployed"`

	// endpoints are the Connections, for the component that the service belongs to.
	endpoints map[string]Connection
}

// NewFargateService checks args and creates the service. It returns an error and registers nothing if args is nil or
// invalid.
func NewFargateService(
	ctx *pulumi.Context, name string, args *FargateServiceArgs, opts ...pulumi.ResourceOption,
) (*FargateService, error) {
	a := args.withDefaults(name)
	service := &FargateService{}
	base, err := register(ctx, "FargateService", name, service, args.Validate(), a.Tags, opts)
	if err != nil {
		return nil, err
	}
	base.checkLater(a.arguments())
	b := &fargateBuilder{component: base, args: a.stopped(), service: service, connects: map[string]Connection{}}
	for name, input := range a.Connects {
		b.connects[name] = b.connection(fmt.Sprintf("connects[%q]", name), input)
	}
	b.findNamespace()
	return service, b.build(b.createLogGroups, b.createRoles, b.createSecurityGroup, b.createConnections,
		b.createTaskDefinition, b.createService, b.scale, b.setOutputs)
}

type fargateBuilder struct {
	*component
	args    FargateServiceArgs
	service *FargateService
	// connects are the Connections of the service by their names.
	connects map[string]Connection
	// namespace is set if only the values of the Connections decide whether the service is a client of Service Connect.
	namespace *pulumi.StringPtrOutput

	logGroups     map[string]pulumi.StringOutput
	proxyLogGroup *cloudwatch.LogGroup
	logGroupArns  []pulumi.StringInput
	taskRole      *iam.Role
	executionRole *iam.Role
	group         *ec2.SecurityGroup
	definition    *ecs.TaskDefinition
	ready         []pulumi.Resource
	ecsService    *ecs.Service
}

func (b *fargateBuilder) createLogGroups() error {
	b.logGroups = map[string]pulumi.StringOutput{}
	for _, container := range b.args.Containers {
		group, err := b.createLogGroup(container.Name, container.Name)
		if err != nil {
			return err
		}
		b.logGroups[container.Name] = group.Name
	}
	if !b.args.ServiceConnectLogs || !b.args.proxied {
		return nil
	}
	group, err := b.createLogGroup("service-connect", b.args.ServiceName+"-service-connect")
	b.proxyLogGroup = group
	return err
}

func (b *fargateBuilder) createLogGroup(suffix, name string) (*cloudwatch.LogGroup, error) {
	group, err := cloudwatch.NewLogGroup(b.ctx, b.child(suffix), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(b.args.LogGroupPrefix + "/" + name),
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
		KmsKeyId:        pointer(b.args.KmsKeyArn),
		Tags:            b.tagged(),
	}, b.options(pulumi.DeleteBeforeReplace(true))...)
	if err != nil {
		return nil, fmt.Errorf("create log group of %s: %w", name, err)
	}
	b.logGroupArns = append(b.logGroupArns, pulumi.Sprintf("%s:*", group.Arn))
	return group, nil
}

func (b *fargateBuilder) createRoles() error {
	images := pulumi.StringArray{}
	for _, container := range b.args.Containers {
		images = append(images, container.Image)
	}
	start := append(secretStatements(b.args.Containers), PolicyStatement{
		Sid:       "WriteLogs",
		Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: b.logGroupArns,
	})
	run := b.args.TaskRoleStatements
	if b.args.EnableExecuteCommand {
		run = joined(run, executeCommandStatements(b.args.ExecuteCommandLogGroupArn))
	}
	executionRole, executionPolicy, err := b.component.taskRole("execution", b.args.PermissionsBoundaryArn,
		joined(start, b.imageStatements(images)))
	if err != nil {
		return err
	}
	taskRole, taskPolicy, err := b.component.taskRole("task", b.args.PermissionsBoundaryArn, run)
	if err != nil {
		return err
	}
	b.executionRole, b.taskRole = executionRole, taskRole
	b.ready = append(b.ready, executionPolicy)
	if taskPolicy != nil {
		b.ready = append(b.ready, taskPolicy)
	}
	for _, name := range sortedKeys(b.args.TaskRolePolicies) {
		policy, err := b.rolePolicy(name, taskRole, b.args.TaskRolePolicies[name])
		if err != nil {
			return err
		}
		b.ready = append(b.ready, policy)
	}
	return nil
}

func (b *fargateBuilder) createSecurityGroup() error {
	group, err := b.securityGroup("sg", b.args.VpcId, "Tasks of the ECS service "+b.name)
	b.group = group
	return err
}

// createConnections opens the ways out of and into the service. The service waits for them: a task that starts before
// its rules are there cannot pull its image.
func (b *fargateBuilder) createConnections() error {
	for _, port := range b.args.InternetEgressPorts {
		rules, err := b.allowInternet(b.group.ID(), port)
		if err != nil {
			return err
		}
		b.ready = append(b.ready, rules...)
	}
	for _, name := range sortedKeys(b.connects) {
		to := b.connects[name]
		if err := b.open(edge{"to-" + name, b.group.ID(), to.SecurityGroupId, to.Port}); err != nil {
			return err
		}
	}
	if target := b.args.LoadBalancer; target != nil {
		return b.open(edge{"from-alb", target.SecurityGroupId, b.group.ID(), pulumi.Int(target.ContainerPort)})
	}
	return nil
}

func (b *fargateBuilder) open(e edge) error {
	rules, err := b.allow(e)
	b.ready = append(b.ready, rules...)
	return err
}

func (b *fargateBuilder) createTaskDefinition() error {
	definition, err := ecs.NewTaskDefinition(b.ctx, b.name, &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(b.args.Family),
		RequiresCompatibilities: pulumi.ToStringArray([]string{"FARGATE"}),
		NetworkMode:             pulumi.String("awsvpc"),
		Cpu:                     pulumi.String(strconv.Itoa(b.args.Cpu)),
		Memory:                  pulumi.String(strconv.Itoa(b.args.Memory)),
		RuntimePlatform: &ecs.TaskDefinitionRuntimePlatformArgs{
			OperatingSystemFamily: pulumi.String("LINUX"),
			CpuArchitecture:       pulumi.String(b.args.CpuArchitecture),
		},
		ExecutionRoleArn:     b.executionRole.Arn,
		TaskRoleArn:          b.taskRole.Arn,
		ContainerDefinitions: b.containerDefinitions(b.args.Containers, b.logGroups),
		Volumes:              b.args.volumes(),
		// A rollback goes to the revision before, which must therefore stay registered
		// (https://github.com/aws/containers-roadmap/issues/328).
		SkipDestroy: pulumi.Bool(true),
		Tags:        b.tagged(),
	}, b.options()...)
	if err != nil {
		return fmt.Errorf("create task definition: %w", err)
	}
	b.definition = definition
	return nil
}

func (b *fargateBuilder) createService() error {
	service, err := ecs.NewService(b.ctx, b.name, &ecs.ServiceArgs{
		Name:                            pulumi.String(b.args.ServiceName),
		Cluster:                         b.args.ClusterArn,
		TaskDefinition:                  b.definition.Arn,
		DesiredCount:                    pulumi.Int(*b.args.DesiredCount),
		CapacityProviderStrategies:      b.args.capacityProviders(),
		PlatformVersion:                 pulumi.String("1.4.0"),
		AvailabilityZoneRebalancing:     pulumi.String(b.args.rebalancing()),
		DeploymentMinimumHealthyPercent: pulumi.Int(b.args.minimumHealthyPercent()),
		DeploymentMaximumPercent:        pulumi.Int(b.args.maximumPercent()),
		DeploymentCircuitBreaker: &ecs.ServiceDeploymentCircuitBreakerArgs{
			Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true),
		},
		Alarms:                        b.args.alarms(),
		EnableExecuteCommand:          pulumi.Bool(b.args.EnableExecuteCommand),
		EnableEcsManagedTags:          pulumi.Bool(true),
		PropagateTags:                 pulumi.String("SERVICE"),
		HealthCheckGracePeriodSeconds: b.args.gracePeriod(),
		LoadBalancers:                 b.args.loadBalancers(),
		NetworkConfiguration: &ecs.ServiceNetworkConfigurationArgs{
			Subnets:        b.args.SubnetIds,
			SecurityGroups: pulumi.StringArray{b.group.ID()},
			AssignPublicIp: b.args.AssignPublicIp.ToBoolOutput().ToBoolPtrOutput(),
		},
		ServiceConnectConfiguration: b.serviceConnectConfiguration(),
		Triggers:                    b.triggers(),
		// Without it ECS ignores Triggers. It has no effect while they stay the same.
		ForceNewDeployment: pulumi.Bool(true),
		WaitForSteadyState: pulumi.Bool(true),
		Tags:               b.tagged(),
	}, b.options(
		pulumi.DependsOn(b.ready),
		pulumi.IgnoreChanges(b.args.ignored()),
		// The name, and the Service Connect endpoints, cannot exist twice.
		pulumi.DeleteBeforeReplace(true),
		pulumi.Timeouts(&pulumi.CustomTimeouts{Create: serviceTimeout, Update: serviceTimeout, Delete: serviceTimeout}),
	)...)
	if err != nil {
		return fmt.Errorf("create service: %w", err)
	}
	b.ecsService = service
	return nil
}

func (b *fargateBuilder) setOutputs() error {
	s := b.service
	s.Arn = b.ecsService.ID().ToStringOutput()
	s.Name = b.ecsService.Name
	s.SecurityGroupId = b.group.ID().ToStringOutput()
	s.TaskDefinitionArn = b.definition.Arn
	s.TaskRoleArn = b.taskRole.Arn
	s.ExecutionRoleArn = b.executionRole.Arn
	names := pulumi.StringMap{}
	for container, group := range b.logGroups {
		names[container] = group
	}
	s.LogGroupNames = names.ToStringMapOutput()
	s.Deployed = b.deployed()
	s.endpoints = b.args.connections(s)
	connections := ConnectionMap{}
	for name, connection := range s.endpoints {
		connections[name] = connection
	}
	s.Connections = connections.ToConnectionMapOutput()
	return nil
}
