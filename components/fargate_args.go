package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// The defaults of a FargateService.
const (
	// DefaultLogGroupPrefix is the prefix that the ECS console uses.
	DefaultLogGroupPrefix = "/ecs"
	// DefaultLogRetentionDays keeps logs for a year, as India's DPDP Rules of 2025 require.
	DefaultLogRetentionDays = 365
	// DefaultCpuArchitecture is the architecture that every image supports.
	DefaultCpuArchitecture = "X86_64"
)

// httpsPort is the port of registries and of AWS's APIs, which every task must reach.
const httpsPort = 443

// FargateServiceArgs are the inputs of NewFargateService.
type FargateServiceArgs struct {
	// ServiceName is the service's name within the cluster. Default: the component's name.
	ServiceName string `pulumi:"serviceName,optional"`
	// Family is the name under which ECS keeps the task definition's revisions. Default: the component's name.
	Family string `pulumi:"family,optional"`
	// ClusterArn is the ECS cluster. Required.
	ClusterArn pulumi.StringInput `pulumi:"clusterArn"`
	// VpcId is the VPC of the subnets. Required.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// SubnetIds are the subnets of the tasks. Required.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// AssignPublicIp assigns each task a public address, for subnets that reach the internet without NAT. Security
	// groups still refuse all traffic from the internet. Default: false.
	AssignPublicIp pulumi.BoolInput `pulumi:"assignPublicIp,optional"`
	// Containers are the containers of each task, 1 to 10. Required.
	Containers []Container `pulumi:"containers"`
	// Cpu is the task's CPU units (1024 are one vCPU). Default: the smallest size of Fargate, with Memory if it is set,
	// that holds the containers and the proxy of Service Connect if there is one.
	Cpu int `pulumi:"cpu,optional"`
	// Memory is the task's memory in MiB. Default: chosen like Cpu.
	Memory int `pulumi:"memory,optional"`
	// CpuArchitecture is X86_64 or ARM64. Default: X86_64.
	CpuArchitecture string `pulumi:"cpuArchitecture,optional"`
	// DesiredCount is the number of tasks, or the initial number with Scaling. Default: 1, or Scaling's MinCount.
	DesiredCount *int `pulumi:"desiredCount,optional"`
	// Scaling lets Application Auto Scaling choose the number of tasks. Default: none, it stays at DesiredCount.
	Scaling *Scaling `pulumi:"scaling,optional"`
	// Stopped keeps the service without tasks: DesiredCount is 0, and Scaling, if there is one, has the bounds 0 and 0
	// and neither loads nor times. When it is false again, Application Auto Scaling raises the number of tasks to its
	// MinCount at once, but with a Schedule at the next of its times
	// (https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html). Default: false.
	Stopped bool `pulumi:"stopped,optional"`
	// Singleton promises that never two tasks run at once, not even in a deployment: the old one stops before the new one
	// starts. Default: false.
	Singleton bool `pulumi:"singleton,optional"`
	// Spot runs tasks on spare capacity, cheaper, which AWS takes back with two minutes' notice. Not for singletons.
	// Default: false.
	Spot bool `pulumi:"spot,optional"`
	// ServiceConnect is the service's role in Service Connect. Default: a client if one of Connects is a Service
	// Connect endpoint, otherwise none. Whether one is may be unknown until the deployment, so a service with Connects has
	// room for the proxy of Service Connect unless Mode is Off.
	ServiceConnect *ServiceConnect `pulumi:"serviceConnect,optional"`
	// ServiceConnectLogs creates a log group for the proxy of Service Connect, named after the service with the suffix
	// -service-connect. It has no effect on a service without Connects and ServiceConnect. Default: false.
	ServiceConnectLogs bool `pulumi:"serviceConnectLogs,optional"`
	// Connects has the Connections of the service, such as the output connection of a RedisStack, by a name for each. The
	// names are part of the names of the security group rules: a change of one replaces its rules. Default: none.
	Connects map[string]ConnectionInput `pulumi:"connects,optional"`
	// InternetEgressPorts are the TCP ports that tasks may reach anywhere. Default: 443, for images, logs and secrets.
	InternetEgressPorts []int `pulumi:"internetEgressPorts,optional"`
	// LoadBalancer sends a load balancer's traffic to one of the containers. Default: none.
	LoadBalancer *LoadBalancerTarget `pulumi:"loadBalancer,optional"`
	// RollbackAlarmNames are CloudWatch alarms. ECS rolls back a deployment during which one of them goes off, as it
	// does if tasks do not start. It completes a deployment only after it has watched them for a while
	// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html). If you remove all
	// names, ECS keeps the old ones; aws ecs update-service can remove them. Default: none.
	RollbackAlarmNames []pulumi.StringInput `pulumi:"rollbackAlarmNames,optional"`
	// Volumes are EFS volumes for the containers' mount points. The file system's Connection must be among Connects.
	// Default: none.
	Volumes []Volume `pulumi:"volumes,optional"`
	// TaskRoleStatements are the containers' permissions in AWS. Default: none.
	TaskRoleStatements PolicyStatementArrayInput `pulumi:"taskRoleStatements,optional"`
	// TaskRolePolicies are additional permissions of the containers, as separate inline policies with these names:
	// letters, digits and hyphens. A policy is created before the tasks that need it, and a removed policy is deleted
	// after the last task that used it. TaskRoleStatements change before the tasks do. Default: none.
	TaskRolePolicies map[string]PolicyStatementArrayInput `pulumi:"taskRolePolicies,optional"`
	// PermissionsBoundaryArn is the policy that bounds the permissions of the execution role and of the task role
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html). Default: none.
	PermissionsBoundaryArn pulumi.StringInput `pulumi:"permissionsBoundaryArn,optional"`
	// EnableExecuteCommand allows a shell in the containers with ECS Exec. Default: false.
	EnableExecuteCommand bool `pulumi:"enableExecuteCommand,optional"`
	// ExecuteCommandLogGroupArn is the log group to which the cluster writes the sessions of these shells. Default:
	// none.
	ExecuteCommandLogGroupArn pulumi.StringInput `pulumi:"executeCommandLogGroupArn,optional"`
	// LogGroupPrefix is the prefix of the log groups' names. The container's name follows it. Default: /ecs.
	LogGroupPrefix string `pulumi:"logGroupPrefix,optional"`
	// LogRetentionDays is the retention of logs in days. Default: 365.
	LogRetentionDays int `pulumi:"logRetentionDays,optional"`
	// KmsKeyArn is the KMS key that encrypts the log groups. Default: AWS's own key.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn,optional"`
	// WaitFor are outputs that must be known before the service is deployed, by a name for each. Default: none.
	WaitFor map[string]pulumi.StringInput `pulumi:"waitFor,optional"`
	// Tags are added to every resource that supports tags. Default: none.
	Tags map[string]string `pulumi:"tags,optional"`

	// proxied reports whether the tasks have room for the proxy of Service Connect.
	proxied bool
}

// LoadBalancerTarget is the container to which a load balancer sends traffic.
type LoadBalancerTarget struct {
	// TargetGroupArn is the target group, of type ip. It should be known only once a listener forwards to it, as the one
	// of a Route is: ECS refuses it before. Required.
	TargetGroupArn pulumi.StringInput `pulumi:"targetGroupArn"`
	// SecurityGroupId is the load balancer's security group. Required.
	SecurityGroupId pulumi.StringInput `pulumi:"securityGroupId"`
	// ContainerName is the container that answers. Required.
	ContainerName string `pulumi:"containerName"`
	// ContainerPort is the port on which it does. Required.
	ContainerPort int `pulumi:"containerPort"`
	// HealthCheckGracePeriodSeconds is how long after the start of a task the load balancer's checks do not count.
	// Default: 0.
	HealthCheckGracePeriodSeconds int `pulumi:"healthCheckGracePeriodSeconds,optional"`
	// RequestCountLabel identifies the load balancer and the target group in the metric of requests, for scaling by
	// requests. A Route has it. Default: none.
	RequestCountLabel pulumi.StringInput `pulumi:"requestCountLabel,optional"`
}

func (args *FargateServiceArgs) withDefaults(name string) FargateServiceArgs {
	if args == nil {
		return FargateServiceArgs{}
	}
	a := *args
	a.ServiceName = or(a.ServiceName, name)
	a.Family = or(a.Family, name)
	a.CpuArchitecture = or(a.CpuArchitecture, DefaultCpuArchitecture)
	a.LogGroupPrefix = or(a.LogGroupPrefix, DefaultLogGroupPrefix)
	a.LogRetentionDays = or(a.LogRetentionDays, DefaultLogRetentionDays)
	a.Scaling = a.Scaling.withDefaults()
	if a.AssignPublicIp == nil {
		a.AssignPublicIp = pulumi.Bool(false)
	}
	if a.DesiredCount == nil {
		count := 1
		if a.Scaling != nil {
			count = a.Scaling.MinCount
		}
		a.DesiredCount = &count
	}
	if a.InternetEgressPorts == nil {
		a.InternetEgressPorts = []int{httpsPort}
	}
	a.Containers = make([]Container, len(args.Containers))
	for i, container := range args.Containers {
		a.Containers[i] = container.withDefaults()
	}
	a.proxied = a.ServiceConnect == nil && len(a.Connects) > 0 ||
		a.ServiceConnect != nil && a.ServiceConnect.Mode != ServiceConnectOff
	a.ServiceConnect = a.serviceConnect()
	cpu, memory := a.need()
	if a.Cpu == 0 && a.Memory == 0 {
		a.Cpu, a.Memory, _ = rule.SmallestFargateSize(cpu, memory)
	}
	a.Cpu, a.Memory = rule.CompleteFargateSize(a.Cpu, a.Memory, cpu, memory)
	return a
}

// Validate checks every value, with defaults applied, and returns all problems at once.
func (args *FargateServiceArgs) Validate() error {
	if args == nil {
		return rule.Given("args", false, "give a *FargateServiceArgs")
	}
	return args.withDefaults("").problems()
}

func (args FargateServiceArgs) problems() error {
	problems := []error{
		rule.Given("clusterArn", args.ClusterArn != nil, "give the cluster's ARN"),
		rule.Given("vpcId", args.VpcId != nil, "give the id of the subnets' VPC"),
		rule.Given("subnetIds", args.SubnetIds != nil, "give the ids of the subnets for tasks"),
		rule.OneOf("cpuArchitecture", args.CpuArchitecture, "X86_64", "ARM64"),
		rule.LogGroupPrefix("logGroupPrefix", args.LogGroupPrefix),
		rule.LogRetention("logRetentionDays", args.LogRetentionDays),
		validateArguments(args.arguments()),
		validateContainers(args.Containers),
		args.validateSize(),
		args.validateCounts(),
		args.validateScaling(),
		args.validateServiceConnect(),
		validateWays(args.Connects, args.WaitFor, args.InternetEgressPorts),
		args.validateTarget(),
		validateAlarmNames(args.RollbackAlarmNames),
		args.validateVolumes(),
		validateTaskRolePolicies(args.TaskRolePolicies),
	}
	if args.ServiceName != "" {
		problems = append(problems, rule.ClusterName("serviceName", args.ServiceName))
	}
	if args.Family != "" {
		problems = append(problems, rule.ClusterName("family", args.Family))
	}
	return rule.All(problems...)
}

func (args *FargateServiceArgs) arguments() []argument {
	arguments := []argument{
		{"permissionsBoundaryArn", &args.PermissionsBoundaryArn, rule.PolicyArn, false},
		{"kmsKeyArn", &args.KmsKeyArn, rule.KeyArn, false},
	}
	for i, container := range args.Containers {
		arguments = append(arguments, argument{
			fmt.Sprintf("containers[%q].image", container.Name), &args.Containers[i].Image, allowedImage, true,
		})
	}
	for i, endpoint := range args.ServiceConnect.Endpoints {
		arguments = append(arguments, argument{
			fmt.Sprintf("serviceConnect.endpoints[%q].dnsName", endpoint.PortName),
			&args.ServiceConnect.Endpoints[i].DnsName, rule.DnsName, true,
		})
	}
	return arguments
}

// validateWays checks the destinations of a service and the outputs that it waits for.
func validateWays(
	connects map[string]ConnectionInput, waitFor map[string]pulumi.StringInput, internetPorts []int,
) error {
	problems := []error{rule.Unique("internetEgressPorts", internetPorts)}
	for _, port := range internetPorts {
		problems = append(problems, rule.Port("internetEgressPorts", port))
	}
	for _, name := range sortedKeys(connects) {
		problems = append(problems, validateConnection(name, connects[name]))
	}
	for _, name := range sortedKeys(waitFor) {
		problems = append(problems,
			rule.Given(fmt.Sprintf("waitFor[%q]", name), waitFor[name] != nil, "give an output or remove the name"))
	}
	return rule.All(problems...)
}

func (args FargateServiceArgs) validateTarget() error {
	target := args.LoadBalancer
	if target == nil {
		return nil
	}
	problems := []error{
		rule.Given("loadBalancer.targetGroupArn", target.TargetGroupArn != nil, "take it from a Route"),
		rule.Given("loadBalancer.securityGroupId", target.SecurityGroupId != nil, "take it from the Alb"),
		rule.Between("loadBalancer.healthCheckGracePeriodSeconds", target.HealthCheckGracePeriodSeconds, 0, 2147483647),
	}
	for _, container := range args.Containers {
		for _, port := range container.PortMappings {
			if container.Name == target.ContainerName && port.ContainerPort == target.ContainerPort {
				return rule.All(problems...)
			}
		}
	}
	return rule.All(append(problems, rule.Broken("loadBalancer.containerPort", target.ContainerPort,
		fmt.Sprintf("container %q must map this port", target.ContainerName), "add a port mapping"))...)
}

func validateAlarmNames(names []pulumi.StringInput) error {
	var problems []error
	for _, name := range names {
		problems = append(problems, rule.Given("rollbackAlarmNames", name != nil, "give the alarm's name or remove it"))
	}
	return rule.All(problems...)
}
