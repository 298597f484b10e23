package components

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

// Container describes one container of a FargateService.
type Container struct {
	// Name is the container's name, and the last part of its log group's. Required.
	Name string `pulumi:"name"`
	// Image is the full image reference with a tag or digest. Required.
	Image pulumi.StringInput `pulumi:"image"`
	// RepositoryCredentialsArn is the ARN of the Secrets Manager secret with the registry's user name and password, for
	// images of private registries. Default: none.
	RepositoryCredentialsArn pulumi.StringInput `pulumi:"repositoryCredentialsArn,optional"`
	// Cpu is the number of the task's CPU units that are reserved for the container. Default: 0, the container uses
	// spare units.
	Cpu int `pulumi:"cpu,optional"`
	// Memory is the maximum memory of the container in MiB. A container that exceeds it is killed. Default: 0, the
	// memory of the task.
	Memory int `pulumi:"memory,optional"`
	// NonEssential lets the task continue when the container ends. Default: false.
	NonEssential bool `pulumi:"nonEssential,optional"`
	// EntryPoint replaces the image's entry point. Default: the image's.
	EntryPoint pulumi.StringArrayInput `pulumi:"entryPoint,optional"`
	// Command replaces the image's command. Default: the image's.
	Command pulumi.StringArrayInput `pulumi:"command,optional"`
	// WorkingDirectory is the directory in which the command runs. Default: the image's.
	WorkingDirectory string `pulumi:"workingDirectory,optional"`
	// Environment has the environment variables that are not secret. Default: none.
	Environment map[string]pulumi.StringInput `pulumi:"environment,optional"`
	// Secrets are environment variables whose values ECS reads when the task starts. Default: none.
	Secrets map[string]SecretReference `pulumi:"secrets,optional"`
	// PortMappings are the ports that the container listens on. Default: none.
	PortMappings []PortMapping `pulumi:"portMappings,optional"`
	// HealthCheck is the command by which ECS checks the container. ECS ignores the image's own check. Default: none.
	HealthCheck *HealthCheck `pulumi:"healthCheck,optional"`
	// MountPoints are the directories at which the container sees the task's volumes. Default: none.
	MountPoints []MountPoint `pulumi:"mountPoints,optional"`
	// DependsOn lists the conditions of other containers for which this container waits. Default: none.
	DependsOn []ContainerDependency `pulumi:"dependsOn,optional"`
	// StopTimeout is how long, in seconds, the container may take to end before it is killed: 2 to 120. Default: 30.
	StopTimeout int `pulumi:"stopTimeout,optional"`
	// OpenConnections are how many connections the container opens at once, by the port that they lead to. Default: none,
	// not stated, and a rehearsal does not count them.
	OpenConnections []OpenConnections `pulumi:"openConnections,optional"`
	// InitProcess runs a small init as the first process, which takes in orphans. Default: false.
	InitProcess bool `pulumi:"initProcess,optional"`
}

// PortMapping is one port that a container listens on.
type PortMapping struct {
	// Name is the port's name in Service Connect endpoints. Required for those, otherwise optional.
	Name string `pulumi:"name,optional"`
	// ContainerPort is the TCP port. Required.
	ContainerPort int `pulumi:"containerPort"`
	// AppProtocol has the proxy of Service Connect interpret the traffic, as http, http2 or grpc. Default: plain TCP. A
	// later change replaces the service.
	AppProtocol string `pulumi:"appProtocol,optional"`
}

// MountPoint is the directory at which a container sees one of the task's volumes.
type MountPoint struct {
	// SourceVolume is the volume's name. Required.
	SourceVolume string `pulumi:"sourceVolume"`
	// ContainerPath is the directory in the container. Required.
	ContainerPath string `pulumi:"containerPath"`
}

// HealthCheck is a command that ECS runs inside a container; times are in seconds
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html).
type HealthCheck struct {
	// Command begins with CMD or CMD-SHELL and exits 0 if the container is healthy. Required.
	Command []string `pulumi:"command"`
	// Interval is the time between two checks: 5 to 300. Default: 30.
	Interval int `pulumi:"interval,optional"`
	// Timeout is how long one check may take: 2 to 60. Default: 5.
	Timeout int `pulumi:"timeout,optional"`
	// Retries is how many checks in a row must fail: 1 to 10. Default: 3.
	Retries int `pulumi:"retries,optional"`
	// StartPeriod is the time at the beginning in which failures do not count: 0 to 300. Default: 0.
	StartPeriod int `pulumi:"startPeriod,optional"`
}

// ContainerDependency is one thing to wait for within a task.
type ContainerDependency struct {
	// ContainerName is the container to wait for. Required.
	ContainerName string `pulumi:"containerName"`
	// Condition is START, HEALTHY, COMPLETE or SUCCESS. Required.
	Condition string `pulumi:"condition"`
}

func (h HealthCheck) withDefaults() HealthCheck {
	h.Interval = or(h.Interval, 30)
	h.Timeout = or(h.Timeout, 5)
	h.Retries = or(h.Retries, 3)
	return h
}

func (a Container) withDefaults() Container {
	a.StopTimeout = or(a.StopTimeout, 30)
	if a.HealthCheck != nil {
		check := a.HealthCheck.withDefaults()
		a.HealthCheck = &check
	}
	return a
}

// allowedImage checks the reference of an image, whose tag may move.
func allowedImage(name, value string) error { return rule.Image(name, value, true) }

func (a Container) validate(argument string) error {
	problems := []error{
		rule.PortName(argument+".name", a.Name),
		rule.Between(argument+".cpu", a.Cpu, 0, 16384),
		rule.Between(argument+".memory", a.Memory, 0, 122880),
		rule.Between(argument+".stopTimeout", a.StopTimeout, 2, 120),
		a.HealthCheck.validate(argument + ".healthCheck"),
		validateOpenConnections(argument+".openConnections", a.OpenConnections),
	}
	problems = append(problems,
		validateEnvironment(argument+".environment", a.Environment, argument+".secrets", a.Secrets))
	for _, port := range a.PortMappings {
		problems = append(problems, port.validate(fmt.Sprintf("%s.portMappings[%d]", argument, port.ContainerPort)))
	}
	return rule.All(problems...)
}

func validateEnvironment(
	clearName string, clear map[string]pulumi.StringInput, secretName string, secrets map[string]SecretReference,
) error {
	problems := []error{}
	for _, name := range sortedKeys(clear) {
		key := fmt.Sprintf("%s[%q]", clearName, name)
		problems = append(problems, rule.EnvironmentName(key, name),
			rule.Given(key, clear[name] != nil, "give a value or remove the name"))
	}
	for _, name := range sortedKeys(secrets) {
		key := fmt.Sprintf("%s[%q]", secretName, name)
		problems = append(problems, rule.EnvironmentName(key, name), secrets[name].validate(key))
		if _, twice := clear[name]; twice {
			problems = append(problems, rule.Broken(key, name, "must not be in environment as well", "keep it in secrets only"))
		}
	}
	return rule.All(problems...)
}

func (p PortMapping) validate(argument string) error {
	problems := []error{
		rule.Port(argument+".containerPort", p.ContainerPort),
		rule.OneOf(argument+".appProtocol", p.AppProtocol, "", "http", "http2", "grpc"),
	}
	if p.Name != "" {
		problems = append(problems, rule.PortName(argument+".name", p.Name))
	}
	return rule.All(problems...)
}

func (h *HealthCheck) validate(argument string) error {
	if h == nil {
		return nil
	}
	form := ""
	if len(h.Command) > 1 {
		form = h.Command[0]
	}
	return rule.All(
		rule.OneOf(argument+".command[0]", form, "CMD", "CMD-SHELL"),
		rule.Between(argument+".interval", h.Interval, 5, 300),
		rule.Between(argument+".timeout", h.Timeout, 2, 60),
		rule.Between(argument+".retries", h.Retries, 1, 10),
		rule.Between(argument+".startPeriod", h.StartPeriod, 0, 300),
	)
}

// validateContainers checks each container of a task, and the rules that concern several of them.
func validateContainers(containers []Container) error {
	byName := map[string]Container{}
	names := []string{}
	essential := 0
	problems := []error{}
	for _, container := range containers {
		argument := fmt.Sprintf("containers[%q]", container.Name)
		problems = append(problems, container.validate(argument))
		byName[container.Name] = container
		names = append(names, container.Name)
		if !container.NonEssential {
			essential++
		}
	}
	problems = append(problems, rule.Unique("containers[].name", names),
		rule.Between("number of containers", len(containers), 1, 10))
	if essential == 0 {
		problems = append(problems,
			rule.Broken("containers", names, "at least one container must be essential", "unset nonEssential of one"))
	}
	for _, container := range containers {
		for _, dependency := range container.DependsOn {
			if dependency.ContainerName == container.Name {
				problems = append(problems, rule.Broken(fmt.Sprintf("containers[%q].dependsOn", container.Name), container.Name,
					"must not wait for itself", "name another container"))
			}
			problems = append(problems, dependency.validate(fmt.Sprintf("containers[%q].dependsOn", container.Name), byName))
		}
	}
	return rule.All(problems...)
}

func (d ContainerDependency) validate(argument string, containers map[string]Container) error {
	target, known := containers[d.ContainerName]
	if !known {
		return rule.Broken(argument, d.ContainerName, "must name a container of the same task", "correct the name")
	}
	if err := rule.OneOf(argument+".condition", d.Condition, "START", "HEALTHY", "COMPLETE", "SUCCESS"); err != nil {
		return err
	}
	switch {
	case d.Condition == "HEALTHY" && target.HealthCheck == nil:
		return rule.Broken(argument, d.ContainerName, "HEALTHY needs a healthCheck on that container", "give it one")
	case (d.Condition == "COMPLETE" || d.Condition == "SUCCESS") && !target.NonEssential:
		return rule.Broken(argument, d.ContainerName, d.Condition+" needs a container that may end", "set its nonEssential")
	}
	return nil
}
